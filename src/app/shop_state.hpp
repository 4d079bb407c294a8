// What the bodies of this room share: the parts of an open shop. Not for the outside (it shows storage and security).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/receipt_logo.hpp"
#include "app/shop.hpp"
#include "app/shop_settings.hpp"
#include "domain/entities/documents.hpp"
#include "security/device_identity.hpp"
#include "security/ring_file.hpp"
#include "storage/database.hpp"
#include "storage/env.hpp"
#include "storage/replica.hpp"
#include "storage/shop_folder.hpp"
#include "storage/volumes.hpp"

namespace till::app {

struct SnapshotOrder;
struct SnapshotsDone;
struct SyncReport;

// The keys of an open shop; guarded by its own lock, since enrolment and rotation change it while others seal.
class ShopKeys {
 public:
  ShopKeys(security::SecretBytes pc_key, security::RingFile ring, security::DeviceIdentity identity)
      : pc_key_(std::move(pc_key)), ring_(std::move(ring)), identity_(std::move(identity)) {}

  template <class F>
  auto with_ring(F&& f) {
    std::lock_guard lock(mutex_);
    return f(ring_);
  }
  [[nodiscard]] const security::DeviceIdentity& identity() const { return identity_; }
  [[nodiscard]] const security::SecretBytes& pc_key() const { return pc_key_; }

 private:
  std::mutex mutex_;
  const security::SecretBytes pc_key_;
  security::RingFile ring_;
  const security::DeviceIdentity identity_;
};

struct ShopState {
  ShopState(Clock& shop_clock, Random& shop_random) : clock(shop_clock), random(shop_random) {}

  Clock& clock;
  Random& random;
  std::string assets_folder;
  std::unique_ptr<storage::Env> own_env;  // empty: the caller's is used
  storage::Env* env = nullptr;
  std::shared_ptr<storage::Volumes> volumes = storage::make_real_volumes();  // where sticks are looked for
  std::unique_ptr<storage::ShopFolder> folder;
  std::unique_ptr<ShopKeys> keys;
  std::unique_ptr<storage::Database> db;
  std::unique_ptr<storage::Replica> replica;  // on the writer's thread only
  std::string terminal;                       // this till's name
  std::string warning;
  ReceiptLogo receipt_logo;

  std::shared_ptr<const ShopSettings> settings() const {
    std::lock_guard lock(settings_mutex);
    return settings_now;
  }
  Status reload_settings();
  [[nodiscard]] const Id& device() const { return keys->identity().device; }

  // Told after every committed change of this till, on the thread that made it; for sync, which then has something to
  // send.
  void on_local_change(std::function<void()> listener) {
    std::lock_guard lock(listener_mutex);
    local_change = std::move(listener);
  }
  void tell_local_change() {
    std::lock_guard lock(listener_mutex);
    if (local_change) local_change();
  }

  // Set by a running till: one exchange now, for tillctl. Empty otherwise.
  std::function<Status(std::chrono::milliseconds limit)> sync_run;
  std::function<void()> sync_resume;  // what was paused in the window goes on
  // Set by a running till: what its sync service knows. Empty otherwise.
  std::function<void(SyncReport& into)> sync_report;
  // Set by a running till: what it is ordered to do about snapshots, done now. Empty otherwise.
  std::function<Status(const SnapshotOrder& order, SnapshotsDone& into)> sync_snapshots;
  // Set by a running till: its printer's setting was changed from outside. Empty otherwise.
  std::function<void()> printer_changed;

  mutable std::mutex settings_mutex;
  std::shared_ptr<const ShopSettings> settings_now;
  std::mutex listener_mutex;
  std::function<void()> local_change;
};

// A full disk: gives the reserve back to the system, once; true when there was one. Selling then goes on for a while,
// and the strip says what to do.
bool use_reserve(ShopState& state, const Error& error);

// Tells in the journal what its transaction has not told yet.
Status journal_the_rest(ShopState& state, storage::Transaction& tx);

// One change of the shop: runs `job` in a transaction in which the replica collects what was put and added, has the
// journal tell it, seals the group and commits. Everything that changes replicated data goes through here.
template <class F>
auto change(ShopState& state, F&& job, storage::Priority priority = storage::Priority::sale) {
  const auto attempt = [&] {
    return state.db->write(
        [&](storage::Transaction& tx) {
          state.replica->abandon();
          auto result = job(tx);
          if (!result) return result;
          auto sealed = journal_the_rest(state, tx);
          if (sealed) sealed = state.replica->seal_group(tx);
          return sealed ? std::move(result) : decltype(result)(fail(sealed.error()));
        },
        priority);
  };
  auto done = attempt();
  if (!done && use_reserve(state, done.error())) done = attempt();
  if (done) state.tell_local_change();
  return done;
}

}  // namespace till::app
