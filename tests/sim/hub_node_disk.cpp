// The hub's disk: groups, power cuts in the middle of them, copies that are put back.
#include <algorithm>
#include <array>

#include "sim/hub_node.hpp"
#include "sim/network.hpp"
#include "sim/till_disk.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

constexpr std::uint64_t kAtTheSync = UINT64_MAX;  // of a group's commit
// Of a group with one segment, with some, with many.
constexpr std::array<std::uint64_t, 3> kOperationsOfGroups = {20, 60, 200};
constexpr std::uint64_t kOperationsOfRecovery = 10;

}  // namespace

bool HubNode::is_disk_bad() {
  return disk_ && (disk_->has_trouble() || disk_->files().stopped());
}

void HubNode::begin_group(bool may_be_cut) {
  if (!disk_) return;
  written_before_group_ = disk_->files().operations();
  changes_before_group_ = disk_->changes();
  const bool is_cut = may_be_cut && cut_after_ != 0;
  if (is_cut || disk_->has_trouble()) before_group_ = state_.store;
  if (!is_cut) disk_->files().stop_at(0);  // a group that the disk refused before it was cut has left it
  if (is_cut && cut_after_ == kAtTheSync) disk_->files().stop_at_next_sync();
  if (is_cut && cut_after_ != kAtTheSync) disk_->files().stop_at(written_before_group_ + cut_after_);
  must(disk_->begin());
}

bool HubNode::end_group() {
  if (!disk_) return true;
  const Status durable = disk_->commit();
  if (durable) {
    if (!disk_->files().stopped()) before_group_.reset();
    // A group that changes nothing may be followed by a checkpoint, which writes and settles nothing.
    const bool has_written = disk_->files().operations() != written_before_group_;
    if (has_written && disk_->changes() != changes_before_group_) doubtful_.clear();
    return true;
  }
  if (!is_disk_bad()) {
    world_.fail("the hub cannot commit: " + durable.error().message + " / " + durable.error().cause);
  }
  return false;
}

void HubNode::group_failed(Expected expected, const std::set<std::uint64_t>& connections) {
  if (disk_->files().stopped()) return lose_power(expected);
  doubtful_.push_back(state_.store);
  reconcile(Expected::before_group);
  for (const std::uint64_t connection : connections) {
    world_.network().close(connection, "the hub cannot store at the moment");
    sessions_.erase(connection);
  }
}

// A group that wrote nothing could not be cut: the next one may.
void HubNode::lose_power_when_written() {
  if (cut_after_ == 0) return;
  if (disk_->files().operations() == written_before_group_) return disk_->files().stop_at(0);
  lose_power(Expected::all);
}

void HubNode::trouble(crash::Trouble trouble) {
  if (disk_) disk_->trouble(trouble);
}

void HubNode::go_down() {
  if (cut_after_ != 0) return lose_power(Expected::all);
  drop_lines();
  if (!disk_) return;
  trouble(crash::Trouble::none);
  disk_->close();
  must(disk_->open());
}

void HubNode::crash() {
  if (disk_ && up_ && disk_random_.below(2) == 0) {
    const auto kind = disk_random_.below(kOperationsOfGroups.size() + 2);
    cut_after_ = kind < kOperationsOfGroups.size() ? 1 + disk_random_.below(kOperationsOfGroups[kind]) : kAtTheSync;
    return;
  }
  if (disk_) return lose_power(Expected::all);
  drop_lines();
  forget_uncommitted();
}

void HubNode::come_up() {
  trouble(crash::Trouble::none);
  if (cut_after_ != 0) lose_power(Expected::all);  // no group came
  up_ = true;
}

void HubNode::lose_power(Expected expected) {
  drop_lines();
  pull_the_plug();
  reconcile(expected);
}

// Sometimes it goes again while the database is recovered.
void HubNode::pull_the_plug() {
  const auto any_loss = [&] { return static_cast<crash::Loss>(disk_random_.below(3)); };
  disk_->cut_power(any_loss(), disk_random_.u64());
  if (disk_random_.below(3) == 0) {
    disk_->files().stop_at(1 + disk_random_.below(kOperationsOfRecovery));
    (void)disk_->open();
    disk_->cut_power(any_loss(), disk_random_.u64());
  }
  must(disk_->open());
}

std::string HubNode::difference_from(MemoryHubStore& model) {
  std::string first;
  CheckedHubStore both(*disk_, model, [&](const std::string& what) {
    if (first.empty()) first = what;
  });
  both.strangers = checked_->strangers;
  both.compare_all();
  return first;
}

// The model goes by the disk, if that is as it may be.
void HubNode::reconcile(Expected expected) {
  if (!is_disk_bad()) cut_after_ = 0;
  auto before = std::exchange(before_group_, {});
  std::vector<MemoryHubStore> doubtful;
  if (!is_disk_bad()) doubtful = std::exchange(doubtful_, {});
  const auto is_there = [&](MemoryHubStore& log) { return difference_from(log).empty(); };
  if (expected != Expected::all && before && is_there(*before)) {
    world_.injected(is_disk_bad() ? "groups that the hub's disk refused"
                                  : "groups of the hub that were cut and are gone");
    state_.store = std::move(*before);
  } else if (const auto back = std::find_if(doubtful.begin(), doubtful.end(), is_there); back != doubtful.end()) {
    world_.injected("groups of the hub that failed and came back");
    state_.store = std::move(*back);
  } else if (expected == Expected::before_group) {
    world_.fail("the hub's power went before a commit, and a part of the group is there: " + difference_from(*before));
  } else if (const std::string what = difference_from(state_.store); !what.empty()) {
    world_.fail("what the hub had committed is not what is there after a power cut: " + what);
  } else if (expected == Expected::either) {
    world_.injected("groups of the hub that were cut and are there");
  }
  for (auto& [tenant, held] : state_.store.tenants) {
    auto& documents = state_.documents[tenant];
    if (documents.size() > held.log.size()) documents.resize(held.log.size());
  }
  std::erase_if(state_.smuggled, [&](const auto& s) { return s.second > state_.store.tenants[s.first].log.size(); });
  look_into_new_segments();
}

void HubNode::take_copy() {
  if (!doubtful_.empty()) {  // one more write, and it is settled that it is not there; the same value again is no write
    const auto& [tenant, held] = *state_.store.tenants.begin();
    disk_->rename_epoch(tenant, held.epoch + 1);
    disk_->rename_epoch(tenant, held.epoch);
    doubtful_.clear();
  }
  copy_ = state_;
  if (disk_) copied_files_ = disk_->image();
}

// The product finds by itself that the file is another one. Who came since, and who was locked out, is told to it
// again.
void HubNode::put_files_back() {
  disk_->put_back(copied_files_);
  must(disk_->open());
  for (const auto& [tenant, held] : state_.store.tenants) {
    const auto epoch = value_of(disk_->segments().epoch(tenant));
    if (epoch == held.ancestors.front().epoch) world_.fail("a hub that came out of a copy goes on in its old epoch");
    disk_->rename_epoch(tenant, held.epoch);
    for (const auto& [device, signer] : held.devices) {
      if (checked_->strangers.contains({tenant, device})) continue;
      if (!value_of(disk_->tenants().device(device))) disk_->enrol(tenant, device);
      if (signer.revoked) disk_->revoke(tenant, device);
    }
  }
  if (const std::string what = difference_from(state_.store); !what.empty()) {
    world_.fail("a hub that came out of a copy is not what was copied: " + what);
  }
}

void HubNode::check_disk() {
  if (!disk_) return;
  disk_->cut_power(crash::Loss::dropped, 1);
  must(disk_->open());
  reconcile(Expected::all);
}

}  // namespace till::sim
