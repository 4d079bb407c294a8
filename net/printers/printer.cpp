#include "net/printers/printer.hpp"

#include <algorithm>
#include <charconv>

#include "net/printers/file_printer.hpp"
#include "net/printers/tcp_printer.hpp"

namespace till::net {
namespace {

constexpr std::size_t kMaxAddressLength = 512;
constexpr std::string_view kForms =
    "write it as tcp://192.168.1.50:9100, dev:///dev/usb/lp0 or file:///folder/for/receipts/";

tl::unexpected<Error> refuse(std::string_view text, std::string_view why) {
  return invalid("the printer address \"" + std::string(text.substr(0, 80)) + "\" " + std::string(why) + "; " +
                 std::string(kForms));
}

Result<std::uint16_t> parse_port(std::string_view whole, std::string_view digits) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0 || port > 65535) {
    return refuse(whole, "has no port between 1 and 65535 behind its colon");
  }
  return static_cast<std::uint16_t>(port);
}

bool is_host_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';
}

// IPv6 as in RFC 4291, with a zone (RFC 4007) behind a '%' where it has one.
bool is_bracketed_host(std::string_view host) {
  const auto zone = std::min(host.find('%'), host.size());
  const auto address = host.substr(0, zone);
  return address.find(':') != address.npos && address.find_first_not_of("0123456789abcdefABCDEF:.") == address.npos &&
         std::all_of(host.begin() + static_cast<std::ptrdiff_t>(zone), host.end(),
                     [](char c) { return c == '%' || is_host_character(c); });
}

Result<PrinterAddress> parse_tcp(std::string_view whole, std::string_view rest) {
  while (rest.ends_with('/')) rest.remove_suffix(1);
  PrinterAddress address;
  address.kind = PrinterAddress::Kind::tcp;
  std::string_view port;
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return refuse(whole, "has a [ without a ]");
    address.host = rest.substr(1, close - 1);
    if (!is_bracketed_host(address.host)) return refuse(whole, "has something between [ and ] that is no IPv6 address");
    port = rest.substr(close + 1);
  } else {
    const std::size_t colon = rest.find(':');
    address.host = rest.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon);
    for (const char c : address.host) {
      if (!is_host_character(c)) return refuse(whole, "has a host name with a sign that no host name has");
    }
  }
  if (address.host.empty()) return refuse(whole, "names no host");
  if (port.empty()) return address;
  if (port.front() != ':') return refuse(whole, "has something behind the host that is not a port");
  address.port = TRY(parse_port(whole, port.substr(1)));
  return address;
}

Result<PrinterAddress> parse_file(std::string_view whole, std::string_view rest, std::string_view base_folder) {
  PrinterAddress address;
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    if (!rest.starts_with('/')) return refuse(whole, "must have three slashes before a path");
  }
  if (rest.empty()) return refuse(whole, "names no file");
  address.path = rest;
  if (!rest.starts_with('/')) {
    if (base_folder.empty()) return refuse(whole, "must have a path that begins with a slash");
    address.path = std::string(base_folder) + "/" + std::string(rest);
  }
  address.kind = rest.ends_with('/') ? PrinterAddress::Kind::folder : PrinterAddress::Kind::file;
  return address;
}

}  // namespace

Result<PrinterAddress> parse_printer_address(std::string_view text, std::string_view base_folder) {
  if (text.empty()) return invalid("a printer needs an address; " + std::string(kForms));
  if (text.size() > kMaxAddressLength) return refuse(text, "is too long");
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) return refuse(text, "has a control character in it");
  }
  if (text.starts_with("tcp://")) return parse_tcp(text, text.substr(6));
  if (text.starts_with("file:")) return parse_file(text, text.substr(5), base_folder);
  if (!text.starts_with("dev://")) return refuse(text, "does not begin with tcp://, dev:// or file:");
  PrinterAddress address;
  address.kind = PrinterAddress::Kind::device;
  address.path = text.substr(6);
  if (!address.path.starts_with('/') || address.path.ends_with('/')) return refuse(text, "names no device file");
  return address;
}

std::string to_string(const PrinterAddress& address) {
  switch (address.kind) {
    case PrinterAddress::Kind::tcp: {
      const bool v6 = address.host.find(':') != std::string::npos;
      return "tcp://" + (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
    }
    case PrinterAddress::Kind::device:
      return "dev://" + address.path;
    case PrinterAddress::Kind::file:
    case PrinterAddress::Kind::folder:
      break;
  }
  return "file://" + address.path;
}

std::unique_ptr<Printer> make_printer(const PrinterAddress& address, const PrinterPatience& patience,
                                      const std::string& home) {
  switch (address.kind) {
    case PrinterAddress::Kind::tcp:
      return std::make_unique<TcpPrinter>(address.host, address.port, patience);
    case PrinterAddress::Kind::device:
      return std::make_unique<DevicePrinter>(address.path, patience);
    case PrinterAddress::Kind::folder:
      return std::make_unique<FolderPrinter>(address.path, home);
    case PrinterAddress::Kind::file:
      break;
  }
  return std::make_unique<FilePrinter>(address.path, home);
}

}  // namespace till::net
