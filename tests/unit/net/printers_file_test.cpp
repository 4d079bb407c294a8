#include "net/printers/printer.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/temp_folder.hpp"

namespace till::net {
namespace {

namespace fs = std::filesystem;

class PrintersFile : public testing::Test {
 protected:
  static std::string content(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  static std::unique_ptr<Printer> printer(const std::string& address) {
    return make_printer(parse_printer_address(address).value());
  }
  const test::TempFolder temp_;
  const fs::path folder_ = temp_.path();
};

TEST_F(PrintersFile, file_gets_each_job_behind_the_last) {
  const auto paper = printer("file://" + (folder_ / "new" / "receipts.bin").string());
  ASSERT_TRUE(paper->send(view("one")));
  ASSERT_TRUE(paper->send(view("two")));
  EXPECT_EQ(content(folder_ / "new" / "receipts.bin"), "onetwo");
}

TEST_F(PrintersFile, folder_gets_a_file_for_each_job_and_goes_on_counting_after_a_restart) {
  const std::string address = "file://" + (folder_ / "jobs/").string();
  ASSERT_TRUE(printer(address)->send(view("one")));
  const auto again = printer(address);
  ASSERT_TRUE(again->send(view("two")));
  ASSERT_TRUE(again->send(view("three")));
  EXPECT_EQ(content(folder_ / "jobs" / "job-000001.escpos"), "one");
  EXPECT_EQ(content(folder_ / "jobs" / "job-000002.escpos"), "two");
  EXPECT_EQ(content(folder_ / "jobs" / "job-000003.escpos"), "three");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "jobs"), {}), 3);
}

TEST_F(PrintersFile, folder_that_cannot_be_made_is_refused_with_its_name) {
  std::ofstream(folder_ / "taken") << "a file";
  const Status sent = printer("file://" + (folder_ / "taken" / "jobs/").string())->send(view("one"));
  ASSERT_FALSE(sent);
  EXPECT_NE(sent.error().message.find((folder_ / "taken").string()), std::string::npos) << sent.error().message;
}

// A till that was pulled out with its stick made a folder of its name on the PC, where the stick had been mounted.
TEST_F(PrintersFile, nothing_is_printed_where_the_till_has_been) {
  const fs::path home = folder_ / "stick" / "till";
  for (const std::string place : {"printed/receipts/", "receipts.bin", "printed/receipts.bin"}) {
    const auto address = parse_printer_address("file:" + place, home.string()).value();
    const auto paper = make_printer(address, {}, home.string());
    fs::create_directories(folder_ / "stick");
    const Status gone = paper->send(view("one"));
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind, ErrorKind::retry);
    EXPECT_NE(gone.error().message.find("plug the stick in again"), std::string::npos) << gone.error().message;
    EXPECT_TRUE(fs::is_empty(folder_ / "stick"));
    fs::create_directories(home);
    EXPECT_TRUE(paper->send(view("one")));
    fs::remove_all(folder_ / "stick");
  }
}

TEST_F(PrintersFile, device_that_is_unplugged_may_come_back) {
  const Status sent = printer("dev://" + (folder_ / "lp0").string())->send(view("one"));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::retry);
}

TEST_F(PrintersFile, device_takes_the_bytes_as_they_are) {
  std::ofstream(folder_ / "lp0").flush();
  ASSERT_TRUE(printer("dev://" + (folder_ / "lp0").string())->send(view("\x1b@receipt")));
  EXPECT_EQ(content(folder_ / "lp0"), "\x1b@receipt");
}

}  // namespace
}  // namespace till::net
