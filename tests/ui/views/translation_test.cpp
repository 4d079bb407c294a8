#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "gallery/scenes.hpp"
#include "support/source_dir.hpp"
#include "ui/widgets/tr.hpp"

namespace till::ui {
namespace {

const std::string kFolder = till::test::source_path("assets/translations");

struct English {
  ~English() { EXPECT_TRUE(use_language("en", kFolder).has_value()); }
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<std::string> texts_in_sources() {
  std::set<std::string> found;
  const std::regex call("tr\\(\"((?:[^\"\\\\]|\\\\.)*)\"");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(till::test::source_path("ui"))) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = text_of(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
      found.insert(std::regex_replace((*at)[1].str(), std::regex("\\\\xC3\\\\x97"), "\xC3\x97"));
    }
  }
  return found;
}

TEST(German, HasEveryTextOfTheWindowsSources) {
  const English after;
  ASSERT_TRUE(use_language("de", kFolder).has_value());
  for (const std::string& text : texts_in_sources()) static_cast<void>(tr(text.c_str()));
  EXPECT_THAT(missing_translations(), testing::IsEmpty());
}

TEST(German, LeavesNothingEnglishOnAnyScreen) {
  const English after;
  for (test::SceneSpec spec : test::scenes()) {
    for (auto& [key, value] : spec.snapshot.settings) {
      if (key == "language") value = "de";
    }
    auto stage = test::Stage::create({1024, 768}, "light", spec);
    EXPECT_THAT(missing_translations(), testing::IsEmpty()) << spec.name;
  }
}

TEST(German, FitsOnEveryKey) {
  const English after;
  for (test::SceneSpec spec : test::scenes()) {
    for (auto& [key, value] : spec.snapshot.settings) {
      if (key == "language") value = "de";
    }
    auto stage = test::Stage::create({1024, 768}, "light", spec);
    for (const WidgetNote& note : stage->shell->ui().notes())
      EXPECT_FALSE(note.cut) << spec.name << " " << note.name << " " << note.label;
  }
}

TEST(Translation, OfAnUnknownLanguageIsRefusedAndEnglishStays) {
  const auto refused = use_language("xx", kFolder);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_STREQ(tr("TOTAL"), "TOTAL");
}

TEST(Translation, NameWithAPathInItIsRefused) {
  EXPECT_FALSE(use_language("../de", kFolder).has_value());
}

TEST(Translation, PutsTheValueInItsPlace) {
  EXPECT_EQ(tr("%s left", "3"), "3 left");
}

TEST(Translation, OfATextOfTheTillKeepsItsNumber) {
  const English after;
  ASSERT_TRUE(use_language("de", kFolder).has_value());
  EXPECT_EQ(tr_number("2 waiting"), "2 warten");
  EXPECT_EQ(tr_number("saved 1,000.30"), "gespart 1,000.30");
  EXPECT_EQ(tr_number("-0.50"), "-0.50");
  EXPECT_EQ(tr_number("deposit"), "Pfand");
}

TEST(Translation, OfASentenceKeepsWhatStandsInIt) {
  const English after;
  const auto price = "the special price 'auf Anfrage' is not a number; write it like 1234.50";
  EXPECT_EQ(tr_sentence(price), price);
  ASSERT_TRUE(use_language("de", kFolder).has_value());
  EXPECT_EQ(tr_sentence(price), "der Aktionspreis „auf Anfrage“ ist keine Zahl; so schreiben: 1234.50");
  EXPECT_EQ(tr_sentence("the minimum age must be 0 to 99"), "das Mindestalter muss zwischen 0 und 99 liegen");
  EXPECT_EQ(tr_sentence("the code '4006381333931' belongs to the product '%s' already; take it from there first, or "
                        "correct it"),
            "der Code „4006381333931“ gehört schon zum Artikel „%s“; dort zuerst entfernen, oder berichtigen");
  EXPECT_EQ(tr_sentence("nobody wrote this one of 7"), "nobody wrote this one of 7");
  EXPECT_EQ(tr_sentence("an apostrophe' alone"), "an apostrophe' alone");
}

// What the till says when something was done or refused is made in its engine, with names and numbers in it.
TEST(German, HasTheSentencesThatTheTillSaysOfItself) {
  const English after;
  ASSERT_TRUE(use_language("de", kFolder).has_value());
  EXPECT_EQ(tr_sentence("Backup 20261121-141300-c0ffee is stored, read back and verified: 3.4 MB (11.2 : 1)"),
            "Backup 20261121-141300-c0ffee ist gespeichert, zur\xC3\xBC"
            "ckgelesen und gepr\xC3\xBC"
            "ft: 3.4 MB (11.2 : 1)");
  EXPECT_EQ(tr_sentence("'Till 4' is given the shop's keys; it begins within a minute"),
            "\xE2\x80\x9ETill 4\xE2\x80\x9C bekommt die Schl\xC3\xBCssel des Ladens; sie beginnt binnen einer Minute");
  for (const char* sentence :
       {"Backup 20261121-141300-c0ffee is whole: 812 chunks, 36.1 MB",
        "Backup 20261121-141300-c0ffee was restored on trial, and all of it is there",
        "Restored 20261121-141300-c0ffee: 1812 sales, last receipt K7QF-1812. What was here before "
        "is in '/media/stick/data/before-restore'",
        "'Back office' is set up for backups", "a backup is running already", "Z report 218: difference -0.50",
        "The new price is 4.90",
        "All the free room of 'office-stick' is there: 58.1 GB were written and came back as they were",
        "A part of 'office-stick' is there: 1000.0 MB were written and came back as they were",
        "this stick gives back only 7680 MB of the 58100 MB that were written; it is smaller than it says or broken, "
        "use "
        "another one",
        "the till runs from this disk and needs room while it is checked; check a part of it, 4000 MB at most",
        "stopped at your request; nothing was changed",
        "this folder holds made-up data of 'tillctl generate', which no other terminal can ever have, so it cannot "
        "join; "
        "begin with a new folder, or restore a backup from before"})
    EXPECT_NE(tr_sentence(sentence), sentence);
  EXPECT_THAT(missing_translations(), testing::IsEmpty());
}

}  // namespace
}  // namespace till::ui
