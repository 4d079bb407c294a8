// Searching and the small edits: products, customers, receipts, printer, sync, settings.
#include <fmt/format.h>

#include <algorithm>

#include "app/catalogue.hpp"
#include "app/journal.hpp"
#include "app/selling.hpp"
#include "app/shop_state.hpp"
#include "app/worker/till_worker.hpp"
#include "core/text.hpp"
#include "storage/meta.hpp"
#include "storage/sales.hpp"
#include "storage/search.hpp"
#include "storage/stock.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxHits = 40;
constexpr std::size_t kMaxReceipts = 50;

}  // namespace

Status TillWorker::on(const Search& command) {
  next_.search_text = command.text;
  next_.search.clear();
  if (trimmed(command.text).empty()) return {};
  next_.search = TRY(shop_->state().db->read([&](storage::Connection& conn) -> Result<std::vector<Tile>> {
    std::vector<Tile> tiles;
    for (const auto& product : TRY(storage::search_products(conn, command.text, kMaxHits)))
      tiles.push_back(TRY(tile_of(conn, product)));
    return tiles;
  }));
  return {};
}

Status TillWorker::on(const SearchCustomers& command) {
  const auto found = TRY(shop_->state().db->read(
      [&](storage::Connection& conn) { return storage::search_customers(conn, command.text, kMaxHits); }));
  next_.customers.clear();
  for (const auto& customer : found)
    next_.customers.push_back({customer.id, customer.name, customer.phone, customer.email});
  return {};
}

Status TillWorker::on(const SearchReceipts& command) {
  const auto wanted = lowered(trimmed(command.text));
  const auto sales = TRY(
      shop_->state().db->read([](storage::Connection& conn) { return storage::last_sales(conn, 4 * kMaxReceipts); }));
  next_.receipts.clear();
  for (const auto& sale : sales) {
    if (next_.receipts.size() >= kMaxReceipts) break;
    if (!wanted.empty() && lowered(sale.receipt).find(wanted) == std::string::npos) continue;
    next_.receipts.push_back({sale.receipt,
                              to_local(sale.at, "%d.%m. %H:%M"),
                              money(sale.due),
                              sale.user_name,
                              sale.kind == domain::SaleKind::refund ? "refund" : "sale",
                              {},
                              sale.id});
  }
  reload_sync_words();
  return {};
}

Status TillWorker::on(const ChangePrice& command) {
  return with_right(domain::Right::catalogue_edit, "change a price", [this, command](const Actor& by) -> Status {
    TRY(change_price(*shop_, by, command.product, command.price));
    reload_catalogue();
    say(Notice::Level::good, "The new price is " + money(command.price));
    return next_.search_text.empty() ? Status{} : on(Search{next_.search_text});
  });
}

Status TillWorker::on(const SetAvailable& command) {
  return with_right(domain::Right::catalogue_edit, "change what is available",
                    [this, command](const Actor& by) -> Status {
                      TRY(set_available(*shop_, by, command.product, command.available));
                      reload_catalogue();
                      return next_.search_text.empty() ? Status{} : on(Search{next_.search_text});
                    });
}

Status TillWorker::on(const SaveCustomer& command) {
  return with_right(domain::Right::customers_edit, "save a customer", [this, command](const Actor& by) -> Status {
    domain::Customer customer;
    if (!command.id.is_nil()) {
      const auto known = TRY(shop_->state().db->read(
          [&](storage::Connection& conn) { return storage::load<domain::Customer>(conn, command.id); }));
      if (known) customer = *known;
    }
    customer.id = command.id;
    customer.name = command.name;
    customer.phone = command.phone;
    customer.email = command.email;
    const auto id = TRY(save_customer(*shop_, by, customer));
    basket_.set_customer(id, trimmed(command.name));
    return on(SearchCustomers{command.name});
  });
}

Status TillWorker::on(const RetryPrint&) {
  printer_->wake();
  return {};
}

Status TillWorker::on(const DropPrintJob& command) {
  return with_right(domain::Right::reprint, "drop a print job", [this, command](const Actor& by) -> Status {
    TRY(drop_print(*shop_, by, command.job));
    printer_->wake();
    reload_printer();
    return {};
  });
}

// How this screen looks is this terminal's own affair, and anybody's who stands before it.
Status TillWorker::set_look(const std::string& key, const std::string& value) {
  TRY(check_setting(key, value));
  auto& state = shop_->state();
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    TRY(storage::set_meta_text(tx, "look." + key, value));
    return write_journal(state, tx, actor(), {"setting.change", key, value});
  }));
  look_[key] = value;
  return {};
}

Status TillWorker::on(const ChangeSetting& command) {
  if (std::ranges::find(kLookKeys, command.key) != kLookKeys.end()) return set_look(command.key, command.value);
  return with_right(domain::Right::settings_edit, "change a setting", [this, command](const Actor& by) -> Status {
    if (command.key == "terminal.name") return rename_terminal(*shop_, by, command.value);
    TRY(change_setting(*shop_, by, command.key, command.value));
    if (basket_.empty()) basket_ = domain::Basket(shop_->state().settings()->rules);
    if (command.key.starts_with("backup.")) backups_->look(next_.backup.target);  // its panel shows it
    return {};
  });
}

}  // namespace till::app
