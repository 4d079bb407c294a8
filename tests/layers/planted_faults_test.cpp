// The lists of planted faults in the documents are those of the code: every fault of src/*/*sabotage.hpp is a row of
// its document and every row is a fault, by its name or by what the header says of it; tests and worlds that a row
// names are there. Whether a fault is noticed is decided by the tests themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/source_dir.hpp"

namespace {

namespace fs = std::filesystem;

struct Fault {
  std::string name, meaning;
};
struct Row {
  std::vector<std::string> cells;
};

std::string text_of(const fs::path& file) {
  std::ifstream in(till::test::source_path(file.string()));
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "name,  // what it means" of the enum, but the first and the last, which are no faults.
std::vector<Fault> faults_of(const std::string& header) {
  static const std::regex entry(R"re(^\s*(\w+),\s*//\s*(.*)$)re");
  std::vector<Fault> found;
  std::istringstream lines(text_of(header));
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, entry) && match[1] != "count") found.push_back({match[1], trimmed(match[2])});
  }
  return found;
}

// The rows of the table that begins with "| fault |".
std::vector<Row> table_of(const std::string& doc) {
  std::vector<Row> rows;
  std::istringstream lines(text_of(doc));
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| fault |")) {
      std::getline(lines, line);  // the rule under the heading
      inside = true;
    } else if (inside && line.starts_with("|")) {
      Row row;
      std::istringstream cells(line.substr(1));
      for (std::string cell; std::getline(cells, cell, '|');) row.cells.push_back(trimmed(cell));
      rows.push_back(std::move(row));
    } else {
      inside = false;
    }
  }
  return rows;
}

std::vector<std::string> quoted(const std::string& text) {
  static const std::regex name("`([^`]+)`");
  std::vector<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) names.push_back((*at)[1]);
  return names;
}

// "`name`", "`name`: what it means", or what it means alone.
bool is_row_of(const Row& row, const Fault& fault) {
  const auto names = quoted(row.cells.at(0));
  return names.empty() ? row.cells[0] == fault.meaning : names.front() == fault.name;
}

struct List {
  const char *header, *doc;
};
constexpr List kLists[] = {{"src/sync/sabotage.hpp", "docs/SYNC.md"},
                           {"src/backup/sabotage.hpp", "docs/BACKUP.md"},
                           {"src/security/journal_sabotage.hpp", "docs/AUDIT.md"}};

TEST(PlantedFaultLists, EveryFaultIsOneRowOfItsDocumentAndEveryRowIsAFault) {
  for (const auto& [header, doc] : kLists) {
    const auto faults = faults_of(header);
    const auto rows = table_of(doc);
    EXPECT_GE(faults.size(), 15U) << header;
    for (const auto& fault : faults)
      EXPECT_EQ(std::ranges::count_if(rows, [&](const Row& row) { return is_row_of(row, fault); }), 1)
          << doc << " has not one row of " << fault.name << ": " << fault.meaning;
    for (const auto& row : rows)
      EXPECT_TRUE(std::ranges::any_of(faults, [&](const Fault& fault) { return is_row_of(row, fault); }))
          << header << " plants nothing of the kind: " << row.cells[0];
  }
}

TEST(PlantedFaultLists, EveryHeaderOfPlantedFaultsHasItsDocument) {
  std::set<std::string> headers;
  for (const auto& list : kLists) headers.insert(list.header);
  const fs::path root = till::test::source_dir();
  for (const char* room : {"src", "storage", "net", "ui"})
    for (const auto& entry : fs::recursive_directory_iterator(root / room))
      EXPECT_TRUE(!entry.path().filename().string().ends_with("sabotage.hpp") ||
                  headers.contains(fs::relative(entry.path(), root).string()))
          << entry.path() << " is in no document";
}

// What a row says notices its fault: "`Suite.test`", or a test's name alone.
TEST(PlantedFaultLists, TheTestsThatARowNamesAreThere) {
  std::string tests;
  for (const auto& entry : fs::recursive_directory_iterator(till::test::source_path("tests")))
    if (entry.path().extension() == ".cpp") tests += text_of(fs::relative(entry.path(), till::test::source_dir()));
  for (const char* doc : {"docs/BACKUP.md", "docs/AUDIT.md"}) {
    for (const auto& row : table_of(doc)) {
      const auto named = quoted(row.cells.at(1));
      EXPECT_FALSE(named.empty()) << doc << ": nothing notices " << row.cells[0];
      for (const auto& name : named) {
        const auto dot = name.find('.');
        const std::string test = dot == std::string::npos
                                     ? "[(, \"]" + name + "[),\"]"
                                     : "\\(\\s*" + name.substr(0, dot) + "\\s*,\\s*" + name.substr(dot + 1) + "\\s*\\)";
        EXPECT_TRUE(std::regex_search(tests, std::regex(test))) << doc << " names a test that is not there: " << name;
      }
    }
  }
}

struct Bound {
  std::string worlds;  // as the document writes them: "compaction, lapsed device"
  int seeds = 0;
};

// Of tests/sim/sabotage_list.cpp, by names.
std::map<std::string, Bound> simulator_bounds() {
  static const std::regex entry(R"re(\{(\w+),\s*"(\w+)",\s*"([^"]*)",\s*(\d+)\})re");
  const std::string text = text_of("tests/sim/sabotage_list.cpp");
  std::map<std::string, Bound> found;
  for (std::sregex_iterator at(text.begin(), text.end(), entry), end; at != end; ++at) {
    EXPECT_EQ((*at)[1], (*at)[2]);
    std::string worlds =
        std::regex_replace(std::regex_replace((*at)[3].str(), std::regex(" "), ", "), std::regex("_"), " ");
    found[(*at)[1]] = {worlds.empty() ? "any" : worlds, std::stoi((*at)[4])};
  }
  return found;
}

TEST(PlantedFaultLists, TheSimulatorsWorldsAndSeedsAreThoseOfTheDocument) {
  const auto bounds = simulator_bounds();
  const auto faults = faults_of("src/sync/sabotage.hpp");
  EXPECT_EQ(bounds.size(), faults.size());
  for (const auto& row : table_of("docs/SYNC.md")) {
    const auto fault = std::ranges::find_if(faults, [&](const Fault& f) { return is_row_of(row, f); });
    ASSERT_NE(fault, faults.end()) << row.cells[0];
    ASSERT_TRUE(bounds.contains(fault->name)) << "the simulator does not plant " << fault->name;
    const Bound& bound = bounds.at(fault->name);
    EXPECT_EQ(row.cells.at(1), bound.worlds) << fault->name;
    const int seeds = std::stoi(row.cells.at(2));
    EXPECT_GE(seeds, 1) << fault->name;
    EXPECT_LE(seeds, bound.seeds) << fault->name << " is looked for in fewer seeds than it is said to take";
  }
}

}  // namespace
