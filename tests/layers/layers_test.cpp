// Who may include whom (docs/ARCHITECTURE.md). The include roots of CMake already stop a wrong include; this test names
// the file and line, and holds the few rules that include roots cannot: no window toolkit outside ui, no SQLite outside
// storage.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/source_dir.hpp"

namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"src/core", {"core"}},
    {"src/domain", {"core", "domain"}},
    {"src/security", {"core", "security"}},
    {"src/sync", {"core", "domain", "security", "sync"}},
    {"src/backup", {"core", "security", "backup"}},
    {"storage", {"core", "domain", "sync", "security", "backup", "storage"}},
    {"net", {"core", "domain", "sync", "security", "backup", "net"}},
    {"src/app", {"core", "domain", "sync", "security", "backup", "storage", "net", "app"}},
    {"ui", {"core", "domain", "app", "ui"}},
};
const std::set<std::string> kRooms = {"core", "domain", "sync", "security", "backup", "storage", "net", "app", "ui"};

const std::vector<std::pair<std::regex, std::set<std::string>>> kOnlyIn = {
    {std::regex("^(imgui|GLFW/|X11/)"), {"ui"}},
    {std::regex("^(SQLiteCpp/|sqlite3)"), {"storage"}},
    {std::regex("^openssl/"), {"src/security", "net"}},
    {std::regex("^(curl/|boost/beast|boost/asio|hpdf|qrencode|jpeglib)"), {"net"}},
};

void check_file(const fs::path& file, const std::string& room, std::vector<std::string>& wrong) {
  static const std::regex include(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::ifstream in(file);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string what = match[1];
    const auto first = what.substr(0, what.find('/'));
    const bool climbs =
        what.find('/') != std::string::npos && kRooms.contains(first) && !kMayInclude.at(room).contains(first);
    const bool foreign = std::ranges::any_of(
        kOnlyIn, [&](const auto& rule) { return std::regex_search(what, rule.first) && !rule.second.contains(room); });
    if (climbs || foreign) wrong.push_back(file.string() + ":" + std::to_string(number) + " includes " + what);
  }
}

TEST(Layers, NoRoomIncludesOneAboveOrBesideIt) {
  const fs::path root = till::test::source_dir();
  std::vector<std::string> wrong;
  std::size_t files = 0;
  for (const auto& [room, allowed] : kMayInclude) {
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      const auto extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp") continue;
      ++files;
      check_file(entry.path(), room, wrong);
    }
  }
  for (const auto& w : wrong) ADD_FAILURE() << w;
  EXPECT_GT(files, 10U);
}

}  // namespace
