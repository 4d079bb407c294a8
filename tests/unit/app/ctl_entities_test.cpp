// tillctl's lists: every one of them adds, shows, changes and removes, with JSON that scripts can read.
#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "app/ctl/ctl.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

class TillctlLists : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    close();
  }
  CtlOutput ctl(std::vector<std::string> words) {
    CtlRequest request;
    request.words = std::move(words);
    request.folder = folder();
    request.working_folder = temp_.file("");
    return run_ctl(request, nullptr);
  }
  json::value done(std::vector<std::string> words) {
    words.insert(words.begin(), "--json");
    const auto output = ctl(words);
    EXPECT_EQ(output.exit_code, 0) << testing::PrintToString(words) << output.err;
    boost::system::error_code problem;
    auto parsed = json::parse(output.out, problem);
    EXPECT_FALSE(problem) << output.out;
    return parsed;
  }
  void refused(const std::vector<std::string>& words, const std::string& part) {
    const auto output = ctl(words);
    EXPECT_EQ(output.exit_code, 1) << testing::PrintToString(words);
    EXPECT_NE(output.err.find(part), std::string::npos) << output.err;
  }
  static std::string at(const json::value& value, const char* key) { return std::string(value.at(key).as_string()); }
  std::size_t listed(const std::string& what) { return done({what, "list"}).as_array().size(); }
};

TEST_F(TillctlLists, each_list_adds_sets_and_removes) {
  const std::vector<std::vector<std::string>> cases = {{"suppliers", "Berger", "--phone", "02233"},
                                                       {"customers", "Vogt", "--email", "m@example.org"},
                                                       {"stores", "Station", "--code", "ST"},
                                                       {"categories", "Books", "--position", "9"},
                                                       {"tables", "40", "--room", "Terrace"}};
  for (const auto& words : cases) {
    const auto before = listed(words[0]);
    const auto row = done({words[0], "add", words[1], words[2], words[3]});
    EXPECT_EQ(listed(words[0]), before + 1) << words[0];
    EXPECT_EQ(at(done({words[0], "set", at(row, "id"), "--name", "Other"}), "name"), "Other");
    refused({words[0], "set", "Nobody", "--name", "x"}, "Nobody");
    EXPECT_EQ(at(done({words[0], "remove", "other"}), "removed"), "Other");
    EXPECT_EQ(listed(words[0]), before) << words[0];
    EXPECT_EQ(ctl({words[0]}).exit_code, 2);
  }
}

TEST_F(TillctlLists, products_taxes_and_prices) {
  EXPECT_EQ(at(done({"taxes", "add", "vat21", "--name", "VAT 21 %", "--rate", "21", "--included", "yes"}), "rate"),
            "21");
  const auto product = done({"products", "add", "BK-9", "--name", "Atlas", "--price", "24.90", "--taxes", "vat21",
                             "--barcodes", "9783161484100", "--low-stock", "2"});
  EXPECT_EQ(at(product, "barcode"), "9783161484100");
  EXPECT_EQ(at(done({"products", "set", "9783161484100", "--price", "22.00", "--available", "no"}), "price"), "22.00");
  refused({"products", "add", "BK-9", "--name", "Again", "--price", "1"}, "belongs to");
  refused({"products", "set", "BK-9", "--unit", "barrel"}, "piece");
  refused({"taxes", "remove", "vat21"}, "change them first");
  const auto price = done({"prices", "add", "BK-9", "19.90", "--from", "2026-01-01T00:00:00Z"});
  EXPECT_EQ(at(price, "price"), "19.90");
  EXPECT_EQ(at(done({"prices", "set", at(price, "id"), "--price", "18.00"}), "price"), "18.00");
  EXPECT_EQ(done({"prices", "list", "--product", "BK-9"}).as_array().size(), 1u);
  done({"prices", "remove", at(price, "id")});
  EXPECT_EQ(at(done({"products", "remove", "BK-9"}), "state"), "deleted");
  EXPECT_TRUE(done({"products", "duplicates"}).as_array().empty());
  done({"taxes", "remove", "vat21"});
}

TEST_F(TillctlLists, stock_is_counted_moved_and_listed_when_low) {
  EXPECT_EQ(at(done({"stock", "count", kPens, "20"}), "difference"), "-6");
  EXPECT_EQ(at(done({"stock", "move", kPens, "-2", "--reason", "waste"}), "qty"), "-2");
  refused({"stock", "move", kPens, "5"}, "say why");
  done({"products", "set", kPens, "--low-stock", "18"});
  const auto low = done({"stock", "low"});
  EXPECT_TRUE(std::ranges::any_of(low.as_array(), [](const json::value& row) { return at(row, "qty") == "18"; }));
  EXPECT_EQ(done({"stock", "counts", kPens}).as_array().size(), 1u);
  refused({"stock", "count", kPens, "3", "--user", "Mia"}, "supervisor");
}

TEST_F(TillctlLists, an_order_is_opened_changed_and_paid) {
  done({"shift", "open", "100.00", "--user", "Mia"});
  done({"tables", "add", "40", "--room", "Terrace", "--seats", "4"});
  EXPECT_EQ(at(done({"tables", "reserve", "40", "Vogt", "--at", "2026-12-01T19:00:00Z"}), "state"), "reserved");
  const auto number = at(done({"orders", "open", "--table", "40"}), "number");
  done({"orders", "add", number, kPens, "--qty", "2", "--note", "wrapped"});
  done({"orders", "add", number, kBread});
  done({"orders", "change", number, "1", "--qty", "3"});
  done({"orders", "take-off", number, "2", "--why", "sold out"});
  refused({"orders", "take-off", number, "5"}, "has 1 lines");
  EXPECT_EQ(at(done({"orders", "state", number, "sent"}), "state"), "sent");
  EXPECT_EQ(at(done({"orders", "show", number}), "total"), "4.47");
  EXPECT_EQ(at(done({"orders", "pay", number, "--card", "1.00", "--cash", "5.00"}), "change"), "1.53");
  EXPECT_TRUE(done({"orders", "list"}).as_array().empty());
  EXPECT_EQ(done({"orders", "list", "--which", "all"}).as_array().size(), 1u);
  EXPECT_EQ(at(done({"tables", "state", "40", "available"}), "state"), "available");
  const auto second = at(done({"orders", "open"}), "number");
  EXPECT_EQ(at(done({"orders", "cancel", second}), "state"), "cancelled");
}

TEST_F(TillctlLists, printers_media_users_and_settings) {
  done({"printers", "add", "Grill", "--address", "file:printed/grill/", "--role", "kitchen", "--columns", "32"});
  done({"printers", "assign", "Grill", "--room", "Terrace"});
  EXPECT_EQ(at(done({"printers", "assign", "Grill", "--category", "Bakery"}), "name"), "Grill");
  const auto assignments = done({"printers", "assignments"});
  EXPECT_EQ(assignments.as_array().size(), 2u);
  done({"printers", "unassign", "kitchen", "--room", "Terrace"});
  done({"printers", "remove", "Grill"});
  EXPECT_TRUE(done({"printers", "assignments"}).as_array().empty());

  write_file("pens.png", "\x89PNG\r\n\x1a\nbytes of a picture");
  done({"media", "add", "pens.png"});
  done({"media", "picture", kPens, "pens.png"});
  done({"media", "save", "pens.png", "copy.png"});
  refused({"media", "add", "none.png"}, "none.png");
  done({"media", "remove", "pens.png"});
  EXPECT_EQ(done({"media", "tidy"}).at("removed").to_number<int>(), 1);

  const auto lena = done({"users", "add", "Lena", "cashier"});
  EXPECT_EQ(at(lena, "pin").size(), 6u);
  EXPECT_EQ(at(done({"users", "role", "Lena", "supervisor"}), "role"), "supervisor");
  done({"users", "pin", "Lena"});
  done({"users", "remove", "Lena"});
  refused({"users", "role", "Lena", "cashier"}, "no user");

  done({"settings", "set", "receipt.footer", "Thank you"});
  done({"settings", "remove", "receipt.footer"});
  EXPECT_GT(done({"settings", "known"}).as_array().size(), 15u);
  refused({"settings", "set", "keys.rotation_day", "7"}, "keys.rotation_days");
  EXPECT_EQ(done({"sync", "choice", "--without", "media,journal"}).at("without"), (json::array{"media", "journal"}));
  EXPECT_TRUE(done({"sync", "choice", "--without", "nothing"}).at("without").as_array().empty());
}

TEST_F(TillctlLists, a_name_given_twice_was_taken_and_then_named_neither_of_them) {
  const std::vector<std::vector<std::string>> cases = {{"suppliers", "Berger"},
                                                       {"stores", "Station"},
                                                       {"categories", "Books"},
                                                       {"printers", "Kitchen", "--address", "file:printed/"}};
  for (const auto& words : cases) {
    auto add = words;
    add.insert(add.begin() + 1, "add");
    done(add);
    refused(add, "already; choose another name");
    auto other = add;
    other[2] = "Other";
    done(other);
    refused({words[0], "set", "Other", "--name", words[1]}, "already; choose another name");
    done({words[0], "set", words[1], "--name", words[1]});
    done({words[0], "remove", words[1]});
    done(add);
  }
}

TEST_F(TillctlLists, control_characters_in_a_name_reached_the_screen_and_the_lists) {
  const auto made = done({"products", "add", "X-1", "--name", "Red\x1b[31m\nwine", "--price", "1.00"});
  EXPECT_EQ(at(made, "name"), "Red [31m\nwine");
  const auto shown = ctl({"products", "set", "X-1", "--available", "no"}).out;
  EXPECT_NE(shown.find("Red [31m wine"), std::string::npos) << shown;
  EXPECT_EQ(at(done({"customers", "add", "Vo\tgt\r\n"}), "name"), "Vo gt");
}

TEST_F(TillctlLists, a_negative_number_in_the_wrong_place_was_said_to_be_missing) {
  refused({"stock", "count", "4006381333931", "-4"}, "");
  refused({"sync", "set", "interval", "-1"}, "from 5 to 3600");
  refused({"backup", "target", "set", "nowhere", "keep", "-1"}, "nowhere");
}

TEST_F(TillctlLists, an_unknown_command_was_answered_with_a_riddle) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"frob"}, {"sync", "frob"}}) {
    const auto output = ctl(words);
    EXPECT_EQ(output.exit_code, 2);
    EXPECT_NE(output.err.find("there is no command 'frob'"), std::string::npos) << output.err;
  }
  EXPECT_NE(ctl({"sync"}).err.find("subcommand is required"), std::string::npos);
  EXPECT_EQ(ctl({"sync", "--help"}).exit_code, 0);
}

TEST_F(TillctlLists, a_file_that_is_not_there_is_named) {
  refused({"export", "products", temp_.file("nowhere/x.csv")}, "nowhere/x.csv");
}

TEST_F(TillctlLists, a_place_left_empty_was_the_folder_one_stood_in) {
  const auto output = ctl({"backup", "create", "--to", ""});
  EXPECT_EQ(output.exit_code, 2);
  EXPECT_NE(output.err.find("name a place or a folder"), std::string::npos) << output.err;
  EXPECT_FALSE(std::filesystem::exists(temp_.file("tillstick-store.id")));
}

TEST_F(TillctlLists, after_made_up_sales_the_examination_found_a_fault_and_a_cashier_could_make_them) {
  refused({"generate", "--days", "2", "--user", "Mia"}, "may not");
  done({"generate", "--products", "10", "--days", "2", "--sales-per-day", "5"});
  const auto output = ctl({"doctor"});
  EXPECT_EQ(output.out.find("rows are not what was kept"), std::string::npos) << output.out;
}

}  // namespace
}  // namespace till::app
