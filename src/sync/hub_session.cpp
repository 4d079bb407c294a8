#include "sync/hub_session.hpp"

#include <algorithm>
#include <utility>

#include "sync/all_heads.hpp"
#include "sync/epochs.hpp"

namespace till::sync {

namespace {
constexpr std::size_t kReadAheadBytes = 64 * 1024;
constexpr std::size_t kMaxProgramName = 64;
constexpr std::size_t kMaxRangesPerWant = 64;
constexpr std::int64_t kConfirmPause_us = 60'000'000;  // an ACK alone does not make the hub write each time
}  // namespace

HubSession::HubSession(HubCore& core, Id tenant, Id device) : core_(core), tenant_(tenant), device_(device) {}

Result<HubReply> HubSession::receive(ByteView frame, UtcTime now) {
  HubReply reply;
  const auto message = decode_message(frame);
  if (!message) {
    reply.close_reason = message.error().message;
    return reply;
  }
  if (!greeted_ && !std::holds_alternative<Hello>(*message)) {
    reply.close_reason = "the terminal spoke before it said who it is";
    return reply;
  }
  TRY(std::visit([&](const auto& body) { return on(body, now, reply); }, *message));
  if (reply.close_reason.empty()) {
    now_ms_ = now.us / 1000;
    auto served = serve();
    now_ms_ = 0;
    for (Bytes& out : TRY(std::move(served))) reply.frames.push_back(std::move(out));
  }
  return reply;
}

Status HubSession::on(const Hello& hello, UtcTime now, HubReply& reply) {
  if (hello.tenant != tenant_ || hello.device != device_) {
    reply.close_reason = "the terminal says another name than it proved";
    return {};
  }
  if (std::exchange(greeted_, true)) return {};  // once a session; a doubled frame must not start it over
  incarnation_ = hello.incarnation;
  program_ = hello.program.substr(0, kMaxProgramName);
  clock_offset_ms_ = hello.time_ms - now.us / 1000;
  epoch_ = TRY(core_.store().epoch(tenant_));

  Hello answer;
  answer.tenant = tenant_;
  answer.cursor.epoch = epoch_;
  compared_until_ = TRY(core_.store().last_number(tenant_));
  answer.cursor.after.fill(compared_until_);
  answer.time_ms = now.us / 1000;
  const HubFloor floor = TRY(core_.store().floor(tenant_));
  answer.floor = floor.after;
  answer.floor_snapshot = floor.snapshot;
  answer.ancestors = ancestors_ = TRY(core_.store().ancestors(tenant_));
  TRY(confirm(translated(hello.cursor, epoch_, ancestors_), now));
  const auto heads = TRY(heads_to_tell(hello, floor, answer));
  reply.frames.push_back(encode_message(answer));
  std::size_t at = 0;
  do {
    Have have;
    const std::size_t end = std::min(heads.size(), at + kMaxHeadsPerMessage);
    have.heads.assign(heads.begin() + static_cast<std::ptrdiff_t>(at),
                      heads.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
    have.more = at < heads.size();
    reply.frames.push_back(encode_message(have));
  } while (at < heads.size());
  return {};
}

// Its own; all there are to one that is behind the floor and would know whether it lacks anything.
Result<std::vector<FeedHead>> HubSession::heads_to_tell(const Hello& hello, const HubFloor& floor, Hello& answer) {
  const bool is_behind = !has_reached(translated(hello.cursor, epoch_, ancestors_), floor.after);
  if (is_behind && hello.all_heads != RecordHash{}) {
    auto all = TRY(core_.store().all_heads(tenant_, kMaxToldHeads + 1));
    if (all.size() <= kMaxToldHeads) {
      answer.all_heads = digest_of(all);
      return all;
    }
  }
  return core_.store().heads_of(tenant_, device_);
}

Status HubSession::on(const Have&, UtcTime, HubReply&) {
  return {};
}

// The terminal's own segments are not served to it, so it hears of them in this way: two machines may have come to use
// one incarnation.
Status HubSession::say_own_heads(std::vector<Bytes>& frames) {
  Have have;
  for (const FeedHead& head : TRY(core_.store().heads_of(tenant_, device_))) {
    if (is_of_terminals_incarnation(head.feed) && have.heads.size() < kMaxHeadsPerMessage) have.heads.push_back(head);
  }
  if (!have.heads.empty()) frames.push_back(encode_message(have));
  return {};
}

bool HubSession::is_of_terminals_incarnation(const Feed& feed) const {
  return feed.device == device_ && feed.incarnation == incarnation_;
}

Status HubSession::on(const Want& want, UtcTime now, HubReply& reply) {
  TRY(say_own_heads(reply.frames));
  position_ = acknowledged_ = translated(want.after, epoch_, ancestors_);
  read_until_ = position_.after;
  for (std::size_t i = 0; i < kLanes; ++i) {
    came_from_it_[i].erase(came_from_it_[i].begin(), came_from_it_[i].upper_bound(position_.after[i]));
  }
  TRY(confirm(position_, now));
  const bool is_behind = !has_reached(position_, TRY(core_.store().floor(tenant_)).after);
  if (is_behind && want.ranges.empty()) {
    reply.close_reason = "what this terminal lacks is not kept here any more; it takes a snapshot first";
    return {};
  }
  if (want.ranges.size() > kMaxRangesPerWant) {
    reply.close_reason = "the terminal asks for too much at once";
    return {};
  }
  wanted_ = owes_end_ = !is_behind;
  for (auto& lane : sent_) lane.clear();
  TRY(serve_ranges(want.ranges, reply.frames));
  if (is_behind) reply.frames.push_back(encode_message(Ack{{}, position_, now.us / 1000, {}}));
  return {};
}

// What there is of them, as much as a window holds.
Status HubSession::serve_ranges(const std::vector<FeedRange>& ranges, std::vector<Bytes>& frames) {
  std::size_t budget = kWindowBytes;
  for (const FeedRange& range : ranges) {
    if (budget == 0) break;
    for (HubSegment& segment : TRY(core_.store().of_feed(tenant_, range, budget))) {
      budget -= std::min(budget, segment.bytes.size());
      frames.push_back(encode_message(SegmentMessage{0, 0, 0, std::move(segment.bytes)}));
    }
  }
  return {};
}

Status HubSession::on(const SegmentMessage& segment, UtcTime now, HubReply& reply) {
  const Verdict verdict = TRY(core_.accept(tenant_, segment.bytes, now));
  reply.stored |= verdict.outcome == Outcome::stored;
  const Feed& feed = verdict.ack.feed;
  if (verdict.outcome == Outcome::stored && is_of_terminals_incarnation(feed))
    came_from_it_[index(feed.lane)].insert(verdict.number);
  if (verdict.fork) reply.forks.push_back(verdict.ack.feed);
  reply.frames.push_back(encode_message(Ack{{verdict.ack}, {}, now.us / 1000, {}}));
  return {};
}

Status HubSession::on(const Ack& ack, UtcTime now, HubReply&) {
  if (ack.cursor.epoch != epoch_) return {};
  for (std::size_t i = 0; i < kLanes; ++i) {
    acknowledged_.after[i] = std::max(acknowledged_.after[i], ack.cursor.after[i]);
    std::erase_if(sent_[i], [&](const Sent& s) { return s.number <= ack.cursor.after[i]; });
  }
  return now.us < confirmed_at_us_ + kConfirmPause_us ? Status{} : confirm(acknowledged_, now);
}

// Kept for what may be dropped (hub_drop.hpp) and for how far each terminal is behind.
Status HubSession::confirm(const Cursor& cursor, UtcTime now) {
  const bool is_heard = now.us < confirmed_at_us_ + kConfirmPause_us && confirmed_at_us_ != 0;
  if (cursor == confirmed_ && is_heard) return {};
  confirmed_ = cursor;
  confirmed_at_us_ = now.us;
  return core_.store().confirm(tenant_, device_, cursor, now);
}

std::size_t HubSession::in_flight_bytes() const {
  std::size_t bytes = 0;
  for (const auto& lane : sent_) {
    for (const Sent& s : lane) bytes += s.bytes;
  }
  return bytes;
}

Result<std::vector<Bytes>> HubSession::serve() {
  std::vector<Bytes> frames;
  std::array<bool, kLanes> has_work;
  has_work.fill(wanted_);
  while (in_flight_bytes() < kWindowBytes) {
    const auto lane = scheduler_.pick(has_work);
    if (!lane) {
      if (std::exchange(owes_end_, false)) {
        Ack end{{}, position_, now_ms_, {}};
        end.until.fill(TRY(core_.store().last_number(tenant_)));
        frames.push_back(encode_message(end));
      }
      break;
    }
    if (!TRY(serve_lane(*lane, frames))) has_work[index(*lane)] = false;
  }
  return frames;
}

Result<bool> HubSession::serve_lane(Lane lane, std::vector<Bytes>& frames) {
  std::uint64_t& after = position_.after[index(lane)];
  auto segments = TRY(read_ahead(lane));
  for (HubSegment& segment : segments) {
    // Of another machine that uses its name: it is told so before it gets that.
    if (is_of_terminals_incarnation(segment.feed)) TRY(say_own_heads(frames));
    const std::size_t bytes = segment.bytes.size();
    scheduler_.charge(lane, bytes);
    sent_[index(lane)].push_back({segment.sequence, bytes});
    frames.push_back(encode_message(SegmentMessage{epoch_, segment.sequence, after, std::move(segment.bytes)}));
    after = segment.sequence;
  }
  return !segments.empty();
}

// The next ones of a lane that the terminal did not write; empty at the end.
Result<std::vector<HubSegment>> HubSession::read_ahead(Lane lane) {
  auto& store = core_.store();
  std::uint64_t& after = read_until_[index(lane)];
  if (after < compared_until_) {
    auto segments = TRY(store.after(tenant_, lane, after, device_, incarnation_, kReadAheadBytes));
    std::erase_if(segments, [&](const HubSegment& segment) { return segment.sequence > compared_until_; });
    after = segments.empty() ? compared_until_ : segments.back().sequence;
    if (!segments.empty()) return segments;
  }
  for (;;) {
    auto segments = TRY(store.after(tenant_, lane, after, Id{}, 0, kReadAheadBytes));
    if (segments.empty()) return segments;
    after = segments.back().sequence;
    std::erase_if(segments,
                  [&](const HubSegment& segment) { return came_from_it_[index(lane)].contains(segment.sequence); });
    if (!segments.empty()) return segments;
  }
}

}  // namespace till::sync
