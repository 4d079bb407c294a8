// A terminal's calls to its hub over HTTPS (net/hub/openapi.yaml). Every call but health is signed by the device.
// Thread-safe, blocking, bounded by time-outs: call it from a worker, never from the window's thread.
//
// Errors: retry when the hub cannot be reached or is busy; denied when it refuses (code used, expired or wrong; device
// revoked; certificate not trusted); corrupt when what it answers is not what it must answer; invalid for a bad
// address.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "net/hub/credentials.hpp"
#include "sync/hub_drop.hpp"
#include "sync/snapshot_names.hpp"

namespace till::net {

struct HubAddress {
  std::string url;      // https://host:port
  std::string ca_file;  // PEM of the hub's authority; empty trusts the system's authorities
};

struct EnrolRequest {
  std::string code;   // as shown by the hub; case, spaces and dashes do not matter
  std::string name;   // what people call this terminal
  Bytes signing_key;  // Ed25519 public key
  Bytes sealing_key;  // X25519 public key
  Id continues{};     // the shop that it belongs to and whose keys it has; nil for a terminal that is new to it
};

struct Enrolment {
  Id tenant;
  std::string tenant_name;
  std::uint32_t device_number = 0;
  bool first = false;  // true: this device makes the tenant's key ring; false: it waits for a grant
};

struct HubPeer {
  Id id;
  std::uint32_t number = 0;
  std::string name;
  Bytes signing_key;
  Bytes sealing_key;
  bool revoked = false;
  bool has_keys = false;  // it is the first device, or a key ring was left for it
  bool connected = false;
  std::optional<UtcTime> heard_at{};      // when it last told the hub how far it is, by the hub's clock
  std::optional<std::uint64_t> behind{};  // records of others at the hub that it has yet to confirm
};

struct KeyGrant {
  Id from;
  Bytes sealed;
};

struct HubHealth {
  std::string status;
  UtcTime time;
  std::uint64_t connected_restaurants = 0, total_connections = 0;
};

// Whether a call was refused because this terminal was locked out.
bool says_locked_out(const Error& error);

class HubClient {
 public:
  HubClient(HubAddress address, DeviceCredentials credentials, Clock& clock, Random& random);
  ~HubClient();

  Result<HubHealth> health();
  Result<Enrolment> enrol(const EnrolRequest& request);
  Result<std::vector<HubPeer>> devices();
  // Another terminal of the same tenant.
  Status revoke(const Id& device);
  Status grant_keys(const Id& device, ByteView sealed_ring);
  Result<std::optional<KeyGrant>> my_key_grant();
  // What of its log the hub may drop, since this snapshot stands for it; it says what it did of that
  // (sync/hub_drop.hpp).
  Result<sync::HubDropped> drop_log(const sync::SnapshotPlace& snapshot, const sync::HubDropRequest& request);
  // One exchange without a live link: sync messages to the hub, its answers back.
  Result<std::vector<Bytes>> exchange(const std::vector<Bytes>& messages);
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::net
