#include "sync/compaction.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "security/hash.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

const DeviceProgress* progress_of(const std::vector<DeviceProgress>& all, const Id& device) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const DeviceProgress& p) { return p.id == device; });
  return found == all.end() ? nullptr : &*found;
}

bool keeps(const DeviceProgress& progress, EntityNumber table) {
  return std::any_of(progress.digests.begin(), progress.digests.end(),
                     [&](const TableDigest& digest) { return digest.entity == table; });
}

Bytes lot(const Id& device, std::int64_t day) {
  ByteWriter out;
  out.raw(view("till snapshot turn 1"));
  out.raw(device.view());
  out.u64(static_cast<std::uint64_t>(day));
  const auto digest = security::sha256(out.bytes());
  return {digest.begin(), digest.end()};
}

std::uint64_t reached_by(const SnapshotManifest& snapshot) {
  return *std::max_element(snapshot.cursor.after.begin(), snapshot.cursor.after.end());
}

}  // namespace

std::vector<DeviceStanding> standings(const std::vector<KnownDevice>& devices,
                                      const std::vector<DeviceProgress>& progress, std::int64_t now_ms,
                                      std::int64_t lapse_ms) {
  std::vector<DeviceStanding> found;
  for (const KnownDevice& device : devices) {
    DeviceStanding one{device.id, Standing::active, device.known_since_ms};
    const DeviceProgress* said = progress_of(progress, device.id);
    if (said != nullptr && said->at_ms <= now_ms + kDay_ms) one.last_sign_ms = std::max(one.last_sign_ms, said->at_ms);
    if (now_ms >= one.last_sign_ms + lapse_ms) one.standing = Standing::lapsed;
    if (device.revoked) one.standing = Standing::revoked;
    found.push_back(one);
  }
  return found;
}

StableCut::StableCut(const std::vector<DeviceStanding>& devices, const std::vector<DeviceProgress>& progress) {
  bool is_first = true;
  for (const DeviceStanding& device : devices) {
    if (device.standing != Standing::active) continue;
    if (!is_first && sabotaged(Sabotage::cut_ignores_laggards)) continue;
    const DeviceProgress* said = progress_of(progress, device.id);
    std::map<Feed, std::uint64_t> theirs;
    for (const FeedPosition& p : said == nullptr ? std::vector<FeedPosition>{} : said->vector) {
      const std::uint64_t mine = is_first ? p.sequence : std::min(p.sequence, position(p.feed));
      if (mine > 0) theirs[p.feed] = mine;
    }
    last_ = std::move(theirs);
    is_first = false;
  }
}

std::uint64_t StableCut::position(const Feed& feed) const {
  const auto found = last_.find(feed);
  return found == last_.end() ? 0 : found->second;
}

std::vector<FeedPosition> StableCut::within(const std::vector<FeedPosition>& positions) const {
  std::vector<FeedPosition> both;
  for (const FeedPosition& p : positions) {
    const std::uint64_t sequence = std::min(p.sequence, position(p.feed));
    if (sequence > 0) both.push_back({p.feed, sequence});
  }
  return both;
}

bool StableCut::covers(const std::vector<FeedPosition>& positions) const {
  return std::all_of(positions.begin(), positions.end(),
                     [&](const FeedPosition& p) { return p.sequence <= position(p.feed); });
}

bool is_snapshot_due(const SnapshotManifest* last, const Cursor& hub, std::int64_t now_ms,
                     const SnapshotSchedule& schedule) {
  const std::uint64_t number = *std::max_element(hub.after.begin(), hub.after.end());
  if (last == nullptr) return number >= schedule.few_segments;
  if (last->cursor.epoch != hub.epoch) return number >= schedule.few_segments;
  const std::uint64_t reached = reached_by(*last), since = number - std::min(number, reached);
  const bool is_old = now_ms >= last->made_at_ms + schedule.max_age_ms;
  return since >= schedule.many_segments || (is_old && since >= schedule.few_segments);
}

std::vector<Id> snapshot_makers(const std::vector<DeviceStanding>& devices, const std::vector<DeviceProgress>& progress,
                                const std::vector<EntityNumber>& tables, std::int64_t now_ms) {
  std::vector<std::pair<Bytes, Id>> lots;
  for (const DeviceStanding& device : devices) {
    const DeviceProgress* said = progress_of(progress, device.id);
    if (device.standing != Standing::active || said == nullptr) continue;
    const bool is_whole =
        std::all_of(tables.begin(), tables.end(), [&](EntityNumber table) { return keeps(*said, table); });
    if (is_whole) lots.emplace_back(lot(device.id, now_ms / kDay_ms), device.id);
  }
  std::sort(lots.begin(), lots.end());
  std::vector<Id> makers;
  for (const auto& [ticket, device] : lots) makers.push_back(device);
  return makers;
}

}  // namespace till::sync
