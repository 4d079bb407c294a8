#include "backup/quota.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "backup/sabotage.hpp"

namespace till::backup {

Status QuotaStore::count() {
  if (counted_) return {};
  sizes_.clear();
  used_bytes_ = 0;
  for (auto& object : TRY(inner_.list(""))) {
    used_bytes_ += object.size;
    sizes_.emplace(std::move(object.name), object.size);
  }
  counted_ = true;
  return {};
}

Status QuotaStore::put(std::string_view name, ByteView bytes) {
  TRY(count());
  if (const bool known = sizes_.contains(name); !known) {
    if (used_bytes_ + bytes.size() > quota_bytes_ && !sabotaged(Sabotage::quota_uncounted)) {
      return fail(ErrorKind::permanent,
                  fmt::format("the {} MB set aside for backups in {} are used up; keep fewer or set aside more",
                              quota_bytes_ / 1'000'000, inner_.describe()));
    }
  }
  TRY(inner_.put(name, bytes));
  if (sizes_.emplace(std::string(name), bytes.size()).second) used_bytes_ += bytes.size();
  return {};
}

Status QuotaStore::remove(std::string_view name) {
  TRY(count());
  TRY(inner_.remove(name));
  if (const auto known = sizes_.find(name); known != sizes_.end()) {
    used_bytes_ -= known->second;
    sizes_.erase(known);
  }
  return {};
}

Result<StoreSpace> QuotaStore::space() {
  TRY(count());
  const auto inner = TRY(inner_.space());
  const auto left = quota_bytes_ - std::min(used_bytes_, quota_bytes_);
  return StoreSpace{std::min(left, inner.free_bytes.value_or(left)), quota_bytes_};
}

}  // namespace till::backup
