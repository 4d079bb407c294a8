// Addresses that people type: of printers and of hubs.
#include "fuzz/harness.hpp"
#include "net/http_url.hpp"
#include "net/printers/printer.hpp"

namespace till::fuzz {

FUZZ_TARGET(addresses, 64 * kKiB) {
  const auto text = as_text(input);
  const auto printer = net::parse_printer_address(text, "/shop");
  if (good(printer)) {
    const auto shown = net::to_string(*printer);  // with what was left out: it may have become too long
    const auto again = net::parse_printer_address(shown, "/shop");
    must(shown.size() > 512 || (again && *again == *printer), "an address that is shown is the same address");
  }
  const auto url = net::parse_https_url(text);
  if (!good(url)) return;
  const auto again = net::parse_https_url(url->base());
  must(again && again->base() == url->base(), "a URL that is shown is the same URL");
}

}  // namespace till::fuzz
