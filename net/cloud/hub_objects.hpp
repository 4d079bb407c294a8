// The hub as an ObjectStore: for sync snapshots, media files and backups (net/hub/openapi.yaml, /api/v1/objects). Each
// call is one or more signed HTTPS requests on the caller's thread; objects travel in pieces of half a megabyte, and a
// put that was cut off goes on where it stopped when it is called again. A terminal sees its own tenant's objects only.
//
// Objects are at most 64 MiB (permanent). Errors: retry when the hub cannot be reached or is busy, permanent when the
// tenant's quota or the hub's disk is full, denied when the hub does not know or take this terminal any more, corrupt
// when what came is not what the hub said it would be. Thread-safe; stop() ends a call under way and all later ones.
#pragma once

#include <functional>
#include <memory>

#include "backup/object_store.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "net/hub/hub_client.hpp"

namespace till::net {

class HubObjects final : public backup::ObjectStore {
 public:
  // The clock and the random source outlive it.
  HubObjects(HubAddress address, DeviceCredentials credentials, Clock& clock, Random& random);
  ~HubObjects() override;

  Result<Id> id() override;
  Status put(std::string_view name, ByteView bytes) override;
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max_size) override;
  Result<std::vector<backup::ObjectInfo>> list(std::string_view prefix) override;
  Status remove(std::string_view name) override;
  Status sweep_unfinished(std::string_view prefix) override;
  Result<backup::StoreSpace> space() override;
  [[nodiscard]] std::string describe() const override;

  // Called before each piece, to wait or to give up: an error ends the call. For those who must stay out of the way.
  void before_each_piece(std::function<Status()> leave);
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::net
