// Selective sync of what a snapshot brings: what a terminal leaves out is set aside as the changes that merging the
// records themselves would have set aside, so that it is there when the choice changes. Inside the caller's
// transaction.
#pragma once

#include <optional>
#include <vector>

#include "sync/join.hpp"
#include "sync/snapshot.hpp"
#include "sync/store.hpp"

namespace till::sync {

struct SplitRow {
  SnapshotRow wanted;            // without the candidates that are left out; maybe without any field
  std::vector<Record> left_out;  // one for each change
};
Result<SplitRow> split_by_choice(Store& store, SnapshotRow row, Lane lane);

// Empty: it is wanted. One of an author that nobody knows counts as made here.
Result<std::optional<Record>> left_out(Store& store, const SnapshotDocument& document, Lane lane);

// What was set aside before, up to `mark` (Store::set_aside_mark), and is in the snapshot: that brought what became of
// it.
Status forget_set_aside(Store& store, const SeenRecords& there, std::int64_t mark);

}  // namespace till::sync
