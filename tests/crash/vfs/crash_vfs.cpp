#include "vfs/crash_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <set>
#include <stdexcept>
#include <utility>

#include "vfs/crash_file.hpp"
#include "vfs/vfs_callbacks.hpp"

namespace till::crash {

namespace {

std::string next_name() {
  static std::atomic<int> count = 0;
  return "till-crash-" + std::to_string(++count);
}

// Part by part as sectors lie on the disk; each has its own fate.
void replay_torn(Bytes& file, const PendingWrite& write, Random& random) {
  std::size_t done = 0;
  while (done < write.bytes.size()) {
    const auto at = write.offset + done;
    const auto size = std::min<std::size_t>(kSectorBytes - at % kSectorBytes, write.bytes.size() - done);
    const auto fate = random.below(3);
    const auto kept = fate == 0 ? 0 : fate == 1 ? size : static_cast<std::size_t>(random.below(size + 1));
    if (kept > 0) CrashDisk::Node::put(file, at, ByteView(write.bytes).subspan(done, kept));
    done += size;
  }
}

}  // namespace

Bytes CrashDisk::Node::after(Loss loss, Random& random) const {
  if (loss == Loss::kept) return now;
  Bytes left = synced;
  if (loss == Loss::dropped) return left;
  for (const auto& write : pending) {
    if (!write.truncates) {
      replay_torn(left, write, random);
    } else if (random.below(2) == 0) {
      left.resize(write.offset);
    }
  }
  return left;
}

CrashDisk::CrashDisk() : name_(next_name()), vfs_(std::make_unique<sqlite3_vfs>()) {
  Callbacks::fill(*vfs_, *this);
  if (sqlite3_vfs_register(vfs_.get(), 0) != SQLITE_OK) throw std::runtime_error("SQLite refuses the crash disk");
}

CrashDisk::~CrashDisk() {
  be_the_default(false);
  sqlite3_vfs_unregister(vfs_.get());
}

bool CrashDisk::admit(OpKind kind, const std::string& file, std::uint64_t offset, std::uint64_t size) {
  ++operations_;
  if (keeps_journal_) journal_.push_back({kind, file, offset, size});
  if (kind == OpKind::sync && std::exchange(stops_at_sync_, false)) stop_at_ = operations_;
  if (has_stopped()) return false;
  if (fail_at_ == 0) return true;
  return refusal_ == Refusal::read_only ? operations_ < fail_at_ : operations_ != fail_at_;
}

int CrashDisk::refused_errno() const {
  if (has_stopped() || refusal_ == Refusal::io_error) return EIO;
  return refusal_ == Refusal::read_only ? EROFS : ENOSPC;
}

bool CrashDisk::is_cut_short() const {
  return !has_stopped() && operations_ == fail_at_ && refusal_ == Refusal::short_write;
}

void CrashDisk::be_the_default(bool is_default) {
  if (is_default == (was_default_ != nullptr)) return;
  if (is_default) was_default_ = sqlite3_vfs_find(nullptr);
  sqlite3_vfs_register(is_default ? vfs_.get() : was_default_, 1);
  if (!is_default) was_default_ = nullptr;
}

std::uint64_t CrashDisk::operations() const {
  std::lock_guard lock(mutex_);
  return operations_;
}

std::vector<Op> CrashDisk::journal() const {
  std::lock_guard lock(mutex_);
  return journal_;
}

void CrashDisk::stop_at(std::uint64_t operation) {
  std::lock_guard lock(mutex_);
  stop_at_ = operation;
  stops_at_sync_ = false;
}

void CrashDisk::stop_at_next_sync() {
  std::lock_guard lock(mutex_);
  stop_at_ = 0;
  stops_at_sync_ = true;
}

void CrashDisk::fail_at(std::uint64_t operation, Refusal refusal) {
  std::lock_guard lock(mutex_);
  fail_at_ = operation;
  refusal_ = refusal;
}

void CrashDisk::full_after(std::uint64_t operation) {
  std::lock_guard lock(mutex_);
  full_after_ = operation;
}

bool CrashDisk::stopped() const {
  std::lock_guard lock(mutex_);
  return has_stopped();
}

void CrashDisk::keep_journal(bool keep) {
  std::lock_guard lock(mutex_);
  keeps_journal_ = keep;
}

void CrashDisk::trouble(Trouble trouble) {
  std::lock_guard lock(mutex_);
  trouble_ = trouble;
}

void CrashDisk::let_sync_lie(bool lies) {
  std::lock_guard lock(mutex_);
  sync_lies_ = lies;
}

bool CrashDisk::is_there(const std::shared_ptr<Node>& node) const {
  return std::ranges::any_of(names_, [&](const auto& entry) { return entry.second == node; });
}

void CrashDisk::crash(Loss loss, std::uint64_t seed) {
  Image left;
  {
    std::lock_guard lock(mutex_);
    SeededRandom random(seed);
    std::set<std::shared_ptr<Node>> kept;
    const auto keep = [&](const std::string& name, const std::shared_ptr<Node>& node) {
      left[name] = node->after(loss, random);
      kept.insert(node);
    };
    std::map<std::string, std::shared_ptr<Node>> all = synced_names_;
    all.insert(names_.begin(), names_.end());
    for (const auto& [name, node] : all) {
      const bool is_now = names_.contains(name), was_synced = synced_names_.contains(name);
      const bool newer = loss == Loss::kept || (loss == Loss::torn && random.below(2) == 0);
      if (is_now && was_synced) {  // a name that was given to another file means one of the two
        keep(name, newer ? names_.at(name) : node);
      } else if (newer ? is_now : was_synced) {
        keep(name, node);
      }
    }
    for (const auto& [name, node] : synced_names_)  // renamed, not removed
      if (!left.contains(name) && !kept.contains(node) && is_there(node)) keep(name, node);
  }
  load(left);
}

Image CrashDisk::image() const {
  std::lock_guard lock(mutex_);
  Image image;
  for (const auto& [name, node] : names_) image[name] = node->now;
  return image;
}

void CrashDisk::load(const Image& image) {
  std::lock_guard lock(mutex_);
  names_.clear();
  for (const auto& [name, bytes] : image) {
    auto node = std::make_shared<Node>();
    node->now = node->synced = bytes;
    names_[name] = std::move(node);
  }
  synced_names_ = names_;
  journal_.clear();
  operations_ = stop_at_ = fail_at_ = full_after_ = 0;
  stops_at_sync_ = false;
}

}  // namespace till::crash
