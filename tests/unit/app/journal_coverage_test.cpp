// Whatever changes anything is in the journal: every command of tillctl and every command of the window is carried out
// once, in one shop, and what it changed in the database is compared with the entries it left. Both lists are the
// program's own: a command that is not exercised here fails the test.
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "app/ctl/ctl.hpp"
#include "app/journal.hpp"
#include "app/journal_words.hpp"
#include "support/pictures.hpp"
#include "support/source_dir.hpp"
#include "worker_fixture.hpp"

namespace till::app {
namespace {

namespace json = boost::json;
using testing::IsEmpty;

// What is in the tables, but for the journal and the log themselves and what is only on its way (the open ticket).
class Content {
 public:
  explicit Content(Shop& shop) : state_(shop.state()) {}

  std::map<std::string, std::string> tables() {
    settle();
    return value_of(state_.db->read([&](storage::Connection& conn) -> Result<std::map<std::string, std::string>> {
      std::map<std::string, std::string> content;
      auto names =
          TRY(conn.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sync%' AND name "
                         "NOT LIKE 'audit%' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'product_words%' AND name "
                         "NOT LIKE 'product_parts%' AND name NOT IN ('open_basket', 'device_progress')"));
      while (TRY(names.next())) content[names.text(0)] = TRY(rows(conn, names.text(0)));
      return content;
    }));
  }
  std::int64_t entries() {
    settle();
    return count("SELECT count(*) FROM audit_entry");
  }
  // Of the newest `max` entries.
  std::vector<std::string> actions(std::int64_t max) {
    return value_of(state_.db->read([&](storage::Connection& conn) -> Result<std::vector<std::string>> {
      auto q = TRY(conn.query("SELECT action FROM audit_entry ORDER BY sequence DESC LIMIT ?1", max));
      std::vector<std::string> found;
      while (TRY(q.next())) found.push_back(q.text(0));
      return found;
    }));
  }

 private:
  // What was queued before is written.
  void settle() {
    EXPECT_DONE(state_.db->write([](storage::Transaction&) -> Status { return {}; }));
  }
  std::int64_t count(const std::string& sql) {
    return value_of(state_.db->read([&](storage::Connection& conn) { return conn.integer(sql); })).value_or(0);
  }
  static Result<std::string> rows(storage::Connection& conn, const std::string& table) {
    // How far the printer's own thread is with a job is nobody's command.
    auto columns = TRY(conn.query(
        "SELECT name FROM pragma_table_info(?1) WHERE NOT (?1 = 'print_job' AND name IN ('state', 'attempts', "
        "'reason', 'changed'))",
        table));
    std::string row;
    while (TRY(columns.next())) row += (row.empty() ? "quote(" : " || ',' || quote(") + columns.text(0) + ")";
    auto q =
        TRY(conn.query("SELECT group_concat(r, ';') FROM (SELECT " + row + " AS r FROM " + table + " ORDER BY 1)"));
    return TRY(q.next()) ? q.text(0) : std::string();
  }

  ShopState& state_;
};

// What stands in TEST_F(Suite, Name) of a file of this folder; empty where there is no such test.
std::string body_of_test(const std::string& file, const std::string& test) {
  std::ifstream in(test::source_path("tests/unit/app/" + file), std::ios::binary);
  const std::string source(std::istreambuf_iterator<char>(in), {});
  const auto dot = test.find('.');
  const auto named = "(" + test.substr(0, dot) + ", " + test.substr(dot + 1) + ") {";
  const auto begin = std::min(source.find("\nTEST_F" + named), source.find("\nTEST" + named));
  if (begin == std::string::npos) return {};
  return source.substr(begin, source.find("\n}\n", begin) - begin);
}

// The last argument of a call, journalled("restore") or told(shop, "restore"): not a word of tillctl in a list of them.
bool is_looked_for(const std::string& source, const std::string& action) {
  return source.find("\"" + action + "\")") != std::string::npos ||
         source.find("action = '" + action + "'") != std::string::npos;
}

// That test is there, and looks for the action.
void expect_test(const std::string& action, const std::string& file, const std::string& test) {
  const auto body = body_of_test(file, test);
  EXPECT_NE(body, "") << file << " has no test " << test;
  EXPECT_TRUE(action.empty() || is_looked_for(body, action))
      << test << " of " << file << " does not look for '" << action << "' in the journal";
}

// Before and after one command.
class Watch {
 public:
  explicit Watch(Shop& shop) : content_(shop), tables_(content_.tables()), entries_(content_.entries()) {}

  // `action` empty: nothing is expected to be journalled, and nothing may have changed.
  void expect(const std::string& action, const std::string& what) {
    const auto after = content_.tables();
    std::string changed;
    for (const auto& [table, rows] : after)
      if (rows != tables_[table]) changed += " " + table;
    const auto written = content_.actions(content_.entries() - entries_);
    EXPECT_TRUE(changed.empty() || !written.empty()) << what << " changed" << changed << " and left no entry";
    if (action.empty()) {
      EXPECT_EQ(changed, "") << what << " only reads";
      EXPECT_THAT(written, IsEmpty()) << what << " only reads";
    } else {
      EXPECT_THAT(written, testing::Contains(action)) << what;
      EXPECT_THAT(written, testing::Not(testing::Contains("change")))
          << what << " changed what no entry of its own tells";
    }
    for (const auto& one : written) EXPECT_NE(action_label(one), one) << one << " has no words in journal_words.cpp";
  }

 private:
  Content content_;
  std::map<std::string, std::string> tables_;
  std::int64_t entries_ = 0;
};

class EveryCommand : public ShopTest {
 protected:
  CtlOutput run(const std::string& command, const std::vector<std::string>& arguments) {
    CtlRequest request;
    request.words = {"--json"};
    for (std::size_t from = 0, to = 0; from < command.size(); from = to + 1) {
      to = std::min(command.find(' ', from), command.size());
      request.words.push_back(command.substr(from, to - from));
    }
    request.words.insert(request.words.end(), arguments.begin(), arguments.end());
    request.folder = folder();
    request.working_folder = temp_.file("");
    clock_.advance(std::chrono::seconds(1));
    return run_ctl(request, shop_.get());
  }
  json::value writes(const std::string& command, const std::vector<std::string>& arguments, const std::string& action) {
    done_.insert(command);
    Watch watch(*shop_);
    const auto output = run(command, arguments);
    EXPECT_EQ(output.exit_code, 0) << command << ": " << output.err;
    watch.expect(action, command);
    boost::system::error_code problem;
    return json::parse(output.out, problem);
  }
  void reads(const std::string& command, const std::vector<std::string>& arguments = {}) {
    done_.insert(command);
    Watch watch(*shop_);
    const auto output = run(command, arguments);
    EXPECT_NE(output.exit_code, 2) << command << ": " << output.err;
    watch.expect({}, command);
  }
  // What needs a hub or closes the shop: that test carries it out and looks for the entry, none where `action` is
  // empty.
  void elsewhere(const std::string& command, const std::string& action, const std::string& file,
                 const std::string& test) {
    expect_test(action, file, test);
    done_.insert(command);
  }
  static std::string at(const json::value& value, const char* key) { return std::string(value.at(key).as_string()); }

  void lists();
  void people_and_settings();
  void selling();
  void dining();
  void equipment();
  void care();

  std::set<std::string> done_;
};

void EveryCommand::lists() {
  writes("products add", {"NS-099", "--name", "Glue", "--price", "1.00"}, "product.save");
  writes("products set", {"NS-099", "--price", "1.10"}, "product.save");
  writes("product", {"NS-099", "--price", "1.20"}, "price.change");
  const auto price = writes("prices add", {"NS-099", "0.99", "--list", "happy hour"}, "price.plan");
  writes("prices set", {at(price, "id"), "--price", "0.89"}, "price.plan");
  writes("prices remove", {at(price, "id")}, "price.remove");
  writes("stock count", {"NS-099", "5"}, "stock.count");
  writes("stock move", {"NS-099", "3", "--reason", "delivery"}, "stock.move");
  writes("products remove", {"NS-099"}, "product.remove");
  writes("categories add", {"Books"}, "category.save");
  writes("categories set", {"Books", "--position", "8"}, "category.save");
  writes("categories remove", {"Books"}, "category.remove");
  writes("taxes add", {"vat5", "--name", "VAT 5", "--rate", "5"}, "tax.save");
  writes("taxes set", {"vat5", "--letter", "E"}, "tax.save");
  writes("taxes remove", {"vat5"}, "tax.remove");
  writes("suppliers add", {"Berger"}, "supplier.save");
  writes("suppliers set", {"Berger", "--note", "Mondays"}, "supplier.save");
  writes("suppliers remove", {"Berger"}, "supplier.remove");
  for (const char* list : {"products list", "products duplicates", "prices list", "stock list", "stock low",
                           "categories list", "taxes list", "suppliers list", "customers list"})
    reads(list);
  reads("stock counts", {"NS-011"});
  write_file("two.csv", "sku,name,price\nIM-1,Imported,1.00\nIM-2,Imported too,2.00\n");
  writes("import", {"products", "two.csv"}, "import");
  writes("export", {"products"}, "export");
}

void EveryCommand::people_and_settings() {
  writes("customers add", {"Vogt", "--email", "v@example.org"}, "customer.save");
  writes("customers set", {"Vogt", "--phone", "0221"}, "customer.save");
  writes("customers forget", {"Vogt"}, "customer.forget");
  writes("customers add", {"Moser"}, "customer.save");
  writes("customers remove", {"Moser"}, "customer.remove");
  writes("users add", {"Nora", "cashier"}, "user.add");
  writes("users role", {"Nora", "supervisor"}, "user.role");
  writes("users set", {"Nora", "Nora B"}, "user.rename");
  writes("users pin", {"Nora B"}, "user.pin");
  writes("users unlock", {"Nora B"}, "user.unlock");
  writes("users remove", {"Nora B"}, "user.remove");
  reads("users list");
  writes("settings set", {"receipt.footer", "Thank you"}, "setting.change");
  writes("settings remove", {"receipt.footer"}, "setting.change");
  reads("settings list");
  writes("stores add", {"Station", "--code", "ST"}, "store.save");
  writes("stores set", {"Station", "--price-list", "station"}, "store.save");
  writes("stores terminal", {"Station"}, "device.store");
  writes("stores terminal", {"none"}, "device.store");
  writes("stores remove", {"Station"}, "store.remove");
  reads("stores list");
}

void EveryCommand::selling() {
  write_file("basket.json", R"({"lines":[{"id":"a","product":"4006381333931","qty":"2"}],)"
                            R"("tenders":[{"kind":"cash","amount":"exact"}]})");
  writes("shift open", {"100.00"}, "shift.open");
  const auto sale = writes("sell", {"basket.json", "--user", "Mia"}, "sale");
  writes("refund", {at(sale, "receipt"), "--user", "Jonas"}, "refund");
  writes("receipt", {at(sale, "receipt")}, "receipt.copy");
  writes("shift move", {"20.00", "--reason", "change"}, "cash.move");
  writes("shift count", {"120.00"}, "shift.count");
  reads("shift status");
  reads("shift list");
  reads("report");
  dining();
  writes("shift close", {"120.00"}, "shift.close");
  for (const char* alone : {"quote", "barcode", "keys"})
    elsewhere(alone, "", "ctl_test.cpp", "Tillctl.answers_questions_without_a_folder");
  elsewhere("init", "shop.init", "shop_opening_test.cpp", "Opening.a_new_empty_shop_has_an_owner_with_a_pin");
  for (const char* entry : {"desktop install", "desktop remove"})
    elsewhere(entry, "", "desktop_entry_test.cpp", "DesktopEntries.are_written_for_one_user_and_taken_away_again");
  elsewhere("open", "", "worker_data_test.cpp", "DataPanel.a_second_start_with_a_file_shows_it_in_the_running_till");
}

void EveryCommand::dining() {
  writes("tables add", {"40", "--room", "Terrace"}, "table.save");
  writes("tables add", {"41", "--room", "Terrace"}, "table.save");
  writes("tables set", {"40", "--seats", "4"}, "table.save");
  writes("tables reserve", {"41", "Vogt", "--at", "2026-12-01T18:00:00Z"}, "table.reserve");
  writes("tables state", {"41", "available"}, "table.state");
  const auto number = at(writes("orders open", {"--table", "40"}, "order.open"), "number");
  writes("orders add", {number, kPens}, "order.add");
  writes("orders add", {number, kBread}, "order.add");
  writes("orders change", {number, "1", "--qty", "3"}, "order.change");
  writes("orders take-off", {number, "2"}, "order.take-off");
  writes("orders state", {number, "sent"}, "order.state");
  writes("orders move", {number, "41"}, "order.move");
  writes("orders pay", {number, "--cash", "5.00"}, "order.complete");
  const auto second = at(writes("orders open", {}, "order.open"), "number");
  reads("orders show", {second});
  writes("orders cancel", {second}, "order.cancel");
  reads("orders list");
  reads("tables list");
  writes("tables remove", {"40"}, "table.remove");
}

void EveryCommand::equipment() {
  writes("printer", {"file:elsewhere/"}, "printer.change");
  writes("printers add", {"Kitchen", "--address", "tcp://192.168.1.51:9100", "--role", "kitchen"}, "printer.add");
  writes("printers set", {"Kitchen", "--columns", "32"}, "printer.configure");
  writes("printers assign", {"Kitchen", "--room", "Terrace"}, "printer.assign");
  writes("printers unassign", {"kitchen", "--room", "Terrace"}, "printer.unassign");
  writes("printers remove", {"Kitchen"}, "printer.remove");
  reads("printers list");
  reads("printers assignments");
  write_file("pens.png", "\x89PNG\r\n\x1a\nbytes of a picture");
  writes("media add", {"pens.png"}, "media.add");
  writes("media set", {"pens.png", "glue.png"}, "media.rename");
  writes("media picture", {kPens, "glue.png"}, "product.picture");
  const auto logo = test::png_of(8, 8, [](int, int) { return test::kBlack; });
  write_file("logo.png", std::string(as_text(logo)));
  writes("media add", {"logo.png", "--kind", "logo"}, "media.add");
  writes("media logo", {"logo.png"}, "setting.change");
  reads("media save", {"glue.png", "copy.png"});
  reads("media list");
  writes("media picture", {kPens, "none"}, "product.picture");
  writes("media remove", {"glue.png"}, "media.remove");
  writes("media tidy", {}, "media.tidy");
}

void EveryCommand::care() {
  writes("sync pause", {}, "setting.change");
  writes("sync resume", {}, "setting.change");
  writes("sync set", {"interval", "30"}, "setting.change");
  writes("sync choice", {"--without", "media"}, "sync.choice");
  for (const std::string what : {"add", "remove"})
    elsewhere("sync carrier " + what, "sync.carrier." + what, "carriers_test.cpp",
              "CarriersTest.TillctlAddsListsAndRemovesThem");
  reads("sync carrier list");
  for (const char* list : {"sync status", "sync queue", "sync parked", "sync incidents", "sync settings",
                           "sync conflicts", "devices", "network", "settings known"})
    reads(list);
  reads("sync heal", {"--dry-run"});
  EXPECT_DONE(shop_->state().db->write(
      [](storage::Transaction& tx) { return tx.exec("UPDATE product SET price = 1 WHERE sku = 'NS-011'"); }));
  writes("sync heal", {"product"}, "sync.heal");
  elsewhere("enrol", "enrol", "approval_test.cpp", "JoiningByTillctl.and_approving_is_in_both_journals");
  elsewhere("devices approve", "keys.handed-over", "approval_test.cpp",
            "JoiningByTillctl.and_approving_is_in_both_journals");
  elsewhere("sync run", "", "two_shops_test.cpp", "TwoShopsTest.TillctlExchangesOnAClosedFolder");
  for (const auto& [command, action] : std::map<std::string, std::string>{
           {"sync resolve", "conflict.settle"}, {"sync undo", "conflict.undo"}, {"devices revoke", "device.revoke"}})
    elsewhere(command, action, "two_shops_test.cpp",
              "TwoShopsTest.WhatTillctlSettlesTakesBackAndLocksOutIsInTheJournal");
  elsewhere("sync snapshot", "sync.snapshot", "snapshots_test.cpp",
            "SnapshotsTest.ANewcomerComesByASnapshotWhenTheHubHasDroppedItsPast");
  elsewhere("devices clock", "device.clock", "two_shops_test.cpp",
            "TwoShopsTest.WhatATerminalOfAWrongClockLeftBehindCountsWhenAnAdministratorSaysSo");
  writes("backup create", {"--to", temp_.file("stick")}, "backup");
  reads("backup list", {"--at", temp_.file("stick")});
  writes("backup verify", {"--at", temp_.file("stick")}, "backup.verify");
  writes("backup prune", {"--at", temp_.file("stick")}, "backup.prune");
  elsewhere("backup restore", "restore", "ctl_test.cpp", "Tillctl.makes_lists_verifies_prunes_and_restores_backups");
  writes("backup target add", {"disk", "folder", "--at", temp_.file("disk"), "--own-volume"}, "backup.target.add");
  writes("backup target set", {"disk", "every", "daily"}, "backup.target.set");
  writes("backup run", {"disk"}, "backup");
  reads("backup target list");
  reads("backup target sticks");
  writes("backup target probe", {"disk", "--mb", "1"}, "backup.target.probe");
  writes("backup target remove", {"disk"}, "backup.target.remove");
  reads("audit list");
  reads("audit show", {"1"});
  reads("audit verify");
  writes("audit export", {}, "export");
  elsewhere("audit prune", "journal.prune", "journal_pruning_test.cpp",
            "JournalPruningTest.takes_what_is_older_and_leaves_a_journal_that_verifies");
  reads("doctor");
  reads("health");
  writes("keys-rotate", {}, "keys.rotate");
  write_file("new.txt", "violet ladder under seven oaks\n");
  writes("keys-passphrase", {"--new-passphrase-file", "new.txt"}, "keys.passphrase");
  elsewhere("keys-replace", "keys.replace", "key_replacement_test.cpp",
            "KeyReplacementTest.without_a_running_till_the_data_is_sealed_anew_at_once");
  writes("generate", {"--products", "3"}, "generate");
}

TEST_F(EveryCommand, of_tillctl_that_changes_anything_leaves_an_entry) {
  lists();
  people_and_settings();
  selling();
  equipment();
  care();
  for (const auto& command : ctl_commands())
    EXPECT_TRUE(done_.contains(command)) << "'" << command
                                         << "' is not carried out here: say what it does to the journal";
}

TEST_F(EveryCommand, that_is_refused_leaves_an_entry_and_changes_nothing) {
  Watch watch(*shop_);
  EXPECT_EQ(run("settings set", {"receipt.footer", "x", "--user", "Mia"}).exit_code, 1);
  watch.expect("refused", "settings set");
}

TEST_F(EveryCommand, of_the_journal_is_refused_to_who_may_not_read_it) {
  for (const char* command : {"audit list", "audit verify", "audit export", "audit prune"}) {
    Watch watch(*shop_);
    EXPECT_EQ(run(command, {"--user", "Mia"}).exit_code, 1) << command;
    watch.expect("refused", command);
  }
  EXPECT_EQ(run("audit show", {"1", "--user", "Mia"}).exit_code, 1);
}

TEST_F(EveryCommand, whose_job_writes_no_entry_is_told_all_the_same) {
  auto& state = shop_->state();
  Watch watch(*shop_);
  EXPECT_DONE(change(state, [&](storage::Transaction& tx) {
    return state.replica->put(tx, make_setting("receipt.footer", "unnoticed"));
  }));
  EXPECT_EQ(journalled("change"), 1);
  EXPECT_EQ(text("SELECT subject FROM audit_entry WHERE action = 'change'"), "setting receipt.footer");
}

TEST(ActionsOfTheJournal, are_each_looked_for_by_a_test) {
  std::string tests;
  for (const auto& entry : std::filesystem::directory_iterator(test::source_path("tests/unit/app"))) {
    if (!entry.path().filename().string().ends_with("_test.cpp")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    tests.append(std::istreambuf_iterator<char>(file), {});
  }
  for (const auto action : action_names())
    EXPECT_TRUE(is_looked_for(tests, std::string(action))) << "no test expects '" << action << "' in the journal";
}

TEST(ActionsOfTheJournal, a_test_that_is_not_there_was_taken_for_a_proof) {
  EXPECT_EQ(body_of_test("two_shops_test.cpp", "TwoShopsTest.NobodyWroteThis"), "");
  EXPECT_EQ(body_of_test("nowhere_test.cpp", "Tillctl.runs_a_shift"), "");
  const auto body = body_of_test("ctl_test.cpp", "Tillctl.runs_a_shift");
  EXPECT_NE(body.find("shift"), std::string::npos);
  EXPECT_EQ(body.find("TEST_F", 5), std::string::npos) << "of that test alone";
}

TEST(ActionsOfTheJournal, a_word_of_tillctl_was_taken_for_an_expectation) {
  EXPECT_FALSE(is_looked_for(R"(done({"backup", "restore", "latest"});)", "restore"));
  EXPECT_TRUE(is_looked_for(R"(EXPECT_EQ(journalled("restore"), 1);)", "restore"));
  EXPECT_FALSE(is_looked_for(R"(EXPECT_EQ(journalled("restore.parts"), 1);)", "restore"));
}

TEST(ActionsOfTheJournal, have_german_words) {
  std::ifstream file(test::source_path("assets/translations/de.csv"), std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  for (const auto label : action_labels())
    EXPECT_NE(text.str().find("\"" + std::string(label) + "\",\""), std::string::npos) << label;
}

class EveryWindowCommand : public WorkerTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    books_ = shop_.get();
    start();
  }
  // The books stay open in the till.
  template <class C>
  void expect(C command, const std::string& action) {
    const Command held(command);
    done_.insert(held.index());
    clock_.advance(std::chrono::seconds(1));
    Watch watch(*books_);
    const auto after = act(std::move(command));
    watch.expect(action,
                 "command " + std::to_string(held.index()) + (after->notice ? " (" + after->notice->text + ")" : ""));
  }
  // What is done on a thread of its own.
  template <class C>
  void expect_when_done(C command, const std::string& action) {
    const Command held(command);
    done_.insert(held.index());
    Watch watch(*books_);
    act(std::move(command));
    EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.data.progress.running; }));
    EXPECT_EQ(now()->data.problem, "");
    watch.expect(action, "command " + std::to_string(held.index()));
  }
  template <class C>
  void elsewhere(const std::string& action, const std::string& file, const std::string& test) {
    expect_test(action, file, test);
    done_.insert(Command(C{}).index());
  }
  Id product(const std::string& code) { return value_of(storage_find(code)); }
  Result<Id> storage_find(const std::string& sku) {
    return books_->state().db->read([&](storage::Connection& conn) -> Result<Id> {
      auto q = TRY(conn.query("SELECT id FROM product WHERE sku = ?1", sku));
      return TRY(q.next()) ? Result<Id>(q.id(0)) : Result<Id>(invalid("no product"));
    });
  }
  void ticket();
  void money_and_shift();
  void lists();
  void rest();

  Shop* books_ = nullptr;
  std::set<std::size_t> done_;
};

void EveryWindowCommand::ticket() {
  expect(Scan{kPens}, "");
  expect(Pad{PadKey::d3}, "");
  expect(Pad{PadKey::clear}, "");
  expect(TypeLine{kBread}, "");
  expect(TapProduct{product("NS-011")}, "");
  expect(SelectLine{}, "");
  expect(ChangeQuantity{}, "");
  expect(RemoveLine{}, "ticket.change");
  expect(VoidLast{}, "ticket.change");
  expect(DiscountTicket{5000}, "ticket.change");
  expect(SetCustomer{}, "");
  expect(Park{"later"}, "ticket.park");
  const auto parked = now()->parked;
  ASSERT_EQ(parked.size(), 1);
  expect(Recall{parked[0].id}, "ticket.recall");
  expect(CancelTicket{}, "ticket.change");
}

void EveryWindowCommand::money_and_shift() {
  act(Scan{kPens});
  expect(PayVoucher{{10}, "V-1"}, "");
  expect(RemoveTender{0}, "");
  expect(PayCard{{20}, "ref", "VISA", "1234"}, "");
  expect(PayCash{{500}}, "sale");
  act(Scan{kPens});
  expect(PayExact{}, "sale");
  const auto receipt = now()->finished->receipt;
  expect(Reprint{receipt}, "receipt.copy");
  expect(RefundFind{receipt}, "");
  expect(RefundLeave{}, "");
  expect(NoSale{"change"}, "no-sale");
  expect(MoveCash{{500}, "change"}, "cash.move");
  act(RefundFind{receipt});
  expect(RefundConfirm{}, "refund");
  expect(PrintX{}, "report.x");
  expect(CloseShift{{10000}}, "shift.close");
  expect(OpenShift{{10000}}, "shift.open");
}

void EveryWindowCommand::lists() {
  expect(Search{"pen"}, "");
  expect(SearchCustomers{"Vogt"}, "");
  expect(SearchReceipts{}, "");
  expect(ChangePrice{product("NS-011"), {155}}, "price.change");
  expect(SetAvailable{product("NS-011"), false}, "product.available");
  expect(SaveCustomer{{}, "Kessler", "", ""}, "customer.save");
  expect(RetryPrint{}, "");
  expect(ChangeSetting{"theme", "dark"}, "setting.change");
  expect(ChangeSetting{"receipt.footer", "Bye"}, "setting.change");
  expect(SetSync{"interval", "30"}, "setting.change");
  expect(SyncPause{true}, "sync.pause");
  expect(SyncPause{false}, "sync.resume");
  expect(SyncNow{}, "");
  expect(RetryParked{}, "");
}

void EveryWindowCommand::rest() {
  expect(Answer{false}, "");
  expect(DismissNotice{}, "");
  expect(Approve{}, "");
  expect(SearchJournal{}, "");
  expect(MoreJournal{}, "");
  expect(VerifyJournal{}, "");
  EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.journal.checking && !s.journal.searching; }));
  expect_when_done(ImportOpen{write_file("new.csv", "sku,name,price,also\nNEW-1,Stapler,8.50,7.00\n"), {}, false}, "");
  expect_when_done(ImportColumn{"also", ""}, "");
  expect_when_done(ImportDecimals{"point"}, "");
  expect_when_done(ImportRun{true}, "");
  expect_when_done(ImportRun{false}, "import");
  expect_when_done(ExportRun{"products", "csv", temp_.file("out.csv")}, "export");
  expect(DataCancel{}, "");
  expect(BackupRefresh{temp_.file("none")}, "");
  expect(BackupCancel{}, "");
  elsewhere<ShowJournalEntry>("", "worker_journal_test.cpp", "JournalPanelTest.EntryShowsWhatItChanged");
  elsewhere<ExportJournal>("export", "worker_journal_test.cpp", "JournalPanelTest.CheckAndFileSayWhatCameOfThem");
  const auto* const panel = "worker_backup_test.cpp";
  elsewhere<BackupStart>("backup", panel, "BackupPanel.verifies_a_backup_and_restores_it_on_trial");
  elsewhere<BackupVerify>("backup.verify", panel, "BackupPanel.verifies_a_backup_and_restores_it_on_trial");
  elsewhere<BackupRestore>("restore", panel, "BackupPanel.what_is_restored_over_the_shop_is_in_its_journal");
  const auto* const places = "BackupPanel.places_that_are_added_set_and_removed_are_in_the_journal";
  elsewhere<BackupAddTarget>("backup.target.add", panel, places);
  elsewhere<BackupRemoveTarget>("backup.target.remove", panel, places);
  elsewhere<BackupSetTarget>("backup.target.set", panel, places);
  elsewhere<BackupProbe>("backup.target.probe", panel,
                         "CapacityCheck.says_in_a_sentence_what_came_back_while_the_till_sells");
  elsewhere<DropPrintJob>("print.drop", "worker_paying_test.cpp",
                          "Printing.a_job_can_be_dropped_while_the_printer_is_off");
  const auto* const sync = "worker_sync_test.cpp";
  elsewhere<SettleConflict>("conflict.settle", sync, "ConflictPanel.settles_and_takes_back_for_both_terminals");
  elsewhere<UndoSettlement>("conflict.undo", sync, "ConflictPanel.settles_and_takes_back_for_both_terminals");
  elsewhere<RevokeDevice>("device.revoke", sync,
                          "SyncPanel.revokes_a_terminal_while_there_is_a_connection_and_not_otherwise");
  elsewhere<Enrol>("enrol", sync, "SyncPanel.joins_a_hub_and_lets_another_till_in");
  elsewhere<ApproveTerminal>("keys.handed-over", sync, "SyncPanel.joins_a_hub_and_lets_another_till_in");
  expect(SignOut{}, "sign-out");
  expect(SignIn{"Anna", "0000"}, "sign-in.refused");
  expect(SignIn{"Anna", "2580"}, "sign-in");
}

TEST_F(EveryWindowCommand, that_changes_anything_leaves_an_entry) {
  sign_in_as("Anna", "2580");
  ticket();
  money_and_shift();
  lists();
  rest();
  for (std::size_t index = 0; index < std::variant_size_v<Command>; ++index)
    EXPECT_TRUE(done_.contains(index))
        << "command " << index << " of app/command.hpp is not carried out here: say what it does to the journal";
}

}  // namespace
}  // namespace till::app
