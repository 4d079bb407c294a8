#include "app/backup_lock.hpp"

#include <set>
#include <thread>

#include "backup/room.hpp"
#include "core/log.hpp"
#include "security/hash.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookEvery = 2s;
constexpr int kMostLooks = 60;  // 120 s: longer than a dead holder is watched

// What this program has locked: two of its threads need not ask the place.
class Registry {
 public:
  bool enter(const Id& store, const Id& device) {
    std::lock_guard lock(mutex_);
    return busy_.insert({store, device}).second;
  }
  void leave(const Id& store, const Id& device) {
    std::lock_guard lock(mutex_);
    busy_.erase({store, device});
  }

 private:
  std::mutex mutex_;
  std::set<std::pair<Id, Id>> busy_;
};

Registry& registry() {
  static Registry here;
  return here;
}

// The same for every run of this data folder on this PC, and for no other. A key that lies in the folder itself may
// have been copied with it: then each run is its own owner, and crashed ones are waited for.
Bytes owner_of(ShopState& state) {
  if (state.env->exists(storage::join_path(state.folder->paths().keys(), "pc.key"))) return state.random.bytes(8);
  const auto hash =
      security::hmac_sha256(state.keys->pc_key().view(), view("backup lock " + state.folder->paths().root));
  return to_bytes(ByteView(hash).first(8));
}

}  // namespace

BackupLock::BackupLock(ShopState& state, backup::ObjectStore& store, const Id& store_id)
    : store_(store),
      store_id_(store_id),
      device_(state.device()),
      // Whoever asks is the only one of its owner: the folder's lock and the registry see to that.
      lease_(store, device_, backup::Holder::make(owner_of(state), state.random), state.clock,
             [](const backup::Holder&) { return true; }),
      leased_(store, lease_) {}

BackupLock::~BackupLock() {
  lease_.release();
  registry().leave(store_id_, device_);
}

Result<bool> BackupLock::try_take() {
  auto taken = lease_.try_take(watch_);
  if (taken || taken.error().kind != ErrorKind::permanent) return taken;
  if (!backup::give_up_reserve(store_).value_or(false)) return taken;
  log::warning("{} is full: its reserve was given up", store_.describe());
  return lease_.try_take(watch_);
}

Status BackupLock::wait(Task& task) {
  for (auto waited = 0ms; waited < kLookEvery; waited += 50ms) {
    TRY(task.go_on());
    std::this_thread::sleep_for(50ms);
  }
  return {};
}

Result<std::unique_ptr<BackupLock>> BackupLock::take(ShopState& state, backup::ObjectStore& store, Task& task) {
  const auto id = TRY(store.id());
  const auto busy = [&] {
    return fail(ErrorKind::retry,
                "a backup of this terminal is running in " + store.describe() + "; wait until it ends");
  };
  if (!registry().enter(id, state.device())) return busy();
  std::unique_ptr<BackupLock> lock(new BackupLock(state, store, id));
  for (int looks = 0; looks < kMostLooks; ++looks) {
    if (TRY(lock->try_take())) return lock;
    if (looks == 0) task.begin("Waiting for another backup here", 0);
    TRY(lock->wait(task));
  }
  return busy();
}

}  // namespace till::app
