// A store of which only so many bytes may be used, whatever its disk has. What lies there is added up once and counted
// from then on; what others put meanwhile is seen with the next object. One thread; an inner store that is the
// caller's outlives it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "backup/object_store.hpp"

namespace till::backup {

class QuotaStore final : public ObjectStore {
 public:
  QuotaStore(ObjectStore& inner, std::uint64_t quota_bytes) : inner_(inner), quota_bytes_(quota_bytes) {}
  QuotaStore(std::unique_ptr<ObjectStore> inner, std::uint64_t quota_bytes)
      : owned_(std::move(inner)), inner_(*owned_), quota_bytes_(quota_bytes) {}

  Result<Id> id() override { return inner_.id(); }
  // Permanent when the quota is used up, before anything is written.
  Status put(std::string_view name, ByteView bytes) override;
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max_size) override {
    return inner_.get(name, max_size);
  }
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) override { return inner_.list(prefix); }
  Status remove(std::string_view name) override;
  Status sweep_unfinished(std::string_view prefix) override { return inner_.sweep_unfinished(prefix); }
  Result<StoreSpace> space() override;
  [[nodiscard]] std::string describe() const override { return inner_.describe(); }

 private:
  Status count();
  std::unique_ptr<ObjectStore> owned_;  // empty: the caller's
  ObjectStore& inner_;
  const std::uint64_t quota_bytes_;
  bool counted_ = false;
  std::map<std::string, std::uint64_t, std::less<>> sizes_;
  std::uint64_t used_bytes_ = 0;
};

}  // namespace till::backup
