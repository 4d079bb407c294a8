#include "storage/series.hpp"

#include <map>

namespace till::storage {

Result<std::int64_t> peek_number(Connection& conn, std::string_view series) {
  return TRY(conn.integer("SELECT next FROM series WHERE name = ?1", series)).value_or(1);
}

Result<std::int64_t> take_number(Connection& conn, std::string_view series) {
  const auto next = TRY(peek_number(conn, series));
  TRY(raise_number(conn, series, next + 1));
  return next;
}

Status raise_number(Connection& conn, std::string_view series, std::int64_t next) {
  return conn.run(
      "INSERT INTO series(name, next) VALUES(?1, ?2) "
      "ON CONFLICT(name) DO UPDATE SET next = max(next, excluded.next)",
      series, next);
}

Result<std::vector<SeriesGap>> receipt_gaps(Connection& conn, std::int64_t last_numbers) {
  std::map<std::string, std::int64_t> highest;  // that ought to be there
  // From one series to the next through the index, not through every sale.
  auto ends = TRY(
      conn.query("WITH RECURSIVE each(name) AS (SELECT min(series) FROM sale UNION ALL "
                 "SELECT (SELECT min(series) FROM sale WHERE series > name) FROM each WHERE name IS NOT NULL) "
                 "SELECT name, (SELECT max(number) FROM sale WHERE series = name) FROM each WHERE name IS NOT NULL"));
  while (TRY(ends.next())) highest[ends.text(0)] = ends.integer(1);
  for (auto& [series, last] : highest) last = std::max(last, TRY(peek_number(conn, series)) - 1);
  std::vector<SeriesGap> gaps;
  for (const auto& [series, last] : highest) {
    const auto start = last_numbers > 0 ? std::max<std::int64_t>(1, last - last_numbers + 1) : 1;
    auto q =
        TRY(conn.query("SELECT number FROM sale WHERE series = ?1 AND number >= ?2 ORDER BY number", series, start));
    auto expected = start;
    while (TRY(q.next())) {
      const auto number = q.integer(0);
      if (number > expected) gaps.push_back({series, expected, number - 1});
      expected = std::max(expected, number + 1);
    }
    if (expected <= last) gaps.push_back({series, expected, last});
  }
  return gaps;
}

Result<std::vector<std::string>> doubled_receipts(Connection& conn) {
  std::vector<std::string> doubled;
  auto q = TRY(conn.query("SELECT min(receipt) FROM sale GROUP BY series, number HAVING count(*) > 1"));
  while (TRY(q.next())) doubled.push_back(q.text(0));
  return doubled;
}

}  // namespace till::storage
