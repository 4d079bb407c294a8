#include "app/stores.hpp"

#include "app/row_edit.hpp"
#include "app/store_here.hpp"
#include "domain/price_list.hpp"
#include "storage/prices.hpp"
#include "storage/settings.hpp"

namespace till::app {

Result<std::vector<domain::Store>> stores(Shop& shop) {
  return kept_rows<domain::Store>(shop);
}

Result<domain::Store> store_named(Shop& shop, const std::string& name_or_id) {
  return row_named<domain::Store>(shop, name_or_id, "store");
}

Result<Id> save_store(Shop& shop, const Actor& actor, domain::Store store) {
  if (trimmed(store.name).empty()) return invalid("give the store a name");
  const JournalText text{"store.save", store.name, store.code};
  return save_row(shop, actor, domain::Right::settings_edit, std::move(store), text,
                  [](storage::Connection& conn, domain::Store& row) { return require_free_name(conn, row, "store"); });
}

Status remove_store(Shop& shop, const Actor& actor, const Id& store) {
  return edit_row<domain::Store>(
      shop, actor, domain::Right::settings_edit, store, "store",
      [&](storage::Transaction& tx, domain::Store& row) -> Result<JournalText> {
        for (const auto& device : TRY(storage::load_all<domain::Device>(tx)))
          if (device.store == store && !device.revoked)
            return invalid("the terminal " + device.name + " stands in this store; move it first");
        row.lifecycle = domain::Lifecycle::deleted;
        return JournalText{"store.remove", row.name, {}};
      });
}

Status put_terminal_into_store(Shop& shop, const Actor& actor, const Id& device, const Id& store) {
  TRY(require_right(shop, actor, domain::Right::devices));
  return edit_row<domain::Device>(shop, actor, domain::Right::settings_edit, device, "terminal",
                                  [&](storage::Transaction& tx, domain::Device& row) -> Result<JournalText> {
                                    std::string name = "none";
                                    if (!store.is_nil())
                                      name = TRY(existing_row<domain::Store>(tx, store, "store")).name;
                                    row.store = store;
                                    return JournalText{"device.store", row.name, name};
                                  });
}

Result<domain::Device> terminal_named(Shop& shop, const std::string& name_or_id) {
  if (!name_or_id.empty() && name_or_id != "this") return row_named<domain::Device>(shop, name_or_id, "terminal");
  return shop.state().db->read(
      [&](storage::Connection& conn) { return existing_row<domain::Device>(conn, shop.state().device(), "terminal"); });
}

Result<Id> store_here(storage::Connection& conn, const ShopState& state) {
  auto row = TRY(conn.query("SELECT store FROM device WHERE id = ?1", state.device()));
  return TRY(row.next()) ? row.id(0) : Id{};
}

Result<Id> store_here(Shop& shop) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) { return store_here(conn, state); });
}

Result<std::string> price_list_here(storage::Connection& conn, const ShopState& state) {
  const auto here = TRY(store_here(conn, state));
  if (!here.is_nil()) {
    const auto store = TRY(storage::load<domain::Store>(conn, here));
    if (store && !store->price_list.empty()) return store->price_list;
  }
  return TRY(storage::setting(conn, "price.list")).value_or("");
}

// Asked for every tile and scan; hardly any product has a price on a list.
Result<domain::Product> priced_here(storage::Connection& conn, const ShopState& state, domain::Product product) {
  const auto prices = TRY(storage::prices_of(conn, product.id));
  if (prices.empty()) return product;
  const auto list = TRY(price_list_here(conn, state));
  return domain::priced_on(std::move(product), prices, list, state.clock.now());
}

}  // namespace till::app
