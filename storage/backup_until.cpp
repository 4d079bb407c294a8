#include "storage/backup_until.hpp"

#include <fmt/format.h>

#include <utility>

#include "backup/sabotage.hpp"
#include "storage/sync_store.hpp"
#include "sync/apply.hpp"
#include "sync/chain.hpp"

namespace till::storage {
namespace {

using sync::Feed;

constexpr std::uint64_t kApplyBatch = 64;

struct LaterFeed {
  Feed feed;
  std::int64_t origin = 0;
  bool own = false;
};

Status gap_in(const Feed& feed) {
  return invalid(fmt::format(
      "the next backup no longer has every change since this one (lane {}); restore one of the two as it is",
      sync::to_string(feed.lane)));
}

Result<std::vector<LaterFeed>> feeds_of(Connection& later) {
  auto q = TRY(later.query(
      "SELECT o.device, o.incarnation, f.lane, o.number, "
      "EXISTS (SELECT 1 FROM sync_own_feed w WHERE w.origin = f.origin AND w.lane = f.lane) "
      "FROM (SELECT origin, lane FROM sync_own_feed UNION SELECT DISTINCT origin, lane FROM sync_segment) f "
      "JOIN sync_origin o ON o.number = f.origin ORDER BY f.lane, o.device, o.incarnation"));
  std::vector<LaterFeed> feeds;
  while (TRY(q.next())) {
    feeds.push_back(
        {{q.id(0), static_cast<sync::Incarnation>(q.integer(1)), q.as<sync::Lane>(2)}, q.integer(3), q.boolean(4)});
  }
  return feeds;
}

class Replay {
 public:
  Replay(Transaction& earlier, Connection& later, const Id& tenant, sync::SegmentKeys& keys, UtcTime until, UtcTime now,
         Task& task)
      : store_(earlier), later_(later), keys_(keys), applier_(tenant, keys), until_(until), now_(now), task_(task) {}

  Result<Replayed> run() {
    TRY(check_continues());
    TRY(applier_.begin_step(store_));
    const auto feeds = TRY(feeds_of(later_));
    for (const auto& feed : feeds) {
      if (!feed.own) TRY(take_others(feed));
    }
    for (const auto& feed : feeds) {
      if (feed.own) TRY(continue_own(feed));
    }
    TRY(apply_waiting());
    return replayed_;
  }

 private:
  // A record of its own, without its segment: it waits like one whose dependency has just come.
  Status apply(const Feed& feed, std::uint64_t sequence, const Bytes& body) {
    sync::Parked waiting;
    waiting.feed = feed;
    waiting.first = waiting.last = sequence;
    waiting.reason = sync::ParkedReason::missing_dependency;
    waiting.bytes = body;
    waiting.since_ms = now_.us / 1000;
    TRY(store_.park(waiting));
    return ++waiting_ % kApplyBatch == 0 ? apply_waiting() : Status{};
  }
  // As long as one more goes: a record of one lane may need one of another that comes behind it.
  Status apply_waiting() {
    for (auto before = UINT64_MAX, now = TRY(store_.parked_count()); now < before;) {
      TRY(task_.go_on());
      TRY(applier_.retry_parked(store_, now_));
      before = std::exchange(now, TRY(store_.parked_count()));
    }
    return {};
  }

  bool is_wanted(sync::Stamp stamp) const {
    const auto until_ms = until_.us / 1000;
    return backup::sabotaged(backup::Sabotage::until_off_by_one) ? stamp.ms() < until_ms : stamp.ms() <= until_ms;
  }
  // A restore in between went back behind the end of the earlier one's own log.
  Status check_continues() {
    for (const auto& own : TRY(store_.own_feeds())) {
      const auto head = TRY(later_.integer(
          "SELECT f.head FROM sync_own_feed f JOIN sync_origin o ON o.number = f.origin WHERE o.device = ?1 AND "
          "o.incarnation = ?2 AND f.lane = ?3",
          own.feed.device, own.feed.incarnation, own.feed.lane));
      if (static_cast<std::uint64_t>(head.value_or(0)) < own.head) {
        return invalid("the shop was restored from a backup in between; restore one of the two backups as it is");
      }
    }
    return {};
  }
  Result<Query> segments_behind(const LaterFeed& feed, std::uint64_t sequence) {
    return later_.query(
        "SELECT bytes FROM sync_segment WHERE origin = ?1 AND lane = ?2 AND last > ?3 ORDER BY first, number",
        feed.origin, feed.feed.lane, sequence);
  }

  Status take_others(const LaterFeed& feed) {
    auto q = TRY(segments_behind(feed, sync::furthest(TRY(store_.heads(feed.feed)))));
    while (TRY(q.next())) {
      TRY(task_.go_on());
      const Bytes segment = q.blob(0);
      const auto envelope = TRY(sync::parse_envelope(segment));
      if (!is_wanted(envelope.last_stamp)) return take_beginning(segment, envelope);
      const auto taken = TRY(applier_.take(store_, segment, now_));
      if (taken.taken == sync::Taken::gap) return gap_in(feed.feed);
      if (taken.taken == sync::Taken::applied) replayed_.records += envelope.count;
    }
    return {};
  }

  // The part of a segment that is not of later comes into the data; the segment itself comes again from its author.
  Status take_beginning(ByteView segment, const sync::Envelope& envelope) {
    if (!is_wanted(envelope.first_stamp) || !keys_.has_epoch(envelope.key_epoch)) return count_later(envelope.count);
    const auto opened = TRY(sync::open_segment(segment, envelope, keys_));
    auto sequence = envelope.first_sequence;
    for (const auto& body : opened.bodies) {
      const auto record = sync::decode_body(envelope.feed, sequence++, body);
      if (!record || !is_wanted(record->stamp)) return count_later(envelope.last_sequence() + 2 - sequence);
      TRY(apply(envelope.feed, sequence - 1, body));
      ++replayed_.records;
    }
    return {};
  }

  Status count_later(std::uint64_t records) {
    replayed_.later += records;
    return {};
  }

  Status continue_own(const LaterFeed& feed) {
    head_ = {feed.feed, 0, {}, 0};
    if (const auto own = TRY(store_.own_feed(feed.feed))) {
      head_.sequence = own->head;
      head_.hash = own->head_hash;
    }
    const auto begin = head_.sequence;
    auto q = TRY(segments_behind(feed, begin));
    while (TRY(q.next())) {
      const Bytes segment = q.blob(0);
      const auto envelope = TRY(sync::parse_envelope(segment));
      if (!keys_.has_epoch(envelope.key_epoch)) return gap_in(feed.feed);
      auto sequence = envelope.first_sequence;
      for (const auto& body : TRY(sync::open_segment(segment, envelope, keys_)).bodies) {
        TRY(continue_with(sequence++, body));
      }
    }
    auto uncut = TRY(later_.query(
        "SELECT sequence, body FROM sync_uncut WHERE origin = ?1 AND lane = ?2 AND sequence > ?3 ORDER BY sequence",
        feed.origin, feed.feed.lane, begin));
    while (TRY(uncut.next())) {
      TRY(continue_with(static_cast<std::uint64_t>(uncut.integer(0)), uncut.blob(1)));
    }
    return check_end(feed);
  }

  // Stamps of a feed never fall: behind the first that is later, all are.
  Status continue_with(std::uint64_t sequence, const Bytes& body) {
    if (sequence <= head_.sequence || is_over()) return {};
    if (sequence != head_.sequence + 1) return gap_in(head_.feed);
    TRY(task_.go_on());
    const auto record = TRY(sync::decode_body(head_.feed, sequence, body));
    if (!is_wanted(record.stamp)) {
      over_ = head_;
      return count_later(1);
    }
    const auto hash = sync::chain_hash(head_.feed, sequence, head_.hash, body);
    if (!backup::sabotaged(backup::Sabotage::until_unlogged)) TRY(store_.append_own(record, body, hash));
    TRY(store_.observe(record.stamp));
    TRY(apply(head_.feed, sequence, body));
    head_.sequence = sequence;
    head_.hash = hash;
    ++replayed_.records;
    return {};
  }

  bool is_over() {
    if (!over_ || over_->feed != head_.feed) return false;
    ++replayed_.later;
    return true;
  }

  // The chain that was continued is the later one's, unless it ended on the way at `until`.
  Status check_end(const LaterFeed& feed) {
    if (over_ && over_->feed == head_.feed) return {};
    auto q = TRY(later_.query("SELECT head, head_hash FROM sync_own_feed WHERE origin = ?1 AND lane = ?2", feed.origin,
                              feed.feed.lane));
    if (!TRY(q.next())) return {};
    const bool is_same = head_.sequence == static_cast<std::uint64_t>(q.integer(0)) && equal(head_.hash, q.blob(1));
    return is_same ? Status{} : gap_in(feed.feed);
  }

  SyncStore store_;
  Connection& later_;
  sync::SegmentKeys& keys_;
  sync::Applier applier_;
  UtcTime until_, now_;
  Task& task_;
  std::uint64_t waiting_ = 0;
  sync::FeedHead head_;
  std::optional<sync::FeedHead> over_;  // of the feed whose later records are passed over
  Replayed replayed_;
};

}  // namespace

Result<Replayed> replay_until(Transaction& earlier, Connection& later, const Id& tenant, sync::SegmentKeys& keys,
                              UtcTime until, UtcTime now, Task& task) {
  task.begin("Taking changes of the next backup", 0);
  return Replay(earlier, later, tenant, keys, until, now, task).run();
}

}  // namespace till::storage
