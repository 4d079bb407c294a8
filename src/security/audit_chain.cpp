#include "security/audit_chain.hpp"

#include <fmt/format.h>

namespace till::security {
namespace {

constexpr std::size_t kMaxFindings = 100;

template <class List, class Entry>
void add_bounded(List& list, Entry entry) {
  if (list.size() < kMaxFindings) list.push_back(std::move(entry));
}

std::string missing_text(const std::pair<std::uint64_t, std::uint64_t>& range) {
  if (range.first == range.second) return fmt::format("record {} is missing", range.first);
  return fmt::format("records {} to {} are missing", range.first, range.second);
}

std::string sentence_of(const AuditReport& report) {
  if (report.good()) return fmt::format("{} records, all as they were written", report.checked);
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  if (report.first_bad) add(fmt::format("record {} is not as it was written", *report.first_bad));
  if (!report.missing.empty()) add(missing_text(report.missing.front()));
  if (report.missing.size() > 1) add(fmt::format("and {} more gaps", report.missing.size() - 1));
  if (!report.out_of_place.empty()) add(fmt::format("record {} is out of place", report.out_of_place.front()));
  return text;
}

}  // namespace

AuditHead next_head(const SecretBytes& key, const AuditHead& head, ByteView record, std::uint8_t version) {
  ByteWriter input;
  input.u8(version);
  input.raw(head.hash);
  input.u64(head.sequence + 1);
  input.raw(record);
  return {head.sequence + 1, hmac_sha256(key.view(), input.bytes())};
}

AuditVerifier::AuditVerifier(SecretBytes key, AuditHead from, std::optional<AuditHead> expected)
    : key_(std::move(key)), previous_(from), expected_(expected) {
  report_.head = from;
  met_expected_ = expected && expected->sequence == from.sequence;
}

void AuditVerifier::add(const StoredAuditRecord& record) {
  ++report_.checked;
  if (record.sequence <= previous_.sequence) {
    add_bounded(report_.out_of_place, record.sequence);
    return;
  }
  const bool gap = record.sequence != previous_.sequence + 1;
  if (gap) add_bounded(report_.missing, std::pair{previous_.sequence + 1, record.sequence - 1});
  // After a gap the hash before it is not known, so this record cannot be judged; the next one can.
  const bool right = gap || same(next_head(key_, previous_, record.bytes, record.version).hash, record.hash);
  previous_ = {record.sequence, record.hash};
  const bool expected_differs =
      expected_ && expected_->sequence == record.sequence && !same(expected_->hash, record.hash);
  if (expected_ && expected_->sequence == record.sequence) met_expected_ = true;
  if ((!right || expected_differs) && !report_.first_bad) report_.first_bad = record.sequence;
  if (report_.good()) report_.head = previous_;
}

AuditReport AuditVerifier::finish() {
  if (expected_ && !met_expected_ && expected_->sequence > previous_.sequence) {
    add_bounded(report_.missing, std::pair{previous_.sequence + 1, expected_->sequence});
  }
  report_.sentence = sentence_of(report_);
  return report_;
}

}  // namespace till::security
