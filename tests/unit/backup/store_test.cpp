#include "backup/lease.hpp"
#include "backup/quota.hpp"
#include "memory_store.hpp"
#include "object_store_conformance.hpp"

namespace till::backup {
namespace {

class MemoryPlace final : public StorePlace {
 public:
  std::unique_ptr<ObjectStore> open() override { return std::make_unique<MemoryStore>("place", objects_); }
  void leave(const std::string& name, ByteView bytes) override { (*objects_)[name] = to_bytes(bytes); }
  bool has(const std::string& name) override { return objects_->contains(name); }

 private:
  std::shared_ptr<MemoryStore::Objects> objects_ = std::make_shared<MemoryStore::Objects>();
};

INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreConformance,
                         testing::Values(StorePlaceMaker{"memory", [] { return std::make_unique<MemoryPlace>(); }}),
                         place_name);

// Quota and lock stand before every place; what is promised of a place holds behind them, too.
class GuardedStore final : public ObjectStore {
 public:
  explicit GuardedStore(std::shared_ptr<MemoryStore::Objects> objects) : memory_("place", std::move(objects)) {
    LockWatch watch;
    EXPECT_TRUE(lease_.try_take(watch).value());
  }
  ~GuardedStore() override { lease_.release(); }
  Result<Id> id() override { return leased_.id(); }
  Status put(std::string_view name, ByteView bytes) override { return leased_.put(name, bytes); }
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max) override { return leased_.get(name, max); }
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) override {
    auto all = TRY(leased_.list(prefix));
    std::erase_if(all, [](const ObjectInfo& object) { return object.name.starts_with(lock_prefix(Id{})); });
    return all;
  }
  Status remove(std::string_view name) override { return leased_.remove(name); }
  Status sweep_unfinished(std::string_view prefix) override { return leased_.sweep_unfinished(prefix); }
  Result<StoreSpace> space() override { return leased_.space(); }
  [[nodiscard]] std::string describe() const override { return leased_.describe(); }

 private:
  MemoryStore memory_;
  QuotaStore quota_{memory_, 64 << 20};
  ManualClock clock_;
  SeededRandom random_{5};
  Lease lease_{quota_, Id{}, Holder::make(view("till one"), random_), clock_};
  LeasedStore leased_{quota_, lease_};
};

class GuardedPlace final : public StorePlace {
 public:
  std::unique_ptr<ObjectStore> open() override { return std::make_unique<GuardedStore>(objects_); }
  void leave(const std::string& name, ByteView bytes) override { (*objects_)[name] = to_bytes(bytes); }
  bool has(const std::string& name) override { return objects_->contains(name); }

 private:
  std::shared_ptr<MemoryStore::Objects> objects_ = std::make_shared<MemoryStore::Objects>();
};

INSTANTIATE_TEST_SUITE_P(Guarded, ObjectStoreConformance,
                         testing::Values(StorePlaceMaker{"guarded", [] { return std::make_unique<GuardedPlace>(); }}),
                         place_name);

}  // namespace
}  // namespace till::backup
