// Drives tests/vectors/escpos.json: what each call appends behind `1B 40`, byte for byte, and what is refused.
#include "net/printers/escpos.hpp"
#include "support/source_dir.hpp"

#include <boost/json.hpp>

#include <charconv>
#include <fstream>
#include <sstream>

namespace till::net {
namespace {

struct Words {
  explicit Words(const std::string& text) : in(text) {}
  std::string word() {
    std::string w;
    in >> w;
    return w;
  }
  int number() {
    int n = 0;
    in >> n;
    in.ignore(1);
    return n;
  }
  std::string rest() {
    std::string text;
    std::getline(in >> std::ws, text);
    return text;
  }
  std::istringstream in;
};

Align align_named(const std::string& name) {
  return name == "left" ? Align::left : name == "right" ? Align::right : Align::centre;
}

QrLevel level_named(char letter) {
  return letter == 'L' ? QrLevel::l : letter == 'M' ? QrLevel::m : letter == 'Q' ? QrLevel::q : QrLevel::h;
}

Status perform_qr(EscPos& out, const std::string& what) {
  const std::size_t end = what.find(", model 2, size ");
  EXPECT_NE(end, std::string::npos) << what;
  Words words(what.substr(end + std::string_view(", model 2, size ").size()));
  const int size = words.number();
  EXPECT_EQ(words.word(), "level");
  return out.qr(what.substr(0, end), size, level_named(words.word().at(0)));
}

Status perform_drawer(EscPos& out, Words& words) {
  words.word();
  const int pin = words.number(), on_ms = words.number();
  return out.drawer(pin, on_ms, words.number());
}

Status perform(EscPos& out, const std::string& what) {
  Words words(what);
  const std::string verb = words.word();
  if (verb == "init") return out.init();
  if (verb == "feed") return out.feed(words.number());
  if (verb == "bold") return out.bold(words.word() == "on");
  if (verb == "underline") return out.underline(words.word() == "on");
  if (verb == "align") return out.align(align_named(words.word()));
  if (verb == "drawer") return perform_drawer(out, words);
  if (verb == "cut") return words.word(), out.cut(words.number());
  if (verb == "QR") return perform_qr(out, words.rest());
  if (verb == "text") return out.text(words.rest());
  if (verb == "line") return out.line(words.rest());
  if (verb == "raster") return out.raster({1, 1, {0x80}});
  if (verb == "EAN-13") return out.barcode(BarcodeKind::ean13, words.rest());
  if (verb == "EAN-8") return out.barcode(BarcodeKind::ean8, words.rest());
  if (verb == "CODE128") return out.barcode(BarcodeKind::code128, words.rest());
  if (verb == "size") {
    const int width = words.number();
    return out.size(width, words.number());
  }
  ADD_FAILURE() << "no such verb: " << what;
  return {};
}

boost::json::array escpos_vectors() {
  std::ifstream file(till::test::source_path("tests/vectors/escpos.json"));
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str()).as_array();
}

TEST(PrintersEscPos, every_vector_gives_its_bytes_or_its_refusal) {
  const boost::json::array cases = escpos_vectors();
  ASSERT_GE(cases.size(), 40u);
  for (const auto& each : cases) {
    const boost::json::object& vector = each.as_object();
    const std::string what(vector.at("do").as_string());
    EscPos out;
    const Status done = perform(out, what);
    if (vector.contains("error")) {
      EXPECT_FALSE(done) << what;
      EXPECT_TRUE(out.bytes().empty()) << what << " was refused and must append nothing";
      continue;
    }
    ASSERT_TRUE(done) << what << ": " << done.error().message;
    const Bytes wanted = from_hex(std::string(vector.at("bytes").as_string())).value();
    EXPECT_EQ(to_hex(out.bytes()), to_hex(wanted)) << what;
  }
}

TEST(PrintersEscPos, wrong_check_digit_is_refused_with_the_right_one) {
  EscPos out;
  const Status done = out.barcode(BarcodeKind::ean13, "4006381333932");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::invalid);
  EXPECT_NE(done.error().message.find("should be 1"), std::string::npos) << done.error().message;
}

TEST(PrintersEscPos, init_forgets_the_code_page_as_the_printer_does) {
  EscPos out;
  ASSERT_TRUE(out.text("é€"));
  const std::size_t before = out.bytes().size();
  ASSERT_TRUE(out.init());
  ASSERT_TRUE(out.text("€"));
  const Bytes after(out.bytes().begin() + static_cast<std::ptrdiff_t>(before), out.bytes().end());
  EXPECT_EQ(to_hex(after), "1b401b7413d5");
}

TEST(PrintersEscPos, raster_whose_bytes_do_not_match_its_size_is_refused) {
  EscPos out;
  EXPECT_FALSE(out.raster({9, 1, {0x80}}));
  EXPECT_FALSE(out.raster({0, 1, {}}));
  EXPECT_FALSE(out.raster({8, 4097, Bytes(4097)}));
  EXPECT_TRUE(out.raster({9, 1, {0x80, 0x80}}));
}

TEST(PrintersEscPos, drawer_pulse_job_is_nothing_but_the_pulse) {
  EXPECT_EQ(to_hex(drawer_pulse_job()), "1b70303c78");
  EXPECT_EQ(to_hex(drawer_pulse_job(7, 9999, 0)), "1b7031ff01");
}

}  // namespace
}  // namespace till::net
