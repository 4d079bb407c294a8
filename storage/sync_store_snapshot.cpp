// The part of SyncStore that snapshots need: heads without segments, and notes.
#include <algorithm>

#include "storage/sync_store.hpp"

namespace till::storage {

using namespace till::sync;

Result<std::uint64_t> SyncStore::floor(const Feed& feed) {
  const auto origin = TRY(origins_.find(origin_of(feed)));
  if (!origin) return 0;
  const auto found =
      TRY(tx_.integer("SELECT sequence FROM sync_floor WHERE origin = ?1 AND lane = ?2", *origin, feed.lane));
  return static_cast<std::uint64_t>(found.value_or(0));
}

// Whose only branch here it continues. An own one only when nothing of it waits: what waits was written by this
// terminal without knowing of that, and must still be sent.
Result<bool> SyncStore::continues(const FeedHead& head, const std::vector<FeedHead>& known) {
  if (known.size() != 1 || known.front().sequence >= head.sequence) return known.empty();
  const auto own = TRY(own_feed(head.feed));
  return !own || own->acked >= own->head;
}

Status SyncStore::raise_head(const FeedHead& head) {
  if (TRY(has_end(head.feed, head.sequence, head.hash))) return {};
  const auto known = TRY(heads(head.feed));
  const bool is_known = std::any_of(known.begin(), known.end(), [&](const FeedHead& mine) {
    return mine.sequence == head.sequence && mine.hash == head.hash;
  });
  const bool is_below = !known.empty() && TRY(floor(head.feed)) >= head.sequence;
  if (is_known || is_below) return {};
  std::uint32_t branch = known.empty() ? 0 : known.back().branch + 1;
  const bool is_next = TRY(continues(head, known));
  if (is_next && !known.empty()) branch = known.front().branch;
  const auto origin = TRY(origins_.number_of(origin_of(head.feed)));
  TRY(
      tx_.run("INSERT INTO sync_floor(origin, lane, sequence) VALUES(?1, ?2, ?3) "
              "ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)",
              origin, head.feed.lane, head.sequence));
  if (is_next) {
    TRY(
        tx_.run("UPDATE sync_own_feed SET head = ?3, head_hash = ?4, cut = ?3, cut_hash = ?4, acked = ?3 "
                "WHERE origin = ?1 AND lane = ?2",
                origin, head.feed.lane, head.sequence, ByteView(head.hash)));
    if (tx_.changes() > 0) {
      return tx_.run("UPDATE sync_peer_feed SET acked = ?3 WHERE origin = ?1 AND lane = ?2", origin, head.feed.lane,
                     head.sequence);
    }
  }
  return tx_.run(
      "INSERT INTO sync_head(origin, lane, branch, sequence, hash) VALUES(?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash",
      origin, head.feed.lane, branch, head.sequence, ByteView(head.hash));
}

Result<std::optional<Bytes>> SyncStore::note(std::string_view name) {
  auto q = TRY(tx_.query("SELECT value FROM sync_note WHERE name = ?1", name));
  if (!TRY(q.next())) return std::optional<Bytes>{};
  return std::optional<Bytes>{q.blob(0)};
}

Status SyncStore::set_note(std::string_view name, const Bytes& value) {
  return tx_.run("INSERT OR REPLACE INTO sync_note(name, value) VALUES(?1, ?2)", name, value);
}

Status SyncStore::clear_note(std::string_view name) {
  return tx_.run("DELETE FROM sync_note WHERE name = ?1", name);
}

Result<std::vector<Parked>> SyncStore::parked_ranges() {
  auto q =
      TRY(tx_.query("SELECT number, origin, lane, first, last, reason, since_ms FROM sync_parked ORDER BY number"));
  std::vector<Parked> found;
  while (TRY(q.next())) {
    Parked parked;
    parked.number = q.integer(0);
    const Origin origin = TRY(origins_.origin(q.integer(1)));
    parked.feed = {origin.first, origin.second, q.as<Lane>(2)};
    parked.first = static_cast<std::uint64_t>(q.integer(3));
    parked.last = static_cast<std::uint64_t>(q.integer(4));
    parked.reason = q.as<ParkedReason>(5);
    parked.since_ms = q.integer(6);
    found.push_back(std::move(parked));
  }
  return found;
}

}  // namespace till::storage
