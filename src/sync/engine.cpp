#include "sync/engine.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "sync/incarnation.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

// A link that neither opens nor fails within this is given up; the transport's own limits are shorter.
constexpr std::int64_t kConnectLimit_us = 60'000'000;

std::int64_t earlier(std::int64_t a, std::int64_t b) {
  if (a == 0) return b;
  return b == 0 ? a : std::min(a, b);
}

}  // namespace

std::uint64_t SyncStatus::waiting_total() const {
  return std::accumulate(waiting.begin(), waiting.end(), std::uint64_t{0});
}

Engine::Engine(EngineConfig config, SegmentKeys& keys, Random& random)
    : config_(std::move(config)),
      keys_(keys),
      random_(random),
      backoff_(config_.backoff),
      applier_(config_.tenant, keys) {}

UtcTime Engine::trusted_now() const {
  return {now_.utc.us + self_.clock_offset_ms * 1000};
}

void Engine::send(const Message& message) {
  effects_.emplace_back(Send{kHubLink, encode_message(message)});
}

Result<std::vector<Effect>> Engine::step(Store& store, const Event& event, Instant now) {
  store_ = &store;
  now_ = now;
  effects_.clear();
  cursor_moved_ = false;
  self_ = TRY(store.self());
  if (!started_) {
    session_.more_to_retry = TRY(applier_.retry_blocked(store, trusted_now()));
    started_ = true;
  }
  TRY(std::visit([&](const auto& what) { return handle(what); }, event));
  TRY(read_inbox());
  if (TRY(applier_.retry_parked(store, trusted_now()))) session_.more_to_retry = true;
  report_news();
  TRY(pump());
  if (cursor_moved_) send(Ack{{}, TRY(store.cursor()), now_.utc.us / 1000});
  TRY(set_wake());
  return std::exchange(effects_, {});
}

std::vector<Effect> Engine::failed(const Error& error, Instant now) {
  now_ = now;
  effects_.clear();
  outbox_.forget_flight();
  applier_.take_news();
  started_ = false;
  go_offline(error.message, true);
  wake_at_us_ = session_.connect_at_us;
  effects_.emplace_back(Wake{wake_at_us_});
  return std::exchange(effects_, {});
}

Status Engine::handle(const LinkUp&) {
  if (!is_enrolled() || paused_) {
    effects_.emplace_back(Disconnect{kHubLink, "sync is off"});
    return {};
  }
  outbox_.forget_flight();
  session_ = {};
  session_.link = LinkState::connected;
  session_.since_us = now_.mono_us;
  effects_.emplace_back(StatusChanged{});
  return say_hello();
}

Status Engine::handle(const LinkDown& event) {
  if (session_.link == LinkState::offline) return {};
  go_offline(event.reason, false);
  if (!sabotaged(Sabotage::forget_outbox)) return {};
  for (const OwnFeed& own : TRY(store_->own_feeds())) TRY(store_->set_acked(own.feed, own.head));
  return {};
}

Status Engine::handle(const Tick&) {
  wake_at_us_ = 0;
  if (!is_enrolled() || paused_) return {};
  switch (session_.link) {
    case LinkState::offline:
      if (now_.mono_us >= session_.connect_at_us && !sabotaged(Sabotage::no_retry)) connect();
      return {};
    case LinkState::connecting:
      if (now_.mono_us >= session_.since_us + kConnectLimit_us) go_offline("the hub does not answer", true);
      return {};
    default:
      break;
  }
  const std::int64_t limit_us = config_.ack_timeout_ms * 1000;
  if (!session_.greeted && now_.mono_us >= session_.since_us + limit_us) {
    go_offline("the hub does not answer", true);
    return {};
  }
  if (outbox_.in_flight() && now_.mono_us >= outbox_.oldest_flight_us() + limit_us) {
    go_offline("the hub does not confirm what it gets", true);
    return {};
  }
  if (session_.unrefuse_at_us != 0 && now_.mono_us >= session_.unrefuse_at_us) {
    session_.unrefuse_at_us = 0;
    outbox_.forget_flight();
  }
  if (session_.more_to_retry) session_.more_to_retry = TRY(applier_.retry_blocked(*store_, trusted_now()));
  if (session_.greeted && now_.mono_us >= session_.poll_at_us) return say_want();
  return {};
}

Status Engine::handle(const LocalCommit&) {
  if (sabotaged(Sabotage::no_retry) && session_.link == LinkState::offline) connect();
  effects_.emplace_back(StatusChanged{});
  return {};
}

Status Engine::handle(const SyncNow&) {
  return hurry();
}

Status Engine::handle(const NetworkChanged&) {
  return hurry();
}

Status Engine::handle(const KeysChanged&) {
  session_.more_to_retry = TRY(applier_.retry_blocked(*store_, trusted_now()));
  return {};
}

Status Engine::handle(const Pause& event) {
  if (paused_ == event.on) return {};
  paused_ = event.on;
  if (paused_) {
    go_offline({}, true);
    return {};
  }
  return hurry();
}

// A person or the network gives a reason to try now.
Status Engine::hurry() {
  backoff_.reset();
  if (!is_enrolled() || paused_) return {};
  if (session_.link == LinkState::offline) connect();
  if (session_.greeted) {
    if (!outbox_.refusal().empty()) outbox_.forget_flight();
    session_.unrefuse_at_us = 0;
    return say_want();
  }
  return {};
}

void Engine::connect() {
  session_ = {};
  session_.link = LinkState::connecting;
  session_.since_us = now_.mono_us;
  effects_.emplace_back(Connect{kHubLink});
  effects_.emplace_back(StatusChanged{});
}

void Engine::go_offline(std::string reason, bool tell_link) {
  const bool had_link = session_.link != LinkState::offline;
  session_ = {};
  session_.connect_at_us = now_.mono_us + backoff_.next_ms(random_) * 1000;
  outbox_.forget_flight();
  problem_ = std::move(reason);
  if (tell_link && had_link) effects_.emplace_back(Disconnect{kHubLink, problem_});
  effects_.emplace_back(StatusChanged{});
}

Status Engine::say_hello() {
  Hello hello;
  hello.tenant = config_.tenant;
  hello.device = self_.device;
  hello.incarnation = self_.incarnation;
  hello.cursor = TRY(store_->cursor());
  hello.time_ms = now_.utc.us / 1000;
  hello.program = config_.program;
  session_.hello_utc_us = now_.utc.us;
  send(hello);
  return {};
}

Status Engine::say_want(std::vector<FeedRange> ranges) {
  session_.wanted = TRY(store_->cursor());
  session_.end.reset();
  session_.poll_at_us = now_.mono_us + config_.poll_interval_ms * 1000;
  send(Want{*session_.wanted, std::move(ranges)});
  return {};
}

Status Engine::start_incarnation(std::string_view why) {
  self_.incarnation = new_incarnation(random_);
  TRY(store_->set_incarnation(self_.incarnation));
  // What the hub took for our own until now may be another's.
  const Cursor cursor = TRY(store_->cursor());
  TRY(store_->set_cursor({cursor.epoch, {}}));
  effects_.emplace_back(Incident{"this terminal starts a new chain of records: " + std::string(why)});
  return {};
}

Status Engine::pump() {
  if (!session_.greeted || paused_) return {};
  for (Bytes& frame : TRY(outbox_.next(*store_, keys_, config_.tenant, now_.mono_us))) {
    effects_.emplace_back(Send{kHubLink, std::move(frame)});
  }
  return {};
}

void Engine::report_news() {
  auto news = applier_.take_news();
  for (const EpochNumber epoch : news.missing_epochs) effects_.emplace_back(NeedKeys{epoch, std::nullopt});
  for (const Id& device : news.missing_devices) effects_.emplace_back(NeedKeys{0, device});
  if (news.records == 0) return;
  applied_records_ += news.records;
  last_success_ = now_.utc;
  effects_.emplace_back(Applied{news.records, {news.entities.begin(), news.entities.end()}});
}

Result<std::int64_t> Engine::next_deadline_us() {
  const auto due = TRY(Applier::next_due_ms(*store_));
  // A clock that stands years ahead does not make a timer of years: the clock may be put right before.
  const std::int64_t wait_ms = due ? std::clamp<std::int64_t>(*due - trusted_now().us / 1000, 1, 3'600'000) : 0;
  std::int64_t at = due ? now_.mono_us + wait_ms * 1000 : 0;
  if (session_.more_to_retry || !session_.inbox.empty()) at = earlier(at, now_.mono_us + 1);
  if (!is_enrolled() || paused_) return at;
  if (session_.link == LinkState::offline) {
    if (!sabotaged(Sabotage::no_retry)) at = earlier(at, std::max(session_.connect_at_us, now_.mono_us + 1));
    return at;
  }
  if (session_.link == LinkState::connecting) return earlier(at, session_.since_us + kConnectLimit_us);
  const std::int64_t limit_us = config_.ack_timeout_ms * 1000;
  if (!session_.greeted) return earlier(at, session_.since_us + limit_us);
  at = earlier(at, session_.poll_at_us);
  if (outbox_.in_flight()) at = earlier(at, outbox_.oldest_flight_us() + limit_us);
  if (outbox_.has_more()) at = earlier(at, now_.mono_us + 1);
  return earlier(at, session_.unrefuse_at_us);
}

Status Engine::set_wake() {
  const std::int64_t at = TRY(next_deadline_us());
  if (at == 0 || at == wake_at_us_) return {};
  wake_at_us_ = at;
  effects_.emplace_back(Wake{at});
  return {};
}

Result<SyncStatus> Engine::status(Store& store) const {
  SyncStatus status;
  status.link = !is_enrolled() ? LinkState::not_enrolled : paused_ ? LinkState::paused : session_.link;
  if (status.link == LinkState::connected && !session_.greeted) status.link = LinkState::connecting;
  for (const OwnFeed& own : TRY(store.own_feeds())) status.waiting[index(own.feed.lane)] += own.head - own.acked;
  const auto oldest = TRY(store.oldest_waiting_ms());
  if (oldest) status.oldest = UtcTime{*oldest * 1000};
  status.last_success = last_success_;
  status.next_attempt_mono_us = session_.link == LinkState::offline ? session_.connect_at_us : 0;
  status.parked = TRY(store.parked_count());
  status.conflicts = TRY(store.conflict_count());
  status.clock_offset_ms = TRY(store.self()).clock_offset_ms;
  status.sent_records = sent_records_;
  status.applied_records = applied_records_;
  const Cursor cursor = TRY(store.cursor());
  const auto reached = [&](const Cursor& end) {
    return std::equal(end.after.begin(), end.after.end(), cursor.after.begin(), std::less_equal<>());
  };
  status.caught_up = session_.greeted && session_.end && reached(*session_.end);
  status.problem = outbox_.refusal().empty() ? problem_ : outbox_.refusal();
  return status;
}

Result<std::string> Engine::stuck(Store& store) const {
  if (!is_enrolled() || paused_) return std::string{};
  std::uint64_t waiting = 0;
  for (const OwnFeed& own : TRY(store.own_feeds())) waiting += own.head - own.acked;
  if (waiting == 0 || wake_at_us_ != 0) return std::string{};
  return "records wait (" + std::to_string(waiting) + ") and nothing will ever send them";
}

}  // namespace till::sync
