#include "sim/checked_hub_store.hpp"

#include <algorithm>
#include <tuple>

namespace till::sim {

using namespace till::sync;

namespace {

struct Equal {
  template <class T>
  bool operator()(const T& x, const T& y) const {
    return x == y;
  }
};

bool same_signer(const std::optional<HubSigner>& x, const std::optional<HubSigner>& y) {
  if (!x || !y) return x.has_value() == y.has_value();
  return x->public_key == y->public_key && x->revoked == y->revoked;
}

bool same_segments(const std::vector<HubSegment>& x, const std::vector<HubSegment>& y) {
  const auto all = [](const HubSegment& s) {
    return std::tie(s.sequence, s.feed, s.first_sequence, s.last_sequence, s.bytes);
  };
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [&](const HubSegment& a, const HubSegment& b) { return all(a) == all(b); });
}

bool same_heads(std::vector<FeedHead> x, std::vector<FeedHead> y) {
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  return x == y;
}

bool same_confirmations(std::vector<HubConfirmation> x, std::vector<HubConfirmation> y) {
  const auto by_device = [](const HubConfirmation& a, const HubConfirmation& b) { return a.device < b.device; };
  std::sort(x.begin(), x.end(), by_device);
  std::sort(y.begin(), y.end(), by_device);
  const auto all = [](const HubConfirmation& c) { return std::tie(c.device, c.revoked, c.heard_at.us, c.cursor); };
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [&](const HubConfirmation& a, const HubConfirmation& b) { return all(a) == all(b); });
}

}  // namespace

// Without power, or on a disk that refuses, the real one says so, and that is the answer: the model is put right when
// the group has failed.
template <class Call, class Same>
auto CheckedHubStore::on_both(const char* name, Call call, Same same) {
  auto real = call(static_cast<HubStore&>(disk_.segments()));
  if (!real && (disk_.files().stopped() || disk_.has_trouble())) return real;
  auto expected = call(static_cast<HubStore&>(model_));
  if (!real) {
    differs_(std::string("the hub's database fails in ") + name + ": " + real.error().message + " / " +
             real.error().cause);
  } else if (!same(real, expected)) {
    differs_(std::string("the hub's database says something else than its model in ") + name);
  }
  return expected;
}

namespace {

// On the values of two results that are there.
template <class Same>
auto values(Same same) {
  return [same](const auto& x, const auto& y) { return x && y && same(*x, *y); };
}
constexpr auto kNothingToCompare = [](const auto&, const auto&) { return true; };

}  // namespace

Result<std::uint64_t> CheckedHubStore::epoch(const Id& tenant) {
  return on_both(
      "epoch", [&](HubStore& s) { return s.epoch(tenant); }, values(Equal{}));
}

Result<std::uint64_t> CheckedHubStore::last_number(const Id& tenant) {
  return on_both(
      "last_number", [&](HubStore& s) { return s.last_number(tenant); }, values(Equal{}));
}

Result<std::vector<EpochAncestor>> CheckedHubStore::ancestors(const Id& tenant) {
  return on_both(
      "ancestors", [&](HubStore& s) { return s.ancestors(tenant); }, values(Equal{}));
}

Result<std::optional<HubSigner>> CheckedHubStore::signer(const Id& tenant, const Id& device) {
  if (strangers.contains({tenant, device})) return model_.signer(tenant, device);
  return on_both(
      "signer", [&](HubStore& s) { return s.signer(tenant, device); }, values(same_signer));
}

Result<std::vector<FeedHead>> CheckedHubStore::heads(const Id& tenant, const Feed& feed) {
  return on_both(
      "heads", [&](HubStore& s) { return s.heads(tenant, feed); }, values(Equal{}));
}

Result<std::vector<FeedHead>> CheckedHubStore::heads_of(const Id& tenant, const Id& device) {
  return on_both(
      "heads_of", [&](HubStore& s) { return s.heads_of(tenant, device); }, values(same_heads));
}

Result<std::vector<FeedHead>> CheckedHubStore::all_heads(const Id& tenant, std::size_t max) {
  return on_both(
      "all_heads", [&](HubStore& s) { return s.all_heads(tenant, max); }, values(same_heads));
}

Result<bool> CheckedHubStore::has_end(const Id& tenant, const Feed& feed, std::uint64_t last_sequence,
                                      const RecordHash& last_hash) {
  return on_both(
      "has_end", [&](HubStore& s) { return s.has_end(tenant, feed, last_sequence, last_hash); }, values(Equal{}));
}

Result<bool> CheckedHubStore::has_segment(const Id& tenant, const Feed& feed, std::uint64_t first_sequence,
                                          std::uint64_t last_sequence, const RecordHash& last_hash) {
  const auto ask = [&](HubStore& s) { return s.has_segment(tenant, feed, first_sequence, last_sequence, last_hash); };
  return on_both("has_segment", ask, values(Equal{}));
}

Result<std::uint64_t> CheckedHubStore::append(const HubAppend& segment) {
  return on_both(
      "append", [&](HubStore& s) { return s.append(segment); }, values(Equal{}));
}

Result<std::vector<HubSegment>> CheckedHubStore::after(const Id& tenant, Lane lane, std::uint64_t after,
                                                       const Id& skip_device, Incarnation skip_incarnation,
                                                       std::size_t max_bytes) {
  const auto ask = [&](HubStore& s) { return s.after(tenant, lane, after, skip_device, skip_incarnation, max_bytes); };
  return on_both("after", ask, values(same_segments));
}

Result<std::vector<HubSegment>> CheckedHubStore::of_feed(const Id& tenant, const FeedRange& range,
                                                         std::size_t max_bytes) {
  return on_both(
      "of_feed", [&](HubStore& s) { return s.of_feed(tenant, range, max_bytes); }, values(same_segments));
}

Result<HubFloor> CheckedHubStore::floor(const Id& tenant) {
  return on_both(
      "floor", [&](HubStore& s) { return s.floor(tenant); }, values(Equal{}));
}

Status CheckedHubStore::set_floor(const Id& tenant, const HubFloor& floor) {
  return on_both(
      "set_floor", [&](HubStore& s) { return s.set_floor(tenant, floor); }, kNothingToCompare);
}

Result<bool> CheckedHubStore::sweep(const Id& tenant, std::size_t max) {
  return on_both(
      "sweep", [&](HubStore& s) { return s.sweep(tenant, max); }, values(Equal{}));
}

Result<std::uint64_t> CheckedHubStore::first_since(const Id& tenant, Lane lane, UtcTime since) {
  return on_both(
      "first_since", [&](HubStore& s) { return s.first_since(tenant, lane, since); }, values(Equal{}));
}

Status CheckedHubStore::raise_head(const Id& tenant, const FeedHead& head) {
  return on_both(
      "raise_head", [&](HubStore& s) { return s.raise_head(tenant, head); }, kNothingToCompare);
}

// The epoch is random in the product; it is renamed in the same group, so that runs are the same.
Result<std::uint64_t> CheckedHubStore::begin_epoch(const Id& tenant) {
  auto number = on_both(
      "begin_epoch", [&](HubStore& s) { return s.begin_epoch(tenant); }, values(Equal{}));
  if (number) (void)disk_.write_epoch(tenant, model_.tenants[tenant].epoch);
  return number;
}

Status CheckedHubStore::renumber(const Id& tenant, Lane lane, std::uint64_t after, std::uint64_t before) {
  return on_both(
      "renumber", [&](HubStore& s) { return s.renumber(tenant, lane, after, before); }, kNothingToCompare);
}

Status CheckedHubStore::confirm(const Id& tenant, const Id& device, const Cursor& cursor, UtcTime now) {
  return on_both(
      "confirm", [&](HubStore& s) { return s.confirm(tenant, device, cursor, now); }, kNothingToCompare);
}

Result<std::vector<HubConfirmation>> CheckedHubStore::confirmations(const Id& tenant) {
  const auto same = [&](const std::vector<HubConfirmation>& real, std::vector<HubConfirmation> expected) {
    std::erase_if(expected, [&](const HubConfirmation& c) { return strangers.contains({tenant, c.device}); });
    return same_confirmations(real, std::move(expected));
  };
  return on_both(
      "confirmations", [&](HubStore& s) { return s.confirmations(tenant); }, values(same));
}

void CheckedHubStore::compare_all() {
  for (const auto& [tenant, held] : model_.tenants) compare_tenant(tenant, held);
}

// The answers are compared on the way.
void CheckedHubStore::compare_tenant(const Id& tenant, const HubTenantState& held) {
  (void)epoch(tenant);
  (void)last_number(tenant);
  (void)ancestors(tenant);
  (void)floor(tenant);
  (void)confirmations(tenant);
  (void)all_heads(tenant, SIZE_MAX);
  std::set<Id> devices;
  for (const auto& [device, signer] : held.devices) {
    devices.insert(device);
    (void)this->signer(tenant, device);
  }
  for (const auto& [feed, heads] : held.heads) {
    devices.insert(feed.device);
    (void)this->heads(tenant, feed);
  }
  for (const Id& device : devices) (void)heads_of(tenant, device);
  for (const Lane lane : kAllLanes) (void)after(tenant, lane, 0, {}, 0, SIZE_MAX);
  for (const StoredSegment& s : held.log) {
    const HubSegment& segment = s.segment;
    if (segment.feed.device.is_nil()) continue;  // a number that no segment got
    (void)has_segment(tenant, segment.feed, segment.first_sequence, segment.last_sequence, s.last_hash);
  }
}

}  // namespace till::sim
