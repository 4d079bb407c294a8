// What a terminal's database holds, as the checks want to see it. Errors end the run: these disks are well.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/till_disk.hpp"
#include "sync/hub_core.hpp"
#include "sync/store.hpp"

namespace till::sim {

// Of a disk that is well; anything else ends the run.
template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " / " + result.error().cause);
  return std::move(*result);
}

using RowKey = std::pair<sync::EntityNumber, Id>;

std::set<Id> documents_in(storage::Connection& conn);
bool has_document(storage::Connection& conn, const Id& id);
bool has_product(storage::Connection& conn, const Id& id);
std::map<Id, std::int64_t> stock_in(storage::Connection& conn);  // levels in milli
bool stock_is_the_sum_of_its_moves(storage::Connection& conn);
std::map<RowKey, sync::RowState> rows_in(TillDisk& disk);  // with their stamps and rivals
std::vector<sync::Parked> parked_in(TillDisk& disk);

bool is_parked_in(TillDisk& disk, const sync::HubSegment& segment);  // any record of it
bool is_anything_parked_twice(TillDisk& disk);

bool digests_are_true(TillDisk& disk);  // kept with every change, they are what counting anew gives

// The disk's fault, not the program's.
bool is_disk_trouble(const Error& error);

}  // namespace till::sim
