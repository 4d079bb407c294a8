#include "storage/heal_divergence.hpp"

#include <algorithm>

#include "storage/sync_digests.hpp"
#include "storage/tables.hpp"
#include "sync/sabotage.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

constexpr std::string_view kMemory = "heal.memory";

// Durable before the work begins: what ends the program does not begin again with it.
Result<std::set<EntityNumber>> take_what_is_due(HealingShop& shop, const std::vector<Divergence>& divergences,
                                                std::int64_t now_ms) {
  std::set<EntityNumber> due;
  TRY(shop.write([&](Transaction& tx) -> Status {
    SyncStore store(tx);
    auto memory = HealMemory::from_bytes(TRY(store.note(kMemory)).value_or(Bytes{}));
    due = memory.due(divergences, now_ms);
    if (due.empty()) return {};
    memory.remember(divergences, now_ms);
    return store.set_note(kMemory, memory.to_bytes());
  }));
  return due;
}

// The planted fault of that name.
Status adopt(HealingShop& shop, const std::vector<Divergence>& divergences) {
  return shop.write([&](Transaction& tx) -> Status {
    for (const auto& theirs : TRY(load_all<DeviceProgress>(tx))) {
      for (const Divergence& divergence : divergences) {
        if (divergence.device != theirs.id) continue;
        for (const TableDigest& digest : theirs.digests) {
          const bool differs = std::ranges::find(divergence.entities, digest.entity) != divergence.entities.end();
          if (!differs) continue;
          const auto own = TRY(kept_digest(tx, digest.entity));
          TRY(change_digest(tx, digest.entity,
                            static_cast<std::int64_t>(digest.rows) - static_cast<std::int64_t>(own.rows),
                            own.digest ^ digest.digest));
        }
      }
    }
    return {};
  });
}

Result<std::vector<std::string>> what_still_stands(HealingShop& shop, const std::string& program,
                                                   const std::set<EntityNumber>& folded) {
  std::vector<std::string> incidents;
  TRY(shop.read([&](Connection& conn) -> Status {
    SyncStore store(conn);
    for (Divergence divergence : TRY(divergences(store))) {
      std::erase_if(divergence.entities, [&](EntityNumber entity) { return !folded.contains(entity); });
      if (divergence.entities.empty()) continue;
      const auto theirs = TRY(load<DeviceProgress>(conn, divergence.device));
      incidents.push_back(sentence_after_healing(divergence, program, theirs ? theirs->program : program));
    }
    return {};
  }));
  return incidents;
}

}  // namespace

Result<AnsweredDivergence> answer_divergences(HealingShop& shop, const SegmentKeys& keys,
                                              const std::string& scratch_path, const std::string& program,
                                              const std::vector<Divergence>& divergences, std::int64_t now_ms) {
  AnsweredDivergence answer;
  if (divergences.empty()) return answer;
  if (sabotaged(Sabotage::adopt_digest)) {
    TRY(adopt(shop, divergences));
    return answer;
  }
  const auto due = TRY(take_what_is_due(shop, divergences, now_ms));
  if (due.empty()) return answer;
  answer.report = TRY(heal(shop, keys, {scratch_path, due, false}));
  answer.incidents = TRY(what_still_stands(shop, program, due));
  return answer;
}

}  // namespace till::storage
