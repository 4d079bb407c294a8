#include "app/catalogue.hpp"

#include <algorithm>

#include "app/journal.hpp"
#include "app/key_epochs.hpp"
#include "app/row_edit.hpp"
#include "app/shop_state.hpp"
#include "core/text.hpp"
#include "storage/meta.hpp"
#include "storage/search.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

Result<domain::Product> active_product(storage::Connection& conn, const Id& id) {
  auto product = TRY(storage::load<domain::Product>(conn, id));
  if (!product || product->lifecycle == domain::Lifecycle::deleted)
    return invalid("this product does not exist any more");
  return std::move(*product);
}

// Amounts are kept in the smallest unit of the currency: those of the books would be read as another sum.
Status require_nothing_sold(storage::Connection& conn, const std::string& currency) {
  if (TRY(conn.integer("SELECT EXISTS (SELECT 1 FROM sale)")).value_or(0) == 0) return {};
  return invalid("this shop has sold in " + currency + " and keeps it; make a new shop for another currency");
}

// Loads, edits, writes and journals one product.
template <class Edit>
Status edit_product(ShopState& state, const Actor& actor, const Id& id, const char* action, Edit&& edit) {
  return change(state, [&](storage::Transaction& tx) -> Status {
    auto product = TRY(active_product(tx, id));
    const std::string detail = edit(product);
    TRY(state.replica->put(tx, product));
    return write_journal(state, tx, actor, {action, product.sku, detail});
  });
}

}  // namespace

Result<domain::Product> product_by_code(Shop& shop, const std::string& code) {
  auto found = TRY(shop.state().db->read([&](storage::Connection& conn) { return storage::find_by_code(conn, code); }));
  if (found.empty()) return invalid("no product has the code '" + code + "'");
  if (found.size() > 1) return invalid("several products have the code '" + code + "'; use the SKU");
  return std::move(found.front());
}

Status change_price(Shop& shop, const Actor& actor, const Id& product, domain::Money price) {
  TRY(require_right(shop, actor, domain::Right::catalogue_edit));
  if (price.minor < 0 || price.minor > domain::kMaxMinor) return invalid("the price is out of range; please check it");
  const auto currency = shop.currency();
  return edit_product(shop.state(), actor, product, "price.change", [&](domain::Product& p) {
    const auto before = domain::format_money(p.price, currency);
    p.price = price;
    return before + " to " + domain::format_money(price, currency);
  });
}

Status set_available(Shop& shop, const Actor& actor, const Id& product, bool available) {
  TRY(require_right(shop, actor, domain::Right::catalogue_edit));
  return edit_product(shop.state(), actor, product, "product.available", [&](domain::Product& p) {
    p.available = available;
    return std::string(available ? "yes" : "no");
  });
}

Result<Id> save_customer(Shop& shop, const Actor& actor, domain::Customer customer) {
  TRY(require_right(shop, actor, domain::Right::customers_edit));
  TRY(tidy_texts(customer));
  if (customer.name.empty()) return invalid("give the customer a name");
  auto& state = shop.state();
  if (customer.id.is_nil()) customer.id = new_id(state.clock, state.random);
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    TRY(state.replica->put(tx, customer));
    return write_journal(state, tx, actor, {"customer.save", to_string(customer.id), {}});
  }));
  return customer.id;
}

Status forget_customer(Shop& shop, const Actor& actor, const Id& customer) {
  TRY(require_right(shop, actor, domain::Right::customers_edit));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Status {
    const auto present = TRY(storage::load<domain::Customer>(tx, customer));
    if (!present) return invalid("this customer does not exist any more");
    domain::Customer nobody;
    nobody.id = customer;
    nobody.lifecycle = domain::Lifecycle::deleted;
    TRY(state.replica->put(tx, nobody));
    return write_journal(state, tx, actor, {"customer.forget", to_string(customer), {}});
  });
}

Status change_setting(Shop& shop, const Actor& actor, const std::string& key, const std::string& value) {
  TRY(require_right(shop, actor, domain::Right::settings_edit, key));
  if (is_key_setting(key)) return invalid("the terminals write '" + key + "' themselves; see: tillctl keys-rotate");
  auto& state = shop.state();
  // What another program's terminal has set can be taken back, whatever it is.
  const auto settings = state.settings();
  const bool is_there = std::ranges::any_of(settings->raw, [&](const auto& row) { return row.first == key; });
  if (!value.empty() || !is_there) TRY(check_setting(key, value));
  const auto currency = shop.currency().code;
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    if (key == "shop.currency" && value != currency) TRY(require_nothing_sold(tx, currency));
    TRY(state.replica->put(tx, make_setting(key, value)));
    return write_journal(state, tx, actor, {"setting.change", key, value});
  }));
  return state.reload_settings();
}

Status rename_terminal(Shop& shop, const Actor& actor, const std::string& name) {
  TRY(require_right(shop, actor, domain::Right::settings_edit));
  const auto text = trimmed(name);
  if (text.empty() || code_points(text) > 40 || !is_valid_utf8(text))
    return invalid("give the terminal a name of 1 to 40 characters");
  auto& state = shop.state();
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    TRY(storage::set_meta_text(tx, "terminal.name", text));
    if (auto device = TRY(storage::load<domain::Device>(tx, state.device()))) {
      device->name = text;
      TRY(state.replica->put(tx, *device));
    }
    return write_journal(state, tx, actor, {"terminal.rename", text, {}});
  }));
  state.terminal = text;
  return {};
}

}  // namespace till::app
