// What a terminal does when others with the same log show other digests (sync/divergence.hpp): it folds its own tables
// again, by itself once a day for each table and terminal, and says what still differs afterwards. Then the fault is
// elsewhere, or in the program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/healing_run.hpp"

namespace till::storage {

struct AnsweredDivergence {
  std::optional<HealReport> report;    // none: nothing was due
  std::vector<std::string> incidents;  // what still stands afterwards, a sentence each
};
// `now_ms` is trusted time, `program` this one's name.
Result<AnsweredDivergence> answer_divergences(HealingShop& shop, const sync::SegmentKeys& keys,
                                              const std::string& scratch_path, const std::string& program,
                                              const std::vector<sync::Divergence>& divergences, std::int64_t now_ms);

}  // namespace till::storage
