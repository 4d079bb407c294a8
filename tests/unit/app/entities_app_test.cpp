// What the shop's rows can do: made, changed, taken out, with rights checked, journalled, and a sentence for what makes
// no sense.
#include <algorithm>

#include "app/care.hpp"
#include "app/catalogue.hpp"
#include "app/catalogue_rows.hpp"
#include "app/media.hpp"
#include "app/prices.hpp"
#include "app/printers.hpp"
#include "app/printing.hpp"
#include "app/stock_counts.hpp"
#include "app/stores.hpp"
#include "app/suppliers.hpp"
#include "app/sync_choice.hpp"
#include "app/users.hpp"
#include "shop_fixture.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"
#include "support/pictures.hpp"

namespace till::app {
namespace {

class ShopRows : public ShopTest {
 protected:
  domain::Product product(const std::string& code) { return value_of(product_by_code(*shop_, code)); }
  std::int64_t sold_for(const std::string& code) { return sell({code}).total.minor; }
  Finding finding(const std::string& what) {
    for (auto& found : examine(*shop_))
      if (found.what == what) return found;
    return {};
  }
  UtcTime in(std::chrono::hours hours) {
    return {clock_.now().us + std::chrono::duration_cast<std::chrono::microseconds>(hours).count()};
  }
};

TEST_F(ShopRows, a_supplier_is_made_changed_and_removed) {
  domain::Supplier supplier;
  EXPECT_REFUSED(save_supplier(*shop_, owner(), supplier), invalid, "name");
  supplier.name = "  Obsthof Berger ";
  EXPECT_REFUSED(save_supplier(*shop_, cashier(), supplier), denied, "cashier");
  supplier.id = value_of(save_supplier(*shop_, owner(), supplier));
  auto found = value_of(supplier_named(*shop_, "obsthof berger"));
  EXPECT_EQ(found.id, supplier.id);
  found.phone = "02233 5510 335";
  found.note = "card 4111 1111 1111 1111";
  value_of(save_supplier(*shop_, owner(), found));
  EXPECT_EQ(value_of(supplier_named(*shop_, to_string(found.id))).note.find("4111 1111"), std::string::npos);
  auto bread = product(kBread);
  bread.supplier = found.id;
  value_of(save_product(*shop_, owner(), bread));
  EXPECT_DONE(remove_supplier(*shop_, owner(), found.id));
  EXPECT_REFUSED(supplier_named(*shop_, "Obsthof Berger"), invalid, "no supplier");
  EXPECT_DONE(save_product(*shop_, owner(), product(kBread)));
  EXPECT_REFUSED(remove_supplier(*shop_, owner(), found.id), invalid, "does not exist any more");
  EXPECT_EQ(journalled("supplier.save"), 2);
  EXPECT_EQ(journalled("supplier.remove"), 1);
}

TEST_F(ShopRows, a_planned_price_holds_in_its_time_and_the_ticket_keeps_what_it_had) {
  open_the_shift();
  domain::Price price;
  price.product = product(kPens).id;
  price.amount = {99};
  price.valid_from = in(std::chrono::hours(1));
  price.valid_until = in(std::chrono::hours(2));
  price.id = value_of(save_price(*shop_, owner(), price));
  EXPECT_EQ(sold_for(kPens), 149);
  const auto before = basket_of({kPens});
  clock_.advance(std::chrono::minutes(90));
  EXPECT_EQ(sold_for(kPens), 99);
  EXPECT_EQ(before.total().minor, 149);
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(sold_for(kPens), 149);
  price.valid_until = price.valid_from;
  EXPECT_REFUSED(save_price(*shop_, owner(), price), invalid, "end before it begins");
  price.valid_until = {};
  value_of(save_price(*shop_, owner(), price));
  EXPECT_EQ(sold_for(kPens), 99);
  EXPECT_DONE(remove_price(*shop_, owner(), price.id));
  EXPECT_EQ(sold_for(kPens), 149);
}

TEST_F(ShopRows, a_branch_sells_by_its_own_list) {
  open_the_shift();
  domain::Store station;
  station.name = "Station";
  station.price_list = "station";
  station.id = value_of(save_store(*shop_, owner(), station));
  domain::Price price;
  price.product = product(kPens).id;
  price.amount = {199};
  price.list = "station";
  value_of(save_price(*shop_, owner(), price));
  EXPECT_EQ(sold_for(kPens), 149);
  EXPECT_DONE(put_terminal_into_store(*shop_, owner(), shop_->state().device(), station.id));
  EXPECT_EQ(sold_for(kPens), 199);
  EXPECT_REFUSED(remove_store(*shop_, owner(), station.id), invalid, "stands in this store");
  EXPECT_EQ(
      number("SELECT count(*) FROM stock_move WHERE store = x'00000000000000000000000000000000' AND reason = 'sale'"),
      1);
  EXPECT_DONE(put_terminal_into_store(*shop_, owner(), shop_->state().device(), {}));
  EXPECT_DONE(remove_store(*shop_, owner(), station.id));
}

TEST_F(ShopRows, what_was_counted_is_the_stock_and_the_alert_comes_at_its_level) {
  open_the_shift();
  const auto pens = product(kPens);
  EXPECT_REFUSED(count_stock(*shop_, cashier(), pens.id, {10'000}), denied, "supervisor");
  EXPECT_REFUSED(count_stock(*shop_, owner(), pens.id, {1500}), invalid, "whole pieces");
  EXPECT_REFUSED(count_stock(*shop_, owner(), pens.id, {-1000}), invalid, "negative");
  const auto count = value_of(count_stock(*shop_, owner(), pens.id, {10'000}, "shelf"));
  EXPECT_EQ(count.expected_milli, 26'000);
  EXPECT_EQ(stock_milli(pens.sku), 10'000);
  sell({kPens});
  EXPECT_EQ(stock_milli(pens.sku), 9000);
  value_of(move_stock(*shop_, owner(), pens.id, {24'000}, "delivery"));
  EXPECT_REFUSED(move_stock(*shop_, owner(), pens.id, {-1000}, "because"), invalid, "say why");
  EXPECT_EQ(stock_milli(pens.sku), 33'000);
  auto alert = pens;
  alert.low_stock_milli = 33'000;
  value_of(save_product(*shop_, owner(), alert));
  const auto low = value_of(low_stock(*shop_));
  EXPECT_TRUE(std::ranges::any_of(low, [&](const StockLine& line) { return line.sku == pens.sku; }));
  EXPECT_EQ(value_of(stock_counts(*shop_, pens.id)).size(), 1u);
  EXPECT_EQ(journalled("stock.count"), 1);
  EXPECT_TRUE(finding("stock").good) << finding("stock").sentence;
}

TEST_F(ShopRows, a_product_that_was_sold_is_archived_and_another_one_deleted) {
  open_the_shift();
  domain::Product fresh;
  fresh.sku = "NEW-1";
  fresh.name = "Postcard";
  fresh.price = {120};
  fresh.barcodes = {kPens};
  EXPECT_REFUSED(save_product(*shop_, owner(), fresh), invalid, "belongs to");
  fresh.barcodes = {};
  fresh.id = value_of(save_product(*shop_, owner(), fresh));
  EXPECT_EQ(value_of(remove_product(*shop_, owner(), fresh.id)), domain::Lifecycle::deleted);
  sell({kBread});
  EXPECT_EQ(value_of(remove_product(*shop_, owner(), product(kBread).id)), domain::Lifecycle::archived);
  EXPECT_REFUSED(product_by_code(*shop_, kBread), invalid, "no product");
}

TEST_F(ShopRows, a_category_or_tax_in_use_stays) {
  const auto bread = product(kBread);
  EXPECT_REFUSED(remove_category(*shop_, owner(), bread.category), invalid, "move them first");
  EXPECT_REFUSED(remove_tax(*shop_, owner(), bread.taxes.at(0)), invalid, "change them first");
  domain::Category category;
  category.name = "Books";
  category.id = value_of(save_category(*shop_, owner(), category));
  EXPECT_DONE(remove_category(*shop_, owner(), category.id));
  domain::Tax tax;
  tax.code = "vat7";
  tax.name = "again";
  EXPECT_REFUSED(save_tax(*shop_, owner(), tax), invalid, "belongs to");
}

TEST_F(ShopRows, codes_that_two_terminals_chose_are_a_finding) {
  EXPECT_TRUE(finding("codes").good);
  auto twin = product(kPens);
  twin.id = Id{{0xff, 1}};
  twin.name = "Twin";
  EXPECT_DONE(change(shop_->state(), [&](storage::Transaction& tx) { return shop_->state().replica->put(tx, twin); }));
  EXPECT_FALSE(finding("codes").good);
  const auto found = value_of(duplicates(*shop_));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].flagged, std::vector<std::string>{"Twin"});
}

TEST_F(ShopRows, printers_are_added_configured_assigned_and_removed) {
  domain::Printer printer;
  printer.name = "Kitchen";
  printer.address = "nonsense";
  EXPECT_FALSE(save_shop_printer(*shop_, owner(), printer));
  printer.address = "file:printed/kitchen/";
  printer.columns = 32;
  printer.role = domain::PrinterRole::kitchen;
  printer.id = value_of(save_shop_printer(*shop_, owner(), printer));
  const PrinterTarget terrace{domain::PrintsFor::room, {}, "Terrace"};
  EXPECT_DONE(assign_printer(*shop_, owner(), terrace, printer.id));
  EXPECT_EQ(value_of(assigned_printer(*shop_, {domain::PrintsFor::room, {}, "terrace"}, printer.role))->name,
            "Kitchen");
  EXPECT_EQ(value_of(assigned_printer(*shop_, terrace, domain::PrinterRole::receipt)), std::nullopt);
  EXPECT_REFUSED(assign_printer(*shop_, owner(), {}, printer.id), invalid, "terminal does not exist");
  printer.columns = 42;
  value_of(save_shop_printer(*shop_, owner(), printer));
  EXPECT_DONE(remove_printer(*shop_, owner(), printer.id));
  EXPECT_EQ(value_of(assigned_printer(*shop_, terrace, printer.role)), std::nullopt);
  EXPECT_EQ(journalled("printer.configure"), 1);
  EXPECT_EQ(journalled("printer.assign"), 1);
}

TEST_F(ShopRows, a_terminal_without_a_printer_of_its_own_uses_the_assigned_one) {
  auto& state = shop_->state();
  const auto setting = [&] {
    return value_of(state.db->read([](storage::Connection& c) { return printer_setting(c); }));
  };
  domain::Printer printer;
  printer.name = "Counter";
  printer.address = "file:printed/counter/";
  printer.id = value_of(save_shop_printer(*shop_, owner(), printer));
  EXPECT_DONE(assign_printer(*shop_, owner(), {domain::PrintsFor::device, state.device(), {}}, printer.id));
  EXPECT_EQ(setting().name, "Receipt printer");
  EXPECT_DONE(state.db->write([](storage::Transaction& tx) { return storage::remove_meta(tx, "printer.address"); }));
  EXPECT_EQ(setting().name, "Counter");
  EXPECT_DONE(set_printer(*shop_, owner(), "", 48));
  EXPECT_EQ(setting().address, "");
}

TEST_F(ShopRows, a_picture_is_stored_once_shown_at_its_product_and_tidied_away) {
  const Bytes png = test::png_of(8, 8, [](int, int) { return test::kBlack; });
  EXPECT_REFUSED(add_media(*shop_, owner(), domain::MediaKind::product_picture, "x.gif", view("GIF89a")), invalid,
                 "PNG");
  const auto file = value_of(add_media(*shop_, owner(), domain::MediaKind::product_picture, "pens.png", png));
  EXPECT_EQ(value_of(add_media(*shop_, owner(), domain::MediaKind::product_picture, "again.png", png)).id, file.id);
  EXPECT_EQ(value_of(media_bytes(*shop_, file.id)), png);
  EXPECT_DONE(set_product_picture(*shop_, owner(), product(kPens).id, file.id));
  EXPECT_EQ(product(kPens).picture, file.id);
  EXPECT_REFUSED(set_receipt_logo(*shop_, owner(), file.id), invalid, "product's picture");
  const auto logo = value_of(add_media(*shop_, owner(), domain::MediaKind::receipt_logo, "logo.png", png));
  EXPECT_DONE(set_receipt_logo(*shop_, owner(), logo.id));
  EXPECT_DONE(remove_media(*shop_, owner(), file.id));
  EXPECT_EQ(value_of(remove_unused_media(*shop_, owner())), 0u) << "the logo has the same bytes";
  EXPECT_DONE(remove_media(*shop_, owner(), logo.id));
  EXPECT_EQ(value_of(remove_unused_media(*shop_, owner())), 1u);
  EXPECT_FALSE(media_bytes(*shop_, logo.id));
}

TEST_F(ShopRows, a_role_changes_but_never_above_ones_own_and_an_owner_stays) {
  const auto manager = user("Jonas");
  const auto id = value_of(add_user(*shop_, manager, "Lena", domain::Role::cashier, "739150"));
  EXPECT_REFUSED(add_user(*shop_, manager, "lena", domain::Role::cashier, "739151"), invalid, "already");
  EXPECT_REFUSED(add_user(*shop_, cashier(), "Otto", domain::Role::cashier, "739152"), denied, "cashier");
  EXPECT_FALSE(add_user(*shop_, manager, "Otto", domain::Role::cashier, "1111"));
  EXPECT_DONE(change_role(*shop_, manager, id, domain::Role::supervisor));
  EXPECT_EQ(user("Lena").role, domain::Role::supervisor);
  EXPECT_REFUSED(change_role(*shop_, manager, id, domain::Role::owner), denied, "owner");
  EXPECT_REFUSED(change_role(*shop_, manager, owner().user, domain::Role::cashier), denied, "owner");
  EXPECT_REFUSED(change_role(*shop_, owner(), owner().user, domain::Role::manager), invalid, "only owner");
  EXPECT_DONE(sign_in(*shop_, "Lena", "739150"));
  EXPECT_DONE(change_pin(*shop_, manager, id, "826041"));
  EXPECT_REFUSED(sign_in(*shop_, "Lena", "739150"), denied, "");
  EXPECT_DONE(rename_user(*shop_, manager, id, "Lena B."));
  EXPECT_DONE(remove_user(*shop_, manager, id));
  EXPECT_FALSE(actor_named(*shop_, "Lena B."));
  EXPECT_REFUSED(remove_user(*shop_, manager, manager.user), invalid, "themselves");
  EXPECT_EQ(journalled("user.role"), 1);
}

TEST_F(ShopRows, customers_leave_the_list_and_settings_go_back_to_their_default) {
  domain::Customer customer;
  customer.name = "Vogt";
  customer.id = value_of(save_customer(*shop_, cashier(), customer));
  EXPECT_DONE(remove_customer(*shop_, cashier(), customer.id));
  EXPECT_FALSE(customer_named(*shop_, "Vogt"));
  EXPECT_EQ(journalled("customer.remove"), 1);
}

TEST_F(ShopRows, a_terminal_chooses_what_it_takes) {
  EXPECT_TRUE(value_of(chosen_sync(*shop_)).without.empty());
  EXPECT_REFUSED(choose_sync(*shop_, cashier(), {"media"}, {}), denied, "cashier");
  EXPECT_REFUSED(choose_sync(*shop_, owner(), {"products"}, {}), invalid, "cannot be left out");
  EXPECT_REFUSED(choose_sync(*shop_, owner(), {}, {"Nowhere"}), invalid, "no store");
  EXPECT_DONE(choose_sync(*shop_, owner(), {"media", "journal"}, {}));
  EXPECT_EQ(value_of(chosen_sync(*shop_)).without, (std::vector<std::string>{"media", "journal"}));
  EXPECT_DONE(choose_sync(*shop_, owner(), {}, {}));
  EXPECT_TRUE(value_of(chosen_sync(*shop_)).without.empty());
}

}  // namespace
}  // namespace till::app
