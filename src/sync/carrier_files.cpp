#include "sync/carrier_files.hpp"

#include <algorithm>
#include <utility>

namespace till::sync {

void CarrierFiles::count_bad(FileState before, FileState after) {
  if (before == FileState::bad) --bad_;
  if (after == FileState::bad) ++bad_;
}

void CarrierFiles::listed(const CarrierName& name, bool try_bad_ones_again) {
  const auto [at, is_new] = files_.try_emplace(name);
  at->second.listing = listing_;
  const FileState state = at->second.state;
  const bool again = state == FileState::gap || (state == FileState::bad && try_bad_ones_again);
  if (is_new || again) set(name, FileState::unknown);
}

bool CarrierFiles::end_listing() {
  const std::size_t before = files_.size();
  for (auto at = files_.begin(); at != files_.end();) {
    if (at->second.listing == listing_) {
      ++at;
      continue;
    }
    count_bad(at->second.state, FileState::unknown);
    unknown_.erase(at->first);
    at = files_.erase(at);
  }
  look_again_at(forks());
  return files_.size() < before;
}

// Names in order are records in order: one that begins before the end of those before it is another branch's.
CarrierFiles::Forks CarrierFiles::forks() const {
  Forks found;
  const CarrierName* furthest = nullptr;
  for (const auto& [name, file] : files_) {
    const bool is_same_feed = furthest != nullptr && name.feed() == furthest->feed();
    if (is_same_feed && name.first <= furthest->last()) found.try_emplace(name.feed(), furthest->first);
    if (!is_same_feed || name.last() > furthest->last()) furthest = &name;
  }
  return found;
}

void CarrierFiles::look_again_at(const Forks& forks) {
  const Forks before = std::exchange(forks_, forks);
  if (forks == before) return;
  for (auto& [name, file] : files_) {
    const auto known = before.find(name.feed());
    const bool was_known = known != before.end() && name.last() >= known->second;
    if (file.state != FileState::held || was_known || !is_of_a_fork(name)) continue;
    file.state = FileState::unknown;
    unknown_.insert(name);
  }
}

bool CarrierFiles::is_of_a_fork(const CarrierName& name) const {
  const auto fork = forks_.find(name.feed());
  return fork != forks_.end() && name.last() >= fork->second;
}

void CarrierFiles::written(const CarrierName& name) {
  files_[name].listing = listing_;
  set(name, FileState::held);
}

std::optional<CarrierName> CarrierFiles::next_unknown() const {
  return unknown_.empty() ? std::nullopt : std::optional(*unknown_.begin());
}

std::optional<CarrierName> CarrierFiles::a_bad_one() const {
  if (bad_ == 0) return std::nullopt;
  const auto at =
      std::find_if(files_.begin(), files_.end(), [](const auto& file) { return file.second.state == FileState::bad; });
  return at->first;
}

FileState CarrierFiles::state(const CarrierName& name) const {
  const auto at = files_.find(name);
  return at == files_.end() ? FileState::unknown : at->second.state;
}

void CarrierFiles::set(const CarrierName& name, FileState state) {
  const auto at = files_.find(name);
  if (at == files_.end()) return;
  count_bad(at->second.state, state);
  at->second.state = state;
  if (state == FileState::unknown) {
    unknown_.insert(name);
  } else {
    unknown_.erase(name);
  }
}

void CarrierFiles::forget(const CarrierName& name) {
  set(name, FileState::held);
  files_.erase(name);
}

}  // namespace till::sync
