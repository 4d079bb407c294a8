// An entry of the journal as it lies in logs, exports and people's archives (tests/vectors/formats/README.md): its
// canonical bytes, which the chain covers, and its fields by number, as sync carries and keeps them.
#include <gtest/gtest.h>

#include "domain/entities/audit.hpp"
#include "support/samples.hpp"

namespace till::domain {
namespace {

using till::test::sample;

Id id_of(std::uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

AuditEntry written() {
  AuditEntry e;
  e.id = id_of(0x0e);
  e.device = id_of(0xde);
  e.sequence = 412;
  e.at = {1'790'000'000'123'456};
  e.user_name = "Jonas";
  e.approved_by = "Ann";
  e.action = "price.change";
  e.subject = "NS-011";
  e.detail = "Crème brûlée";
  e.changes = {{7, id_of(0xaa), 4, true, to_bytes("\x90\x19"), to_bytes("\x91\x19")},
               {9, id_of(0xcc), 300, false, {}, {}}};
  e.previous_hash = Bytes(32, 5);
  e.chain_hash = Bytes(32, 6);
  return e;
}

void expect_what_the_chain_covers(const AuditEntry& read) {
  EXPECT_EQ(read.device, id_of(0xde));
  EXPECT_EQ(read.sequence, 412);
  EXPECT_EQ(read.at.us, 1'790'000'000'123'456);
  EXPECT_EQ(read.user_name, "Jonas");
  EXPECT_EQ(read.approved_by, "Ann");
  EXPECT_EQ(read.action, "price.change");
  EXPECT_EQ(read.subject, "NS-011");
  EXPECT_EQ(read.detail, "Crème brûlée");
  ASSERT_EQ(read.changes.size(), 2U);
  EXPECT_EQ(read.changes[0], (AuditChange{7, id_of(0xaa), 4, true, to_bytes("\x90\x19"), to_bytes("\x91\x19")}));
  EXPECT_EQ(read.changes[1], (AuditChange{9, id_of(0xcc), 300, false, {}, {}}));
}

TEST(JournalEntrySample, CanonicalBytesOfFormat2AreWrittenAlikeForEver) {
  const Bytes bytes = sample("journal-entry-2", [] { return canonical_bytes(written()); });
  EXPECT_EQ(canonical_bytes(written()), bytes) << "every chain that was ever written would break here";
  std::uint8_t format = 0;
  AuditEntry read;
  WireReader in(bytes);
  in(format, read.id, read.device, read.sequence, read.at.us, read.user_name, read.approved_by, read.action,
     read.subject, read.detail, read.changes);
  EXPECT_TRUE(in.empty());
  EXPECT_EQ(format, 2);
  EXPECT_EQ(read.id, id_of(0x0e));
  expect_what_the_chain_covers(read);
}

// Each as number u16, varint size and bytes.
Bytes joined(const FieldMap& fields) {
  ByteWriter out;
  for (const auto& [number, bytes] : fields) {
    out.u16(number);
    out.sized(bytes);
  }
  return out.take();
}

TEST(JournalEntrySample, FieldsAreReadInFullAndWrittenAlike) {
  const Bytes bytes = sample("journal-entry-2-fields", [] { return joined(to_fields(written())); });
  FieldMap fields;
  for (ByteReader in(bytes); !in.empty();) {
    const auto number = *in.u16();
    fields[number] = to_bytes(*in.sized(1000));
  }
  ASSERT_EQ(fields.size(), 11U);
  AuditEntry read;
  ASSERT_TRUE(apply_fields(fields, read));
  expect_what_the_chain_covers(read);
  EXPECT_EQ(read.previous_hash, Bytes(32, 5));
  EXPECT_EQ(read.chain_hash, Bytes(32, 6));
  EXPECT_EQ(joined(to_fields(written())), bytes);
}

}  // namespace
}  // namespace till::domain
