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
            "Sicherung 20261121-141300-c0ffee ist gespeichert, zur\xC3\xBC"
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

TEST(Translation, OfASentenceKeepsItsApostrophesAndPartsWhatWasTriedFromWhyItFailed) {
  const English after;
  ASSERT_TRUE(use_language("de", kFolder).has_value());
  EXPECT_EQ(tr_sentence("the hub's disk is full; ask the hub's administrator to make room"),
            "Die Platte des Hubs ist voll; den Verwalter des Hubs bitten, Platz zu schaffen");
  EXPECT_EQ(tr_sentence("cannot write to /media/anna/BLUE: the disk is full; remove something or use a larger one"),
            "In /media/anna/BLUE l\xC3\xA4sst sich nicht schreiben: die Platte ist voll; etwas entfernen oder eine "
            "gr\xC3\xB6\xC3\x9F"
            "ere nehmen");
  EXPECT_EQ(tr_sentence("nobody tried this: and nobody failed"), "nobody tried this: and nobody failed");
}

// What joining a hub comes to, and the line that stays while it is away.
TEST(German, HadWhatAHubRefusesInEnglish) {
  const English after;
  ASSERT_TRUE(use_language("de", kFolder).has_value());
  for (const char* sentence :
       {"the hub cannot be reached; check its address and the network",
        "the hub says: the hub does not know this enrolment code; check it, or have a new one made with 'device code'",
        "the hub says: this enrolment code has expired; have a new one made with 'device code'",
        "the hub says: this enrolment code was used already; have a new one made with 'device code'",
        "an enrolment code has 16 letters and digits in four groups; please check it",
        "the hub says: the hub does not know this terminal; enrol it with a code from the hub's administrator",
        "the hub at https://127.0.0.1:8443 does not know this terminal; if it is another hub, give a code of it: "
        "till-hub device code TENANT",
        "the hub says: this code is for 'Bakery', another shop than this terminal's; add a tenant for this shop with: "
        "till-hub tenant add NAME",
        "the hub says: this hub has the shop already, as 'Corner'; have a code made for that with: till-hub device "
        "code 'Corner'",
        "the hub says: too many wrong enrolment codes came from here; wait a quarter of an hour",
        "cannot read the hub's certificate file '/media/stick/ca.pem'; check its name",
        "'/media/stick/ca.pem' is not a certificate; it must begin with -----BEGIN CERTIFICATE-----",
        "this terminal was away for longer than the hub keeps records; start another till of this shop once, it makes "
        "what is needed; if none is left, go on at another hub"})
    EXPECT_EQ(tr_sentence(sentence).find("the hub"), std::string::npos) << tr_sentence(sentence);
  EXPECT_THAT(missing_translations(), testing::IsEmpty());
}

// What comes of a backup, a drill and a restore, where they fail, and what is said at the start.
TEST(German, HadTheSentencesOfBackupsAndOfTheStartInEnglish) {
  const English after;
  ASSERT_TRUE(use_language("de", kFolder).has_value());
  for (const char* sentence :
       {"the restore drill of 'office-stick' needs 812 MB of room on the disk that the till runs from, and there are "
        "306 MB; make room there",
        "backup 20261120-094107-3fa9c1 in 'hub' could not be restored on trial: the file is in use; try again in a "
        "moment",
        "a backup needs 812 MB of room beside the data, and there are 306 MB; remove something first",
        "/media/anna/BLUE did not keep what was written; use another one, this one may be failing",
        "a backup of this terminal is running in /media/anna/BLUE; wait until it ends",
        "another backup of this terminal has taken over here; this one stopped",
        "the 500 MB set aside for backups in /media/anna/BLUE are used up; keep fewer or set aside more",
        "'/srv' is on the disk that the till runs from, so a backup there would be lost with it; use another stick or "
        "disk (--own-volume takes it all the same)",
        "give the place a name of 1 to 32 small letters, digits and dashes, for example: office-stick",
        "this till belongs to no hub yet; join one with: tillctl enrol",
        "/media/anna/BLUE is gone; plug the stick in again",
        "another stick or disk is now at /media/anna/BLUE; plug in the first again",
        "cannot write to /media/anna/BLUE: the stick is write protected; switch the protection off or repair it",
        "this shop's space on the hub is full (5000 MB); remove old backups there, or ask the hub's administrator for "
        "more",
        "part 3 of 12 of backup 20261120-094107-3fa9c1 cannot be used: access to the folder is not allowed; check its "
        "permissions",
        "backup 20261120-094107-3fa9c1 does not add up to the database that was saved; use another backup",
        "the database in backup 20261120-094107-3fa9c1 is damaged; use another backup",
        "backup 20261120-094107-3fa9c1 was written by a newer version of Tillstick (format 3); update this terminal "
        "first",
        "the restore needs 812 MB of room and there are 306 MB; remove something first",
        "the restore failed and everything is as it was: the disk is full; remove something or use a larger one",
        "the database is damaged; restore the newest backup",
        "receipt T1-004712 exists twice; tell the manager",
        "receipt 4712 of series T1 is missing; tell the manager",
        "the disk is nearly full; remove old files or use a larger one",
        "This terminal was locked out: what it sells now reaches no other one; ask the shop's owner",
        "The keys were replaced: start the program again, so that the shop's data is sealed with the new one"})
    EXPECT_NE(tr_sentence(sentence), sentence);
  EXPECT_THAT(missing_translations(), testing::IsEmpty());
}

}  // namespace
}  // namespace till::ui
