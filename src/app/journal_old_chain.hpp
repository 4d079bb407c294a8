// The chain of entries that were written before each entry carried its own (security/audit_chain.hpp): keyed by the key
// ring, so that only the terminal that wrote them can check them. When a terminal joins a tenant it takes over another
// ring; the key until then is kept, sealed under this PC's, with the last number that it covers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/shop.hpp"
#include "core/result.hpp"
#include "security/audit_chain.hpp"
#include "security/secret_bytes.hpp"
#include "storage/audit.hpp"

namespace till::app {

struct JournalKeySpan {
  std::uint64_t last_sequence = 0;  // UINT64_MAX for the present key
  security::SecretBytes key;
};

// Before another ring is taken over.
Status remember_journal_key(Shop& shop);

// Added in the order of their numbers.
class OldChain {
 public:
  explicit OldChain(Shop& shop) : shop_(shop) {}
  Status add(const storage::AuditRow& row);
  // What is wrong; empty: nothing.
  std::string finish();
  [[nodiscard]] std::uint64_t checked() const { return checked_; }
  [[nodiscard]] std::optional<security::AuditHead> end() const { return end_; }

 private:
  void end_span();

  Shop& shop_;
  std::vector<JournalKeySpan> spans_;
  std::size_t span_ = 0;
  std::unique_ptr<security::AuditVerifier> verifier_;
  security::AuditHead from_;
  std::optional<security::AuditHead> end_;  // as stored
  std::uint64_t checked_ = 0;
  std::string wrong_;
};

}  // namespace till::app
