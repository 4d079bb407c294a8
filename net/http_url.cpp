#include "net/http_url.hpp"

#include <charconv>

#include "core/text.hpp"

namespace till::net {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::size_t kMaxHost = 253;

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

}  // namespace

std::string HttpsUrl::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<HttpsUrl> parse_https_url(std::string_view url) {
  const auto bad = [&] {
    return invalid("'" + clipped(url, 80) + "' is not the address of a hub; write it like https://hub.example:8443");
  };
  if (!url.starts_with(kScheme)) return bad();
  auto rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  HttpsUrl out;
  std::size_t host_end = 0;
  if (rest.starts_with('[')) {
    host_end = rest.find(']');
    if (host_end == rest.npos) return bad();
    out.host = rest.substr(1, host_end - 1);
    if (out.host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos) return bad();
    ++host_end;
  } else {
    host_end = std::min(rest.find(':'), rest.size());
    out.host = rest.substr(0, host_end);
    for (const char c : out.host)
      if (!is_host_character(c)) return bad();
  }
  if (out.host.empty() || out.host.size() > kMaxHost) return bad();
  if (host_end == rest.size()) return out;
  const auto port = rest.substr(host_end + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (rest[host_end] != ':' || error != std::errc() || end != port.data() + port.size() || out.port == 0) return bad();
  return out;
}

}  // namespace till::net
