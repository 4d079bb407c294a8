// Whole file or nothing, and a sale never waits for it. What an import wants to change is written beside the shop first
// (sealed, a few thousand rows a transaction, in the terminal's own facts), where nobody sees it. Then one transaction
// decides: from then on the file is in, and is carried over in steps of kOpsPerStep: several make a background
// transaction, which ends after the step in progress when a sale waits. A stop before the decision leaves nothing; one
// after it is carried on when the shop opens next, before anything else. A file of a single transaction needs no stage.
//
// Others may change the shop meanwhile: an operation holds only the fields that the file changes.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "core/fields.hpp"
#include "core/task.hpp"

namespace till::app {

constexpr std::size_t kOpsPerStep = 25;
constexpr std::size_t kStepsPerTransaction = 4;

struct StagedField {
  FieldNumber number = 0;
  Bytes value;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(number, value);
  }
};

struct StagedOp {
  std::uint16_t entity = 0;  // a row's, or StockCount: what was counted, of the product
  Id id;
  std::vector<StagedField> fields;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(entity, id, fields);
  }
};

template <class E>
StagedOp whole_row(const E& row) {
  StagedOp op{E::kEntity, row.id, {}};
  for (auto& [number, value] : to_fields(row)) op.fields.push_back({number, std::move(value)});
  return op;
}

class ImportStage {
 public:
  explicit ImportStage(ShopState& state) : state_(state) {}
  // Nothing of it is left when it was not decided.
  ~ImportStage();
  ImportStage(const ImportStage&) = delete;
  ImportStage& operator=(const ImportStage&) = delete;

  Status add(StagedOp op);
  [[nodiscard]] std::size_t size() const { return size_; }
  // Decides and carries out. The journal tells of it in the deciding transaction.
  Status commit(const Actor& actor, const JournalText& text, Task& task);

 private:
  Status write_steps();
  ShopState& state_;
  std::vector<StagedOp> waiting_;
  std::size_t size_ = 0, steps_ = 0;
  bool decided_ = false;
};

// Carries on what was decided, takes away what was not. Does nothing when there is nothing of either.
Status finish_staged_import(ShopState& state);

}  // namespace till::app
