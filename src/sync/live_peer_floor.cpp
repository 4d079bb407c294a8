// What a live peer does where the hub has dropped a part of what the terminal asks for: it looks whether it lacks any
// of it at all, asks for what the hub may still have, and else for a snapshot.
#include <algorithm>

#include "core/wire.hpp"
#include "sync/all_heads.hpp"
#include "sync/bootstrap.hpp"
#include "sync/chain.hpp"
#include "sync/epochs.hpp"
#include "sync/live_peer.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

Cursor furthest_of(Cursor cursor, const Cursor& other) {
  for (std::size_t i = 0; i < kLanes; ++i) cursor.after[i] = std::max(cursor.after[i], other.after[i]);
  return cursor;
}

// That very record, or a snapshot that stood for it.
Result<bool> holds(Store& store, const FeedHead& head) {
  if (TRY(store.has_end(head.feed, head.sequence, head.hash))) return true;
  const auto heads = TRY(store.heads(head.feed));
  return std::any_of(heads.begin(), heads.end(),
                     [&](const FeedHead& mine) { return mine.sequence == head.sequence && mine.hash == head.hash; });
}

// Where the cursor was before it was rewound, in the hub's present numbering.
Result<std::optional<Cursor>> before_it_was_rewound(Store& store, const Cursor& now,
                                                    const std::vector<EpochAncestor>& ancestors) {
  const auto note = TRY(store.note(kRewoundNote));
  if (!note) return std::optional<Cursor>{};
  return std::optional<Cursor>{translated(TRY(decode<Cursor>(*note)), now.epoch, ancestors)};
}

}  // namespace

Result<bool> LivePeer::is_behind_the_floor(Step& step) {
  return !has_reached(TRY(step.store.cursor(link())), session_.floor);
}

// Of all feeds where the hub told all, of the own ones else.
Status LivePeer::note_what_is_lacking(Step& step, std::vector<FeedHead> heads) {
  if (link() != kHubLink || !TRY(is_behind_the_floor(step))) return {};
  session_.knows_all_heads = session_.all_heads != RecordHash{} && digest_of(heads) == session_.all_heads;
  if (sabotaged(Sabotage::own_heads_are_all)) {
    session_.knows_all_heads = true;
    std::erase_if(heads, [&](const FeedHead& head) { return head.feed.device != step.self.device; });
  }
  std::sort(heads.begin(), heads.end());
  heads.erase(std::unique(heads.begin(), heads.end()), heads.end());
  for (const FeedHead& head : heads) {
    const bool counts = session_.knows_all_heads || head.feed.device == step.self.device;
    if (!counts || TRY(holds(step.store, head))) continue;
    const std::uint64_t held = furthest(TRY(step.store.heads(head.feed)));
    session_.lacking.push_back({head, held < head.sequence ? held + 1 : 1, held >= head.sequence, false});
  }
  return {};
}

Status LivePeer::strike_what_came(Step& step) {
  std::vector<Lacking> still;
  for (const Lacking& one : session_.lacking) {
    if (!TRY(holds(step.store, one.head))) still.push_back(one);
  }
  session_.lacking = std::move(still);
  return {};
}

// A new incarnation asks for everything again, since the hub may hold of its own feeds what was lost here. What came
// from others is still in the data: with the ends of all own feeds here the cursor goes back to where it was. And with
// the ends of all feeds here nothing is lacking at all, whatever way it came.
Status LivePeer::pass_what_is_here(Step& step) {
  if (link() != kHubLink || !TRY(is_behind_the_floor(step))) return {};
  TRY(strike_what_came(step));
  if (sabotaged(Sabotage::lacking_passed_over)) session_.lacking.clear();
  const Cursor cursor = TRY(step.store.cursor(link()));
  const auto before = TRY(before_it_was_rewound(step.store, cursor, session_.ancestors));
  const bool lacks_own = std::any_of(session_.lacking.begin(), session_.lacking.end(),
                                     [&](const Lacking& one) { return one.head.feed.device == step.self.device; });
  Cursor moved = cursor;
  if (before && !lacks_own) {
    moved = furthest_of(moved, *before);
    TRY(step.store.clear_note(kRewoundNote));
  }
  if (session_.knows_all_heads && session_.lacking.empty()) moved = furthest_of(moved, session_.at_hello);
  return moved == cursor ? Status{} : step.store.set_cursor(link(), moved);
}

Status LivePeer::pass_what_a_snapshot_brought(Step& step) {
  const auto taken = TRY(last_taken(step.store));
  if (!taken) return {};
  const Cursor cursor = TRY(step.store.cursor(link()));
  Cursor moved = furthest_of(cursor, translated(taken->cursor, cursor.epoch, session_.ancestors));
  if (taken->id == session_.floor_snapshot) moved = furthest_of(moved, {cursor.epoch, session_.floor});
  return moved == cursor ? Status{} : step.store.set_cursor(link(), moved);
}

// A new terminal is filled sooner by what the past adds up to than by the past itself.
Result<bool> LivePeer::would_rather_have_a_snapshot(Step& step) {
  const std::uint64_t enough = step.config.settings.snapshot_above_segments;
  const std::uint64_t there = *std::max_element(session_.newest.after.begin(), session_.newest.after.end());
  if (does_without_snapshot_ || there < enough) return false;
  const auto positions = TRY(step.store.positions());
  return std::all_of(positions.begin(), positions.end(),
                     [&](const FeedPosition& p) { return p.feed.device == step.self.device; });
}

Status LivePeer::begin_taking(Step& step) {
  TRY(pass_what_a_snapshot_brought(step));
  TRY(pass_what_is_here(step));
  const bool is_behind = TRY(is_behind_the_floor(step));
  const bool must = step.is_bootstrapping || (is_behind && !sabotaged(Sabotage::floor_unchecked));
  session_.snapshot_is_a_choice = !must && TRY(would_rather_have_a_snapshot(step));
  session_.regains_all = false;
  if (must && !step.is_bootstrapping && TRY(own_records_would_do(step))) return regain_next(step);
  if (must || session_.snapshot_is_a_choice) {
    ask_for_snapshot(step);
    return {};
  }
  session_.snapshot_at_us = 0;
  return say_want(step);
}

// Is it past the floor as soon as it has again what it lost of its own? So after each power cut.
Result<bool> LivePeer::own_records_would_do(Step& step) {
  if (!session_.knows_all_heads) return false;
  const Cursor cursor = TRY(step.store.cursor(link()));
  const auto before = TRY(before_it_was_rewound(step.store, cursor, session_.ancestors));
  if (before && has_reached(*before, session_.floor)) return true;
  return std::all_of(session_.lacking.begin(), session_.lacking.end(),
                     [&](const Lacking& one) { return one.head.feed.device == step.self.device; });
}

// One range after the other: of each it is then known whether the hub has any of it left.
Status LivePeer::regain_next(Step& step) {
  const auto next = std::find_if(session_.lacking.begin(), session_.lacking.end(), [&](const Lacking& one) {
    return !one.is_given_up && (session_.regains_all || one.head.feed.device == step.self.device);
  });
  session_.regaining.reset();
  if (next == session_.lacking.end()) {
    if (!session_.regains_all) ask_for_snapshot(step);
    return {};
  }
  session_.regaining = next->head;
  session_.has_regained = false;
  session_.snapshot_at_us = step.now.mono_us + step.config.settings.ack_timeout_ms * 1000;
  send(step, Want{TRY(step.store.cursor(link())), {{next->head.feed, next->next, next->head.sequence}}});
  return {};
}

// Behind a gap it is another branch: that is asked for from its beginning, wherever it left the one that is here.
void LivePeer::note_regained(Taken taken, const Envelope& envelope) {
  const auto one = std::find_if(session_.lacking.begin(), session_.lacking.end(),
                                [&](const Lacking& lacking) { return lacking.head == session_.regaining; });
  if (one == session_.lacking.end() || envelope.feed != one->head.feed) return;
  const bool is_on_the_way = taken != Taken::gap && envelope.last_sequence() >= one->next;
  if (is_on_the_way) one->next = envelope.last_sequence() + 1;
  const bool is_elsewhere = taken == Taken::gap || one->next > one->head.sequence;
  const bool begins_again = is_elsewhere && !std::exchange(one->from_start, one->from_start || is_elsewhere);
  if (begins_again) one->next = 1;
  session_.has_regained |= is_on_the_way || begins_again;
}

Status LivePeer::regain_on(Step& step) {
  for (Lacking& one : session_.lacking) {
    if (one.head == session_.regaining) one.is_given_up = !session_.has_regained || one.next > one.head.sequence;
  }
  TRY(pass_what_is_here(step));
  if (TRY(is_behind_the_floor(step))) return regain_next(step);
  session_.regaining.reset();
  problem_.clear();
  step.status_changed();
  return begin_taking(step);
}

bool LivePeer::is_of_use(const SnapshotManifest& manifest) const {
  if (session_.snapshot_at_us == 0) return false;
  const Cursor brings = translated(manifest.cursor, session_.newest.epoch, session_.ancestors);
  return session_.snapshot_is_a_choice || manifest.id == session_.floor_snapshot || has_reached(brings, session_.floor);
}

Status LivePeer::do_without_snapshot(Step& step) {
  does_without_snapshot_ = true;
  return begin_taking(step);
}

void LivePeer::ask_for_snapshot(Step& step) {
  session_.snapshot_at_us = step.now.mono_us + step.config.settings.ack_timeout_ms * 1000;
  step.tell(NeedSnapshot{link()});
}

// Nothing came in time: what was asked for, or a snapshot. Meanwhile a relay may have brought what is lacking.
Status LivePeer::look_for_snapshot_again(Step& step) {
  if (session_.snapshot_is_a_choice && !step.is_bootstrapping) return do_without_snapshot(step);
  for (Lacking& one : session_.lacking) one.is_given_up |= one.head == session_.regaining;
  session_.regaining.reset();
  TRY(begin_taking(step));
  if (session_.snapshot_at_us == 0) became_of_use(step);
  return {};
}

Status LivePeer::snapshot_taken(Step& step) {
  if (!session_.greeted) return {};
  problem_.clear();
  return begin_taking(step);
}

Status LivePeer::snapshot_missing(Step& step) {
  if (!session_.greeted || session_.snapshot_at_us == 0) return {};
  if (session_.snapshot_is_a_choice) return do_without_snapshot(step);
  problem_ =
      "this terminal was away for longer than the hub keeps records; start another till of this shop once, it makes "
      "what is needed; if none is left, go on at another hub";
  step.status_changed();
  if (!session_.knows_all_heads || session_.regaining) return {};
  session_.regains_all = true;
  return regain_next(step);
}

}  // namespace till::sync
