// Joining a tenant of a hub with a one-time code, and passing on its key ring. The hub never sees a key: the first
// terminal of a tenant brings its ring; each later one waits until a terminal that has it seals it to the new one's
// public key. What this terminal had written under its own ring before joins the tenant's history; its old ring stays
// beside the new one, so that old backups and the journal can still be read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "core/bytes.hpp"
#include "net/hub/hub_client.hpp"

namespace till::app {

struct HubMembership {
  std::string url, ca_file, tenant_name;
  Id tenant;
  std::uint32_t device_number = 0;
  bool keys_pending = false;  // the tenant's ring has not arrived yet

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "url", url), field(2, "ca_file", ca_file), field(3, "tenant_name", tenant_name),
            field(4, "tenant", tenant), field(5, "device_number", device_number),
            field(6, "keys_pending", keys_pending));
  }
};

Result<std::optional<HubMembership>> membership(Shop& shop);
// Denied for a used, expired or wrong code; retry when the hub cannot be reached; nothing is changed then. `ca_file` is
// copied into the data folder.
Result<HubMembership> enrol(Shop& shop, const Actor& actor, const std::string& url, const std::string& code,
                            const std::string& ca_file);

net::DeviceCredentials credentials_of(Shop& shop);
net::HubAddress address_of(const HubMembership& membership);

// Takes a ring that was left for this terminal; true when it did.
Result<bool> collect_keys(Shop& shop, net::HubClient& hub);
// Leaves the ring for terminals that have none yet; returns how many got it. Each is written to the journal.
Result<std::size_t> hand_over_keys(Shop& shop, net::HubClient& hub, const std::vector<net::HubPeer>& peers);

}  // namespace till::app
