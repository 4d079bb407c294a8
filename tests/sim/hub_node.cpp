#include "sim/hub_node.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/network.hpp"
#include "sim/sim_keys.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"
#include "sync/chain.hpp"
#include "sync/sabotage.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

constexpr std::int64_t kGroup_us = 2'000;

}  // namespace

HubNode::HubNode(World& world, LinkNumber link)
    : world_(world),
      link_(link),
      disk_random_(world.plan().seed * 0x9e3779b97f4a7c15ULL + 1000 + link),
      disk_(world.plan().hub_on_disk ? std::make_unique<HubDisk>(world.tenants(), 7 + link) : nullptr),
      checked_(disk_ ? std::make_unique<CheckedHubStore>(*disk_, state_.store,
                                                         [this](const std::string& what) { world_.fail(what); })
                     : nullptr),
      core_(store(), verify_for_hub) {
  for (const Id& tenant : world.tenants()) state_.store.tenants[tenant].epoch = 7 + link;
}

HubNode::~HubNode() = default;

HubStore& HubNode::store() {
  if (checked_) return *checked_;
  return state_.store;
}

void HubNode::admit(const Id& tenant, const Id& device) {
  state_.store.tenants[tenant].devices[device] = {to_bytes(device.view()), false};
  if (disk_) disk_->enrol(tenant, device);
}

void HubNode::admit_stranger(const Id& tenant, const Id& device) {
  state_.store.tenants[tenant].devices[device] = {to_bytes(device.view()), false};
  if (checked_) checked_->strangers.emplace(tenant, device);
}

void HubNode::revoke(const Id& tenant, const Id& device) {
  if (disk_) disk_->revoke(tenant, device);
  state_.store.tenants[tenant].devices[device].revoked = true;
  revoked_at_[device] = world_.true_time();
}

std::string HubNode::refuses(const Terminal& terminal) {
  if (!up_) return "the hub cannot be reached";
  return turns_revoked_away && terminal.is_revoked ? "this terminal was revoked" : "";
}

void HubNode::opened(std::uint64_t connection, const Terminal& terminal) {
  sessions_[connection] = std::make_unique<HubSession>(core_, terminal.tenant(), terminal.device());
}

void HubNode::received(std::uint64_t connection, const Bytes& frame) {
  if (!up_) return;
  group_.push_back({connection, frame});
  if (group_.size() > 1) return;
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + kGroup_us, [this, life] {
    if (life == life_) commit_group();
  });
}

void HubNode::commit_group() {
  std::vector<std::pair<std::uint64_t, HubReply>> replies;
  bool stored = false;
  begin_group(true);
  std::set<std::uint64_t> touched;
  for (const Waiting& waiting : std::exchange(group_, {})) {
    const auto session = sessions_.find(waiting.connection);
    if (session == sessions_.end()) continue;
    touched.insert(waiting.connection);
    auto reply = session->second->receive(waiting.frame, world_.true_time());
    if (!reply && is_disk_bad()) {
      (void)end_group();
      return group_failed(Expected::before_group, touched);
    }
    if (!reply) {
      world_.fail("the hub failed: " + reply.error().message);
      return;
    }
    stored |= reply->stored;
    replies.emplace_back(waiting.connection, std::move(*reply));
  }
  const auto tell = [&] {
    look_into_new_segments();
    for (auto& [connection, reply] : replies) told(connection, std::move(reply));
  };
  const bool tells_early = disk_ && sabotaged(Sabotage::hub_acks_early);
  if (tells_early) tell();
  if (!end_group()) return group_failed(Expected::either, touched);
  if (!tells_early) tell();
  if (stored) serve_all();
  lose_power_when_written();
}

void HubNode::told(std::uint64_t connection, HubReply reply) {
  world_.forks += reply.forks.size();
  if (!reply.forks.empty() && !world_.forks_allowed) world_.fail("a sequence number was used twice: a feed forked");
  for (Bytes& out : reply.frames) world_.network().to_terminal(connection, std::move(out));
  if (!reply.close_reason.empty()) world_.network().close(connection, reply.close_reason);
}

void HubNode::serve_all() {
  for (auto& [connection, session] : sessions_) {
    auto frames = session->serve();
    if (!frames) world_.fail("the hub cannot serve: " + frames.error().message);
    for (Bytes& out : *frames) world_.network().to_terminal(connection, std::move(out));
  }
}

void HubNode::look_into_new_segments() {
  for (auto& [tenant, held] : state_.store.tenants) {
    auto& documents = state_.documents[tenant];
    for (std::size_t i = documents.size(); i < held.log.size(); ++i) {
      documents.push_back(documents_in_segment(held.log[i].segment.bytes));
      const auto envelope = parse_envelope(held.log[i].segment.bytes);
      if (envelope && envelope->tenant != tenant) world_.fail("the hub keeps records of one shop for another");
    }
    if (!sabotaged(Sabotage::hub_acks_early) || world_.now_us() / 30'000'000 % 2 == 0)
      committed_[tenant] = held.log.size();
  }
}

Verdict HubNode::deliver(const Id& tenant, const Bytes& segment) {
  Verdict verdict;
  if (!up_) return verdict;
  begin_group(false);
  auto accepted = core_.accept(tenant, segment, world_.true_time());
  if (accepted) verdict = *accepted;
  if (!end_group()) {
    group_failed(Expected::before_group, {});
    return {};
  }
  look_into_new_segments();
  serve_all();
  return verdict;
}

void HubNode::smuggle(const Id& tenant, const Bytes& segment) {
  const auto e = parse_envelope(segment);
  if (!e || !up_) return;
  begin_group(false);
  const auto number = store().append({tenant, e->feed, e->first_sequence, e->last_sequence(), e->previous_hash,
                                      e->last_hash, 0, false, e->last_stamp.ms(), world_.true_time(), segment});
  if (!end_group()) return group_failed(Expected::before_group, {});
  state_.smuggled.emplace(tenant, *number);
  look_into_new_segments();
  serve_all();
}

bool HubNode::drop(const Id& tenant, const HubDropRequest& request) {
  if (!up_) return false;
  const HubFloor before = state_.store.tenants[tenant].floor;
  const auto log = state_.store.tenants[tenant].log;
  const HubRetention retention{0, 30LL * 24 * 3600 * 1000};
  begin_group(true);
  const auto dropped = sync::drop(store(), tenant, request, retention, world_.true_time());
  const bool is_cut_off = !dropped && is_disk_bad();
  if (!end_group()) {
    group_failed(is_cut_off ? Expected::before_group : Expected::either, {});
    return false;
  }
  if (!dropped) return false;
  if (dropped->raised > 0) follow_new_numbers(tenant, log);
  look_into_new_segments();
  for (const StoredSegment& s : state_.store.tenants[tenant].log) {
    const std::size_t lane = index(s.segment.feed.lane);
    const bool is_dropped = !s.segment.feed.device.is_nil() && s.segment.sequence <= dropped->floor.after[lane];
    if (is_dropped && s.segment.sequence > std::max(request.positions[lane], before.after[lane])) {
      world_.fail("the hub drops what no snapshot stands for");
    }
  }
  if (dropped->raised > 0) world_.network().close_all(link_, "this hub's log was mended by a snapshot");
  return dropped->floor != before;
}

// What was smuggled in stays known as that. Within a lane the order is the same as before.
void HubNode::follow_new_numbers(const Id& tenant, const std::vector<StoredSegment>& before) {
  const auto& log = state_.store.tenants[tenant].log;
  for (const Lane lane : kAllLanes) {
    std::size_t to = before.size();
    for (std::size_t from = 0; from < before.size(); ++from) {
      const Feed& feed = before[from].segment.feed;
      if (feed.device.is_nil() || feed.lane != lane || !log[from].segment.feed.device.is_nil()) continue;
      while (to < log.size() && (log[to].segment.feed.device.is_nil() || log[to].segment.feed.lane != lane)) ++to;
      if (is_smuggled(tenant, from + 1)) state_.smuggled.emplace(tenant, to + 1);
      ++to;
    }
  }
}

void HubNode::drop_lines() {
  up_ = false;
  ++life_;
  group_.clear();
  world_.network().close_all(link_, "the hub went away");
  sessions_.clear();
}

void HubNode::forget_uncommitted() {
  for (auto& [tenant, held] : state_.store.tenants) {
    state_.store.cut_off(tenant, committed_[tenant]);
    state_.documents[tenant].resize(held.log.size());
  }
}

void HubNode::restore_copy() {
  if (!copy_) return;
  go_down();
  for (const auto& [tenant, held] : state_.store.tenants) {
    for (const auto& [feed, heads] : held.heads) {
      before_restore_[feed] = std::max(before_restore_[feed], furthest(heads));
    }
  }
  const auto now = state_.store.tenants;
  state_ = *copy_;
  for (auto& [tenant, held] : state_.store.tenants) {
    held.ancestors.insert(held.ancestors.begin(), {held.epoch, held.log.size()});
    held.epoch = now.at(tenant).epoch + 100;
    held.devices = now.at(tenant).devices;
    committed_[tenant] = held.log.size();
  }
  if (disk_) put_files_back();
  up_ = true;
}

bool HubNode::took_from_revoked(const Id& tenant) {
  const auto& log = state(tenant).log;
  return std::any_of(revoked_at_.begin(), revoked_at_.end(), [&](const auto& entry) {
    return std::any_of(log.begin(), log.end(), [&](const StoredSegment& s) {
      return s.segment.feed.device == entry.first && s.stored_at > entry.second;
    });
  });
}

const std::vector<Id>& HubNode::documents_in(const Id& tenant, std::uint64_t number) {
  return state_.documents[tenant].at(number - 1);
}

std::set<Id> HubNode::documents(const Id& tenant) {
  std::set<Id> found;
  for (const auto& documents : state_.documents[tenant]) found.insert(documents.begin(), documents.end());
  return found;
}

std::uint64_t HubNode::furthest_of(const Id& tenant, const Feed& feed) {
  const auto& heads = state_.store.tenants[tenant].heads;
  const auto found = heads.find(feed);
  return found == heads.end() ? 0 : furthest(found->second);
}

std::uint64_t HubNode::furthest_before_restore(const Feed& feed) {
  const auto found = before_restore_.find(feed);
  return found == before_restore_.end() ? 0 : found->second;
}

}  // namespace till::sim
