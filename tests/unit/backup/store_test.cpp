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

}  // namespace
}  // namespace till::backup
