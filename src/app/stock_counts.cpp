#include "app/stock_counts.hpp"

#include <algorithm>
#include <array>

#include "app/row_edit.hpp"
#include "app/stock_count_row.hpp"
#include "app/store_here.hpp"
#include "core/decimal.hpp"
#include "domain/stock.hpp"
#include "storage/stock.hpp"

namespace till::app {
namespace {

constexpr std::array<std::string_view, 4> kReasons = {"delivery", "waste", "return", "own use"};

Result<domain::Product> known_product(storage::Connection& conn, const Id& id) {
  return existing_row<domain::Product>(conn, id, "product");
}

std::vector<StockLine> lines_of(std::vector<storage::StockLevel> levels) {
  std::vector<StockLine> lines;
  for (auto& level : levels)
    lines.push_back(
        {level.product, std::move(level.sku), std::move(level.name), level.level_milli, level.low_stock_milli});
  return lines;
}

}  // namespace

Status check_stock_quantity(const domain::Product& product, domain::Quantity quantity) {
  if (!product.track_stock)
    return invalid("no stock is kept of " + product.name + "; switch it on at the product first");
  if (quantity.milli < -domain::kMaxQuantityMilli || quantity.milli > domain::kMaxQuantityMilli)
    return invalid("the quantity is out of range; please check it");
  if (product.unit == domain::SellUnit::piece && quantity.milli % 1000 != 0)
    return invalid(product.name + " is counted in whole pieces");
  return {};
}

Result<domain::StockCount> add_stock_count(ShopState& state, storage::Transaction& tx, domain::StockCount wanted) {
  auto count = std::move(wanted);
  count.store = TRY(store_here(tx, state));
  const auto seen = TRY(storage::stock_seen(tx, count.product, count.store));
  count.moved_milli = seen.moved_milli;
  count.expected_milli = seen.level_milli;
  count.at = state.clock.now();
  count.order_us = domain::next_order_us(count.at, seen.last_count_us);
  TRY(tidy_texts(count));
  TRY(state.replica->add(tx, count));
  return count;
}

Result<domain::StockCount> count_stock(Shop& shop, const Actor& actor, const Id& product, domain::Quantity counted,
                                       const std::string& note) {
  TRY(require_right(shop, actor, domain::Right::stock_edit));
  if (counted.milli < 0) return invalid("a count cannot be negative");
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Result<domain::StockCount> {
    const auto counted_product = TRY(known_product(tx, product));
    TRY(check_stock_quantity(counted_product, counted));
    domain::StockCount wanted;
    wanted.id = new_id(state.clock, state.random);
    wanted.product = product;
    wanted.counted_milli = counted.milli;
    wanted.note = note;
    wanted.user = actor.user;
    wanted.user_name = actor.name;
    auto count = TRY(add_stock_count(state, tx, std::move(wanted)));
    TRY(write_journal(
        state, tx, actor,
        {"stock.count", counted_product.sku,
         format_decimal_short(count.expected_milli, 3) + " to " + format_decimal_short(count.counted_milli, 3)}));
    return count;
  });
}

Result<domain::StockMove> move_stock(Shop& shop, const Actor& actor, const Id& product, domain::Quantity delta,
                                     const std::string& reason) {
  TRY(require_right(shop, actor, domain::Right::stock_edit));
  if (std::ranges::find(kReasons, reason) == kReasons.end())
    return invalid("say why: delivery, waste, return or own use");
  if (delta.milli == 0) return invalid("a move of nothing changes nothing; give the quantity");
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Result<domain::StockMove> {
    const auto moved = TRY(known_product(tx, product));
    TRY(check_stock_quantity(moved, delta));
    domain::StockMove move;
    move.id = new_id(state.clock, state.random);
    move.product = product;
    move.delta_milli = delta.milli;
    move.reason = reason;
    move.at = state.clock.now();
    move.store = TRY(store_here(tx, state));
    TRY(state.replica->add(tx, move));
    TRY(write_journal(state, tx, actor,
                      {"stock.move", moved.sku, format_decimal_short(delta.milli, 3) + " " + reason}));
    return move;
  });
}

Result<std::vector<StockLine>> stock(Shop& shop, std::size_t max) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<std::vector<StockLine>> {
    return lines_of(TRY(storage::stock_levels(conn, 0, max, TRY(store_here(conn, state)))));
  });
}

Result<std::vector<StockLine>> low_stock(Shop& shop, std::size_t max) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<std::vector<StockLine>> {
    return lines_of(TRY(storage::low_stock(conn, max, TRY(store_here(conn, state)))));
  });
}

Result<std::vector<domain::StockCount>> stock_counts(Shop& shop, const Id& product, std::size_t max) {
  return shop.state().db->read([&](storage::Connection& conn) { return storage::stock_counts(conn, product, max); });
}

}  // namespace till::app
