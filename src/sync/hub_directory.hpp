// What a hub knows about tenants and their devices: the seam between the hub's server (net/hub) and the hub's database
// (storage/hub_store). All calls come from the hub's one worker thread, between begin() and commit(); nothing is true
// before commit() has succeeded. Errors are sentences for the person at the terminal or the hub's administrator.
//
// Enrolment: a code is 80 random bits, the hub keeps only its SHA-256. It serves one device: the same device asking
// again with the same key gets the same answer (its first answer may have been lost), anybody else is refused.
// `first` is true for exactly one device of a tenant, the one that brings the key ring; a first device that is revoked
// before anything was stored and before it gave anybody keys hands the role to the next that enrols.
//
// A shop whose hub is gone goes on at another one: its first terminal there names the shop's id with a code of a new
// tenant, which takes that id as long as nobody has joined it and nothing is stored; the others name it, too. They have
// the keys already, so nobody needs to let them in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/result.hpp"

namespace till::sync {

struct HubTenant {
  Id id;
  std::string name;
  UtcTime created_at;
};

struct HubDevice {
  Id id;
  Id tenant;
  std::uint32_t number = 0;  // 1, 2, ... within the tenant, never used twice
  std::string name;
  Bytes signing_key;  // Ed25519 public key, 32 bytes
  Bytes sealing_key;  // X25519 public key, 32 bytes
  UtcTime enrolled_at;
  bool first = false;
  bool revoked = false;
  bool has_key_grant = false;  // somebody left a sealed key ring for it
  // As devices() says them:
  std::optional<UtcTime> heard_at{};      // when it last said how far it is
  std::optional<std::uint64_t> behind{};  // records of others that it has yet to confirm, kMaxBehind at most
};

constexpr std::uint64_t kMaxBehind = 10'000;

// A tenant's key ring sealed to one device's sealing key; the hub cannot open it. A later grant replaces an earlier
// one.
struct HubKeyGrant {
  Id from;
  Bytes sealed;
  UtcTime at;
};

struct HubEnrolment {
  Bytes code_hash;
  Id device;
  std::string name;
  Bytes signing_key;
  Bytes sealing_key;
  Id continues{};  // the shop that it belongs to and whose keys it has; nil for a terminal that is new to it
};

struct HubEnrolled {
  HubTenant tenant;
  HubDevice device;
};

class HubDirectory {
 public:
  virtual ~HubDirectory() = default;

  // One group commit: everything between the two is durable together when commit() succeeds, and undone otherwise.
  virtual Status begin() = 0;
  virtual Status commit() = 0;
  virtual void roll_back() = 0;

  virtual Result<HubTenant> add_tenant(const HubTenant& tenant) = 0;
  virtual Result<std::vector<HubTenant>> tenants() = 0;
  virtual Result<HubTenant> tenant(std::string_view name_or_id) = 0;

  virtual Status add_code(const Id& tenant, ByteView code_hash, UtcTime now, UtcTime expires_at) = 0;
  virtual Result<HubEnrolled> enrol(const HubEnrolment& enrolment, UtcTime now) = 0;

  virtual Result<std::vector<HubDevice>> devices(const Id& tenant) = 0;
  virtual Result<std::optional<HubDevice>> device(const Id& device) = 0;
  virtual Status revoke(const Id& tenant, const Id& device, UtcTime now) = 0;

  virtual Status put_key_grant(const Id& tenant, const Id& device, const HubKeyGrant& grant) = 0;
  virtual Result<std::optional<HubKeyGrant>> key_grant(const Id& tenant, const Id& device) = 0;
};

}  // namespace till::sync
