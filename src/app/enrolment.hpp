// Joining a tenant of a hub with a one-time code, and passing on its key ring. The hub never sees a key: the first
// terminal of a tenant brings its ring; each later one shows an approval code, and waits until a person types it at a
// terminal that has the ring. The ring is sealed to the new terminal's public key, as the hub tells it, and under the
// code, which the hub never sees: so a hub that lies about the public key cannot open the ring, and one that hands out
// a ring of its own is not believed. What this terminal had written under its own ring before joins the tenant's
// history; its old ring stays beside the new one, so that old backups and the journal can still be read.
//
// A member can go on elsewhere: at the same hub under another address, which needs no code, or at another hub when its
// own is gone. There the shop keeps its id, its keys and its logs; what only this terminal has of others that the new
// hub never met it brings in a snapshot (app/snapshots/care.hpp).
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
  std::string approval_code;  // while it has not: what a person types at a terminal that has it

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "url", url), field(2, "ca_file", ca_file), field(3, "tenant_name", tenant_name),
            field(4, "tenant", tenant), field(5, "device_number", device_number),
            field(6, "keys_pending", keys_pending), field(7, "approval_code", approval_code));
  }
};

Result<std::optional<HubMembership>> membership(Shop& shop);
// Joins, or for a member: goes on at another hub with its code, or at the same one under another address without a
// code; its certificate is then kept where no other is given. Denied for a used, expired or wrong code; invalid where
// the folder holds made-up rows (made_up_rows.hpp), and for a code of another shop; retry when the hub cannot be
// reached; nothing is changed then. `ca_file` is copied into the data folder.
Result<HubMembership> enrol(Shop& shop, const Actor& actor, const std::string& url, const std::string& code,
                            const std::string& ca_file);
// It came from another hub, and has yet to bring what this one never got from others.
Result<bool> brings_others(Shop& shop);
Status has_brought_others(Shop& shop);

net::DeviceCredentials credentials_of(Shop& shop);
net::HubAddress address_of(const HubMembership& membership);

// Takes a ring that was left for this terminal; true when it did. Denied when it was left under another code.
Result<bool> collect_keys(Shop& shop, net::HubClient& hub);
// Leaves the ring for a terminal that waits for it: by its name or the beginning of its id, and the code that it shows.
// Returns its name. Needs the right to manage devices; journalled. Invalid for a mistyped code; a wrong one is noticed
// by the other terminal only, which then asks for another approval.
Result<std::string> approve_terminal(Shop& shop, const Actor& actor, const std::string& name, const std::string& code);

// "7K3M-0QXR-AB2C": 55 random bits and 5 that tell typing errors. Case, spaces and dashes do not matter when it is
// read.
std::string new_approval_code(Random& random);
Result<std::string> read_approval_code(std::string_view text);

}  // namespace till::app
