// What a live peer does with each message of the hub.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/wire.hpp"
#include "sync/bootstrap.hpp"
#include "sync/chain.hpp"
#include "sync/epochs.hpp"
#include "sync/incarnation.hpp"
#include "sync/live_peer.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {
constexpr std::int64_t kHelloClockTolerance_ms = 500;   // the round trip is known
constexpr std::int64_t kAckClockTolerance_ms = 10'000;  // it is not
constexpr std::size_t kMaxMissing = 16;                 // ranges asked for at once

bool is_present(const Step& step, const Feed& feed) {
  return feed.device == step.self.device && feed.incarnation == step.self.incarnation;
}
}  // namespace

Status LivePeer::received(Step& step, const std::vector<Bytes>& frames) {
  if (state_ != LinkState::connected) return {};
  for (const Bytes& frame : frames) {
    session_.inbox_bytes += frame.size();
    received_bytes_ += frame.size();
    session_.inbox.push_back(frame);
  }
  const MemoryUse use = memory();
  const bool is_too_much = use.inbox_bytes > kMaxInboxBytes || use.inbox_items > kMaxInboxItems;
  if (is_too_much && !sabotaged(Sabotage::inbox_unbounded)) hang_up(step, "the hub sends more than it was asked for");
  return {};
}

Status LivePeer::read(Step& step) {
  while (!session_.inbox.empty() && step.has_room()) {
    const Bytes frame = std::move(session_.inbox.front());
    session_.inbox.pop_front();
    session_.inbox_bytes -= frame.size();
    const auto message = decode_message(frame);
    if (!message) {
      hang_up(step, "the hub answers nonsense: " + message.error().message);
      return {};
    }
    TRY(std::visit([&](const auto& body) { return take(step, body); }, *message));
  }
  return {};
}

Status LivePeer::take(Step& step, const Hello& hello) {
  if (hello.tenant != step.config.tenant || !hello.device.is_nil()) {
    hang_up(step, "the hub at this address serves another shop");
    return {};
  }
  if (session_.has_hello) return {};
  session_.has_hello = true;
  session_.newest = hello.cursor;
  session_.floor = hello.floor;
  session_.floor_snapshot = hello.floor_snapshot;
  session_.ancestors = hello.ancestors;
  session_.at_hello = hello.cursor;
  session_.all_heads = hello.all_heads;
  round_trip_ms_ = (step.now.mono_us - session_.hello_mono_us) / 1000;
  const std::int64_t middle_ms = (session_.hello_utc_us / 1000 + step.now.utc.us / 1000) / 2;
  trust_time(step, hello.time_ms, middle_ms, kHelloClockTolerance_ms);
  const Cursor cursor = TRY(step.store.cursor(link()));
  if (cursor.epoch != hello.cursor.epoch && sabotaged(Sabotage::epoch_ignored)) {
    return step.store.set_cursor(link(), {hello.cursor.epoch, cursor.after});
  }
  if (cursor.epoch == hello.cursor.epoch) return {};
  return step.store.set_cursor(link(), translated(cursor, hello.cursor.epoch, hello.ancestors));
}

void LivePeer::trust_time(Step& step, std::int64_t their_ms, std::int64_t own_ms, std::int64_t tolerance_ms) {
  const std::int64_t offset_ms = their_ms - own_ms;
  if (offset_ms_ && std::abs(offset_ms - *offset_ms_) <= tolerance_ms) return;
  offset_ms_ = offset_ms;
  step.status_changed();
}

Status LivePeer::take(Step& step, const Have& have) {
  if (!session_.has_hello) return {};
  if (session_.greeted) {
    if (sabotaged(Sabotage::twin_unheard)) return {};
    TRY(compare(step, have.heads));
    return {};
  }
  auto& heads = session_.heads;
  heads.insert(heads.end(), have.heads.begin(), have.heads.end());
  if (heads.size() > kMaxHubHeads) {
    hang_up(step, "the hub answers nonsense: too many feeds");
    return {};
  }
  return have.more ? Status{} : finish_greeting(step);
}

// False when the hub holds of our incarnation what we did not write.
Result<bool> LivePeer::compare(Step& step, const std::vector<FeedHead>& heads) {
  if (sabotaged(Sabotage::reuse_sequence)) return true;
  if (!TRY(contradicts(step.store, heads, step.self.device, step.self.incarnation))) return true;
  start_anew(step);
  return false;
}

void LivePeer::start_anew(Step& step) {
  step.new_incarnation = "the hub holds records of it that are not here";
  hang_up(step, "this terminal starts a new chain of records");
}

Status LivePeer::finish_greeting(Step& step) {
  const auto heads = std::exchange(session_.heads, {});
  if (!TRY(compare(step, heads))) return {};
  TRY(outbox_.adopt_heads(step.store, link(), heads));
  TRY(note_what_is_lacking(step, heads));
  session_.greeted = true;
  became_of_use(step);
  step.status_changed();
  return begin_taking(step);
}

Status LivePeer::take(Step&, const Want&) {
  return {};
}

// Behind the cursor there is only one next segment of a lane: a later one would leave a hole that the cursor hides.
Result<bool> LivePeer::fits_the_stream(Step& step, const SegmentMessage& segment, Lane lane) {
  const Cursor cursor = TRY(step.store.cursor(link()));
  if (segment.epoch != cursor.epoch) return false;
  const std::uint64_t here = cursor.after[index(lane)];
  if (segment.sequence <= here) return sabotaged(Sabotage::drop_dedup);
  if (segment.after <= here || sabotaged(Sabotage::hole_in_stream)) return true;
  if (sabotaged(Sabotage::cursor_early)) {
    Cursor moved = cursor;
    moved.after[index(lane)] = segment.sequence;
    TRY(step.store.set_cursor(link(), moved));
    return false;
  }
  auto& seen = session_.seen[index(lane)];
  seen = std::max(seen, segment.sequence);
  session_.early.keep(lane, segment);
  TRY(repair_soon(step));
  return false;
}

// What came early is read as if it came now.
void LivePeer::read_early(Lane lane, std::uint64_t here) {
  auto frame = session_.early.next(lane, here);
  if (!frame) return;
  session_.inbox_bytes += frame->size();
  session_.inbox.push_front(std::move(*frame));
}

Status LivePeer::take(Step& step, const SegmentMessage& segment) {
  // What comes while a snapshot is taken in is asked for again after it: joining goes by what was here before.
  const bool is_asked_for = segment.epoch == 0 || session_.snapshot_at_us == 0;
  if (!session_.greeted || !is_asked_for || step.is_bootstrapping) return {};
  const auto envelope = parse_envelope(segment.bytes);
  if (!envelope) {
    problem_ = "the hub sent something that is not a record: " + envelope.error().message;
    return {};
  }
  if (segment.epoch != 0 && !TRY(fits_the_stream(step, segment, envelope->feed.lane))) return {};
  session_.poll_at_us = step.now.mono_us + step.config.settings.poll_interval_ms * 1000;
  session_.newest.after[index(envelope->feed.lane)] =
      std::max(session_.newest.after[index(envelope->feed.lane)], segment.sequence);
  if (is_present(step, envelope->feed)) return take_present(step, segment, *envelope);
  const TakenSegment result = TRY(step.applier.take(step.store, segment.bytes, step.trusted_now()));
  if (result.fork) tell_of_fork(step, envelope->feed.device);
  return taken(step, result, segment, *envelope);
}

// Of the incarnation that is being written here, and not sent over this connection: from a machine that uses this one's
// name, or a copy of what is here. What is gone from the log cannot be told from either, and somebody has just sent it:
// in a new incarnation it is asked for again, and what is sold in it counts.
Status LivePeer::take_present(Step& step, const SegmentMessage& segment, const Envelope& envelope) {
  const FeedHead end{envelope.feed, envelope.last_sequence(), envelope.last_hash, 0};
  if (sabotaged(Sabotage::twin_unheard)) return taken(step, {Taken::duplicate, false, {}}, segment, envelope);
  if (!TRY(compare(step, {end}))) return {};
  const bool is_ours = sabotaged(Sabotage::reuse_sequence) || TRY(step.store.has_end(end.feed, end.sequence, end.hash));
  if (!is_ours) {
    start_anew(step);
    return {};
  }
  return taken(step, {Taken::duplicate, false, {}}, segment, envelope);
}

Status LivePeer::taken(Step& step, const TakenSegment& result, const SegmentMessage& segment,
                       const Envelope& envelope) {
  if (segment.epoch == 0) note_regained(result.taken, envelope);
  if (result.taken == Taken::gap) {
    if (segment.epoch == 0) return {};
    const std::uint64_t held = furthest(TRY(step.store.heads(envelope.feed)));
    const std::uint64_t last = envelope.first_sequence - 1;
    const FeedRange below{envelope.feed, held < last ? held + 1 : 1, last};
    auto& missing = session_.missing;
    const bool is_noted = std::any_of(missing.begin(), missing.end(), [&](const FeedRange& range) {
      return range.feed == below.feed && range.last == below.last;
    });
    if (!is_noted && missing.size() < kMaxMissing) missing.push_back(below);
    return repair_soon(step);
  }
  // Asked for again, after a new incarnation, it is no news.
  if (result.taken == Taken::refused && !TRY(step.store.is_parked(envelope.feed, envelope.first_sequence))) {
    Parked parked;
    parked.feed = envelope.feed;
    parked.first = envelope.first_sequence;
    parked.last = envelope.last_sequence();
    parked.cause = result.cause;
    parked.whole_segment = true;
    parked.bytes = segment.bytes;
    parked.since_ms = step.now.utc.us / 1000;
    TRY(step.store.park(parked));
  }
  if (result.taken == Taken::applied) last_success_ = step.now.utc;
  if (envelope.feed.device == step.self.device) TRY(outbox_.came_home(step.store, link(), envelope));
  if (segment.epoch == 0) return {};
  Cursor cursor = TRY(step.store.cursor(link()));
  cursor.after[index(envelope.feed.lane)] = segment.sequence;
  session_.cursor_moved = true;
  read_early(envelope.feed.lane, segment.sequence);
  return step.store.set_cursor(link(), cursor);
}

Status LivePeer::take(Step& step, const Ack& ack) {
  if (!session_.greeted) return {};
  for (const AckItem& item : ack.items) {
    const std::uint64_t confirmed = TRY(outbox_.acknowledge(step.store, link(), item));
    if (confirmed == 0) continue;
    step.confirmed_records += confirmed;
    last_success_ = step.now.utc;
    step.status_changed();
  }
  if (!outbox_.refusal().empty() && session_.unrefuse_at_us == 0) {
    session_.unrefuse_at_us = step.now.mono_us + backoff_.next_ms(step.random) * 1000;
    step.status_changed();
  }
  const Cursor cursor = TRY(step.store.cursor(link()));
  if (ack.cursor.epoch != 0 && ack.cursor.epoch == cursor.epoch && session_.regaining) {
    TRY(regain_on(step));
  } else if (ack.cursor.epoch != 0 && ack.cursor.epoch == cursor.epoch && session_.snapshot_at_us == 0) {
    session_.end = ack.cursor;
    step.status_changed();
    TRY(pass_over_own(step, cursor, ack));
  }
  if (ack.time_ms != 0) trust_time(step, ack.time_ms, step.now.utc.us / 1000, kAckClockTolerance_ms);
  return {};
}

// Where nothing lies between what was served and the hub's last number but what this terminal wrote, the cursor need
// not stay behind it.
Status LivePeer::pass_over_own(Step& step, const Cursor& cursor, const Ack& end) {
  Cursor moved = cursor;
  for (std::size_t i = 0; i < kLanes; ++i) {
    if (cursor.after[i] == end.cursor.after[i]) moved.after[i] = std::max(cursor.after[i], end.until[i]);
  }
  return moved == cursor ? Status{} : step.store.set_cursor(link(), moved);
}

}  // namespace till::sync
