// A grocery with a cafe corner, as the window would see it: for tests and pictures.
#pragma once

#include <string>
#include <vector>

#include "app/snapshot.hpp"

namespace till::ui::test {

inline Id sample_id(unsigned number) {
  Id id;
  id.bytes[0] = 1;
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number & 0xFF);
  return id;
}

namespace detail {

struct Good {
  const char* name;
  std::int64_t minor;
  const char* unit = "";
  const char* icon = "";
};

inline std::string euro(std::int64_t minor) {
  const std::string cents = std::to_string(100 + minor % 100).substr(1);
  return std::to_string(minor / 100) + "." + cents;
}

inline void add_category(app::Catalogue& catalogue, const char* name, const char* icon, std::uint32_t colour,
                         const std::vector<Good>& goods) {
  const auto number = static_cast<unsigned>(catalogue.categories.size());
  const Id category = sample_id(1000 + number);
  catalogue.categories.push_back({category, name, icon, colour});
  unsigned place = 0;
  for (const Good& good : goods) {
    app::Tile tile;
    tile.product = sample_id(2000 + number * 40 + place);
    tile.category = category;
    tile.name = good.name;
    tile.price = euro(good.minor);
    tile.price_minor = {good.minor};
    tile.unit = good.unit;
    tile.icon = icon;
    tile.sku = std::to_string(100 * (number + 1) + place);
    tile.barcode = "400638133" + tile.sku;
    tile.colour_rgb = colour;
    tile.available = place != 4;
    tile.special = place == 2;
    tile.low_stock = place == 6;
    tile.stock = place == 6 ? "3" : "";
    catalogue.tiles.push_back(tile);
    ++place;
  }
}

}  // namespace detail

inline std::shared_ptr<const app::Catalogue> sample_catalogue() {
  auto catalogue = std::make_shared<app::Catalogue>();
  using detail::add_category;
  add_category(*catalogue, "Bakery", "bread", 0xC7782B,
               {{"Butter croissant", 145},
                {"Sourdough loaf 750 g", 490},
                {"Cinnamon roll", 235},
                {"Pretzel", 95},
                {"Rye bread with sunflower seeds 500 g", 385},
                {"Baguette", 165},
                {"Apple turnover", 255},
                {"Wholegrain roll", 65},
                {"Chocolate muffin", 225},
                {"Poppy seed cake, slice", 320},
                {"Focaccia rosemary", 420},
                {"Brioche bun", 110},
                {"Cheese straw", 135},
                {"Spelt roll", 85},
                {"Plum cake, slice", 310},
                {"Carrot cake, slice", 340},
                {"Multigrain toast 500 g", 219},
                {"Pain au chocolat", 175},
                {"Vegan brownie", 290},
                {"Berliner with raspberry jam", 149},
                {"Quiche Lorraine, slice", 450},
                {"Ham and cheese croissant", 265},
                {"Grissini", 199},
                {"Linzer torte", 365}});
  add_category(*catalogue, "Fruit", "fruit", 0x3F8F3A,
               {{"Bananas", 179, "kg"},
                {"Apples Elstar", 249, "kg"},
                {"Strawberries 500 g", 399},
                {"Lemons", 45},
                {"Avocado", 129},
                {"Grapes white", 399, "kg"},
                {"Blueberries 125 g", 219},
                {"Kiwi", 39},
                {"Oranges", 229, "kg"},
                {"Pears Conference", 279, "kg"},
                {"Mango ready to eat", 249},
                {"Pineapple", 299}});
  add_category(*catalogue, "Vegetables", "carrot", 0x5B7F1E,
               {{"Tomatoes on the vine", 349, "kg"},
                {"Cucumber", 89},
                {"Peppers mixed 500 g", 279},
                {"Carrots 1 kg", 139},
                {"Spinach 400 g", 199}});
  add_category(*catalogue, "Dairy", "milk", 0x2F6FB3,
               {{"Whole milk 1 l", 129},
                {"Butter 250 g", 239},
                {"Yoghurt plain 500 g", 149},
                {"Gouda young", 1190, "kg"},
                {"Eggs free range 10", 329}});
  add_category(*catalogue, "Hot drinks", "coffee", 0x7A4A2B,
               {{"Espresso", 220},
                {"Cappuccino", 340},
                {"Flat white", 360},
                {"Latte macchiato", 380},
                {"Hot chocolate", 350},
                {"Filter coffee", 260}});
  add_category(*catalogue, "Cold drinks", "juice", 0x1A8FA3,
               {{"Mineral water 0.5 l", 95},
                {"Apple spritzer 0.5 l", 165},
                {"Cola 0.33 l", 189},
                {"Orange juice fresh 0.3 l", 420},
                {"Iced tea peach", 199}});
  add_category(*catalogue, "Pantry", "pantry", 0x9A5B9E,
               {{"Spaghetti 500 g", 129},
                {"Olive oil extra virgin 750 ml", 1049},
                {"Basmati rice 1 kg", 289},
                {"Tomato passata 700 g", 149},
                {"Peanut butter crunchy", 349}});
  add_category(*catalogue, "Deli", "sandwich", 0xB5473C,
               {{"Parma ham", 3990, "kg"}, {"Olives with garlic", 1890, "kg"}, {"Hummus 200 g", 279}});
  add_category(*catalogue, "Frozen", "ice", 0x4A77C4,
               {{"Pizza Margherita", 329}, {"Peas 750 g", 249}, {"Vanilla ice cream 900 ml", 449}});
  add_category(*catalogue, "Household", "broom", 0x66717C,
               {{"Kitchen roll 4", 299}, {"Washing-up liquid", 169}, {"Bin bags 20 l", 199}});
  add_category(*catalogue, "Sweets", "candy", 0xC2427B, {{"Dark chocolate 70 %", 229}, {"Gummy bears 300 g", 179}});
  add_category(*catalogue, "Wine", "wine", 0x7B2145, {{"Riesling dry 0.75 l", 799}, {"Primitivo 0.75 l", 899}});
  catalogue->version = 1;
  catalogue->products = 612;
  return catalogue;
}

inline app::Snapshot signed_out_shop() {
  app::Snapshot s;
  s.shop_name = "Corner Market & Cafe";
  s.terminal = "Till 1";
  s.currency = "EUR";
  s.users = {{sample_id(1), "Anna Berger", "cashier", 0x2F6FB3},
             {sample_id(2), "Mehmet Yilmaz", "cashier", 0x3F8F3A},
             {sample_id(3), "Sofia Lindqvist", "manager", 0xB5473C},
             {sample_id(4), "Jonas Weber", "owner", 0x7A4A2B}};
  s.catalogue = sample_catalogue();
  s.sync.state = app::SyncState::connected;
  s.sync.word = "connected";
  s.sync.hub = "https://hub.corner-market.example:8443";
  s.sync.tenant = "Corner Market";
  s.sync.terminal = "T1";
  s.sync.last_success = "14:12:48";
  s.sync.lanes = {{"Sales and stock", 0, "", ""},
                  {"Tables and orders", 0, "", ""},
                  {"Catalogue", 0, "", ""},
                  {"Journal", 0, "", ""}};
  s.sync.sentence = "Everything is exchanged.";
  s.sync.clock = "right";
  s.printer.state = app::PrinterView::State::ready;
  s.printer.name = "Counter printer";
  s.printer.word = "ready";
  s.backup.target = "/media/backup/tillstick";
  s.backup.last = "today 06:30, verified";
  s.settings = {{"theme", "light"}, {"language", "en"}, {"text_size", "100"}};
  return s;
}

inline app::Snapshot open_shop() {
  app::Snapshot s = signed_out_shop();
  s.user = s.users.front();
  s.rights = {"sell", "refund", "discount", "no_sale", "reports", "products", "settings", "backup", "shift"};
  s.shift.open = true;
  s.shift.number = "218";
  s.shift.since = "today 07:55";
  s.shift.opened_by = "Anna Berger";
  s.shift.cash_float = "150.00";
  s.shift.expected = "612.35";
  s.shift.figures = {{"Sales", "143"},     {"Refunds", "2"},  {"Cash", "462.35"},      {"Card", "1,208.90"},
                     {"Voucher", "25.00"}, {"Tax", "179.64"}, {"Turnover", "1,683.85"}};
  s.today = {{"Sales", "418"}, {"Refunds", "5"}, {"Turnover", "6,204.75"}, {"Tax", "612.40"},
             {"Cash", "1,870.20"}, {"Card", "4,334.55"}};
  s.ticket.item_count = "0 items";
  s.ticket.total = s.ticket.due = "0.00";
  return s;
}

inline app::Snapshot busy_shop() {
  app::Snapshot s = open_shop();
  const auto line = [&](const char* name, const char* quantity, const char* unit, const char* total,
                        const char* note = "") {
    app::TicketLine l;
    l.line_id = "L" + std::to_string(s.ticket.lines.size() + 1);
    l.name = name, l.quantity = quantity, l.unit_price = unit, l.total = total, l.note = note;
    s.ticket.lines.push_back(l);
  };
  line("Sourdough loaf 750 g", "1", "4.90", "4.90");
  line("Butter croissant", "3", "1.45", "4.35");
  line("Bananas", "0.864 kg", "1.79", "1.55");
  line("Gouda young, sliced by hand at the counter", "0.212 kg", "11.90", "2.52");
  line("Mineral water 0.5 l", "6", "0.95", "5.70");
  line("Deposit 0.25", "6", "0.25", "1.50", "deposit");
  s.ticket.lines.back().is_deposit = true;
  line("Strawberries 500 g", "1", "3.99", "2.99", "saved 1.00");
  line("Cola 0.33 l", "1", "1.89", "1.89", "void");
  s.ticket.lines.back().is_void = true;
  line("Olive oil extra virgin 750 ml", "2", "10.49", "20.98");
  s.ticket.lines.back().is_last = true;
  s.ticket.item_count = "15 items";
  s.ticket.total = s.ticket.due = s.ticket.remaining = "44.49";
  s.ticket.due = "44.50";
  s.ticket.due_minor = {4450};
  s.ticket.remaining_minor = {4449};
  s.ticket.saved = "1.00";
  s.ticket.notes = {{"45.00", {4500}}, {"50.00", {5000}}, {"100.00", {10000}}};
  s.parked = {{sample_id(50), "Mrs Novak", "12.80", "4 items", "3 min"},
              {sample_id(51), "table by the window", "27.45", "6 items", "18 min"}};
  return s;
}

inline app::Snapshot after_sale() {
  app::Snapshot s = open_shop();
  app::FinishedSale sale;
  sale.receipt = "T1-004711";
  sale.total = "15.50", sale.given = "20.00", sale.change = "4.50";
  sale.change_due = true;
  sale.sync_state = "waiting";
  s.finished = sale;
  s.parked = busy_shop().parked;
  s.sync.state = app::SyncState::offline;
  s.sync.word = "offline";
  s.sync.waiting = 12;
  s.printer.state = app::PrinterView::State::waiting;
  s.printer.word = "2 waiting";
  return s;
}

}  // namespace till::ui::test
