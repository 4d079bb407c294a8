#include "sync/live_peer.hpp"

#include <algorithm>
#include <utility>

#include "sync/all_heads.hpp"
#include "sync/epochs.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {
// A link that neither opens nor fails within this is given up; the transport's own limits are shorter.
constexpr std::int64_t kConnectLimit_us = 60'000'000;
constexpr std::int64_t kRepairPause_ms = 1'000, kLongestRepairPause_ms = 10'000;
}  // namespace

LivePeer::LivePeer(LinkNumber link, const EngineSettings& settings)
    : Peer(link, Backoff({settings.retry_base_ms, settings.retry_cap_ms})) {}

void LivePeer::configure(const EngineSettings& settings) {
  backoff_ = own_trouble_ = Backoff({settings.retry_base_ms, settings.retry_cap_ms});
}

void LivePeer::send(Step& step, const Message& message) {
  Bytes frame = encode_message(message);
  sent_bytes_ += frame.size();
  step.tell(Send{link(), std::move(frame)});
}

Status LivePeer::link_up(Step& step) {
  begin_session(step);
  return say_hello(step);
}

Status LivePeer::link_down(Step& step, const std::string& reason) {
  if (state_ == LinkState::offline) return {};
  TRY(Peer::link_down(step, reason));
  if (!sabotaged(Sabotage::forget_outbox)) return {};
  for (const OwnFeed& own : TRY(step.store.own_feeds())) TRY(step.store.set_acked(link(), own.feed, own.head));
  return {};
}

void LivePeer::forget_session() {
  session_ = {};
  outbox_.forget_flight();
}

Status LivePeer::tick(Step& step) {
  const std::int64_t now_us = step.now.mono_us;
  switch (state_) {
    case LinkState::offline:
      if (step.config.settings.auto_sync && now_us >= connect_at_us_ && !sabotaged(Sabotage::no_retry)) {
        connect(step);
      }
      return {};
    case LinkState::connecting:
      if (sabotaged(Sabotage::no_connect_timeout)) return {};
      if (now_us >= since_us_ + kConnectLimit_us) hang_up(step, "the hub does not answer");
      return {};
    default:
      break;
  }
  const std::int64_t limit_us = step.config.settings.ack_timeout_ms * 1000;
  if (!session_.greeted && now_us >= since_us_ + limit_us) {
    if (sabotaged(Sabotage::no_greeting_timeout)) return {};
    hang_up(step, "the hub does not answer");
    return {};
  }
  if (outbox_.in_flight() && now_us >= outbox_.oldest_flight_us() + limit_us && !sabotaged(Sabotage::no_ack_timeout)) {
    hang_up(step, "the hub does not confirm what it gets");
    return {};
  }
  if (session_.unrefuse_at_us != 0 && now_us >= session_.unrefuse_at_us) {
    session_.unrefuse_at_us = 0;
    outbox_.forget_flight();
  }
  if (session_.snapshot_at_us != 0) {
    if (now_us < session_.snapshot_at_us) return {};
    return look_for_snapshot_again(step);
  }
  if (session_.repair_at_us != 0 && now_us >= session_.repair_at_us) TRY(repair(step));
  if (session_.greeted && now_us >= session_.poll_at_us && !sabotaged(Sabotage::no_poll)) return say_want(step);
  return {};
}

Status LivePeer::hurry(Step& step) {
  backoff_.reset();
  own_trouble_.reset();
  if (state_ == LinkState::offline) connect(step);
  if (!session_.greeted) return {};
  if (!outbox_.refusal().empty()) outbox_.forget_flight();
  session_.unrefuse_at_us = 0;
  if (session_.snapshot_at_us == 0) return say_want(step);
  ask_for_snapshot(step);
  return {};
}

Status LivePeer::say_hello(Step& step) {
  Hello hello;
  hello.tenant = step.config.tenant;
  hello.device = step.self.device;
  hello.incarnation = step.self.incarnation;
  hello.cursor = TRY(step.store.cursor(link()));
  hello.time_ms = step.now.utc.us / 1000;
  hello.program = step.config.program;
  if (link() == kHubLink) hello.all_heads = asks_for_all_heads();
  session_.hello_utc_us = step.now.utc.us;
  session_.hello_mono_us = step.now.mono_us;
  send(step, hello);
  return {};
}

Status LivePeer::say_want(Step& step) {
  session_.end.reset();
  session_.wanted_at_us = step.now.mono_us;
  session_.repair_at_us = 0;
  session_.seen = {};
  session_.poll_at_us = step.now.mono_us + step.config.settings.poll_interval_ms * 1000;
  send(step, Want{TRY(step.store.cursor(link())), std::exchange(session_.missing, {})});
  return {};
}

// Each WANT makes the hub send everything behind the cursor again. So what seems to be missing is asked for once in two
// round trips: until then it may be under way, in answer to the last one.
Status LivePeer::repair_soon(Step& step) {
  const std::int64_t pause_ms = std::clamp(2 * round_trip_ms_.value_or(0), kRepairPause_ms, kLongestRepairPause_ms);
  session_.repair_at_us = session_.wanted_at_us + pause_ms * 1000;
  return step.now.mono_us < session_.repair_at_us ? Status{} : say_want(step);
}

Status LivePeer::repair(Step& step) {
  const bool has_come = session_.missing.empty() && has_reached(TRY(step.store.cursor(link())), session_.seen);
  if (!has_come) return say_want(step);
  session_.repair_at_us = 0;
  return {};
}

Status LivePeer::write(Step& step) {
  if (session_.greeted) {
    for (Bytes& frame : TRY(outbox_.next(step, link()))) {
      sent_bytes_ += frame.size();
      step.tell(Send{link(), std::move(frame)});
    }
  }
  if (std::exchange(session_.cursor_moved, false)) {
    send(step, Ack{{}, TRY(step.store.cursor(link())), step.now.utc.us / 1000, {}});
  }
  const bool on_request = !step.config.settings.auto_sync && session_.greeted && session_.end;
  if (!on_request || outbox_.in_flight() || outbox_.has_more() || !session_.inbox.empty()) return {};
  if (has_reached(TRY(step.store.cursor(link())), session_.end->after)) hang_up(step, {});
  return {};
}

Result<std::int64_t> LivePeer::next_deadline_us(Step& step) {
  const std::int64_t now_us = step.now.mono_us;
  if (state_ == LinkState::offline) {
    if (!step.config.settings.auto_sync || sabotaged(Sabotage::no_retry)) return 0;
    return std::max(connect_at_us_, now_us + 1);
  }
  if (state_ == LinkState::connecting) return since_us_ + kConnectLimit_us;
  std::int64_t at = session_.inbox.empty() ? 0 : now_us + 1;
  const std::int64_t limit_us = step.config.settings.ack_timeout_ms * 1000;
  if (!session_.greeted) return earlier(at, since_us_ + limit_us);
  at = earlier(at, session_.snapshot_at_us != 0 ? session_.snapshot_at_us : session_.poll_at_us);
  if (session_.snapshot_at_us == 0) at = earlier(at, session_.repair_at_us);
  if (outbox_.in_flight()) at = earlier(at, outbox_.oldest_flight_us() + limit_us);
  if (outbox_.has_more()) at = earlier(at, now_us + 1);
  return earlier(at, session_.unrefuse_at_us);
}

MemoryUse LivePeer::memory() const {
  MemoryUse use;
  use.link = link();
  use.inbox_bytes = session_.inbox_bytes + session_.early.bytes();
  use.inbox_items = session_.inbox.size() + session_.early.items();
  use.flight_bytes = outbox_.flight_bytes();
  use.heads = session_.heads.size() + session_.lacking.size();
  return use;
}

Result<PeerStatus> LivePeer::status(Store& store) const {
  PeerStatus status = TRY(account(store));
  status.round_trip_ms = round_trip_ms_;
  status.here = TRY(store.cursor(link()));
  status.there = session_.newest;
  status.floor = session_.floor;
  status.floor_snapshot = session_.floor_snapshot;
  status.caught_up = session_.greeted && session_.end && has_reached(status.here, session_.end->after);
  status.problem = outbox_.refusal().empty() ? problem_ : outbox_.refusal();
  return status;
}

}  // namespace till::sync
