// The address of a hub or another HTTPS service, taken apart (RFC 3986, the part of it that addresses of servers use).
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace till::net {

struct HttpsUrl {
  std::string host;  // a name or an address; IPv6 without its brackets
  std::uint16_t port = 443;
  [[nodiscard]] std::string authority() const;  // host:port as it stands in a URL
  [[nodiscard]] std::string base() const { return "https://" + authority(); }
};

// https://host[:port][/]; anything else is invalid with a sentence that shows what is wanted.
Result<HttpsUrl> parse_https_url(std::string_view url);

}  // namespace till::net
