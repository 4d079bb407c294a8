#include "sync/divergence.hpp"

#include <algorithm>

#include "sync/half_snapshot.hpp"

namespace till::sync {

namespace {

constexpr FieldNumber kLanesField = 1, kDigestsField = 2;  // of DeviceProgress

// What others do not keep in full, or what changes by being published, is not compared.
bool is_compared(EntityNumber entity) {
  return entity != DeviceProgress::kEntity;
}

bool same_but_telemetry(const std::vector<std::uint64_t>& a, const std::array<std::uint64_t, kLanes>& b) {
  return a.size() == kLanes && std::equal(a.begin(), a.begin() + index(Lane::low), b.begin());
}

const DeviceProgress* find(const std::vector<DeviceProgress>& all, const Id& device) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.id == device; });
  return found == all.end() ? nullptr : &*found;
}

TableDigest digest_of(const std::vector<TableDigest>& digests, EntityNumber entity) {
  const auto found = std::find_if(digests.begin(), digests.end(), [&](const auto& d) { return d.entity == entity; });
  return found == digests.end() ? TableDigest{entity, 0, 0} : *found;
}

std::vector<EntityNumber> differing(Store& store, const std::vector<TableDigest>& mine, const DeviceProgress& theirs,
                                    const std::array<std::uint64_t, kLanes>& lanes) {
  std::vector<EntityNumber> entities;
  // Rows are ranked by them, and they are in a lane of their own.
  const bool same_amendments = digest_of(mine, Amendment::kEntity) == digest_of(theirs.digests, Amendment::kEntity);
  for (const TableDigest& other : theirs.digests) {
    const auto lane = store.lane_of(other.entity);
    if (!lane || !is_compared(other.entity) || theirs.lanes[index(*lane)] != lanes[index(*lane)]) continue;
    if (!same_amendments && other.entity != Amendment::kEntity) continue;
    if (digest_of(mine, other.entity) != other) entities.push_back(other.entity);
  }
  return entities;
}

}  // namespace

Result<bool> publish_progress(Store& store, LocalLog& log, const std::string& program, UtcTime trusted_now,
                              bool with_vector) {
  const SelfState self = TRY(store.self());
  const auto all = TRY(store.progress());
  const DeviceProgress* before = find(all, self.device);
  const std::int64_t now_ms = trusted_now.us / 1000;
  if (before != nullptr && now_ms >= before->at_ms && now_ms < before->at_ms + kProgressInterval_ms) return false;
  const auto lanes = TRY(store.lane_hashes());
  const bool same = before != nullptr && same_but_telemetry(before->lanes, lanes) && before->program == program;
  const bool vector_due = before == nullptr || now_ms >= before->vector_at_ms + kVectorInterval_ms;
  if (same && !vector_due) return false;
  DeviceProgress progress;
  if (before != nullptr) progress = *before;
  progress.id = self.device;
  progress.lanes.clear();
  progress.digests.clear();
  if (!TRY(is_data_ahead(store))) {
    progress.lanes.assign(lanes.begin(), lanes.end());
    progress.digests = TRY(store.digests());
  }
  std::erase_if(progress.digests,
                [&](const TableDigest& d) { return !is_compared(d.entity) || !store.keeps_all(d.entity); });
  progress.parked = TRY(store.parked_count());
  progress.clock_offset_ms = self.clock_offset_ms;
  progress.program = program;
  progress.at_ms = now_ms;
  if (vector_due || with_vector) {
    progress.vector = TRY(store.positions());
    progress.vector_at_ms = now_ms;
  }
  auto fields = to_fields(progress);
  TRY(log.set(store, Lane::low, DeviceProgress::kEntity, self.device, fields));
  // These two are compared with each other: whoever has one of a publication has both, also where one is as before.
  for (const FieldNumber number : {kLanesField, kDigestsField}) {
    TRY(log.settle(store, Lane::low, DeviceProgress::kEntity, self.device, number, fields.at(number)));
  }
  return true;
}

Result<bool> contradicts_digests(Store& store, const std::vector<std::uint64_t>& lanes,
                                 const std::vector<TableDigest>& digests) {
  DeviceProgress theirs;
  theirs.lanes = lanes;
  theirs.digests = digests;
  auto entities = differing(store, TRY(store.digests()), theirs, TRY(store.lane_hashes()));
  std::erase_if(entities, [&](EntityNumber entity) { return !store.keeps_all(entity); });
  return !entities.empty();
}

Result<std::vector<Divergence>> divergences(Store& store) {
  std::vector<Divergence> found;
  if (TRY(is_data_ahead(store))) return found;
  const SelfState self = TRY(store.self());
  const auto lanes = TRY(store.lane_hashes());
  const auto mine = TRY(store.digests());
  for (const DeviceProgress& theirs : TRY(store.progress())) {
    if (theirs.id == self.device || theirs.lanes.size() != kLanes) continue;
    auto entities = differing(store, mine, theirs, lanes);
    std::erase_if(entities, [&](EntityNumber entity) { return !store.keeps_all(entity); });
    if (!entities.empty()) found.push_back({theirs.id, std::move(entities)});
  }
  return found;
}

}  // namespace till::sync
