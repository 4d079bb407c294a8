// What the program till-hub does, behind its command line: serving, and the administrator's commands on a folder
// whether a hub runs on it or not. All text for people goes to standard output, one line each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace till::app {

struct ServeOptions {
  std::string data;                // folder
  std::string listen;              // ADDR:PORT, IPv6 in brackets; port 0 takes any free one
  std::string tls_cert, tls_key;   // both or none: without them the hub is its own authority
  std::vector<std::string> names;  // further names under which terminals reach it, for its own certificate
  std::uint64_t object_quota_bytes = 10ULL << 30;  // of each tenant's snapshots, media files and backups
  bool json = false;
};

// Prints where it listens as the first line, writes the same to DATA/listening, and returns after SIGTERM or SIGINT,
// which the caller has blocked in all threads.
Status serve_hub(const ServeOptions& options);

// The result (JSON) of an administrator's command (net/hub/admin.hpp): done by the hub that runs on the folder, or here
// when none does.
Result<std::string> administrate_hub(const std::string& data, const std::string& request);

}  // namespace till::app
