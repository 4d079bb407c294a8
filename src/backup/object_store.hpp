// A place that keeps named objects: a folder, a stick, later a cloud. Backup and sync over files see no more than this.
//
// Names are immutable: an object is put once and never changed, only removed. A name is 1 to 4 parts joined by '/',
// each 1 to 64 of a-z 0-9 '.' '_' '-' and not beginning with '.'; nothing else is ever written, and what else lies in
// the place (files of the operating system, of people) is neither listed nor touched. Times of the place are never
// used.
//
// Errors: retry where the same call may succeed later, permanent where someone must act (full, read-only, gone, another
// stick), corrupt where the place answered nonsense. An error is never an empty answer. One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"

namespace till::backup {

struct ObjectInfo {
  std::string name;
  std::uint64_t size = 0;

  bool operator==(const ObjectInfo&) const = default;
};

struct StoreSpace {
  std::optional<std::uint64_t> free_bytes;  // unknown for places that do not say
  std::optional<std::uint64_t> total_bytes;
};

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // The place's own id, from its marker; what a person renames or mounts elsewhere keeps it.
  virtual Result<Id> id() = 0;
  // Durable when it returns. The same bytes under the same name again are fine; other bytes are refused (invalid).
  virtual Status put(std::string_view name, ByteView bytes) = 0;
  // nullopt: certainly not there. An object longer than `max_size` is refused as corrupt, without reading it.
  virtual Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max_size) = 0;
  // All objects whose name begins with `prefix`, ordered by name. The prefix is "" or ends with '/'.
  virtual Result<std::vector<ObjectInfo>> list(std::string_view prefix) = 0;
  // Fine if it is not there.
  virtual Status remove(std::string_view name) = 0;
  // Removes what puts that never ended have left below `prefix`. Only for the one who writes there.
  virtual Status sweep_unfinished(std::string_view prefix) = 0;
  virtual Result<StoreSpace> space() = 0;
  // For a person: "the folder /media/stick/backup".
  [[nodiscard]] virtual std::string describe() const = 0;
};

constexpr std::string_view kUnfinishedSuffix = ".part";

// The grammar above; implementations refuse other names as invalid.
bool is_object_name(std::string_view name);
Status check_object_name(std::string_view name);
Status check_object_prefix(std::string_view prefix);

}  // namespace till::backup
