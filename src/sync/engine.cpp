#include "sync/engine.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "sync/divergence.hpp"
#include "sync/incarnation.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

constexpr std::int64_t kClockStep_ms = 500;  // a smaller correction of trusted time is noise

// The best word that fits all links.
LinkState better(LinkState a, LinkState b) {
  return std::max(a, b);
}

}  // namespace

std::uint64_t SyncStatus::waiting_total() const {
  return std::accumulate(waiting.begin(), waiting.end(), std::uint64_t{0});
}

Engine::Engine(EngineConfig config, SegmentKeys& keys, Random& random)
    : config_(std::move(config)),
      keys_(keys),
      random_(random),
      applier_(config_.tenant, keys, config_.reader),
      bootstrap_(config_.tenant, keys, config_.reader) {
  for (const PeerConfig& peer : config_.peers) {
    if (is_carrier(peer.link)) {
      peers_.push_back(std::make_unique<CarrierPeer>(peer, config_));
    } else {
      peers_.push_back(std::make_unique<LivePeer>(peer.link, config_.settings));
    }
  }
}

Peer* Engine::peer(LinkNumber link) {
  const auto found = std::find_if(peers_.begin(), peers_.end(), [&](const auto& p) { return p->link() == link; });
  return found == peers_.end() ? nullptr : found->get();
}

Result<std::vector<Effect>> Engine::step(Store& store, const Event& event, Instant now) {
  Step step{store, now, TRY(store.self()), config_, keys_, random_, applier_};
  for (auto& peer : peers_) peer->begin_step();
  TRY(applier_.begin_step(store));
  if (incarnation_ == 0) incarnation_ = step.self.incarnation;
  if (!started_) {
    more_to_retry_ = TRY(applier_.retry_blocked(store, step.trusted_now()));
    TRY(bootstrap_.resume(store));
    started_ = true;
  }
  step.is_bootstrapping = bootstrap_.is_running();
  TRY(std::visit([&](const auto& what) { return handle(step, what); }, event));
  TRY(exchange(step));
  TRY(set_wake(step));
  return std::move(step.effects);
}

Status Engine::exchange(Step& step) {
  TRY(bootstrap(step));
  for (auto& peer : peers_) TRY(peer->read(step));
  if (TRY(applier_.retry_parked(step.store, step.trusted_now()))) more_to_retry_ = true;
  if (step.new_incarnation) TRY(start_incarnation(step));
  follow_incarnation(step);
  TRY(trust_time(step));
  report_news(step);
  if (!is_on()) return {};
  for (auto& peer : peers_) TRY(peer->write(step));
  return {};
}

std::vector<Effect> Engine::failed(const Error& error, Instant now) {
  std::vector<Effect> effects;
  applier_.step_failed();
  started_ = false;
  wake_at_us_ = now.mono_us + 1'000'000;
  for (auto& peer : peers_) {
    const std::int64_t at = peer->failed(error, now, random_, effects);
    if (at > now.mono_us) wake_at_us_ = std::min(wake_at_us_, at);
  }
  effects.emplace_back(Wake{wake_at_us_});
  return effects;
}

Status Engine::handle(Step& step, const LinkUp& event) {
  Peer* who = peer(event.link);
  if (who != nullptr && is_on()) return who->link_up(step);
  step.tell(Disconnect{event.link, "sync is off"});
  return {};
}

Status Engine::handle(Step& step, const LinkDown& event) {
  Peer* who = peer(event.link);
  return who == nullptr ? Status{} : who->link_down(step, event.reason);
}

Status Engine::handle(Step& step, const Received& event) {
  auto* who = dynamic_cast<LivePeer*>(peer(event.link));
  return who == nullptr ? Status{} : who->received(step, event.frames);
}

Status Engine::handle(Step& step, const CarrierListed& event) {
  auto* who = dynamic_cast<CarrierPeer*>(peer(event.link));
  return who == nullptr ? Status{} : who->listed(step, event);
}

Status Engine::handle(Step& step, const CarrierRead& event) {
  auto* who = dynamic_cast<CarrierPeer*>(peer(event.link));
  return who == nullptr ? Status{} : who->has_read(step, event);
}

Status Engine::handle(Step& step, const CarrierWritten& event) {
  auto* who = dynamic_cast<CarrierPeer*>(peer(event.link));
  return who == nullptr ? Status{} : who->written(step, event);
}

Status Engine::handle(Step& step, const Tick&) {
  wake_at_us_ = 0;
  if (more_to_retry_) more_to_retry_ = TRY(applier_.retry_blocked(step.store, step.trusted_now()));
  if (!is_on()) return {};
  for (auto& peer : peers_) TRY(peer->tick(step));
  return {};
}

Status Engine::handle(Step& step, const LocalCommit&) {
  if (sabotaged(Sabotage::no_retry)) TRY(hurry(step));
  step.status_changed();
  return {};
}

Status Engine::handle(Step& step, const SyncNow&) {
  return hurry(step);
}

Status Engine::handle(Step& step, const NetworkChanged&) {
  return config_.settings.auto_sync ? hurry(step) : Status{};
}

Status Engine::handle(Step& step, const KeysChanged&) {
  more_to_retry_ = TRY(applier_.retry_blocked(step.store, step.trusted_now()));
  return {};
}

Status Engine::handle(Step& step, const Pause& event) {
  if (paused_ == event.on) return {};
  paused_ = event.on;
  if (!paused_) return hurry(step);
  for (auto& peer : peers_) peer->hang_up(step, {});
  return {};
}

Status Engine::handle(Step& step, const Configure& event) {
  const bool was_automatic = config_.settings.auto_sync;
  config_.settings = event.settings;
  for (auto& peer : peers_) peer->configure(event.settings);
  step.status_changed();
  return !was_automatic && event.settings.auto_sync ? hurry(step) : Status{};
}

Status Engine::handle(Step& step, const SnapshotFound& event) {
  Peer* who = peer(event.link);
  if (!is_on() || who == nullptr) return {};
  if (!bootstrap_.is_running()) {
    const auto manifest = open_manifest(event.manifest, config_.tenant, keys_, config_.reader);
    if (!manifest) return refuse_snapshot(step, *who, manifest.error());
    if (!who->is_of_use(*manifest)) return who->snapshot_missing(step);
    if (const Status begun = bootstrap_.begin(step.store, event.manifest); !begun) {
      return begun.error().kind == ErrorKind::invalid ? refuse_snapshot(step, *who, begun.error()) : begun;
    }
    step.is_bootstrapping = true;
    step.status_changed();
  }
  bootstrap_link_ = event.link;
  ask_for_chunk(step);
  return {};
}

// What is tried again and again is told of once.
void Engine::tell_of_snapshot(Step& step, const std::string& trouble) {
  if (std::exchange(snapshot_trouble_, trouble) != trouble) step.tell(Incident{trouble});
}

Status Engine::refuse_snapshot(Step& step, Peer& who, const Error& why) {
  tell_of_snapshot(step, "a snapshot was offered that cannot be used: " + why.message);
  return who.snapshot_missing(step);
}

Status Engine::handle(Step& step, const SnapshotMissing& event) {
  if (bootstrap_.is_running() && event.link == bootstrap_link_) {
    TRY(bootstrap_.abandon(step.store));
    step.is_bootstrapping = false;
    tell_of_snapshot(step, "a snapshot was removed or is damaged where it lies; another one is used, nothing is lost");
    step.status_changed();
  }
  Peer* who = peer(event.link);
  return who == nullptr ? Status{} : who->snapshot_missing(step);
}

Status Engine::handle(Step& step, const SnapshotChunkCame& event) {
  if (const Status taken = bootstrap_.take(event.number, event.bytes); !taken) {
    step.tell(Incident{"a part of a snapshot came damaged and is fetched again: " + taken.error().message});
  }
  return {};
}

void Engine::ask_for_chunk(Step& step) {
  const auto number = bootstrap_.wanted();
  if (!number) return;
  chunk_asked_us_ = step.now.mono_us;
  step.tell(NeedSnapshotChunk{bootstrap_link_, bootstrap_.manifest()->id, *number});
}

Status Engine::bootstrap(Step& step) {
  if (!bootstrap_.is_running()) return {};
  const bool had_work = bootstrap_.has_work();
  const auto lanes = bootstrap_.manifest()->lanes;
  const auto digests = bootstrap_.manifest()->digests;
  const auto worked = work_on_snapshot(step);
  if (!worked) return give_up_snapshot(step, worked.error());
  const auto& piece = *worked;
  if (piece.ops > 0) step.tell(Applied{piece.ops, {piece.entities.begin(), piece.entities.end()}});
  if (!piece.finished) {
    if (had_work && !bootstrap_.has_work()) ask_for_chunk(step);
    return {};
  }
  step.is_bootstrapping = false;
  snapshot_trouble_.clear();
  step.status_changed();
  if (TRY(contradicts_digests(step.store, lanes, digests))) {
    step.tell(Incident{
        "what a snapshot brought does not add up to what its maker signed; run tillctl doctor, and report it"});
  }
  more_to_retry_ = TRY(applier_.retry_blocked(step.store, step.trusted_now()));  // what its maker could not read
  for (auto& peer : peers_) TRY(peer->snapshot_taken(step));
  return {};
}

// Nothing of a piece that cannot be taken in stays.
Result<Bootstrap::Piece> Engine::work_on_snapshot(Step& step) {
  if (!bootstrap_.has_work()) return bootstrap_.work(step.store, kMaxRowsPerStep);
  TRY(step.store.savepoint());
  auto piece = bootstrap_.work(step.store, kMaxRowsPerStep);
  TRY(piece ? step.store.release_savepoint() : step.store.roll_back_to_savepoint());
  return piece;
}

// What is wrong with the snapshot must not keep this terminal from sending what it sells.
Status Engine::give_up_snapshot(Step& step, const Error& why) {
  if (why.kind != ErrorKind::corrupt && why.kind != ErrorKind::invalid) return fail(why);
  TRY(bootstrap_.abandon(step.store));
  step.is_bootstrapping = false;
  step.status_changed();
  Peer* who = peer(bootstrap_link_);
  return who == nullptr ? Status{} : refuse_snapshot(step, *who, why);
}

// A person or the network gives a reason to try now.
Status Engine::hurry(Step& step) {
  if (!is_on()) return {};
  for (auto& peer : peers_) TRY(peer->hurry(step));
  return {};
}

Status Engine::start_incarnation(Step& step) {
  step.self.incarnation = TRY(begin_incarnation(step.store, random_));
  step.tell(Incident{"this terminal starts a new chain of records: " + *step.new_incarnation});
  return {};
}

// A session is for one incarnation. Another may have been begun here, or beside the engine: for a clock that was ahead.
void Engine::follow_incarnation(Step& step) {
  if (std::exchange(incarnation_, step.self.incarnation) == step.self.incarnation) return;
  step.is_other_incarnation = true;
  for (auto& peer : peers_) peer->hang_up(step, "this terminal starts a new chain of records");
}

// The hub's clock is trusted; without it the middle one of the relays'.
Status Engine::trust_time(Step& step) {
  std::vector<std::int64_t> offsets;
  for (const auto& peer : peers_) {
    const auto offset = peer->clock_offset_ms();
    if (!offset) continue;
    if (peer->link() == kHubLink) {
      offsets = {*offset};
      break;
    }
    offsets.push_back(*offset);
  }
  if (offsets.empty()) return {};
  std::sort(offsets.begin(), offsets.end());
  const std::int64_t trusted = offsets[offsets.size() / 2];
  if (trusted == step.self.clock_offset_ms) return {};
  const bool shown = std::abs(trusted - step.self.clock_offset_ms) > kClockStep_ms;
  step.self.clock_offset_ms = trusted;
  if (shown) step.status_changed();
  return step.store.set_clock_offset_ms(trusted);
}

bool Engine::has_trusted_time() const {
  return std::any_of(peers_.begin(), peers_.end(),
                     [](const auto& peer) { return peer->clock_offset_ms().has_value(); });
}

std::vector<MemoryUse> Engine::memory() const {
  std::vector<MemoryUse> uses;
  for (const auto& peer : peers_) uses.push_back(peer->memory());
  MemoryUse snapshot;
  snapshot.snapshot_bytes = bootstrap_.chunk_bytes();
  uses.push_back(snapshot);
  return uses;
}

bool Engine::has_carrier() const {
  return std::any_of(peers_.begin(), peers_.end(), [](const auto& peer) { return is_carrier(peer->link()); });
}

void Engine::report_news(Step& step) {
  auto news = applier_.take_news();
  for (const EpochNumber epoch : news.missing_epochs) step.tell(NeedKeys{epoch, std::nullopt});
  for (const Id& device : news.missing_devices) step.tell(NeedKeys{0, device});
  sent_records_ += step.confirmed_records;
  if (step.confirmed_records > 0 || news.records > 0) {
    last_success_ = step.now.utc;
    for (auto& peer : peers_) peer->data_moved();
  }
  if (news.records == 0) return;
  applied_records_ += news.records;
  step.tell(Applied{news.records, {news.entities.begin(), news.entities.end()}});
}

Result<std::int64_t> Engine::next_deadline_us(Step& step) {
  const auto due = TRY(Applier::next_due_ms(step.store));
  // A clock that stands years ahead does not make a timer of years: the clock may be put right before.
  const std::int64_t wait_ms = due ? std::clamp<std::int64_t>(*due - step.trusted_now().us / 1000, 1, 3'600'000) : 0;
  std::int64_t at = due ? step.now.mono_us + wait_ms * 1000 : 0;
  if (more_to_retry_ || bootstrap_.has_work()) at = earlier(at, step.now.mono_us + 1);
  if (!is_on()) return at;
  for (auto& peer : peers_) at = earlier(at, TRY(peer->next_deadline_us(step)));
  return at;
}

Status Engine::set_wake(Step& step) {
  const std::int64_t at = TRY(next_deadline_us(step));
  if (at == 0 || at == wake_at_us_) return {};
  wake_at_us_ = at;
  step.tell(Wake{at});
  return {};
}

Result<SyncStatus> Engine::status(Store& store) const {
  SyncStatus status;
  status.link = !is_enrolled() ? LinkState::not_enrolled : paused_ ? LinkState::paused : LinkState::offline;
  for (const OwnFeed& own : TRY(store.own_feeds())) status.waiting[index(own.feed.lane)] += own.head - own.acked;
  const auto oldest = TRY(store.oldest_waiting_ms());
  if (oldest) status.oldest = UtcTime{*oldest * 1000};
  status.last_success = last_success_;
  status.parked = TRY(store.parked_count());
  status.conflicts = TRY(store.conflict_count());
  status.clock_offset_ms = TRY(store.self()).clock_offset_ms;
  status.sent_records = sent_records_;
  status.applied_records = applied_records_;
  // A stick that is elsewhere is nobody's trouble as long as there is a live peer, and one that is here does not stand
  // for it.
  const bool has_only_carriers =
      std::all_of(peers_.begin(), peers_.end(), [](const auto& peer) { return is_carrier(peer->link()); });
  status.bootstrapping = bootstrap_.is_running();
  for (const auto& peer : peers_) {
    PeerStatus one = TRY(peer->status(store));
    if (is_on() && (has_only_carriers || !is_carrier(one.link))) status.link = better(status.link, one.state);
    status.next_attempt_mono_us = earlier(status.next_attempt_mono_us, one.next_attempt_mono_us);
    status.caught_up = status.caught_up || one.caught_up;
    status.asks_a_person = status.asks_a_person || one.failures_in_row >= config_.settings.attempts_before_asking;
    if (status.problem.empty() && (has_only_carriers || !is_carrier(one.link))) status.problem = one.problem;
    status.peers.push_back(std::move(one));
  }
  return status;
}

Result<std::string> Engine::stuck(Store& store) const {
  if (!is_on() || !config_.settings.auto_sync) return std::string{};
  std::uint64_t waiting = 0;
  for (const OwnFeed& own : TRY(store.own_feeds())) waiting += own.head - own.acked;
  if (waiting == 0 || wake_at_us_ != 0) return std::string{};
  return "records wait (" + std::to_string(waiting) + ") and nothing will ever send them";
}

}  // namespace till::sync
