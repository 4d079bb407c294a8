// Printers, which of them prints for whom, and media files. Last-writer-per-field rows; deletion is the state
// `lifecycle`. A media file's row says what the bytes are; the bytes lie beside the log (storage/media_blobs.hpp).
#pragma once

#include <cstdint>
#include <string>

#include "core/bytes.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"
#include "domain/entities/catalogue.hpp"

namespace till::domain {

enum class PrinterRole : std::uint8_t { receipt = 0, kitchen = 1, label = 2 };

struct Printer {
  static constexpr std::uint16_t kEntity = 11;
  Id id;
  std::string name;
  std::string address;  // "tcp://192.168.1.50:9100", "dev:///dev/usb/lp0", "file:printed/kitchen/"
  PrinterRole role = PrinterRole::receipt;
  std::int32_t columns = 48;  // characters on a line
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "address", address), field(3, "role", role), field(4, "columns", columns),
            field(15, "lifecycle", lifecycle));
  }
};

enum class PrintsFor : std::uint8_t { device = 0, room = 1, category = 2 };

// One printer a target and role: the id derives from both, so that two terminals that assign the same set the same row.
struct PrinterAssignment {
  static constexpr std::uint16_t kEntity = 12;
  Id id;
  PrintsFor prints_for = PrintsFor::device;
  Id target;         // a device or a category
  std::string room;  // a room's name
  PrinterRole role = PrinterRole::receipt;
  Id printer;
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "prints_for", prints_for), field(2, "target", target), field(3, "room", room),
            field(4, "role", role), field(5, "printer", printer), field(15, "lifecycle", lifecycle));
  }
};

enum class MediaKind : std::uint8_t { product_picture = 0, receipt_logo = 1 };

struct MediaFile {
  static constexpr std::uint16_t kEntity = 13;
  Id id;
  std::string name;  // as it was called where it came from, "espresso.png"
  MediaKind kind = MediaKind::product_picture;
  Bytes sha256;  // of the bytes: the name under which they lie
  std::int64_t size_bytes = 0;
  std::string mime;  // "image/png" or "image/jpeg"
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "kind", kind), field(3, "sha256", sha256),
            field(4, "size_bytes", size_bytes), field(5, "mime", mime), field(15, "lifecycle", lifecycle));
  }
};

}  // namespace till::domain
