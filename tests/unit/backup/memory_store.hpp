// An ObjectStore in memory, and one around any other that fails, stops or lies on command.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "backup/object_store.hpp"
#include "security/hash.hpp"

namespace till::backup {

class MemoryStore final : public ObjectStore {
 public:
  using Objects = std::map<std::string, Bytes, std::less<>>;

  explicit MemoryStore(std::string_view name = "memory", std::shared_ptr<Objects> objects = std::make_shared<Objects>())
      : id_(security::id_from_name(Id{}, name)), objects_(std::move(objects)) {}

  Result<Id> id() override { return id_; }
  Status put(std::string_view name, ByteView bytes) override {
    TRY(check_object_name(name));
    const auto [it, fresh] = objects_->emplace(std::string(name), to_bytes(bytes));
    if (!fresh && !equal(it->second, bytes)) return invalid("there is something else under that name");
    return {};
  }
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max_size) override {
    TRY(check_object_name(name));
    const auto it = objects_->find(name);
    if (it == objects_->end()) return std::optional<Bytes>{};
    if (it->second.size() > max_size) return corrupt("the object is longer than it can be");
    return std::optional(it->second);
  }
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) override {
    TRY(check_object_prefix(prefix));
    std::vector<ObjectInfo> found;
    for (const auto& [name, bytes] : *objects_) {
      if (is_object_name(name) && name.starts_with(prefix)) found.push_back({name, bytes.size()});
    }
    return found;
  }
  Status remove(std::string_view name) override {
    TRY(check_object_name(name));
    objects_->erase(std::string(name));
    return {};
  }
  Status sweep_unfinished(std::string_view prefix) override {
    TRY(check_object_prefix(prefix));
    std::erase_if(*objects_, [&](const auto& entry) {
      return entry.first.starts_with(prefix) && entry.first.ends_with(kUnfinishedSuffix);
    });
    return {};
  }
  Result<StoreSpace> space() override { return StoreSpace{}; }
  [[nodiscard]] std::string describe() const override { return "the memory"; }

  Objects& objects() { return *objects_; }

 private:
  Id id_;
  std::shared_ptr<Objects> objects_;
};

class FaultyStore final : public ObjectStore {
 public:
  explicit FaultyStore(ObjectStore& inner) : inner_(inner) {}

  // The n-th operation from now fails, with `for_ever` every later one too.
  void fail_at(std::uint64_t n, ErrorKind kind, bool for_ever) {
    fail_at_ = count_ + n;
    kind_ = kind;
    for_ever_ = for_ever;
  }
  [[nodiscard]] std::uint64_t operations() const { return count_; }
  // Changes what a put keeps, while it says that all is well.
  std::function<Bytes(std::string_view name, Bytes bytes)> lie;

  Result<Id> id() override {
    TRY(admit());
    return inner_.id();
  }
  Status put(std::string_view name, ByteView bytes) override {
    TRY(admit());
    return inner_.put(name, lie ? lie(name, to_bytes(bytes)) : to_bytes(bytes));
  }
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max_size) override {
    TRY(admit());
    return inner_.get(name, max_size);
  }
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) override {
    TRY(admit());
    return inner_.list(prefix);
  }
  Status remove(std::string_view name) override {
    TRY(admit());
    return inner_.remove(name);
  }
  Status sweep_unfinished(std::string_view prefix) override {
    TRY(admit());
    return inner_.sweep_unfinished(prefix);
  }
  Result<StoreSpace> space() override {
    TRY(admit());
    return inner_.space();
  }
  [[nodiscard]] std::string describe() const override { return inner_.describe(); }

 private:
  Status admit() {
    ++count_;
    if (fail_at_ != 0 && (count_ == fail_at_ || (for_ever_ && count_ > fail_at_))) {
      return fail(kind_, "the store fails as the test asked");
    }
    return {};
  }

  ObjectStore& inner_;
  std::uint64_t count_ = 0, fail_at_ = 0;
  ErrorKind kind_ = ErrorKind::permanent;
  bool for_ever_ = false;
};

}  // namespace till::backup
