#include "sim/memory_hub_store.hpp"

#include <algorithm>
#include <utility>

namespace till::sim {

using namespace till::sync;

namespace {

bool take(std::vector<HubSegment>& out, std::size_t& bytes, const StoredSegment& stored, std::size_t max_bytes) {
  bytes += stored.segment.bytes.size();
  if (!out.empty() && bytes > max_bytes) return false;
  out.push_back(stored.segment);
  return true;
}

// At a number that no segment has.
StoredSegment nothing(std::uint64_t number) {
  StoredSegment skipped;
  skipped.segment.sequence = number;
  skipped.is_forgotten = true;
  return skipped;
}

void move_head(std::vector<FeedHead>& heads, const FeedHead& to) {
  std::erase_if(heads, [&](const FeedHead& head) { return head.branch == to.branch; });
  heads.push_back(to);
  std::sort(heads.begin(), heads.end(), [](const auto& x, const auto& y) { return x.branch < y.branch; });
}

}  // namespace

Result<std::optional<HubSigner>> MemoryHubStore::signer(const Id& tenant, const Id& device) {
  const auto& devices = tenants[tenant].devices;
  const auto found = devices.find(device);
  return found == devices.end() ? std::nullopt : std::optional<HubSigner>{found->second};
}

Result<std::vector<FeedHead>> MemoryHubStore::heads(const Id& tenant, const Feed& feed) {
  const auto& heads = tenants[tenant].heads;
  const auto found = heads.find(feed);
  return found == heads.end() ? std::vector<FeedHead>{} : found->second;
}

Result<std::vector<FeedHead>> MemoryHubStore::heads_of(const Id& tenant, const Id& device) {
  std::vector<FeedHead> found;
  for (const auto& [feed, heads] : tenants[tenant].heads) {
    if (feed.device == device) found.insert(found.end(), heads.begin(), heads.end());
  }
  return found;
}

Result<std::vector<FeedHead>> MemoryHubStore::all_heads(const Id& tenant, std::size_t max) {
  std::vector<FeedHead> found;
  for (const auto& [feed, heads] : tenants[tenant].heads) found.insert(found.end(), heads.begin(), heads.end());
  if (found.size() > max) found.resize(max);
  return found;
}

Result<bool> MemoryHubStore::has_end(const Id& tenant, const Feed& feed, std::uint64_t last_sequence,
                                     const RecordHash& last_hash) {
  const auto& log = tenants[tenant].log;
  return std::any_of(log.begin(), log.end(), [&](const StoredSegment& s) {
    return s.segment.feed == feed && s.segment.last_sequence == last_sequence && s.last_hash == last_hash;
  });
}

Result<bool> MemoryHubStore::has_segment(const Id& tenant, const Feed& feed, std::uint64_t first_sequence,
                                         std::uint64_t last_sequence, const RecordHash& last_hash) {
  const auto& log = tenants[tenant].log;
  return std::any_of(log.begin(), log.end(), [&](const StoredSegment& s) {
    return s.segment.feed == feed && s.segment.first_sequence == first_sequence &&
           s.segment.last_sequence == last_sequence && s.last_hash == last_hash;
  });
}

Result<std::uint64_t> MemoryHubStore::append(const HubAppend& a) {
  HubTenantState& tenant = tenants[a.tenant];
  const std::uint64_t number = tenant.log.size() + 1;
  tenant.log.push_back({{number, a.feed, a.first_sequence, a.last_sequence, to_bytes(a.bytes)},
                        a.previous_hash,
                        a.last_hash,
                        a.branch,
                        a.stored_at});
  move_head(tenant.heads[a.feed], {a.feed, a.last_sequence, a.last_hash, a.branch});
  return number;
}

Result<std::vector<HubSegment>> MemoryHubStore::after(const Id& tenant, Lane lane, std::uint64_t after,
                                                      const Id& skip_device, Incarnation skip_incarnation,
                                                      std::size_t max_bytes) {
  std::vector<HubSegment> found;
  std::size_t bytes = 0;
  const auto& log = tenants[tenant].log;
  for (std::size_t i = after; i < log.size(); ++i) {
    const Feed& feed = log[i].segment.feed;
    if (log[i].is_forgotten || feed.lane != lane ||
        (feed.device == skip_device && feed.incarnation == skip_incarnation))
      continue;
    if (!take(found, bytes, log[i], max_bytes)) break;
  }
  return found;
}

Result<std::vector<HubSegment>> MemoryHubStore::of_feed(const Id& tenant, const FeedRange& range,
                                                        std::size_t max_bytes) {
  std::vector<const StoredSegment*> wanted;
  for (const StoredSegment& s : tenants[tenant].log) {
    if (!s.is_forgotten && s.segment.feed == range.feed && s.segment.last_sequence >= range.first &&
        (range.last == 0 || s.segment.first_sequence <= range.last))
      wanted.push_back(&s);
  }
  std::stable_sort(wanted.begin(), wanted.end(), [](const StoredSegment* x, const StoredSegment* y) {
    return std::pair(x->segment.last_sequence, x->branch) < std::pair(y->segment.last_sequence, y->branch);
  });
  std::vector<HubSegment> found;
  std::size_t bytes = 0;
  for (const StoredSegment* s : wanted) {
    if (!take(found, bytes, *s, max_bytes)) break;
  }
  return found;
}

Status MemoryHubStore::set_floor(const Id& tenant, const HubFloor& floor) {
  tenants[tenant].floor = floor;
  return {};
}

Result<bool> MemoryHubStore::sweep(const Id& tenant, std::size_t max) {
  const auto& floor = tenants[tenant].floor.after;
  for (const Lane lane : kAllLanes) {
    for (StoredSegment& s : tenants[tenant].log) {
      if (s.is_forgotten || s.segment.feed.lane != lane || s.segment.sequence > floor[index(lane)]) continue;
      s.is_forgotten = true;
      s.segment.bytes.clear();
      if (--max == 0) return true;
    }
  }
  return false;
}

Result<std::uint64_t> MemoryHubStore::first_since(const Id& tenant, Lane lane, UtcTime since) {
  for (const StoredSegment& s : tenants[tenant].log) {
    if (!s.is_forgotten && s.segment.feed.lane == lane && s.stored_at >= since) return s.segment.sequence;
  }
  return 0;
}

Status MemoryHubStore::raise_head(const Id& tenant, const FeedHead& head) {
  auto& heads = tenants[tenant].heads[head.feed];
  FeedHead raised = head;
  raised.branch = heads.size() == 1 ? heads.front().branch : static_cast<std::uint32_t>(heads.size());
  move_head(heads, raised);
  tenants[tenant].raised.push_back(raised);
  return {};
}

void MemoryHubStore::cut_off(const Id& tenant, std::uint64_t last_number) {
  auto& held = tenants[tenant];
  held.log.resize(last_number);
  std::vector<FeedHead> ends = held.raised;
  for (const StoredSegment& s : held.log) {
    if (!s.segment.feed.device.is_nil())
      ends.push_back({s.segment.feed, s.segment.last_sequence, s.last_hash, s.branch});
  }
  std::sort(ends.begin(), ends.end(), [](const auto& x, const auto& y) { return x.sequence < y.sequence; });
  held.heads.clear();
  for (const FeedHead& end : ends) move_head(held.heads[end.feed], end);
}

Result<std::uint64_t> MemoryHubStore::begin_epoch(const Id& tenant) {
  auto& held = tenants[tenant];
  held.ancestors.insert(held.ancestors.begin(), {held.epoch, held.log.size()});
  ++held.epoch;
  held.log.push_back(nothing(held.log.size() + 1));
  return held.log.size();
}

Status MemoryHubStore::renumber(const Id& tenant, Lane lane, std::uint64_t after, std::uint64_t before) {
  auto& log = tenants[tenant].log;
  for (std::uint64_t number = after + 1; number < before; ++number) {
    const Feed& feed = log[number - 1].segment.feed;
    if (feed.device.is_nil() || feed.lane != lane) continue;
    log.push_back(std::exchange(log[number - 1], nothing(number)));
    log.back().segment.sequence = log.size();
  }
  return {};
}

Status MemoryHubStore::confirm(const Id& tenant, const Id& device, const Cursor& cursor, UtcTime now) {
  tenants[tenant].confirmed[device] = {now, cursor};
  return {};
}

Result<std::vector<HubConfirmation>> MemoryHubStore::confirmations(const Id& tenant) {
  std::vector<HubConfirmation> found;
  for (const auto& [device, signer] : tenants[tenant].devices) {
    const auto said = tenants[tenant].confirmed.find(device);
    HubConfirmation one{device, signer.revoked, {}, {}};
    if (said != tenants[tenant].confirmed.end()) {
      one.heard_at = said->second.first;
      one.cursor = said->second.second;
    }
    found.push_back(one);
  }
  return found;
}

}  // namespace till::sim
