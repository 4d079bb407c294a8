// The audit journal's chain: what is found, and what is only told.
#include "security/journal_chain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.hpp"

namespace till::security {
namespace {

using Kind = JournalFault::Kind;
using testing::IsEmpty;

struct Entry {
  std::uint64_t sequence;
  Hash previous, hash;
  Bytes bytes;
  bool begins_anew = false;
  bool shows = true;
};

std::vector<Entry> chain(std::uint64_t from, std::uint64_t to, Hash previous = {}, const std::string& said = "entry") {
  std::vector<Entry> entries;
  for (auto n = from; n <= to; ++n) {
    Entry entry{n, previous, {}, to_bytes(said + " " + std::to_string(n))};
    entry.hash = previous = journal_hash(previous, entry.bytes);
    entries.push_back(std::move(entry));
  }
  return entries;
}

JournalReport walked(std::vector<Entry> entries, std::vector<AuditHead> known = {},
                     std::optional<AuditHead> end = std::nullopt) {
  std::ranges::stable_sort(entries, {}, &Entry::sequence);
  JournalWalk walk(std::move(known), end);
  for (const auto& e : entries) walk.add({e.sequence, e.previous, e.hash, e.bytes, e.shows, e.begins_anew});
  return walk.finish();
}

std::vector<std::pair<Kind, std::uint64_t>> faults(const JournalReport& report) {
  std::vector<std::pair<Kind, std::uint64_t>> found;
  for (const auto& fault : report.faults) found.emplace_back(fault.kind, fault.first);
  return found;
}
using Found = std::vector<std::pair<Kind, std::uint64_t>>;

TEST(JournalChain, is_the_documented_formula) {
  const auto bytes = to_bytes("x");
  Bytes input = to_bytes("till journal 2");
  input.insert(input.end(), 32, 7);
  input.insert(input.end(), bytes.begin(), bytes.end());
  Hash sevens;
  sevens.fill(7);
  EXPECT_EQ(journal_hash(sevens, bytes), sha256(input));
}

TEST(JournalChain, an_untouched_chain_is_good_up_to_its_end) {
  const auto entries = chain(1, 20);
  const auto report = walked(entries, {}, AuditHead{20, entries.back().hash});
  EXPECT_TRUE(report.good());
  EXPECT_EQ(report.checked, 20);
  EXPECT_EQ(report.last, 20);
}

TEST(JournalChain, a_changed_byte_is_named) {
  auto entries = chain(1, 5);
  entries[2].bytes[0] ^= 1;
  EXPECT_EQ(faults(walked(entries)), (Found{{Kind::changed, 3}}));
}

TEST(JournalChain, a_changed_byte_whose_hash_was_made_anew_breaks_the_link_behind_it) {
  auto entries = chain(1, 5);
  entries[2].bytes[0] ^= 1;
  entries[2].hash = journal_hash(entries[2].previous, entries[2].bytes);
  EXPECT_EQ(faults(walked(entries)), (Found{{Kind::unlinked, 4}}));
}

TEST(JournalChain, a_column_that_shows_something_else_is_named) {
  auto entries = chain(1, 5);
  entries[3].shows = false;
  EXPECT_EQ(faults(walked(entries)), (Found{{Kind::changed, 4}}));
}

TEST(JournalChain, removed_entries_are_named_with_both_ends) {
  auto entries = chain(1, 10);
  entries.erase(entries.begin() + 3, entries.begin() + 6);
  const auto report = walked(entries);
  ASSERT_EQ(report.faults.size(), 1);
  EXPECT_EQ(report.faults[0].kind, Kind::missing);
  EXPECT_EQ(report.faults[0].first, 4);
  EXPECT_EQ(report.faults[0].last, 6);
}

TEST(JournalChain, a_removed_beginning_is_missing_unless_a_checkpoint_stands_for_it) {
  const auto entries = chain(1, 10);
  const std::vector<Entry> rest(entries.begin() + 4, entries.end());
  EXPECT_EQ(faults(walked(rest)), (Found{{Kind::missing, 1}}));
  EXPECT_TRUE(walked(rest, {{4, entries[3].hash}}).good());
}

TEST(JournalChain, a_checkpoint_of_another_entry_does_not_stand_for_the_beginning) {
  const auto entries = chain(1, 10);
  const std::vector<Entry> rest(entries.begin() + 4, entries.end());
  EXPECT_EQ(faults(walked(rest, {{4, entries[2].hash}})), (Found{{Kind::unlinked, 5}}));
}

TEST(JournalChain, a_swapped_pair_is_found) {
  auto entries = chain(1, 6);
  std::swap(entries[2].bytes, entries[3].bytes);
  EXPECT_EQ(faults(walked(entries)), (Found{{Kind::changed, 3}, {Kind::changed, 4}}));
  entries = chain(1, 6);
  std::swap(entries[2].sequence, entries[3].sequence);
  EXPECT_FALSE(walked(entries).good());
}

TEST(JournalChain, a_cut_end_is_found_by_the_signed_head) {
  auto entries = chain(1, 10);
  const AuditHead end{10, entries.back().hash};
  entries.resize(7);
  EXPECT_EQ(faults(walked(entries, {}, end)), (Found{{Kind::end_missing, 8}}));
  EXPECT_TRUE(walked(entries).good()) << "from the chain alone a cut end cannot be seen";
}

TEST(JournalChain, a_tail_written_anew_with_right_hashes_does_not_meet_the_signed_head) {
  const auto entries = chain(1, 10);
  auto forged = chain(1, 6);
  const auto tail = chain(7, 10, forged.back().hash, "forged");
  forged.insert(forged.end(), tail.begin(), tail.end());
  EXPECT_TRUE(walked(forged).good());
  EXPECT_FALSE(walked(forged, {}, AuditHead{10, entries.back().hash}).good());
}

TEST(JournalChain, a_fork_is_named_and_bad_when_nothing_explains_it) {
  auto entries = chain(1, 8);
  const auto other = chain(6, 9, entries[4].hash, "other");
  entries.insert(entries.end(), other.begin(), other.end());
  const auto report = walked(entries, {}, AuditHead{9, other.back().hash});
  EXPECT_EQ(faults(report), (Found{{Kind::forked, 6}}));
  EXPECT_FALSE(report.good());
}

TEST(JournalChain, a_fork_after_a_restore_is_named_and_good_whichever_branch_is_read_first) {
  for (const bool restored_first : {true, false}) {
    auto entries = chain(1, 8);
    auto other = chain(6, 9, entries[4].hash, "other");
    (restored_first ? entries[5] : other[0]).begins_anew = true;
    entries.insert(entries.end(), other.begin(), other.end());
    const auto report = walked(entries);
    EXPECT_EQ(faults(report), (Found{{Kind::forked, 6}}));
    EXPECT_TRUE(report.good());
  }
}

TEST(JournalChain, an_old_restore_does_not_explain_a_later_fork) {
  auto entries = chain(1, 20);
  entries[3].begins_anew = true;
  const auto other = chain(16, 17, entries[14].hash, "other");
  entries.insert(entries.end(), other.begin(), other.end());
  EXPECT_FALSE(walked(entries).good());
}

TEST(JournalChain, names_at_most_a_hundred_faults) {
  auto entries = chain(1, 300);
  for (auto& entry : entries) entry.shows = false;
  EXPECT_EQ(walked(entries).faults.size(), 100);
}

TEST(JournalHead, is_bound_to_key_device_number_hash_and_purpose) {
  SeededRandom random(1);
  const auto key = *SigningKey::generate(random);
  const auto stranger = *SigningKey::generate(random);
  Id device, other;
  device.bytes.fill(1), other.bytes.fill(2);
  const AuditHead head{7, sha256(to_bytes("a"))};
  const auto signature = *sign_journal_head(key, device, head);
  EXPECT_TRUE(verify_journal_head(key.public_key(), device, head, signature));
  EXPECT_FALSE(verify_journal_head(stranger.public_key(), device, head, signature));
  EXPECT_FALSE(verify_journal_head(key.public_key(), other, head, signature));
  EXPECT_FALSE(verify_journal_head(key.public_key(), device, {8, head.hash}, signature));
  EXPECT_FALSE(verify_journal_head(key.public_key(), device, {7, sha256(to_bytes("b"))}, signature));
  EXPECT_FALSE(verify_journal_checkpoint(key.public_key(), device, head, signature));
}

}  // namespace
}  // namespace till::security
