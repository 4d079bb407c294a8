// Where bytes for paper go: a printer on the network (raw TCP, port 9100 as by custom), a device file, a plain file or
// a folder. `send` returns once the whole job has been handed over and the other side did not break off; there is a
// connection per job. An error of kind retry may succeed later (printer off, paper out), permanent needs a person.
// An empty job only finds out whether the printer can be reached. One thread at a time per Printer; a stop request
// makes a waiting `send` return at once with an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::net {

// "tcp://192.168.1.50:9100", "tcp://[fd00::5]" (port 9100), "dev:///dev/usb/lp0", "file:///var/tmp/receipts.bin" (each
// job appended) or, with a slash at its end, "file:///var/tmp/receipts/" (a file for each job).
struct PrinterAddress {
  enum class Kind : std::uint8_t { tcp, device, file, folder };
  Kind kind = Kind::file;
  std::string host;
  std::uint16_t port = 9100;
  std::string path;

  bool operator==(const PrinterAddress&) const = default;
};

// A "file:" path without a leading slash ("file:printed/receipts/") lies in `base_folder`; refused when that is empty.
Result<PrinterAddress> parse_printer_address(std::string_view text, std::string_view base_folder = {});
std::string to_string(const PrinterAddress& address);

struct PrinterPatience {
  std::chrono::milliseconds connect{3'000};
  // Without progress for so long the job is given up. A busy kitchen printer really takes up to a minute.
  std::chrono::milliseconds write{60'000};
  // After the last byte: how long a break-off by the printer is listened for when it does not close by itself.
  std::chrono::milliseconds settle{500};
};

class Printer {
 public:
  virtual ~Printer() = default;
  virtual Status send(ByteView job, std::stop_token stop) = 0;
  Status send(ByteView job) { return send(job, {}); }
};

// `home` is the folder of the till, without a slash at its end: what lies below it is printed only while it is there,
// since it may be on a stick that was pulled out, and nothing is made in its place.
std::unique_ptr<Printer> make_printer(const PrinterAddress& address, const PrinterPatience& patience = {},
                                      const std::string& home = {});

}  // namespace till::net
