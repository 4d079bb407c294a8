// What the engine does with each message of the hub.
#include <algorithm>
#include <cstdlib>

#include "sync/engine.hpp"
#include "sync/incarnation.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {
constexpr std::int64_t kHelloClockTolerance_ms = 500;   // the round trip is known
constexpr std::int64_t kAckClockTolerance_ms = 10'000;  // it is not
constexpr std::size_t kMaxHubHeads = 65'536;
constexpr std::size_t kMaxInboxBytes = 4 * kWindowBytes;  // an honest hub stays within the window
}  // namespace

Status Engine::handle(const Received& event) {
  if (session_.link != LinkState::connected) return {};
  for (const Bytes& frame : event.frames) {
    session_.inbox_bytes += frame.size();
    session_.inbox.push_back(frame);
  }
  if (session_.inbox_bytes > kMaxInboxBytes) go_offline("the hub sends more than it was asked for", true);
  return {};
}

Status Engine::read_inbox() {
  while (!session_.inbox.empty() && applier_.ops_of_this_step() < kMaxOpsPerStep) {
    const Bytes frame = std::move(session_.inbox.front());
    session_.inbox.pop_front();
    session_.inbox_bytes -= frame.size();
    const auto message = decode_message(frame);
    if (!message) {
      go_offline("the hub answers nonsense: " + message.error().message, true);
      return {};
    }
    TRY(std::visit([&](const auto& body) { return take(body); }, *message));
  }
  return {};
}

Status Engine::take(const Hello& hello) {
  if (hello.tenant != config_.tenant || !hello.device.is_nil()) {
    go_offline("the hub at this address serves another shop", true);
    return {};
  }
  if (session_.has_hello) return {};
  session_.has_hello = true;
  const std::int64_t middle_ms = (session_.hello_utc_us / 1000 + now_.utc.us / 1000) / 2;
  TRY(trust_time(hello.time_ms, middle_ms, kHelloClockTolerance_ms));
  Cursor cursor = TRY(store_->cursor());
  if (cursor.epoch != hello.cursor.epoch) return store_->set_cursor({hello.cursor.epoch, {}});
  return {};
}

Status Engine::trust_time(std::int64_t hub_ms, std::int64_t own_ms, std::int64_t tolerance_ms) {
  const std::int64_t offset_ms = hub_ms - own_ms;
  if (std::abs(offset_ms - self_.clock_offset_ms) <= tolerance_ms) return {};
  self_.clock_offset_ms = offset_ms;
  effects_.emplace_back(StatusChanged{});
  return store_->set_clock_offset_ms(offset_ms);
}

Status Engine::take(const Have& have) {
  if (!session_.has_hello || session_.greeted) return {};
  auto& heads = session_.hub_heads;
  heads.insert(heads.end(), have.heads.begin(), have.heads.end());
  if (heads.size() > kMaxHubHeads) {
    go_offline("the hub answers nonsense: too many feeds", true);
    return {};
  }
  return have.more ? Status{} : finish_greeting();
}

Status Engine::finish_greeting() {
  const auto heads = std::exchange(session_.hub_heads, {});
  if (!sabotaged(Sabotage::reuse_sequence) && TRY(contradicts(*store_, heads, self_.device, self_.incarnation))) {
    TRY(start_incarnation("the hub holds records of it that are not here"));
    go_offline("this terminal starts a new chain of records", true);
    session_.connect_at_us = now_.mono_us;  // a session is for one incarnation
    return {};
  }
  TRY(outbox_.adopt_heads(*store_, heads));
  session_.greeted = true;
  backoff_.reset();
  problem_.clear();
  last_success_ = now_.utc;
  effects_.emplace_back(StatusChanged{});
  return say_want();
}

Status Engine::take(const Want&) {
  return {};
}

// Behind the cursor there is only one next segment of a lane. Taking a later one first could bring a change before the
// one it replaces.
Result<bool> Engine::fits_the_stream(const SegmentMessage& segment, Lane lane) {
  const Cursor cursor = TRY(store_->cursor());
  if (segment.epoch != cursor.epoch) return false;
  const std::uint64_t here = cursor.after[index(lane)];
  if (segment.sequence <= here) return sabotaged(Sabotage::drop_dedup);
  if (segment.after <= here) return true;
  if (sabotaged(Sabotage::cursor_early)) {
    Cursor moved = cursor;
    moved.after[index(lane)] = segment.sequence;
    TRY(store_->set_cursor(moved));
    return false;
  }
  if (session_.wanted != cursor) TRY(say_want());
  return false;
}

Status Engine::take(const SegmentMessage& segment) {
  if (!session_.greeted) return {};
  const auto envelope = parse_envelope(segment.bytes);
  if (!envelope) {
    problem_ = "the hub sent something that is not a record: " + envelope.error().message;
    return {};
  }
  if (segment.epoch != 0 && !TRY(fits_the_stream(segment, envelope->feed.lane))) return {};
  session_.poll_at_us = now_.mono_us + config_.poll_interval_ms * 1000;
  const TakenSegment result = TRY(applier_.take(*store_, segment.bytes, trusted_now()));
  if (result.fork) {
    effects_.emplace_back(Incident{"terminal " + to_string(envelope->feed.device) +
                                   " has written two different chains; its data folder may have been copied"});
  }
  return taken(result, segment, *envelope);
}

Status Engine::taken(const TakenSegment& result, const SegmentMessage& segment, const Envelope& envelope) {
  if (result.taken == Taken::gap) {
    if (segment.epoch == 0) return {};
    return say_want({FeedRange{envelope.feed, 1, envelope.first_sequence - 1}});
  }
  if (result.taken == Taken::refused) {
    Parked parked;
    parked.feed = envelope.feed;
    parked.first = envelope.first_sequence;
    parked.last = envelope.last_sequence();
    parked.cause = result.cause;
    parked.whole_segment = true;
    parked.bytes = segment.bytes;
    parked.since_ms = now_.utc.us / 1000;
    TRY(store_->park(parked));
  }
  if (segment.epoch == 0) return {};
  Cursor cursor = TRY(store_->cursor());
  cursor.after[index(envelope.feed.lane)] = segment.sequence;
  cursor_moved_ = true;
  return store_->set_cursor(cursor);
}

Status Engine::take(const Ack& ack) {
  if (!session_.greeted) return {};
  for (const AckItem& item : ack.items) {
    const std::uint64_t confirmed = TRY(outbox_.acknowledge(*store_, item));
    sent_records_ += confirmed;
    if (confirmed == 0) continue;
    last_success_ = now_.utc;
    effects_.emplace_back(StatusChanged{});
  }
  if (!outbox_.refusal().empty() && session_.unrefuse_at_us == 0) {
    session_.unrefuse_at_us = now_.mono_us + backoff_.next_ms(random_) * 1000;
    effects_.emplace_back(StatusChanged{});
  }
  const Cursor cursor = TRY(store_->cursor());
  if (ack.cursor.epoch != 0 && ack.cursor.epoch == cursor.epoch) {
    session_.end = ack.cursor;
    effects_.emplace_back(StatusChanged{});
  }
  if (ack.time_ms == 0) return {};
  return trust_time(ack.time_ms, now_.utc.us / 1000, kAckClockTolerance_ms);
}

}  // namespace till::sync
