#include "net/printers/printer.hpp"

namespace till::net {
namespace {

using Kind = PrinterAddress::Kind;

TEST(PrintersAddress, every_form_is_read_and_written_back) {
  const auto tcp = parse_printer_address("tcp://192.168.1.50:9100");
  ASSERT_TRUE(tcp);
  EXPECT_EQ(*tcp, (PrinterAddress{Kind::tcp, "192.168.1.50", 9100, ""}));
  for (const std::string text : {"tcp://192.168.1.50:9101", "tcp://[fd00::5]:9100", "tcp://[fe80::1%eth0]:9100",
                                 "dev:///dev/usb/lp0", "file:///var/tmp/receipts.bin", "file:///var/tmp/receipts/"}) {
    const auto address = parse_printer_address(text);
    ASSERT_TRUE(address) << text << ": " << address.error().message;
    EXPECT_EQ(to_string(*address), text);
  }
}

TEST(PrintersAddress, port_is_9100_when_none_is_given) {
  EXPECT_EQ(parse_printer_address("tcp://kitchen-printer")->port, 9100);
  EXPECT_EQ(parse_printer_address("tcp://[::1]")->port, 9100);
  EXPECT_EQ(parse_printer_address("tcp://kitchen-printer/")->host, "kitchen-printer");
}

TEST(PrintersAddress, relative_path_lies_in_the_base_folder) {
  const auto folder = parse_printer_address("file:printed/receipts/", "/shop/data");
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->kind, Kind::folder);
  EXPECT_EQ(folder->path, "/shop/data/printed/receipts/");
  EXPECT_FALSE(parse_printer_address("file:printed/receipts/"));
}

TEST(PrintersAddress, nonsense_is_refused_with_a_sentence_that_shows_how_to_write_it) {
  for (const std::string text : {"",
                                 "192.168.1.50",
                                 "http://printer",
                                 "tcp://",
                                 "tcp://:9100",
                                 "tcp://host:",
                                 "tcp://host:0",
                                 "tcp://host:65536",
                                 "tcp://host:91x",
                                 "tcp://ho st",
                                 "tcp://[::1",
                                 "tcp://[::1]9100",
                                 "tcp://[]:9100",
                                 "tcp://[%eth0]:9100",
                                 "tcp://[fd::\xff]",
                                 "dev://",
                                 "dev://usb",
                                 "dev:///dev/",
                                 "file:",
                                 "file://",
                                 "file://host/path",
                                 "file:///a\nb"}) {
    const auto address = parse_printer_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().kind, ErrorKind::invalid) << text;
    EXPECT_NE(address.error().message.find("tcp://192.168.1.50:9100"), std::string::npos) << address.error().message;
  }
  EXPECT_FALSE(parse_printer_address("tcp://" + std::string(600, 'a')));
}

}  // namespace
}  // namespace till::net
