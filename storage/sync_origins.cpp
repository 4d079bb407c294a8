#include "storage/sync_origins.hpp"

namespace till::storage {

void SyncOrigins::remember(const Origin& origin, std::int64_t number) {
  known_[origin] = number;
  numbers_[number] = origin;
}

Result<std::optional<std::int64_t>> SyncOrigins::find(const Origin& origin) {
  if (const auto known = known_.find(origin); known != known_.end()) return std::optional<std::int64_t>{known->second};
  const auto number = TRY(conn_.integer("SELECT number FROM sync_origin WHERE device = ?1 AND incarnation = ?2",
                                        origin.first, origin.second));
  if (number) remember(origin, *number);
  return number;
}

Result<std::int64_t> SyncOrigins::number_of(const Origin& origin) {
  const auto known = TRY(find(origin));
  if (known) return *known;
  TRY(conn_.run("INSERT INTO sync_origin(device, incarnation) VALUES(?1, ?2)", origin.first, origin.second));
  remember(origin, conn_.last_rowid());
  return conn_.last_rowid();
}

Result<Origin> SyncOrigins::origin(std::int64_t number) {
  if (const auto known = numbers_.find(number); known != numbers_.end()) return known->second;
  auto q = TRY(conn_.query("SELECT device, incarnation FROM sync_origin WHERE number = ?1", number));
  if (!TRY(q.next())) return corrupt("the log names a terminal that it does not know");
  remember({q.id(0), static_cast<sync::Incarnation>(q.integer(1))}, number);
  return numbers_[number];
}

}  // namespace till::storage
