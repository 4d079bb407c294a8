// The engine's life: it begins when this terminal is a member of a tenant and has its keys, and begins again with other
// carriers; and the other members of the tenant.
#include "app/device_keys.hpp"
#include "app/devices.hpp"
#include "app/held_keys.hpp"
#include "app/journal.hpp"
#include "app/key_epochs.hpp"
#include "app/lock_out.hpp"
#include "app/program.hpp"
#include "app/sync/sync_loop.hpp"
#include "app/sync_settings.hpp"
#include "core/log.hpp"

namespace till::app {

namespace {
constexpr std::chrono::seconds kPeerPause{3};     // between looks at who else is there
constexpr std::chrono::minutes kRingPause{1};     // between looks at who holds which key
constexpr std::chrono::seconds kNewRingPause{1};  // the same while a new one is not in use yet
}  // namespace

void SyncLoop::load_membership() {
  auto read = membership(shop_);
  if (!read) log::error("sync: {}", read.error().message);
  const auto before = std::exchange(joined_, read ? *read : std::nullopt);
  const auto is_elsewhere = [&] {
    return !before || before->url != joined_->url || before->ca_file != joined_->ca_file;
  };
  if (joined_ && !engine_) {
    meet_hub(address_of(*joined_));
    make_engine();
  } else if (joined_ && is_elsewhere()) {
    move_to_hub();
  }
  publish();
}

// Nothing that the hub of before said counts at another one: who else is there, and which snapshots.
void SyncLoop::move_to_hub() {
  log::info("sync: the hub is now at {}", joined_->url);
  snapshots_.reset();
  media_.reset();
  board.forget_peers();
  peers_at_ = {};
  meet_hub(address_of(*joined_));
  open_link();
  start_media();
  start_snapshots();
  renew_engine();
}

void SyncLoop::meet_hub(const net::HubAddress& address) {
  auto hub = std::make_unique<net::HubClient>(address, credentials_of(shop_), state_.clock, state_.random);
  const std::lock_guard lock(hub_mutex_);
  if (is_interrupted_) hub->stop();
  hub_ = std::move(hub);
}

void SyncLoop::make_engine() {
  if (joined_->keys_pending) return;
  if (const auto taken = take_key_offers(state_); !taken) log::warning("keys: {}", taken.error().message);
  refresh_ring();
  keys_ = std::make_unique<sync::RingKeys>(*ring_, state_.keys->identity().signing, state_.random);
  learn_devices(state_, *keys_);
  heed_lock_outs_now();
  build_engine();
  open_link();
  start_media();
  start_snapshots();
  step(sync::NetworkChanged{});
}

void SyncLoop::build_engine() {
  sync::EngineConfig config;
  config.tenant = joined_->tenant;
  config.program = std::string("tillstick ") + kProgramVersion;
  if (const auto settings = engine_settings(shop_)) config.settings = *settings;
  for (auto& carrier : carriers_.open(joined_->tenant)) config.peers.push_back(std::move(carrier));
  config.somebody_waits = [this] { return state_.db->jobs_waiting() > 0; };
  engine_ = std::make_unique<sync::Engine>(config, *keys_, state_.random);
}

// The engine's links are for its life: with others it begins again, from what is durable.
void SyncLoop::renew_engine() {
  const bool was_paused = board.report().status.link == sync::LinkState::paused;
  mailbox.forget_link();
  link_->close();
  build_engine();
  if (was_paused) {
    step(sync::Pause{true});
  } else {
    step(sync::NetworkChanged{});
  }
}

void SyncLoop::open_link() {
  net::LiveLinkOptions options;
  options.url = joined_->url;
  options.ca_file = joined_->ca_file;
  options.tenant = joined_->tenant;
  options.credentials = credentials_of(shop_);
  net::LiveLinkEvents told;
  told.on_open = [this] { mailbox.post(sync::LinkUp{}); };
  told.on_message = [this](Bytes message) { mailbox.post_frame(std::move(message)); };
  told.on_closed = [this](Error reason) {
    if (reason.kind == ErrorKind::denied) is_refused_ = true;
    mailbox.post(sync::LinkDown{sync::kHubLink, reason.message});
  };
  link_ = std::make_unique<net::LiveLink>(std::move(options), std::move(told));
}

void SyncLoop::start_media() {
  const auto busy = [this] {
    const auto status = board.report().status;
    return status.link == sync::LinkState::connected && (!status.caught_up || status.waiting_total() > 0);
  };
  const auto arrived = [this] { mailbox.post_notice(&Mailbox::Notices::pictures_came); };
  media_ = MediaSync::start(shop_, *joined_, {busy, arrived});
}

void SyncLoop::start_snapshots() {
  SnapshotSync::Surroundings around;
  around.report = [this] { return board.report(); };
  around.post = [this](sync::Event event) { mailbox.post(std::move(event)); };
  around.publish = [this](SnapshotReport report) { board.publish_snapshots(std::move(report)); };
  around.tell = [this](std::string sentence) {
    log::warning("sync: {}", sentence);
    journal_alone(state_, Actor{}, {"sync.incident", {}, sentence});
  };
  snapshots_ = SnapshotSync::start(shop_, *joined_, snapshot_desk, std::move(around));
}

void SyncLoop::refresh_ring() {
  auto fresh = state_.keys->with_ring([](security::RingFile& file) { return file.ring.clone(); });
  if (ring_) {
    *ring_ = std::move(fresh);
  } else {
    ring_.emplace(std::move(fresh));
  }
}

void SyncLoop::take_offered_keys() {
  if (const auto taken = take_key_offers(state_); !taken) log::warning("keys: {}", taken.error().message);
  ring_at_ = {};  // who holds what may have changed, too
}

// Where nobody else is left a new key is in use as soon as it is made, whoever made it.
void SyncLoop::take_into_use(const Result<bool>& tended) {
  if (!tended) log::warning("keys: {}", tended.error().message);
  const auto in_use = state_.keys->with_ring([](security::RingFile& file) { return file.ring.encode(); });
  if (in_use == ring_->encode()) return;
  refresh_ring();
  mailbox.post(sync::KeysChanged{});
}

void SyncLoop::tend_ring() {
  if (!engine_ || state_.clock.monotonic() < ring_at_) return;
  ring_at_ = state_.clock.monotonic() + kRingPause;
  heed_lock_outs_now();
  const auto status = board.report().status;
  take_into_use(tend_keys(state_, status.caught_up));
  const bool is_catching_up = status.link == sync::LinkState::connected && !status.caught_up;
  if (is_catching_up || waits_for_new_keys(state_)) ring_at_ = state_.clock.monotonic() + kNewRingPause;
}

void SyncLoop::heed_lock_outs_now() {
  if (const auto heeded = heed_lock_outs(state_, *keys_); !heeded) log::warning("keys: {}", heeded.error().message);
  if (tell_if_locked_out(state_) && told_) told_(true);
}

void SyncLoop::look_at_peers() {
  const bool ask_why = is_refused_.exchange(false);
  if (!joined_ || (!ask_why && state_.clock.monotonic() < peers_at_)) return;
  peers_at_ = state_.clock.monotonic() + kPeerPause;
  if (engine_ && !ask_why && !link_->is_open()) return;
  const auto met = meet_peers();
  const bool locked_out = !met && net::says_locked_out(met.error());
  if (met || locked_out) heed_word_of_hub(locked_out);
  const auto waits_because = met || !joined_->keys_pending ? std::string() : met.error().message;
  if (std::exchange(keys_problem_, waits_because) != waits_because) publish();
  if (!met) {
    log::info("sync: {}", met.error().message);
    peers_at_ = state_.clock.monotonic() + 2 * kPeerPause;
  }
}

void SyncLoop::heed_word_of_hub(bool locked_out) {
  if (const auto noted = note_word_of_hub(state_, locked_out); !noted) log::warning("sync: {}", noted.error().message);
  if (locked_out && tell_if_locked_out(state_) && told_) told_(true);
}

Status SyncLoop::meet_peers() {
  if (joined_->keys_pending) {
    if (!TRY(collect_keys(shop_, *hub_))) return {};
    joined_->keys_pending = false;
    make_engine();
  }
  auto peers = TRY(hub_->devices());
  bool news = false;
  for (const auto& peer : peers) {
    if (peer.revoked && !keys_->is_locked_out(peer.id)) ring_at_ = {};
    if (keys_->knows_device(peer.id)) continue;
    keys_->set_device(peer.id, peer.signing_key);
    news = true;
  }
  publish();  // whoever waits for an exchange must not see a look at the hub beside a state before it
  board.publish_peers(std::move(peers));
  if (news) step(sync::KeysChanged{});
  return {};
}

}  // namespace till::app
