// Takes segments of others into the data: checks, keeps, opens, merges, parks. A record is applied whole or parked with
// its reason, and never keeps the next one waiting. Everything happens in the store's open transaction.
//
// Only changes of rows are held back when their stamp is in the future: documents are a set, time does not decide
// anything about them, and a sale counts whatever the clock of its terminal says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "sync/segment.hpp"
#include "sync/store.hpp"

namespace till::sync {

enum class Taken : std::uint8_t {
  applied,    // kept and merged, or parked
  duplicate,  // held already
  gap,        // earlier records of its feed are missing; it was not kept
  refused,    // not a segment of this tenant, or forged
};

struct TakenSegment {
  Taken taken = Taken::refused;
  bool fork = false;
  std::string cause;  // when refused
};

// A change comes after those that it replaces. Of those here that is so neither by their stamps nor by the clocks as
// far as they were put right: a change like that waits until they are applied, or what its author knew of the clocks is
// here.
std::vector<Order> later_ones_replaced(const Record& record, const Ranking& ranking);

class Applier {
 public:
  // `reader`: records that ask for a newer one are kept and wait.
  Applier(Id tenant, SegmentKeys& keys, std::uint32_t reader = kSchema)
      : tenant_(tenant), keys_(keys), reader_(reader) {}

  // Reads what rules this step: the amendments of wrong clocks.
  Status begin_step(Store& store);
  Result<TakenSegment> take(Store& store, ByteView segment, UtcTime trusted_now);
  // Tries again what is due, what waited for a record that has come, and what a row could not take: it may be another
  // by now. A bounded batch, the next one with the next call, so that no number of hopeless ones keeps another waiting;
  // true: call again soon.
  Result<bool> retry_parked(Store& store, UtcTime trusted_now);
  // Tries again what waited for keys, devices or a newer program. A bounded batch; true: call again.
  Result<bool> retry_blocked(Store& store, UtcTime trusted_now);
  // The step was undone: nothing is known of what was tried.
  void step_failed();
  // When the next held record is due; empty when none is held.
  static Result<std::optional<std::int64_t>> next_due_ms(Store& store);

  // What happened since the last call.
  struct News {
    std::uint64_t records = 0;  // applied
    std::size_t ops = 0;        // read
    std::set<EntityNumber> entities;
    std::set<EpochNumber> missing_epochs;
    std::set<Id> missing_devices;
  };
  News take_news();
  // Changes read since then, applied or not: what bounds a step.
  [[nodiscard]] std::size_t ops_of_this_step() const { return news_.ops; }

 private:
  // Of records up to `floor` only the documents.
  Status open_and_apply(Store& store, ByteView segment, const Envelope& envelope, UtcTime trusted_now,
                        std::uint64_t floor = 0);
  Status take_documents(Store& store, ByteView segment, const Envelope& envelope, UtcTime trusted_now);
  Status take_documents(Store& store, const Feed& feed, std::uint64_t sequence, ByteView body, UtcTime trusted_now);
  enum class Source : std::uint8_t { arriving, of_a_fork, parked };
  enum class Guard : std::uint8_t { each_record, whole_segment };  // what is undone when a record cannot be applied
  Status apply_bodies(Store& store, const Envelope& envelope, const std::vector<Bytes>& bodies, Source source,
                      Guard guard, UtcTime trusted_now, std::uint64_t floor);
  Status apply_or_park(Store& store, const Feed& feed, std::uint64_t sequence, ByteView body, Source source,
                       Guard guard, UtcTime trusted_now);
  Result<std::optional<Parked>> apply_guarded(Store& store, const Record& record);
  Status undo(Store& store);
  Status observe_what_came(Store& store);
  std::optional<Parked> too_new(Store& store, const Record& record) const;
  Result<std::optional<Parked>> obstacle(Store& store, const Record& record, UtcTime trusted_now);
  Status apply(Store& store, const Record& record);
  Result<bool> take_up(Store& store);
  Status apply_op(Store& store, const Record& record, const Op& op);
  Result<bool> add(Store& store, const Op& op);
  Status remember_branches(Store& store, const Feed& feed, std::uint64_t from);
  Result<bool> retry(Store& store, ParkedReason reason, UtcTime trusted_now);
  Result<bool> is_taken_up(Store& store, const Parked& parked, const Record& record);
  Result<bool> retry_segment(Store& store, const Parked& parked, UtcTime trusted_now);
  Result<bool> retry_record(Store& store, const Parked& parked, UtcTime trusted_now);

  [[nodiscard]] Ranking ranking(Lane lane) const { return {amendments_, lane}; }

  // Going round what is parked for one reason, a batch at a time.
  struct Round {
    ParkedPlace after;
    bool is_urgent = false;  // something came since the last round began
    bool is_again = false;   // something came since this one began
  };

  Id tenant_;
  SegmentKeys& keys_;
  std::uint32_t reader_;
  News news_;
  Stamp latest_;  // of what was applied since the store last observed it
  std::vector<Amendment> amendments_;
  std::map<ParkedReason, Round> rounds_;
};

}  // namespace till::sync
