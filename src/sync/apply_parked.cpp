// What is parked is tried again: when its time has come, or what it waited for; a bounded batch for each reason.
#include <utility>

#include "sync/apply.hpp"
#include "sync/parking.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {
constexpr std::size_t kRetryBatch = 128;  // bounds a step
}  // namespace

Result<bool> Applier::retry_segment(Store& store, const Parked& parked, UtcTime trusted_now) {
  const auto envelope = parse_envelope(parked.bytes);
  if (!envelope || !keys_.knows_device(envelope->feed.device) || !keys_.has_epoch(envelope->key_epoch)) return false;
  if (!keys_.counts(envelope->feed, envelope->last_sequence())) return false;
  if (parked.reason == ParkedReason::unknown_key) {
    const auto opened = open_segment(parked.bytes, *envelope, keys_);
    if (!opened && opened.error().kind == ErrorKind::denied) return false;
  }
  TRY(store.unpark(parked.number));
  const Status genuine = verify_envelope(parked.bytes, *envelope, keys_);
  if (genuine) {
    TRY(open_and_apply(store, parked.bytes, *envelope, trusted_now));
  } else {
    TRY(store.park(
        parked_segment(*envelope, parked.bytes, ParkedReason::invalid, genuine.error().message, trusted_now)));
  }
  return true;
}

Result<bool> Applier::retry_record(Store& store, const Parked& parked, UtcTime trusted_now) {
  const auto record = decode_body(parked.feed, parked.first, parked.bytes);
  if (!record) return false;
  const auto still = TRY(obstacle(store, *record, trusted_now));
  if (still && still->reason == parked.reason) return false;
  if (!still && parked.reason == ParkedReason::failed) return is_taken_up(store, parked, *record);
  TRY(store.unpark(parked.number));
  TRY(apply_or_park(store, parked.feed, parked.first, parked.bytes, Source::parked, Guard::each_record, trusted_now));
  TRY(observe_what_came(store));
  return true;
}

// What the data could not take stays as it is, known since when it was, unless the data takes it now.
Result<bool> Applier::is_taken_up(Store& store, const Parked& parked, const Record& record) {
  if (TRY(apply_guarded(store, record))) return false;
  TRY(store.unpark(parked.number));
  TRY(observe_what_came(store));
  return true;
}

Result<bool> Applier::retry(Store& store, ParkedReason reason, UtcTime trusted_now) {
  Round& round = rounds_[reason];
  if (news_.records > 0) (round.after.number == 0 ? round.is_urgent : round.is_again) = true;
  const auto waiting = TRY(store.parked(reason, kRetryBatch, round.after));
  for (const Parked& parked : waiting) {
    const bool done = parked.whole_segment ? TRY(retry_segment(store, parked, trusted_now))
                                           : TRY(retry_record(store, parked, trusted_now));
    round.is_again |= done;
  }
  if (waiting.size() == kRetryBatch) {
    round.after = {waiting.back().due_ms, waiting.back().number};
    return round.is_urgent || round.is_again;
  }
  round.after = {};
  round.is_urgent = std::exchange(round.is_again, false);
  return round.is_urgent;
}

Result<bool> Applier::retry_parked(Store& store, UtcTime trusted_now) {
  if (sabotaged(Sabotage::parked_for_ever)) return false;
  if (TRY(store.parked_count()) == 0) return false;
  bool more = TRY(retry(store, ParkedReason::future_stamp, trusted_now));
  more = TRY(retry(store, ParkedReason::missing_dependency, trusted_now)) || more;
  return TRY(retry(store, ParkedReason::failed, trusted_now)) || more;
}

// What was set aside and is wanted now.
Result<bool> Applier::take_up(Store& store) {
  const auto records = TRY(store.take_up(kRetryBatch));
  for (const Record& record : records) {
    auto parked = TRY(apply_guarded(store, record));
    if (!parked) continue;
    parked->bytes = TRY(encode_body(record));
    TRY(store.park(*parked));
  }
  TRY(observe_what_came(store));
  return records.size() == kRetryBatch;
}

Result<bool> Applier::retry_blocked(Store& store, UtcTime trusted_now) {
  const bool more_aside = TRY(take_up(store));
  if (TRY(store.parked_count()) == 0) return more_aside;
  bool more = TRY(retry(store, ParkedReason::unknown_device, trusted_now)) || more_aside;
  more = TRY(retry(store, ParkedReason::unknown_key, trusted_now)) || more;
  if (sabotaged(Sabotage::upgrade_unnoticed)) return more;
  return TRY(retry(store, ParkedReason::newer_program, trusted_now)) || more;
}

Result<std::optional<std::int64_t>> Applier::next_due_ms(Store& store) {
  if (TRY(store.parked_count()) == 0) return std::optional<std::int64_t>{};
  const auto held = TRY(store.parked(ParkedReason::future_stamp, 1));
  if (held.empty()) return std::optional<std::int64_t>{};
  return std::optional<std::int64_t>{held.front().due_ms};
}

}  // namespace till::sync
