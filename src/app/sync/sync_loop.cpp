#include "app/sync/sync_loop.hpp"

#include <algorithm>

#include "app/program.hpp"
#include "core/log.hpp"
#include "storage/sync_store.hpp"

namespace till::app {

namespace {
constexpr std::chrono::hours kIdle{1};
}

SyncLoop::SyncLoop(Shop& shop, std::function<void(bool remote)> told)
    : shop_(shop),
      state_(shop.state()),
      told_(std::move(told)),
      carriers_(shop, [this](sync::Event event) { mailbox.post(std::move(event)); }),
      upkeep_(state_, [this](const auto& divergences) { healer_->diverging(divergences); }) {}

void SyncLoop::interrupt() {
  const std::lock_guard lock(hub_mutex_);
  is_interrupted_ = true;
  if (hub_) hub_->stop();
}

void SyncLoop::close_links() {
  network_.reset();
  snapshots_.reset();
  healer_.reset();
  media_.reset();
  link_.reset();
}

void SyncLoop::run() {
  healer_ = std::make_unique<Healer>(state_, std::string("tillstick ") + kProgramVersion,
                                     [this] { mailbox.post_notice(&Mailbox::Notices::tables_healed); });
  watch_network();
  load_membership();
  for (;;) {
    auto mail = mailbox.take(pause());
    if (mail.stopping) return;
    attend_to(std::move(mail));
  }
}

void SyncLoop::watch_network() {
  auto watch = net::NetworkWatch::start([this] { mailbox.post(sync::NetworkChanged{}); });
  if (watch) {
    network_ = std::move(*watch);
  } else {
    log::info("{} ({}); a line that is back is found when it is tried next", watch.error().message,
              watch.error().cause);
  }
}

std::chrono::microseconds SyncLoop::pause() const {
  const auto now = state_.clock.monotonic();
  auto soonest = now + kIdle;
  for (const auto at : {wake_at_, publish_at_}) {
    if (at.count() > 0) soonest = std::min(soonest, at);
  }
  if (const auto due_us = settle_turn_.due_us(); due_us && keys_)
    soonest = std::min(soonest, std::chrono::microseconds(*due_us));
  if (joined_) soonest = std::min(soonest, peers_at_);
  return std::max(soonest - now, std::chrono::microseconds(0));
}

void SyncLoop::attend_to(Mailbox::Mail mail) {
  if (!mail.event && wake_at_.count() > 0 && state_.clock.monotonic() >= wake_at_) {
    wake_at_ = {};
    mail.event = sync::Tick{};
  }
  if (mail.notices.look_at_peers) peers_at_ = {};
  if (mail.notices.membership_changed) load_membership();
  if (mail.notices.pictures_came && told_) told_(true);
  if (mail.notices.tables_healed) show_what_was_healed();
  const bool may_be_other_carriers = mail.event && std::holds_alternative<sync::LocalCommit>(*mail.event);
  if (may_be_other_carriers && engine_ && carriers_.has_changed()) renew_engine();
  if (mail.event && engine_) step(*mail.event);
  settle_conflicts();
  tend_ring();
  look_at_peers();
  if (publish_at_.count() > 0) announce();
}

void SyncLoop::step(const sync::Event& event) {
  const bool link_up = std::holds_alternative<sync::LinkUp>(event);
  const bool asked = std::holds_alternative<sync::SyncNow>(event);
  if (link_up) peers_at_ = {};
  if (link_up) snapshot_desk.look_again();
  if (link_up || asked || std::holds_alternative<sync::LocalCommit>(event)) media_->look_again(link_up || asked);
  auto effects = state_.db->write(
      [&](storage::Transaction& tx) {
        storage::SyncStore store(tx);
        return engine_->step(store, event, now());
      },
      storage::Priority::background);
  if (effects) {
    carry_out(std::move(*effects));
  } else {
    log::warning("sync step failed: {} ({})", effects.error().message, effects.error().cause);
    carry_out(engine_->failed(effects.error(), now()));
  }
  if (asked || std::holds_alternative<sync::Pause>(event) || std::holds_alternative<sync::Configure>(event)) publish();
  for (auto& sentence : upkeep_.after_step(*engine_, *keys_)) carry_out(sync::Incident{std::move(sentence)});
}

}  // namespace till::app
