// The journal's chain and its signed end as they lie in databases, backups, Z reports and exports
// (tests/vectors/formats/README.md).
#include <gtest/gtest.h>

#include <algorithm>

#include "security/journal_chain.hpp"
#include "support/samples.hpp"

namespace till::security {
namespace {

using till::test::sample;

// An end: the hash of the last entry, the signature over the end, and one over the same entry as a checkpoint.
struct SignedEnd {
  AuditHead head;
  Signature end{}, checkpoint{};
};

struct JournalEndSample : testing::Test {
  JournalEndSample() {
    device.bytes.fill(0xde);
    previous.fill(5);
  }
  Bytes made() const {
    const AuditHead head{412, journal_hash(previous, entry)};
    Bytes out(head.hash.begin(), head.hash.end());
    for (const auto& signature : {sign_journal_head(key, device, head), sign_journal_checkpoint(key, device, head)})
      out.insert(out.end(), signature->begin(), signature->end());
    return out;
  }
  static SignedEnd read(const Bytes& bytes) {
    SignedEnd all;
    all.head.sequence = 412;
    std::copy_n(bytes.begin(), 32, all.head.hash.begin());
    std::copy_n(bytes.begin() + 32, 64, all.end.begin());
    std::copy_n(bytes.begin() + 96, 64, all.checkpoint.begin());
    return all;
  }
  const SigningKey key = *SigningKey::from_seed(SecretBytes(Bytes(32, 0x51)));
  // The entry is opaque here; tests/unit/domain/journal_samples_test.cpp reads it.
  const Bytes entry = sample("journal-entry-2");
  Id device;
  Hash previous{};
};

TEST_F(JournalEndSample, IsTheEndOfItsEntryAndSignedByItsTerminal) {
  const Bytes bytes = sample("journal-end-1", [&] { return made(); });
  ASSERT_EQ(bytes.size(), 32U + 64U + 64U);
  const SignedEnd all = read(bytes);
  EXPECT_EQ(journal_hash(previous, entry), all.head.hash);
  EXPECT_TRUE(verify_journal_head(key.public_key(), device, all.head, all.end));
  EXPECT_TRUE(verify_journal_checkpoint(key.public_key(), device, all.head, all.checkpoint));
  EXPECT_FALSE(verify_journal_head(key.public_key(), device, all.head, all.checkpoint));
  EXPECT_EQ(made(), bytes) << "hashes and these signatures are always the same";
}

TEST_F(JournalEndSample, IsTheEndOfAChainThatIsWalked) {
  const SignedEnd all = read(sample("journal-end-1", [&] { return made(); }));
  JournalWalk walk({{411, previous}}, all.head);
  walk.add({412, previous, all.head.hash, entry});
  const auto report = walk.finish();
  EXPECT_TRUE(report.good());
  EXPECT_EQ(report.checked, 1U);
  EXPECT_EQ(report.last, 412U);
}

}  // namespace
}  // namespace till::security
