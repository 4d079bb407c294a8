#include "net/tls_hosts.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <unistd.h>

#include <array>
#include <set>

namespace till::net {
namespace {

std::string address_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address->sa_family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  } else if (address->sa_family == AF_INET6) {
    const auto* v6 = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (IN6_IS_ADDR_LINKLOCAL(v6)) return {};
    bytes = v6;
  } else {
    return {};
  }
  return inet_ntop(address->sa_family, bytes, text.data(), text.size()) != nullptr ? text.data() : "";
}

}  // namespace

std::vector<std::string> local_hosts() {
  std::set<std::string> found;
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0') found.insert(name.data());
  ifaddrs* interfaces = nullptr;
  if (getifaddrs(&interfaces) == 0) {
    for (const auto* i = interfaces; i != nullptr; i = i->ifa_next)
      if (i->ifa_addr != nullptr && (i->ifa_flags & IFF_UP) != 0) found.insert(address_text(i->ifa_addr));
    freeifaddrs(interfaces);
  }
  for (const auto* always : {"", "localhost", "127.0.0.1", "::1"}) found.erase(always);
  std::vector<std::string> hosts = {"localhost", "127.0.0.1", "::1"};
  for (const auto& host : found)
    if (hosts.size() < kMaxLocalHosts) hosts.push_back(host);
  return hosts;
}

}  // namespace till::net
