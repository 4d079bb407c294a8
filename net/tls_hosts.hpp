// Under which names and addresses this machine can be reached from its networks: localhost, its host name, the
// addresses of its interfaces that are up (link-local ones left out). At most kMaxLocalHosts, in a stable order.
#pragma once

#include <string>
#include <vector>

namespace till::net {

constexpr std::size_t kMaxLocalHosts = 48;

std::vector<std::string> local_hosts();

}  // namespace till::net
