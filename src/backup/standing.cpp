#include "backup/standing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "backup/sabotage.hpp"

namespace till::backup {
namespace {

GenerationStanding by_itself(const Manifest& manifest, const Proofs& proofs) {
  const auto found = proofs.find(manifest.generation);
  const auto& its = found == proofs.end() ? std::vector<Proof>{} : found->second;
  if (is_verified(manifest, its)) return {Standing::restorable, {}, {}};
  const auto* failure = standing_failure(its);
  if (failure == nullptr) return {Standing::unproved, {}, {}};
  return {Standing::damaged, failure->sentence, manifest.generation};
}

GenerationStanding through_parent(const Manifest& manifest, const Standings& judged) {
  const auto parent = judged.find(manifest.parent);
  if (parent == judged.end()) {
    return {Standing::damaged,
            fmt::format("backup {} continues backup {}, which is not there any more or cannot be read; use another "
                        "backup",
                        manifest.generation, manifest.parent),
            manifest.parent};
  }
  const auto& [standing, problem, through] = parent->second;
  if (standing != Standing::damaged) return {standing, {}, {}};
  return {standing,
          fmt::format("backup {} continues backup {}, which was found damaged; use another backup", manifest.generation,
                      through),
          through};
}

}  // namespace

Standings judge(const std::vector<ListedGeneration>& generations, const Proofs& proofs) {
  std::vector<const Manifest*> in_order;  // a parent's number is lower
  for (const auto& entry : generations) {
    if (entry.manifest) in_order.push_back(&*entry.manifest);
  }
  std::ranges::sort(in_order, {}, &Manifest::number);
  Standings judged;
  for (const auto* manifest : in_order) {
    auto standing = by_itself(*manifest, proofs);
    const bool inherits = manifest->kind == GenerationKind::incremental && !sabotaged(Sabotage::heirs_spared);
    if (inherits && standing.standing != Standing::damaged) {
      auto inherited = through_parent(*manifest, judged);
      if (inherited.standing != Standing::restorable) standing = std::move(inherited);
    }
    judged[manifest->generation] = std::move(standing);
  }
  return judged;
}

bool is_restorable(const Standings& standings, std::string_view generation) {
  const auto found = standings.find(generation);
  return found != standings.end() && found->second.standing == Standing::restorable;
}

}  // namespace till::backup
