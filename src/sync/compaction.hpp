// Who still has a say in what the log must keep, and up to where everybody has it: the stable cut. What every active
// terminal says, in its own feed, to hold durably need not be kept for any of them; a terminal that was away for longer
// than the lapse time does not hold the others up: when it comes back it starts from a snapshot, and what it had not
// sent counts. Pure; the same on every terminal that holds the same rows.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/id.hpp"
#include "sync/progress.hpp"
#include "sync/snapshot.hpp"

namespace till::sync {

constexpr std::int64_t kDay_ms = 24LL * 3600 * 1000;

struct KnownDevice {
  Id id;
  bool revoked = false;
  std::int64_t known_since_ms = 0;  // trusted time; when its row was made
};

enum class Standing : std::uint8_t { active, lapsed, revoked };

struct DeviceStanding {
  Id id;
  Standing standing = Standing::active;
  std::int64_t last_sign_ms = 0;  // trusted time
};

// In the order of `devices`. A sign of life from the future, beyond what clocks err, is none.
std::vector<DeviceStanding> standings(const std::vector<KnownDevice>& devices,
                                      const std::vector<DeviceProgress>& progress, std::int64_t now_ms,
                                      std::int64_t lapse_ms);

// What all active terminals hold of each feed; a feed that one of them lacks is not in it. Nothing at all is stable
// while an active one has never said what it holds.
class StableCut {
 public:
  StableCut(const std::vector<DeviceStanding>& devices, const std::vector<DeviceProgress>& progress);
  [[nodiscard]] std::uint64_t position(const Feed& feed) const;
  // As far as both go.
  [[nodiscard]] std::vector<FeedPosition> within(const std::vector<FeedPosition>& positions) const;
  [[nodiscard]] bool covers(const std::vector<FeedPosition>& positions) const;

 private:
  std::map<Feed, std::uint64_t> last_;
};

// When the next snapshot is to be made.
struct SnapshotSchedule {
  std::uint64_t many_segments = 10'000;  // at the hub since the last one: it is due
  std::uint64_t few_segments = 500;      // or so many, and the last one is this old
  std::int64_t max_age_ms = 7 * kDay_ms;
};
// `last`: the newest one at the hub; `hub`: its epoch and last number. Of another epoch it lets nothing be dropped.
bool is_snapshot_due(const SnapshotManifest* last, const Cursor& hub, std::int64_t now_ms,
                     const SnapshotSchedule& schedule = {});

// Those who may make one, first the one whose turn it is on this day: everybody comes to the same order by itself, and
// whoever is behind waits, so that one does it. Only active terminals that keep every table in full.
std::vector<Id> snapshot_makers(const std::vector<DeviceStanding>& devices, const std::vector<DeviceProgress>& progress,
                                const std::vector<EntityNumber>& tables, std::int64_t now_ms);

}  // namespace till::sync
