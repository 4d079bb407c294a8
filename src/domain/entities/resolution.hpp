// How a conflict was settled: what stood against what, what was chosen, by whom. An immutable document, so that the
// decision reaches every terminal and can be undone by a later one. The change itself is an ordinary change of the row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"

namespace till::domain {

// One change in the log (sync/stamp.hpp, Order) and the value that it gave the field.
struct CitedChange {
  Id device;
  std::uint64_t incarnation = 0;
  std::uint64_t sequence = 0;
  std::uint64_t stamp = 0;
  Bytes value;

  bool operator==(const CitedChange&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, incarnation, sequence, stamp, value);
  }
};

struct Resolution {
  static constexpr std::uint16_t kEntity = 31;
  Id id;
  std::uint16_t entity = 0;
  Id row;
  std::uint16_t field_number = 0;
  CitedChange chosen;                   // the change that settled it, with the value that holds from then on
  std::vector<CitedChange> candidates;  // what it replaced; the first is what was visible until then
  std::vector<CitedChange> stands_for;  // by rule: the changes by people that are in the chosen value
  bool base_known = false;
  Bytes base;               // what both sides had replaced, as long as the log still had it
  std::uint8_t policy = 0;  // sync/merge.hpp, Policy; manual: a person chose
  std::string user_name;    // empty: the rule
  std::string terminal;
  Id device;
  UtcTime at;
  Id cites;  // the resolution that this one takes back, or nil

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "entity", entity), field(2, "row", row), field(3, "field_number", field_number),
            field(4, "chosen", chosen), field(5, "candidates", candidates), field(6, "stands_for", stands_for),
            field(7, "base_known", base_known), field(8, "base", base), field(9, "policy", policy),
            field(10, "user_name", user_name), field(11, "terminal", terminal), field(12, "device", device),
            field(13, "at", at.us), field(14, "cites", cites));
  }
};

}  // namespace till::domain
