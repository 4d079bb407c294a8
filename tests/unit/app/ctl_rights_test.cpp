// tillctl as a cashier: of all its commands only those that a cashier may do change anything.
#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "app/ctl/ctl.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

using Words = std::vector<std::string>;

// What the roles' table gives a cashier (domain/permissions.cpp): selling, opening and counting a shift, customers,
// serving tables.
const std::set<std::string> kOpenToCashiers = {"sell",
                                               "shift open",
                                               "shift count",
                                               "customers add",
                                               "customers set",
                                               "customers remove",
                                               "customers forget",
                                               "tables state",
                                               "tables reserve",
                                               "orders open",
                                               "orders add",
                                               "orders change",
                                               "orders take-off",
                                               "orders state",
                                               "orders move",
                                               "orders pay"};

class CtlRights : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    receipt_ = sell({kPens}).receipt;
    close();
    write_file("basket.json", R"({"lines":[{"id":"a","product":"4006381333931","qty":"1"}],)"
                              R"("tenders":[{"kind":"cash","amount":"exact"}]})");
    write_file("phrase", "violet ladder under seven oaks\n");
    std::filesystem::create_directory(temp_.file("stick"));
  }
  CtlOutput ctl(Words words) {
    CtlRequest request;
    request.words = std::move(words);
    request.folder = folder();
    request.working_folder = temp_.file("");
    return run_ctl(request, nullptr);
  }
  CtlOutput as_cashier(Words words) {
    words.insert(words.end(), {"--user", "Mia"});
    return ctl(std::move(words));
  }
  // What the terminal has to tell others, the journal aside: any change of the shop's data adds to it.
  std::int64_t changes() {
    open();
    const auto count = number("SELECT count(*) FROM sync_uncut WHERE lane <> 3");
    close();
    return count;
  }

  struct Command {
    Words words;
    std::string help;
    [[nodiscard]] std::string name() const {
      std::string text;
      for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
      return text;
    }
  };
  std::vector<Command> all_commands(const Words& above = {}) {
    auto asked = above;
    asked.emplace_back("--help");
    const Command here{above, ctl(asked).out};
    std::vector<Command> found;
    std::istringstream lines(here.help);
    bool in_list = false;
    for (std::string line; std::getline(lines, line);) {
      if (line == "Subcommands:") in_list = true;
      if (line.empty()) in_list = false;
      if (!in_list || !line.starts_with("  ") || line.size() < 3 || line[2] == ' ') continue;
      auto below = above;
      below.push_back(line.substr(2, line.find(' ', 2) - 2));
      for (auto& command : all_commands(below)) found.push_back(std::move(command));
    }
    if (!above.empty()) found.push_back(here);
    return found;
  }
  // The command with something for each word and option that it needs.
  Words filled(const Command& command) {
    Words words = command.words;
    std::istringstream lines(command.help);
    bool positionals = false;
    for (std::string line; std::getline(lines, line);) {
      if (line.ends_with(":")) positionals = line == "Positionals:";
      if (!line.starts_with("  ") || line.size() < 3 || line[2] == ' ') continue;
      const auto name = line.substr(2, line.find_first_of(" ,", 2) - 2);
      const bool required = line.find("REQUIRED") != std::string::npos;
      if (positionals) {
        words.push_back(value_for(name));
      } else if (required && name.starts_with("--")) {
        words.insert(words.end(), {name, value_for(name)});
      }
    }
    return words;
  }
  std::string value_for(const std::string& name) {
    if (name == "SKU") return "NEW-1";
    if (name == "CODE") return kPens;
    if (name == "RECEIPT") return receipt_;
    if (name == "FILE") return "basket.json";
    if (name == "QTY" || name == "AMOUNT" || name == "--amount" || name == "--price") return "1.00";
    if (name == "ROLE" || name == "--role") return "owner";
    if (name == "--to" || name == "--at" || name == "--from" || name == "path") return temp_.file("stick");
    if (name == "STATE") return "occupied";
    return "x";
  }

  std::string receipt_;
};

TEST_F(CtlRights, whatever_a_cashier_runs_only_what_cashiers_may_do_changes_anything) {
  const auto commands = all_commands();
  EXPECT_GT(commands.size(), 80U);
  int tried = 0;
  auto before = changes();
  for (const auto& command : commands) {
    const bool takes_user = command.help.find("--user") != std::string::npos;
    if (!takes_user || kOpenToCashiers.contains(command.name())) continue;
    const auto output = as_cashier(filled(command));
    const auto after = changes();
    EXPECT_EQ(after, before) << command.name() << " changed something: " << output.out << output.err;
    before = after;
    ++tried;
  }
  EXPECT_GT(tried, 60);
}

TEST_F(CtlRights, each_change_is_refused_for_the_role_and_not_for_its_spelling) {
  ASSERT_EQ(ctl({"categories", "add", "Zeta"}).exit_code, 0);
  ASSERT_EQ(ctl({"suppliers", "add", "Sup"}).exit_code, 0);
  ASSERT_EQ(ctl({"stores", "add", "Branch"}).exit_code, 0);
  ASSERT_EQ(ctl({"tables", "add", "T9"}).exit_code, 0);
  ASSERT_EQ(ctl({"users", "add", "Zed", "cashier"}).exit_code, 0);
  const std::vector<Words> refused = {
      {"refund", receipt_},
      {"shift", "move", "5.00", "--reason", "x"},
      {"shift", "close", "100.00"},
      {"export", "sales"},
      {"product", kPens, "--price", "1.00"},
      {"products", "add", "NEW-1", "--name", "New", "--price", "1.00"},
      {"products", "remove", kPens},
      {"categories", "add", "Another"},
      {"categories", "remove", "Zeta"},
      {"suppliers", "remove", "Sup"},
      {"prices", "add", kPens, "--price", "1.00"},
      {"stock", "count", kPens, "3"},
      {"stock", "move", kPens, "3", "--reason", "delivery"},
      {"tables", "add", "T10"},
      {"stores", "add", "Second"},
      {"users", "add", "Max", "cashier"},
      {"users", "role", "Mia", "cashier"},
      {"users", "pin", "Anna"},
      {"users", "unlock", "Zed"},
      {"users", "remove", "Zed"},
      {"settings", "set", "shop.name", "Mine"},
      {"enrol", "--hub", "https://127.0.0.1:1", "--code", "ABCD-EFGH-JKMN-PQRS"},
      {"devices", "approve", "x", "ABCD-EFGH-JKMN"},
      {"backup", "create", "--to", temp_.file("stick")},
      {"backup", "target", "probe", temp_.file("stick"), "--mb", "1"},
      {"keys-rotate"},
      {"keys-passphrase", "--new-passphrase-file", "phrase"},
      {"keys-replace", "--at", temp_.file("stick"), "--new-passphrase-file", "phrase"},
  };
  for (const auto& words : refused) {
    const auto output = as_cashier(words);
    EXPECT_EQ(output.exit_code, 1) << words[0] << " " << output.out << output.err;
    EXPECT_NE(output.err.find("cashier"), std::string::npos) << words[0] << " " << words.back() << ": " << output.err;
  }
}

}  // namespace
}  // namespace till::app
