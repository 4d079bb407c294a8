// One entry of a terminal's audit journal: who did what, when, allowed by whom, and what a changed row said before and
// after. An immutable document; the entries of a terminal are a chain (security/journal_chain.hpp), so each carries its
// number, the hash of the entry before it and its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"
#include "core/wire.hpp"

namespace till::domain {

// One field of one row. The values are the bytes of the field's type; `before` is empty for a new row.
struct AuditChange {
  std::uint16_t entity = 0;
  Id row;
  std::uint16_t field = 0;
  bool has_values = true;  // false: personal, secret or long; then only that it changed is kept
  Bytes before, after;

  bool operator==(const AuditChange&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(entity, row, field, has_values, before, after);
  }
};

struct AuditEntry {
  static constexpr std::uint16_t kEntity = 30;
  Id id;
  Id device;
  std::int64_t sequence = 0;  // per device, without gap
  UtcTime at;
  std::string user_name;
  std::string approved_by;
  std::string action;   // "sale", "refund", "price.change", "sign-in", "refused", ...
  std::string subject;  // receipt number, SKU, user name
  std::string detail;
  std::vector<AuditChange> changes;
  Bytes previous_hash;  // 32 zero bytes before the first entry
  Bytes chain_hash;     // empty: written before entries carried their chain

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "device", device), field(2, "sequence", sequence), field(3, "at", at.us),
            field(4, "user_name", user_name), field(5, "approved_by", approved_by), field(6, "action", action),
            field(7, "subject", subject), field(8, "detail", detail), field(9, "changes", changes),
            field(10, "previous_hash", previous_hash), field(11, "chain_hash", chain_hash));
  }
};

// What the chain covers: u8 format (2), id, and the fields 1 to 9 in the encoding of core/wire.hpp.
inline Bytes canonical_bytes(const AuditEntry& entry) {
  constexpr std::uint8_t kFormat = 2;
  WireWriter out;
  out(kFormat, entry.id, entry.device, entry.sequence, entry.at.us, entry.user_name, entry.approved_by, entry.action,
      entry.subject, entry.detail, entry.changes);
  return out.take();
}

}  // namespace till::domain
