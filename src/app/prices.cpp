#include "app/prices.hpp"

#include "app/row_edit.hpp"
#include "app/store_here.hpp"
#include "storage/prices.hpp"

namespace till::app {

Result<std::vector<domain::Price>> prices(Shop& shop) {
  return kept_rows<domain::Price>(shop);
}

Result<std::vector<domain::Price>> prices_of(Shop& shop, const Id& product) {
  return shop.state().db->read([&](storage::Connection& conn) { return storage::prices_of(conn, product); });
}

Result<Id> save_price(Shop& shop, const Actor& actor, domain::Price price) {
  if (price.amount.minor < 0 || price.amount.minor > domain::kMaxMinor)
    return invalid("the price is out of range; please check it");
  if (price.valid_until.us != 0 && price.valid_until <= price.valid_from)
    return invalid("the price would end before it begins; check its dates");
  const auto currency = shop.currency();
  const JournalText text{"price.plan", to_string(price.product),
                         domain::format_money(price.amount, currency) + " from " + to_rfc3339(price.valid_from) +
                             (price.list.empty() ? "" : " on " + price.list)};
  return save_row(shop, actor, domain::Right::catalogue_edit, std::move(price), text,
                  [](storage::Connection& conn, domain::Price& row) -> Status {
                    TRY(existing_row<domain::Product>(conn, row.product, "product"));
                    return {};
                  });
}

Status remove_price(Shop& shop, const Actor& actor, const Id& price) {
  return remove_row<domain::Price>(shop, actor, domain::Right::catalogue_edit, price, "price", "price.remove");
}

Result<domain::Product> priced_here(Shop& shop, const domain::Product& product) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) { return priced_here(conn, state, product); });
}

}  // namespace till::app
