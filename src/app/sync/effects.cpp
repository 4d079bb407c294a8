// What the engine asks for, and who does it.
#include <algorithm>

#include "app/conflicts.hpp"
#include "app/device_keys.hpp"
#include "app/journal.hpp"
#include "app/key_epochs.hpp"
#include "app/sync/sync_loop.hpp"
#include "core/log.hpp"
#include "storage/tables.hpp"

namespace till::app {

void SyncLoop::carry_out(std::vector<sync::Effect> effects) {
  for (auto& effect : effects) std::visit([this](auto& e) { carry_out(e); }, effect);
  announce();
}

void SyncLoop::carry_out(const sync::Connect& effect) {
  if (sync::is_carrier(effect.link)) {
    carriers_.ask(effect.link, effect);
  } else {
    link_->connect();
  }
}

void SyncLoop::carry_out(const sync::Disconnect& effect) {
  log::info("sync: {}", effect.reason);
  if (sync::is_carrier(effect.link)) {
    carriers_.close(effect.link);
  } else {
    link_->close();
  }
}

void SyncLoop::carry_out(sync::Send& effect) {
  if (!link_->send(std::move(effect.frame))) link_->close();  // on_closed follows, and the engine starts over
}

void SyncLoop::carry_out(sync::ListCarrier& effect) {
  carriers_.ask(effect.link, std::move(effect));
}

void SyncLoop::carry_out(sync::ReadCarrier& effect) {
  carriers_.ask(effect.link, std::move(effect));
}

void SyncLoop::carry_out(sync::WriteCarrier& effect) {
  carriers_.ask(effect.link, std::move(effect));
}

void SyncLoop::carry_out(const sync::NeedSnapshot& effect) {
  if (effect.link != sync::kHubLink || !snapshot_desk.need(effect)) mailbox.post(sync::SnapshotMissing{effect.link});
}

void SyncLoop::carry_out(const sync::NeedSnapshotChunk& effect) {
  if (effect.link != sync::kHubLink || !snapshot_desk.need(effect)) mailbox.post(sync::SnapshotMissing{effect.link});
}

void SyncLoop::carry_out(const sync::Wake& effect) {
  wake_at_ = std::chrono::microseconds(effect.mono_us);
}

void SyncLoop::carry_out(const sync::Applied& effect) {
  if (effect.records == 0) return;
  if (std::ranges::find(effect.entities, domain::MediaFile::kEntity) != effect.entities.end()) media_->look_again();
  for (const auto entity : effect.entities) {
    if (entity != domain::Setting::kEntity && entity != domain::Tax::kEntity) continue;
    if (const auto loaded = state_.reload_settings(); !loaded) log::error("settings: {}", loaded.error().message);
    take_offered_keys();
    break;
  }
  const bool terminals = std::ranges::find(effect.entities, domain::Device::kEntity) != effect.entities.end();
  if (terminals && learn_devices(state_, *keys_)) mailbox.post(sync::KeysChanged{});
  if (terminals) heed_lock_outs_now();
  settle_turn_.news(state_.clock.monotonic().count());
  if (told_) told_(true);
}

// As if it had come from others.
void SyncLoop::show_what_was_healed() {
  sync::Applied all;
  all.records = 1;
  all.entities = {domain::Setting::kEntity, domain::Device::kEntity, domain::MediaFile::kEntity};
  if (engine_) return carry_out(all);
  if (const auto loaded = state_.reload_settings(); !loaded) log::error("settings: {}", loaded.error().message);
  if (told_) told_(true);
}

void SyncLoop::carry_out(const sync::NeedKeys& effect) {
  if (effect.epoch != 0) take_into_use(use_what_is_held(state_));
  peers_at_ = {};
}

void SyncLoop::carry_out(const sync::StatusChanged&) {}  // announced after each step anyway

void SyncLoop::carry_out(const sync::Incident& effect) {
  log::warning("sync: {}", effect.sentence);
  journal_alone(state_, Actor{}, {"sync.incident", {}, effect.sentence});
}

void SyncLoop::settle_conflicts() {
  if (!keys_) return;
  const auto mono_us = state_.clock.monotonic().count();
  auto settings = state_.settings();
  if (settings != judged_by_) settle_turn_.at_once(mono_us);
  judged_by_ = std::move(settings);
  if (settle_turn_.is_due(mono_us)) settle_by_rule(state_, *keys_);
}

}  // namespace till::app
