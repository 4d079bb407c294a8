// What people do at a terminal, through the product's own replica, in one transaction each.
#include <fmt/format.h>

#include <algorithm>

#include "domain/entities/dining.hpp"
#include "domain/entities/people.hpp"
#include "sim/network.hpp"
#include "sim/terminal.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"
#include "storage/sales.hpp"
#include "storage/series.hpp"
#include "storage/tables.hpp"

namespace till::sim {

using namespace till::domain;
using storage::Transaction;

void Terminal::transaction(const char* what, LedgerEntry entry, const Change& change) {
  if (!engine_) return;
  entry.terminal = number_;
  entry.tenant = tenant_;
  Status done = disk_.begin();
  if (done) done = change(disk_.tx(), entry);
  if (done) done = replica_.seal_group(disk_.tx());
  if (done) done = commit();
  if (done) {
    note(what);
    if (!entry.documents.empty()) world_.ledger().push_back(std::move(entry));
    // Now and then the power goes between the commit and the wake-up of sync.
    if (world_.is_faulty() && random_.below(40) == 0) return;
    dispatch(sync::LocalCommit{});
    return;
  }
  replica_.abandon();
  if (!entry.documents.empty()) in_doubt_.push_back(std::move(entry));
  if (disk_.files().stopped()) {
    power_is_gone(next_dark_us_);
    return;
  }
  disk_.roll_back();
  if (!is_disk_trouble(done.error()) && !is_damaged_) {
    world_.fail(fmt::format("T{} cannot {}: {} / {}", number_, what, done.error().message, done.error().cause));
  }
  note(std::string("the disk refused to ") + what);
}

void Terminal::edit(const Id& product) {
  transaction("edit a product", {}, [&](Transaction& tx, LedgerEntry&) -> Status {
    Product changed = TRY(storage::load<Product>(tx, product)).value_or(Product{});
    changed.id = product;
    const std::uint64_t which = random_.below(8);
    if (which & 1U) changed.price.minor = static_cast<std::int64_t>(random_.below(1000));
    if (which & 2U) changed.name = "product " + std::to_string(random_.below(5));
    if (which & 4U) changed.lifecycle = static_cast<Lifecycle>(random_.below(3));
    if (which == 0) changed.sku = "sku " + std::to_string(random_.below(3));
    if (which == 1) changed.barcodes = {"40" + std::to_string(random_.below(4))};
    return replica_.put(tx, changed);
  });
}

// As the till numbers its receipts: a log that could not be continued numbers in a series of its own.
Result<Sale> Terminal::next_sale(Transaction& tx) {
  Sale sale;
  sale.id = new_id(clock_, random_);
  sale.device = device_;
  sale.at = clock_.now();
  sale.series = fmt::format("T{}.{:x}", number_, TRY(disk_.store().self()).incarnation);
  sale.number = TRY(storage::take_number(tx, sale.series));
  sale.receipt = fmt::format("{}-{:06}", sale.series, sale.number);
  return sale;
}

void Terminal::sell(const std::vector<Id>& products) {
  transaction("sell", {}, [&](Transaction& tx, LedgerEntry& entry) -> Status {
    Sale sale = TRY(next_sale(tx));
    entry.documents.push_back(sale.id);
    entry.receipt = sale.receipt;
    std::vector<StockMove> moves;
    for (const Id& product : products) {
      StockMove move;
      move.id = new_id(clock_, random_);
      move.product = product;
      move.delta_milli = -1000 * static_cast<std::int64_t>(1 + random_.below(5));
      move.document = sale.id;
      move.at = sale.at;
      entry.documents.push_back(move.id);
      entry.deltas.emplace_back(product, move.delta_milli);
      SaleLine line;
      line.line_id = std::to_string(moves.size());
      line.product = product;
      line.quantity.milli = -move.delta_milli;
      sale.lines.push_back(line);
      moves.push_back(move);
    }
    TRY(replica_.add(tx, sale));
    for (const StockMove& move : moves) TRY(replica_.add(tx, move));
    return {};
  });
}

void Terminal::sell_unsent() {
  if (!engine_) return;
  world_.network().drop_silently(number_);
  sell({new_id(clock_, random_)});
}

void Terminal::import(std::uint32_t rows) {
  transaction("import", {}, [&](Transaction& tx, LedgerEntry&) -> Status {
    for (std::uint32_t i = 0; i < rows; ++i) {
      Product product;
      product.id = new_id(clock_, random_);
      product.name = "imported " + std::to_string(i);
      TRY(replica_.put(tx, product));
    }
    return {};
  });
}

void Terminal::enter_much(std::uint32_t rows, std::size_t bytes) {
  transaction("enter much", {}, [&](Transaction& tx, LedgerEntry&) -> Status {
    for (std::uint32_t i = 0; i < rows; ++i) {
      Setting setting;
      setting.id = new_id(clock_, random_);
      setting.key = "much " + to_string(setting.id);
      setting.value.resize(bytes);
      std::generate(setting.value.begin(), setting.value.end(), [&] { return static_cast<char>(random_.below(128)); });
      TRY(replica_.put(tx, setting));
    }
    return {};
  });
}

void Terminal::keep_books() {
  transaction("keep the books", {}, [&](Transaction& tx, LedgerEntry& entry) -> Status {
    const std::uint64_t which = random_.below(6);
    Id row;
    row.bytes[0] = static_cast<std::uint8_t>(0xb0 + which);
    row.bytes[15] = static_cast<std::uint8_t>(1 + random_.below(3));
    const std::string text = "entry " + std::to_string(random_.below(9));
    if (which == 0) return replica_.put(tx, Setting{row, "key " + std::to_string(row.bytes[15]), text});
    if (which == 1) {
      Customer customer = TRY(storage::load<Customer>(tx, row)).value_or(Customer{});
      customer.id = row;
      (random_.below(2) ? customer.name : customer.phone) = text;
      return replica_.put(tx, customer);
    }
    if (which == 4) {
      DiningTable table = TRY(storage::load<DiningTable>(tx, row)).value_or(DiningTable{});
      table.id = row;
      table.state = static_cast<TableState>(random_.below(4));
      return replica_.put(tx, table);
    }
    entry.documents = {new_id(clock_, random_)};
    if (which == 5) {
      OrderEvent event;
      event.id = entry.documents.front();
      event.order = row;
      event.line = event.id;
      event.name = text;
      event.at = clock_.now();
      return replica_.add(tx, event);
    }
    if (which == 2) {
      ShiftEvent event;
      event.id = entry.documents.front();
      event.device = device_;
      event.at = clock_.now();
      event.reason = text;
      return replica_.add(tx, event);
    }
    AuditEntry line;
    line.id = entry.documents.front();
    line.device = device_;
    line.at = clock_.now();
    line.action = text;
    return replica_.add(tx, line);
  });
}

}  // namespace till::sim
