#include "app/made_up_rows.hpp"

#include "app/demo_generator.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

constexpr const char* kMadeUp = "generated";

// Those that are not of a real terminal: no clock of one stood at 1970.
constexpr const char* kMadeUpSales =
    "SELECT EXISTS(SELECT 1 FROM sale WHERE series >= 'G' AND series < 'H' AND device < ?1)";
// Those that were written past the log: without stamps.
constexpr const char* kMadeUpProducts =
    "SELECT EXISTS(SELECT 1 FROM product WHERE id >= ?1 AND id < ?2"
    " AND NOT EXISTS(SELECT 1 FROM sync_row WHERE sync_row.entity = ?3 AND sync_row.id = product.id))";

// Below every id that was made in this millisecond or later.
Id first_id_of(UtcTime at) {
  Id id;
  const auto ms = static_cast<std::uint64_t>(at.us / 1000);
  for (int i = 0; i < 6; ++i) id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  return id;
}

}  // namespace

Status note_made_up_rows(storage::Transaction& tx) {
  return storage::set_meta_integer(tx, kMadeUp, 1);
}

Result<bool> has_made_up_rows(storage::Connection& conn) {
  if (TRY(storage::meta_integer(conn, kMadeUp))) return true;
  constexpr std::int64_t kMillisecond_us = 1000;
  const auto real_terminals = first_id_of({kMadeUpTerminalsAt.us + kMillisecond_us});
  if (TRY(conn.integer(kMadeUpSales, real_terminals)).value_or(0) != 0) return true;
  const UtcTime after{kMadeUpProductsAt.us + static_cast<std::int64_t>(kMostMadeUpProducts) + kMillisecond_us};
  const auto found =
      TRY(conn.integer(kMadeUpProducts, first_id_of(kMadeUpProductsAt), first_id_of(after), domain::Product::kEntity));
  return found.value_or(0) != 0;
}

}  // namespace till::app
