#include "security/audit_chain.hpp"

#include "vectors.hpp"

namespace till::security {
namespace {

struct Stored {
  std::uint64_t sequence;
  std::string bytes;
  Hash hash;
};

class AuditChain : public testing::Test {
 protected:
  AuditChain() {
    for (int i = 1; i <= 6; ++i) {
      const auto text = "entry " + std::to_string(i);
      head_ = next_head(key_, head_, view(text));
      log_.push_back({head_.sequence, text, head_.hash});
    }
  }
  AuditReport check(std::optional<AuditHead> expected = std::nullopt) {
    AuditVerifier verifier(key_.clone(), {}, expected);
    for (const auto& s : log_) verifier.add({s.sequence, kAuditVersion, view(s.bytes), s.hash});
    return verifier.finish();
  }

  SecretBytes key_ = SecretBytes::copy_of(view("a key out of the ring, 32 bytes."));
  AuditHead head_;
  std::vector<Stored> log_;
};

TEST_F(AuditChain, is_the_documented_hmac) {
  ByteWriter first;
  first.u8(1);
  first.raw(Bytes(32, 0));
  first.u64(1);
  first.raw(view("entry 1"));
  EXPECT_EQ(log_[0].hash, hmac_sha256(key_.view(), first.bytes()));
}

TEST_F(AuditChain, an_untouched_log_is_good) {
  const auto report = check(head_);
  EXPECT_TRUE(report.good());
  EXPECT_EQ(report.head, head_);
  EXPECT_EQ(report.sentence, "6 records, all as they were written");
}

TEST_F(AuditChain, a_changed_record_is_named) {
  log_[2].bytes = "entry x";
  const auto report = check();
  EXPECT_EQ(report.first_bad, 3U);
  EXPECT_EQ(report.head.sequence, 2U);
  EXPECT_EQ(report.sentence, "record 3 is not as it was written");
}

TEST_F(AuditChain, a_changed_record_with_a_hash_made_without_the_key_is_named) {
  log_[2].bytes = "entry x";
  log_[2].hash = next_head(SecretBytes::copy_of(view("not the key")), {2, log_[1].hash}, view("entry x")).hash;
  EXPECT_EQ(check().first_bad, 3U);
}

TEST_F(AuditChain, a_missing_record_is_named) {
  log_.erase(log_.begin() + 2, log_.begin() + 4);
  const auto report = check();
  ASSERT_EQ(report.missing.size(), 1U);
  EXPECT_EQ(report.missing[0], (std::pair<std::uint64_t, std::uint64_t>{3, 4}));
  EXPECT_EQ(report.sentence, "records 3 to 4 are missing");
}

TEST_F(AuditChain, records_renumbered_over_a_gap_are_seen) {
  log_.erase(log_.begin() + 2);
  for (std::size_t i = 2; i < log_.size(); ++i) --log_[i].sequence;
  EXPECT_EQ(check().first_bad, 3U);
}

TEST_F(AuditChain, a_repeated_or_swapped_record_is_seen) {
  std::swap(log_[2], log_[3]);
  EXPECT_FALSE(check().good());
  std::swap(log_[2], log_[3]);
  log_.insert(log_.begin() + 3, log_[2]);
  const auto report = check();
  EXPECT_EQ(report.out_of_place, std::vector<std::uint64_t>{3});
}

TEST_F(AuditChain, a_lost_end_is_seen_only_against_a_head_kept_elsewhere) {
  log_.resize(4);
  EXPECT_TRUE(check().good());
  const auto report = check(head_);
  ASSERT_FALSE(report.good());
  EXPECT_EQ(report.missing[0], (std::pair<std::uint64_t, std::uint64_t>{5, 6}));
}

TEST_F(AuditChain, a_log_that_was_forged_with_the_key_differs_from_the_head_kept_elsewhere) {
  const auto kept = head_;
  log_.clear();
  AuditHead forged;
  for (int i = 1; i <= 8; ++i) {
    const auto text = "forged " + std::to_string(i);
    forged = next_head(key_, forged, view(text));
    log_.push_back({forged.sequence, text, forged.hash});
  }
  EXPECT_TRUE(check().good());
  EXPECT_EQ(check(kept).first_bad, 6U);
}

TEST_F(AuditChain, goes_on_after_a_bad_record_and_finds_the_rest) {
  log_[1].bytes = "x";
  log_.erase(log_.begin() + 3);
  const auto report = check();
  EXPECT_EQ(report.first_bad, 2U);
  EXPECT_EQ(report.missing.size(), 1U);
  EXPECT_EQ(report.checked, 5U);
}

TEST_F(AuditChain, continues_from_where_an_earlier_check_ended) {
  AuditVerifier verifier(key_.clone(), {3, log_[2].hash});
  for (std::size_t i = 3; i < log_.size(); ++i) {
    verifier.add({log_[i].sequence, kAuditVersion, view(log_[i].bytes), log_[i].hash});
  }
  EXPECT_TRUE(verifier.finish().good());
}

TEST_F(AuditChain, the_list_of_findings_is_bounded) {
  std::vector<Stored> sparse;
  for (std::uint64_t i = 1; i < 1000; i += 2) sparse.push_back({i * 2, "x", {}});
  log_ = sparse;
  EXPECT_EQ(check().missing.size(), 100U);
}

}  // namespace
}  // namespace till::security
