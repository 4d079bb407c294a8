// tillctl on a closed folder: every command answers with its exit code, JSON that parses, errors of one line.
#include "app/ctl/ctl.hpp"

#include <boost/json.hpp>
#include <filesystem>

#include "shop_fixture.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr const char* kBasket =
    R"({"lines":[{"id":"a","product":"4006381333931","qty":"2"}],"tenders":[{"kind":"cash","amount":"5.00"}]})";

class Tillctl : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    close();
    basket_ = write_file("basket.json", kBasket);
    write_file("passphrase", "violet ladder under seven oaks\n");
  }

  CtlOutput ctl(std::vector<std::string> words) {
    CtlRequest request;
    request.words = std::move(words);
    request.folder = folder();
    request.working_folder = temp_.file("");
    return run_ctl(request, nullptr);
  }
  // Done, with a JSON document.
  json::value done(std::vector<std::string> words) {
    words.insert(words.begin(), "--json");
    const auto output = ctl(words);
    EXPECT_EQ(output.exit_code, 0) << words.at(1) << ": " << output.err;
    EXPECT_TRUE(output.err.empty()) << output.err;
    boost::system::error_code problem;
    auto parsed = json::parse(output.out, problem);
    EXPECT_FALSE(problem) << words.at(1) << ": " << output.out;
    return parsed;
  }
  // Refused: exit code 1 and one line that says so.
  void refused(const std::vector<std::string>& words, const std::string& part) {
    const auto output = ctl(words);
    EXPECT_EQ(output.exit_code, 1) << words[0];
    EXPECT_TRUE(output.err.starts_with("error: ")) << words[0] << ": " << output.err;
    EXPECT_EQ(std::ranges::count(output.err, '\n'), 1) << output.err;
    EXPECT_NE(output.err.find(part), std::string::npos) << output.err;
  }
  void wrong_usage(const std::vector<std::string>& words) {
    const auto output = ctl(words);
    EXPECT_EQ(output.exit_code, 2) << (words.empty() ? "" : words[0]);
    EXPECT_FALSE(output.err.empty());
  }
  static std::string at(const json::value& value, const char* key) { return std::string(value.at(key).as_string()); }

  std::string basket_;
};

TEST_F(Tillctl, sells_shows_and_refunds) {
  refused({"sell", basket_, "--user", "Mia"}, "the shift is closed");
  done({"shift", "open", "100.00", "--user", "Mia"});
  const auto sale = done({"sell", basket_, "--user", "Mia"});
  EXPECT_EQ(at(sale, "total"), "2.98");
  EXPECT_EQ(at(sale, "change"), "2.02");
  const auto receipt = at(sale, "receipt");
  EXPECT_EQ(at(done({"receipt", receipt}), "receipt"), receipt);
  for (const char* format : {"text", "escpos", "json", "pdf"}) {
    done({"receipt", receipt, "--format", format, "--out", std::string("receipt.") + format});
    EXPECT_GT(std::filesystem::file_size(temp_.file(std::string("receipt.") + format)), 100u);
  }
  refused({"refund", receipt, "--user", "Mia"}, "cashier");
  EXPECT_EQ(at(done({"refund", receipt, "--line", "a", "--qty", "1", "--user", "Anna"}), "total"), "-1.49");
  EXPECT_EQ(at(done({"refund", receipt, "--user", "Anna"}), "total"), "-1.49");
  refused({"refund", receipt, "--user", "Anna"}, "");
  refused({"refund", receipt, "--qty", "1", "--user", "Anna"}, "--line");
  refused({"receipt", "XXXX-000001"}, "XXXX-000001");
  refused({"sell", basket_, "--user", "Nobody"}, "Nobody");
  refused({"sell", "none.json", "--user", "Mia"}, "none.json");
}

TEST_F(Tillctl, a_basket_in_another_currency_is_refused) {
  done({"shift", "open"});
  const auto file = write_file("yen.json", R"({"currency":{"code":"JPY","unit":"1"},"taxes":{},
      "lines":[{"id":"a","qty":"1","unit_price":"100","taxes":[]}],"tenders":[{"kind":"cash","amount":"exact"}]})");
  refused({"sell", file, "--user", "Mia"}, "JPY");
}

TEST_F(Tillctl, runs_a_shift) {
  EXPECT_FALSE(done({"shift", "status"}).at("open").as_bool());
  done({"shift", "open", "--float", "100.00", "--user", "Mia"});
  refused({"shift", "open", "1.00"}, "open already");
  done({"shift", "move", "-20.00", "--reason", "milk", "--user", "Anna"});
  done({"shift", "move", "--amount", "-5.00", "--reason", "cream", "--user", "Anna"});
  done({"sell", basket_, "--user", "Mia"});
  done({"shift", "count", "77.98", "--user", "Mia"});
  const auto status = done({"shift", "status"});
  EXPECT_TRUE(status.at("open").as_bool());
  EXPECT_EQ(at(status, "expected"), "77.98");
  refused({"shift", "close", "1.00", "--user", "Mia"}, "cashier");
  const auto closed = done({"shift", "close", "77.00", "--user", "Anna"});
  EXPECT_EQ(at(closed, "difference"), "-0.98");
  EXPECT_EQ(closed.at("z_number").as_int64(), 1);
  refused({"shift", "close"}, "the shift is closed");
  refused({"shift", "open", "abc"}, "float");
}

TEST_F(Tillctl, imports_and_exports) {
  const auto good = write_file("good.csv", "sku,name,price\nNEW-1,Stapler,8.50\n");
  const auto bad = write_file("bad.csv", "sku,name,price\nNEW-2,Glue,abc\n");
  EXPECT_EQ(done({"import", "products", good, "--dry-run"}).at("added").as_int64(), 1);
  EXPECT_EQ(done({"import", "products", good}).at("added").as_int64(), 1);
  EXPECT_EQ(done({"import", "products", good}).at("unchanged").as_int64(), 1);
  refused({"import", "products", bad}, "line 2");
  refused({"import", "sales", good}, "products");
  for (const char* what : {"products", "sales", "customers", "users", "stock", "settings", "audit"}) {
    EXPECT_TRUE(done({"export", what}).is_array()) << what;
    done({"export", what, "--format", "csv", "--out", "out.csv"});
  }
  EXPECT_EQ(ctl({"export", "users", "--format", "csv"}).out.substr(0, 15), "name,role,state");
  refused({"export", "secrets"}, "secrets");
  refused({"export", "sales", "--from", "yesterday"}, "");
  EXPECT_EQ(at(done({"product", kPens, "--price", "1.99"}), "price"), "1.99");
}

TEST_F(Tillctl, answers_questions_without_a_folder) {
  std::filesystem::remove_all(folder());
  const auto quote = write_file("quote.json", R"({"currency":{"code":"EUR","unit":"0.01"},
      "taxes":{"vat":{"kind":"percent","rate":"21","included":true}},
      "lines":[{"id":"a","qty":"2","unit_price":"15.89","taxes":["vat"]}],"tenders":[]})");
  EXPECT_EQ(at(done({"quote", quote}), "total"), "31.78");
  EXPECT_TRUE(done({"barcode", "4006381333931"}).is_object());
  refused({"barcode", "4006381333932"}, "");
  EXPECT_TRUE(done({"keys", "3*4006381333931"}).is_object());
  refused({"keys", "3**"}, "");
  refused({"quote", "none.json"}, "none.json");
  refused({"quote", write_file("junk.json", "{")}, "");
  EXPECT_FALSE(std::filesystem::exists(folder()));
}

TEST_F(Tillctl, says_how_the_shop_is) {
  EXPECT_TRUE(done({"audit", "verify"}).at("ok").as_bool());
  EXPECT_TRUE(done({"doctor"}).is_object());
  EXPECT_TRUE(done({"health"}).is_object());
  EXPECT_GE(done({"keys-rotate", "--user", "Anna"}).at("epoch").as_int64(), 1);
  refused({"keys-rotate", "--user", "Mia"}, "cashier");
  EXPECT_EQ(done({"devices"}).as_array().size(), 1u);
  EXPECT_FALSE(done({"network"}).at("reachable").as_bool());
  for (const char* what : {"status", "queue"}) EXPECT_TRUE(done({"sync", what}).is_object());
  EXPECT_TRUE(done({"sync", "conflicts"}).as_array().empty());
  refused({"sync", "run"}, "enrol");
  refused({"enrol", "--hub", "https://127.0.0.1:1", "--code", "ABCD-EFGH-JKMN"}, "hub");
}

TEST_F(Tillctl, sets_up_places_for_backups_and_takes_their_names_for_folders) {
  refused({"backup", "target", "add", "safe", "folder", "--at", "safe"}, "--own-volume");
  EXPECT_EQ(at(done({"backup", "target", "add", "safe", "folder", "--at", "safe", "--own-volume"}), "state"), "ready");
  done({"backup", "target", "set", "safe", "every", "daily"});
  const auto row = done({"backup", "target", "list"}).at(0);
  EXPECT_EQ(at(row, "name"), "safe");
  EXPECT_EQ(row.at("schedule").at("every").as_string(), "daily");
  const auto generation = at(done({"backup", "create", "--to", "safe"}), "generation");
  EXPECT_EQ(at(done({"backup", "list", "--at", "safe"}).at(0), "generation"), generation);
  EXPECT_EQ(at(done({"backup", "run", "safe"}), "proof_problem"), "");
  EXPECT_TRUE(done({"backup", "verify", "--at", "safe"}).at(0).at("ok").as_bool());
  EXPECT_EQ(at(done({"backup", "restore", generation, "--from", "safe"}), "generation"), generation);
  EXPECT_TRUE(done({"backup", "target", "probe", "safe", "--mb", "3"}).at("good").as_bool());
  done({"backup", "target", "sticks"});
  done({"backup", "target", "remove", "safe"});
  EXPECT_TRUE(done({"backup", "target", "list"}).as_array().empty());
  refused({"backup", "run", "safe"}, "no place for backups");
}

TEST_F(Tillctl, makes_lists_verifies_prunes_and_restores_backups) {
  done({"shift", "open"});
  const auto receipt = at(done({"sell", basket_, "--user", "Mia"}), "receipt");
  const auto generation =
      at(done({"--passphrase-file", "passphrase", "backup", "create", "--full", "--to", "./stick"}), "generation");
  EXPECT_EQ(at(done({"backup", "list", "--at", "./stick"}).at(0), "generation"), generation);
  EXPECT_TRUE(done({"backup", "verify", "--at", "./stick"}).at(0).at("ok").as_bool());
  EXPECT_EQ(done({"backup", "prune", "--at", "./stick", "--keep", "1"}).at("removed").as_array().size(), 0u);
  EXPECT_EQ(at(done({"backup", "restore", generation, "--from", "./stick"}), "last_receipt"), receipt);
  EXPECT_EQ(
      at(done({"--data", "new", "--passphrase-file", "passphrase", "backup", "restore", "latest", "--from", "./stick"}),
         "last_receipt"),
      receipt);
  EXPECT_TRUE(std::filesystem::exists(temp_.file("new/till.db")));
  refused({"backup", "restore", "latest", "--from", "nowhere"}, "nowhere");
  open();
  EXPECT_EQ(journalled("restore"), 1);
  close();
  refused({"backup", "list", "--at", "nowhere"}, "nowhere");
}

TEST_F(Tillctl, a_misspelt_place_became_a_folder_on_the_tills_own_disk) {
  done({"backup", "target", "add", "office-stick", "folder", "--at", "safe", "--own-volume"});
  write_file("phrase", "another ladder under seven oaks\n");
  const std::vector<std::vector<std::string>> commands = {
      {"backup", "create", "--to", "office-stik"},
      {"backup", "list", "--at", "office-stik"},
      {"backup", "verify", "--at", "office-stik"},
      {"backup", "prune", "--at", "office-stik"},
      {"backup", "restore", "latest", "--from", "office-stik"},
      {"backup", "restore", "latest", "--from", "office-stik", "--only", "products"},
      {"audit", "verify", "--at", "office-stik"},
      {"keys-replace", "--at", "office-stik", "--new-passphrase-file", "phrase"}};
  for (const auto& words : commands) {
    refused(words, "no place for backups called 'office-stik'");
    refused(words, "the places are: office-stick; for a new folder write ./office-stik");
    EXPECT_FALSE(std::filesystem::exists(temp_.file("office-stik"))) << words[1];
  }
  done({"backup", "create", "--to", "office-stick"});
  done({"backup", "create", "--to", "./office-stik"});
  EXPECT_TRUE(std::filesystem::exists(temp_.file("office-stik"))) << "asked for by its path";
  EXPECT_EQ(done({"backup", "list", "--at", "office-stik"}).as_array().size(), 1u) << "a folder that is there";
}

TEST_F(Tillctl, the_limit_of_the_warning_of_old_backups_is_set_in_hours) {
  done({"settings", "set", "backup.warn_hours", "4"});
  refused({"settings", "set", "backup.warn_hours", "soon"}, "give the hours");
  refused({"settings", "set", "backup.warn_hours", "0"}, "give the hours");
}

TEST_F(Tillctl, the_value_of_a_place_stood_beside_a_second_name_that_was_required) {
  const auto help = ctl({"backup", "target", "set", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_EQ(help.out.find("--amount"), std::string::npos) << help.out;
  EXPECT_NE(help.out.find("VALUE"), std::string::npos) << help.out;
}

TEST_F(Tillctl, makes_new_shops) {
  const auto made = done({"--data", "corner", "init", "--shop", "Corner", "--currency", "EUR"});
  EXPECT_EQ(made.at("users").as_array().size(), 1u);
  refused({"--data", "corner", "init", "--shop", "Corner"}, "already");
  refused({"--data", "other", "init"}, "--demo");
  refused({"--data", "other", "init", "--shop", "X", "--currency", "EURO"}, "");
  refused({"--data", "nothing", "shift", "status"}, "init");
}

TEST_F(Tillctl, wrong_usage_is_told_apart_from_failure) {
  wrong_usage({});
  wrong_usage({"dance"});
  wrong_usage({"sell"});
  wrong_usage({"shift"});
  wrong_usage({"shift", "move", "5.00"});
  wrong_usage({"receipt", "X", "--format", "stone"});
  wrong_usage({"backup", "create"});
  wrong_usage({"backup", "prune", "--at", "stick", "--keep", "0"});
  wrong_usage({"export", "sales", "--nonsense"});
  EXPECT_EQ(ctl({"--help"}).exit_code, 0);
  EXPECT_EQ(ctl({"sell", "--help"}).exit_code, 0);
}

}  // namespace
}  // namespace till::app
