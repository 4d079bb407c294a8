#include "app/sync_service.hpp"

#include <algorithm>
#include <thread>

#include "app/shop_state.hpp"
#include "app/sync/sync_loop.hpp"
#include "app/sync_settings.hpp"

namespace till::app {

namespace {
constexpr std::chrono::milliseconds kOrderPause{300};
constexpr std::chrono::milliseconds kExchangeLimit{120'000};  // before what a person ordered about snapshots
constexpr std::chrono::milliseconds kExchangeLook{2'000};
}  // namespace

struct SyncService::Impl {
  Impl(Shop& opened, Listener listener) : shop(opened), loop(opened, std::move(listener)) {}

  Shop& shop;
  SyncLoop loop;
  std::jthread thread;
};

SyncService::SyncService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->shop.state().on_local_change([raw = impl_.get()] { raw->loop.mailbox.post_local_commit(); });
  impl_->thread = std::jthread([raw = impl_.get()] { raw->loop.run(); });
}

SyncService::~SyncService() {
  impl_->shop.state().on_local_change(nullptr);
  impl_->loop.mailbox.stop();
  impl_->loop.interrupt();
  impl_->thread.join();
  impl_->loop.close_links();
}

Result<std::unique_ptr<SyncService>> SyncService::start(Shop& shop, Listener listener) {
  return std::unique_ptr<SyncService>(new SyncService(std::make_unique<Impl>(shop, std::move(listener))));
}

void SyncService::sync_now() {
  impl_->loop.mailbox.post(sync::SyncNow{});
}

void SyncService::pause(bool on) {
  impl_->loop.mailbox.post(sync::Pause{on});
}

void SyncService::settings_changed() {
  if (const auto settings = engine_settings(impl_->shop)) impl_->loop.mailbox.post(sync::Configure{*settings});
}

void SyncService::retry_parked() {
  impl_->loop.mailbox.post(sync::KeysChanged{});
  sync_now();
}

void SyncService::membership_changed() {
  impl_->loop.mailbox.post_notice(&Mailbox::Notices::membership_changed);
}

SyncReport SyncService::report() const {
  return impl_->loop.board.report();
}

// What the hub can get by a snapshot alone would be waited for in vain.
Status SyncService::exchange_what_can_be(std::chrono::milliseconds limit) {
  for (;;) {
    if (waits_for_a_snapshot(impl_->shop)) return {};
    const auto look = std::min(limit, kExchangeLook);
    const auto begun = std::chrono::steady_clock::now();
    auto exchanged = run_once(look);
    limit -= look;
    const bool is_refused = std::chrono::steady_clock::now() - begun < look;
    if (exchanged || is_refused || limit.count() <= 0) return exchanged;
  }
}

Result<SnapshotsDone> SyncService::snapshots(const SnapshotOrder& order, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  for (;;) {
    TRY(exchange_what_can_be(std::min(limit, kExchangeLimit)));
    auto done = impl_->loop.snapshot_desk.order(order, limit);
    const bool is_over =
        std::chrono::steady_clock::now() + kOrderPause >= until || !impl_->loop.snapshot_desk.takes_orders();
    if (done || done.error().kind != ErrorKind::retry || is_over) return done;
    std::this_thread::sleep_for(kOrderPause);  // something was written just then, and is on its way
  }
}

void SyncService::give_up_snapshots() {
  impl_->loop.snapshot_desk.give_up_orders();
}

Status SyncService::run_once(std::chrono::milliseconds limit) {
  sync_now();
  return impl_->loop.board.wait_for_exchange(
      limit, [&] { impl_->loop.mailbox.post_notice(&Mailbox::Notices::look_at_peers); });
}

}  // namespace till::app
