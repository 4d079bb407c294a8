#include "app/sync_service.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include "app/carrier_link.hpp"
#include "app/conflicts.hpp"
#include "app/device_keys.hpp"
#include "app/journal.hpp"
#include "app/media_sync.hpp"
#include "app/program.hpp"
#include "app/rate_meter.hpp"
#include "app/shop_state.hpp"
#include "app/sync_exchange.hpp"
#include "app/sync_settings.hpp"
#include "core/log.hpp"
#include "net/transports/live_link.hpp"
#include "storage/sync_queries.hpp"
#include "storage/sync_store.hpp"
#include "storage/tables.hpp"
#include "sync/ring_keys.hpp"
#include "sync/upkeep.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxEventsWaiting = 4096;
constexpr std::size_t kMaxFramesWaiting = 1024;  // past this the link's own thread waits, and so does the hub
constexpr auto kPeerPause = 3s;                  // between looks at who else is there
constexpr auto kIdle = 1h;
constexpr auto kSecondChance = 3s;  // for one exchange, after an attempt that failed

}  // namespace

struct SyncService::Impl {
  explicit Impl(Shop& opened)
      : shop(opened), state(opened.state()), carriers(opened, [this](sync::Event event) { post(std::move(event)); }) {}

  Shop& shop;
  ShopState& state;
  Listener listener;

  // Shared between the service's thread, the link's thread and callers.
  mutable std::mutex mutex;
  std::condition_variable bell, room;
  std::deque<sync::Event> events;
  std::deque<Bytes> frames;
  bool local_commit = false, reload = false, look = false, pictures = false, stopping = false;
  std::uint64_t looks = 0;     // at the other terminals, that succeeded
  std::uint64_t listings = 0;  // of carriers, when `last` was made
  SyncReport last;

  // The service's thread alone.
  std::optional<HubMembership> joined;
  std::shared_ptr<const ShopSettings> judged_by;  // the settings that conflicts were last settled by
  RateMeter rates;
  std::optional<security::KeyRing> ring;
  std::unique_ptr<sync::RingKeys> keys;
  std::unique_ptr<sync::Engine> engine;
  std::unique_ptr<net::HubClient> hub;
  std::unique_ptr<net::LiveLink> link;
  std::unique_ptr<MediaSync> media;
  CarrierLinks carriers;
  std::chrono::microseconds wake_at{0}, peers_at{0}, upkeep_at{0};
  std::set<Id> diverging;  // terminals of which it was told already
  std::jthread thread;

  void post(sync::Event event) {
    {
      std::lock_guard lock(mutex);
      if (events.size() < kMaxEventsWaiting) events.push_back(std::move(event));
    }
    bell.notify_all();
  }

  void take_frame(Bytes frame) {
    {
      std::unique_lock lock(mutex);
      room.wait(lock, [&] { return stopping || frames.size() < kMaxFramesWaiting; });
      frames.push_back(std::move(frame));
    }
    bell.notify_all();
  }

  sync::Instant now() const { return {state.clock.monotonic().count(), state.clock.now()}; }

  void run();
  void load_membership();
  void make_engine();
  void build_engine();
  void renew_engine();
  void open_link();
  void start_media();
  std::optional<sync::Event> next_event();
  void step(const sync::Event& event);
  void keep_up();
  void carry_out(std::vector<sync::Effect> effects);
  void carry_out(const sync::Connect& effect);
  void carry_out(const sync::Disconnect& effect);
  void carry_out(sync::Send& effect);
  void carry_out(sync::ListCarrier& effect) { carriers.ask(effect.link, std::move(effect)); }
  void carry_out(sync::ReadCarrier& effect) { carriers.ask(effect.link, std::move(effect)); }
  void carry_out(sync::WriteCarrier& effect) { carriers.ask(effect.link, std::move(effect)); }
  void carry_out(const sync::NeedSnapshot& effect) { post(sync::SnapshotMissing{effect.link}); }
  void carry_out(const sync::NeedSnapshotChunk& effect) { post(sync::SnapshotMissing{effect.link}); }
  void carry_out(const sync::Wake& effect) { wake_at = std::chrono::microseconds(effect.mono_us); }
  void carry_out(const sync::Applied& effect);
  void carry_out(const sync::NeedKeys&) { peers_at = {}; }
  void carry_out(const sync::StatusChanged&) { publish(false); }
  void carry_out(const sync::Incident& effect);
  void look_at_peers();
  Status meet_peers();
  void refresh_ring();
  void settle_conflicts(bool news);
  void measure(SyncReport& report);
  void publish(bool remote);
};

void SyncService::Impl::run() {
  load_membership();
  for (;;) {
    const auto event = next_event();
    bool joined_now = false, pictures_now = false;
    {
      std::lock_guard lock(mutex);
      if (stopping) return;
      joined_now = std::exchange(reload, false);
      pictures_now = std::exchange(pictures, false);
      if (std::exchange(look, false)) peers_at = {};
    }
    if (joined_now) load_membership();
    if (pictures_now) publish(true);
    const bool may_be_other_carriers = event && std::holds_alternative<sync::LocalCommit>(*event);
    if (may_be_other_carriers && engine && carriers.has_changed()) renew_engine();
    if (event && engine) step(*event);
    settle_conflicts(false);
    look_at_peers();
  }
}

void SyncService::Impl::load_membership() {
  auto read = membership(shop);
  if (!read) log::error("sync: {}", read.error().message);
  joined = read ? *read : std::nullopt;
  if (joined && !engine) {
    hub = std::make_unique<net::HubClient>(address_of(*joined), credentials_of(shop), state.clock, state.random);
    make_engine();
  }
  publish(false);
}

void SyncService::Impl::make_engine() {
  if (joined->keys_pending) return;
  refresh_ring();
  keys = std::make_unique<sync::RingKeys>(*ring, state.keys->identity().signing, state.random);
  learn_devices(state, *keys);
  build_engine();
  open_link();
  start_media();
  step(sync::NetworkChanged{});
}

void SyncService::Impl::build_engine() {
  sync::EngineConfig config;
  config.tenant = joined->tenant;
  config.program = std::string("tillstick ") + kProgramVersion;
  if (const auto settings = engine_settings(shop)) config.settings = *settings;
  for (auto& carrier : carriers.open(joined->tenant)) config.peers.push_back(std::move(carrier));
  engine = std::make_unique<sync::Engine>(config, *keys, state.random);
}

// The engine's links are for its life: with others it begins again, from what is durable.
void SyncService::Impl::renew_engine() {
  bool was_paused = false;
  {
    std::lock_guard lock(mutex);
    was_paused = last.status.link == sync::LinkState::paused;
    frames.clear();
    std::erase_if(events, [](const sync::Event& event) {
      return std::holds_alternative<sync::LinkUp>(event) || std::holds_alternative<sync::LinkDown>(event);
    });
  }
  room.notify_all();
  link->close();
  build_engine();
  if (was_paused) {
    step(sync::Pause{true});
  } else {
    step(sync::NetworkChanged{});
  }
}

void SyncService::Impl::open_link() {
  net::LiveLinkOptions options;
  options.url = joined->url;
  options.ca_file = joined->ca_file;
  options.tenant = joined->tenant;
  options.credentials = credentials_of(shop);
  net::LiveLinkEvents told;
  told.on_open = [this] { post(sync::LinkUp{}); };
  told.on_message = [this](Bytes message) { take_frame(std::move(message)); };
  told.on_closed = [this](Error reason) { post(sync::LinkDown{sync::kHubLink, reason.message}); };
  link = std::make_unique<net::LiveLink>(std::move(options), std::move(told));
}

void SyncService::Impl::start_media() {
  const auto busy = [this] {
    std::lock_guard lock(mutex);
    const auto& status = last.status;
    return status.link == sync::LinkState::connected && (!status.caught_up || status.waiting_total() > 0);
  };
  const auto arrived = [this] {
    {
      std::lock_guard lock(mutex);
      pictures = true;
    }
    bell.notify_all();
  };
  media = MediaSync::start(shop, *joined, {busy, arrived});
}

// Frames before what came after them: a LinkDown is only posted once every frame of that link was taken.
std::optional<sync::Event> SyncService::Impl::next_event() {
  std::unique_lock lock(mutex);
  const auto due = wake_at.count() > 0 ? wake_at : state.clock.monotonic() + kIdle;
  const auto soonest = joined ? std::min(due, peers_at) : due;
  const auto pause = std::max(soonest - state.clock.monotonic(), std::chrono::microseconds(0));
  bell.wait_for(lock, pause, [&] {
    return stopping || reload || look || pictures || local_commit || !events.empty() || !frames.empty();
  });
  if (!frames.empty()) {
    sync::Received received;
    while (!frames.empty() && received.frames.size() < sync::kMaxFramesPerStep) {
      received.frames.push_back(std::move(frames.front()));
      frames.pop_front();
    }
    room.notify_all();
    return received;
  }
  if (!events.empty()) {
    auto event = std::move(events.front());
    events.pop_front();
    return event;
  }
  if (local_commit) {
    local_commit = false;
    return sync::LocalCommit{};
  }
  if (wake_at.count() > 0 && state.clock.monotonic() >= wake_at) {
    wake_at = {};
    return sync::Tick{};
  }
  return std::nullopt;
}

void SyncService::Impl::step(const sync::Event& event) {
  const bool link_up = std::holds_alternative<sync::LinkUp>(event);
  const bool asked = std::holds_alternative<sync::SyncNow>(event);
  if (link_up) peers_at = {};
  if (link_up || asked || std::holds_alternative<sync::LocalCommit>(event)) media->look_again(link_up || asked);
  auto effects = state.db->write(
      [&](storage::Transaction& tx) {
        storage::SyncStore store(tx);
        return engine->step(store, event, now());
      },
      storage::Priority::background);
  if (effects) {
    carry_out(std::move(*effects));
  } else {
    log::warning("sync step failed: {} ({})", effects.error().message, effects.error().cause);
    carry_out(engine->failed(effects.error(), now()));
  }
  keep_up();
}

void SyncService::Impl::keep_up() {
  const bool trusted = engine && engine->has_trusted_time();
  const bool only_carriers = engine && !trusted && engine->has_carrier();
  if ((!trusted && !only_carriers) || state.clock.monotonic() < upkeep_at) return;
  upkeep_at = state.clock.monotonic() + std::chrono::milliseconds(sync::kUpkeepInterval_ms);
  const auto news = change(
      state,
      [&](storage::Transaction& tx) -> Result<sync::UpkeepNews> {
        storage::SyncStore store(tx);
        const auto self = TRY(store.self());
        const UtcTime trusted_now{state.clock.now().us + self.clock_offset_ms * 1000};
        return sync::keep_up(store, state.replica->log(), *keys, state.random, engine->program(),
                             {trusted_now, trusted, only_carriers});
      },
      storage::Priority::background);
  if (!news) {
    log::warning("sync upkeep failed: {} ({})", news.error().message, news.error().cause);
    return;
  }
  if (news->was_ahead_ms) carry_out(sync::Incident{sync::sentence_of_clock(*news->was_ahead_ms)});
  for (const auto& divergence : news->divergences) {
    if (diverging.insert(divergence.device).second) carry_out(sync::Incident{sync::sentence_of(divergence)});
  }
}

void SyncService::Impl::carry_out(std::vector<sync::Effect> effects) {
  for (auto& effect : effects) std::visit([this](auto& e) { carry_out(e); }, effect);
  publish(false);
}

void SyncService::Impl::carry_out(const sync::Connect& effect) {
  if (sync::is_carrier(effect.link)) {
    carriers.ask(effect.link, effect);
  } else {
    link->connect();
  }
}

void SyncService::Impl::carry_out(const sync::Disconnect& effect) {
  log::info("sync: {}", effect.reason);
  if (sync::is_carrier(effect.link)) {
    carriers.close(effect.link);
  } else {
    link->close();
  }
}

void SyncService::Impl::carry_out(sync::Send& effect) {
  if (!link->send(std::move(effect.frame))) link->close();  // on_closed follows, and the engine starts over
}

void SyncService::Impl::carry_out(const sync::Applied& effect) {
  if (effect.records == 0) return;
  if (std::ranges::find(effect.entities, domain::MediaFile::kEntity) != effect.entities.end()) media->look_again();
  for (const auto entity : effect.entities) {
    if (entity != domain::Setting::kEntity && entity != domain::Tax::kEntity) continue;
    if (const auto loaded = state.reload_settings(); !loaded) log::error("settings: {}", loaded.error().message);
    break;
  }
  const bool terminals = std::ranges::find(effect.entities, domain::Device::kEntity) != effect.entities.end();
  if (terminals && learn_devices(state, *keys)) post(sync::KeysChanged{});
  settle_conflicts(true);
  publish(true);
}

void SyncService::Impl::settle_conflicts(bool news) {
  auto settings = state.settings();
  if (!keys || (!news && settings == judged_by)) return;
  judged_by = std::move(settings);
  settle_by_rule(state, *keys);
}

void SyncService::Impl::carry_out(const sync::Incident& effect) {
  log::warning("sync: {}", effect.sentence);
  journal_alone(state, Actor{}, {"sync.incident", {}, effect.sentence});
}

void SyncService::Impl::look_at_peers() {
  if (!joined || state.clock.monotonic() < peers_at) return;
  peers_at = state.clock.monotonic() + kPeerPause;
  if (engine && !link->is_open()) return;
  if (const auto met = meet_peers(); !met) {
    log::info("sync: {}", met.error().message);
    peers_at = state.clock.monotonic() + 2 * kPeerPause;
  }
}

Status SyncService::Impl::meet_peers() {
  if (joined->keys_pending) {
    if (!TRY(collect_keys(shop, *hub))) return {};
    joined->keys_pending = false;
    make_engine();
  }
  auto peers = TRY(hub->devices());
  bool news = false;
  for (const auto& peer : peers) {
    if (keys->knows_device(peer.id)) continue;
    keys->set_device(peer.id, peer.signing_key);
    news = true;
  }
  TRY(hand_over_keys(shop, *hub, peers));
  {
    std::lock_guard lock(mutex);
    last.peers = std::move(peers);
    ++looks;
  }
  bell.notify_all();
  if (news) step(sync::KeysChanged{});
  return {};
}

void SyncService::Impl::refresh_ring() {
  auto fresh = state.keys->with_ring([](security::RingFile& file) { return file.ring.clone(); });
  if (ring) {
    *ring = std::move(fresh);
  } else {
    ring.emplace(std::move(fresh));
  }
}

void SyncService::Impl::measure(SyncReport& report) {
  const auto lanes = state.db->read([](storage::Connection& conn) { return storage::waiting_by_lane(conn); });
  RateMeter::Counts confirmed{};
  report.backlog = 0;
  for (std::size_t lane = 0; lanes && lane < sync::kLanes; ++lane) {
    confirmed[lane] = (*lanes)[lane].confirmed;
    report.backlog += (*lanes)[lane].records;
  }
  for (const auto& peer : report.status.peers) {
    for (std::size_t lane = 0; peer.link == sync::kHubLink && lane < sync::kLanes; ++lane)
      report.backlog += peer.there.after[lane] - std::min(peer.there.after[lane], peer.here.after[lane]);
  }
  report.backlog_peak = report.backlog == 0 ? 0 : std::max(report.backlog, report.backlog_peak);
  report.confirmed_per_minute = rates.per_minute(state.clock.monotonic(), confirmed);
}

void SyncService::Impl::publish(bool remote) {
  sync::SyncStatus status;
  if (engine) {
    auto read = state.db->write(
        [&](storage::Transaction& tx) {
          storage::SyncStore store(tx);
          return engine->status(store);
        },
        storage::Priority::background);
    if (read) status = std::move(*read);
  }
  SyncReport measured;
  measured.status = status;
  measured.backlog_peak = last.backlog_peak;
  if (joined) measure(measured);
  {
    std::lock_guard lock(mutex);
    last.backlog = measured.backlog;
    last.backlog_peak = measured.backlog_peak;
    last.confirmed_per_minute = measured.confirmed_per_minute;
    last.status = std::move(status);
    listings = carriers.listings();
    last.hub = joined ? joined->url : std::string();
    last.tenant = joined ? joined->tenant_name : std::string();
    last.keys_pending = joined && joined->keys_pending;
  }
  bell.notify_all();
  if (listener) listener(remote);
}

SyncService::SyncService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->state.on_local_change([raw = impl_.get()] {
    {
      std::lock_guard lock(raw->mutex);
      raw->local_commit = true;
    }
    raw->bell.notify_all();
  });
  impl_->thread = std::jthread([raw = impl_.get()] { raw->run(); });
}

SyncService::~SyncService() {
  impl_->state.on_local_change(nullptr);
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->bell.notify_all();
  impl_->room.notify_all();
  if (impl_->hub) impl_->hub->stop();
  impl_->thread.join();
  impl_->media.reset();
  impl_->link.reset();
}

Result<std::unique_ptr<SyncService>> SyncService::start(Shop& shop, Listener listener) {
  auto impl = std::make_unique<Impl>(shop);
  impl->listener = std::move(listener);
  return std::unique_ptr<SyncService>(new SyncService(std::move(impl)));
}

void SyncService::sync_now() {
  impl_->post(sync::SyncNow{});
}
void SyncService::pause(bool on) {
  impl_->post(sync::Pause{on});
}

void SyncService::settings_changed() {
  if (const auto settings = engine_settings(impl_->shop)) impl_->post(sync::Configure{*settings});
}
void SyncService::retry_parked() {
  impl_->post(sync::KeysChanged{});
  sync_now();
}

void SyncService::membership_changed() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->reload = true;
  }
  impl_->bell.notify_all();
}

SyncReport SyncService::report() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->last;
}

Status SyncService::run_once(std::chrono::milliseconds limit) {
  sync_now();
  std::unique_lock lock(impl_->mutex);
  const auto looked = impl_->looks, listed = impl_->listings;
  const auto done = [&] { return is_exchanged(impl_->last.status, impl_->looks > looked, impl_->listings > listed); };
  impl_->look = true;
  impl_->bell.notify_all();
  const auto failed = [&] {
    return impl_->last.status.link == sync::LinkState::offline && !impl_->last.status.problem.empty();
  };
  impl_->bell.wait_for(lock, limit, [&] { return done() || failed(); });
  if (impl_->bell.wait_for(lock, std::min<std::chrono::milliseconds>(limit, kSecondChance), done)) return {};
  if (impl_->last.keys_pending)
    return fail(
        ErrorKind::retry,
        "this terminal waits for the shop's keys; start a terminal that has them, or run tillctl sync run there");
  const auto problem = problem_of(impl_->last.status);
  return fail(ErrorKind::retry, problem.empty() ? "the hub did not answer in time; try again" : problem);
}

}  // namespace till::app
