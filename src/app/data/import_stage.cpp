#include "app/data/import_stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/stock_count_row.hpp"
#include "core/log.hpp"
#include "security/seal.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr std::size_t kStepsPerWrite = 20;
constexpr const char* kDecided = "import.decided";
constexpr const char* kFirstStep =
    "SELECT min(key), count(*) FROM meta WHERE key >= 'import.step.' AND key < 'import.step/'";

std::string step_key(std::size_t step) {
  return fmt::format("import.step.{:08}", step);
}

security::SecretBytes stage_key(ShopState& state) {
  return state.keys->with_ring([](security::RingFile& file) { return file.ring.derive_lasting("import stage"); });
}

struct Decision {
  Id user;
  std::string user_name;
  domain::Role role = domain::Role::cashier;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(user, user_name, role);
  }
};

FieldMap field_map(const StagedOp& op) {
  FieldMap fields;
  for (const auto& field : op.fields) fields[field.number] = field.value;
  return fields;
}

template <class E>
Status put_row(ShopState& state, storage::Transaction& tx, const StagedOp& op) {
  auto row = TRY(storage::load<E>(tx, op.id)).value_or(E{});
  row.id = op.id;
  TRY(apply_fields(field_map(op), row));
  return state.replica->put(tx, row);
}

Status count_stock_of(ShopState& state, storage::Transaction& tx, const StagedOp& op, const Actor& actor) {
  domain::StockCount wanted;
  TRY(apply_fields(field_map(op), wanted));
  wanted.id = op.id;
  wanted.user = actor.user;
  wanted.user_name = actor.name;
  TRY(add_stock_count(state, tx, std::move(wanted)));
  return {};
}

Status carry_out(ShopState& state, storage::Transaction& tx, const std::vector<StagedOp>& ops, const Actor& actor) {
  for (const auto& op : ops) {
    if (op.entity == domain::StockCount::kEntity) {
      TRY(count_stock_of(state, tx, op, actor));
      continue;
    }
    Status done = corrupt("the import holds a row of a kind that this program does not know");
    storage::with_entity(op.entity, [&]<class E>() {
      if constexpr (requires(E row) { row.lifecycle; }) done = put_row<E>(state, tx, op);
    });
    TRY(done);
  }
  return {};
}

struct FirstStep {
  std::string key;
  std::int64_t steps = 0;
};
Result<FirstStep> first_step(storage::Connection& conn) {
  auto q = TRY(conn.query(kFirstStep));
  FirstStep first;
  if (TRY(q.next()) && q.integer(1) > 0) first = {q.text(0), q.integer(1)};
  return first;
}

// One step of a decided import; false when it was the last one.
Result<bool> carry_on(ShopState& state, const security::SecretBytes& key) {
  return change(
      state,
      [&](storage::Transaction& tx) -> Result<bool> {
        const auto decided = TRY(storage::meta(tx, kDecided));
        const auto first = TRY(first_step(tx));
        if (!decided || first.steps == 0) {
          TRY(storage::remove_meta(tx, kDecided));
          return false;
        }
        const auto by = TRY(decode<Decision>(*decided));
        const auto sealed = TRY(storage::meta(tx, first.key));
        const auto ops = TRY(decode<std::vector<StagedOp>>(TRY(security::open(key, *sealed, view(first.key)))));
        TRY(carry_out(state, tx, ops, {by.user, by.user_name, by.role, {}, {}, {}}));
        (void)state.replica->take_changes();  // the journal told of them when it was decided
        TRY(storage::remove_meta(tx, first.key));
        return true;
      },
      storage::Priority::background);
}

// In pieces: a long stage is not taken away in one transaction either.
Status discard(ShopState& state) {
  for (std::int64_t left = 1; left > 0;) {
    left = TRY(state.db->write(
        [](storage::Transaction& tx) -> Result<std::int64_t> {
          TRY(
              tx.run("DELETE FROM meta WHERE key IN (SELECT key FROM meta WHERE key >= 'import.step.' AND "
                     "key < 'import.step/' ORDER BY key LIMIT 20)"));
          return TRY(first_step(tx)).steps;
        },
        storage::Priority::background));
  }
  return {};
}

}  // namespace

ImportStage::~ImportStage() {
  if (decided_ || steps_ == 0) return;
  if (const auto gone = discard(state_); !gone) log::warning("a stopped import left its stage: {}", gone.error().cause);
}

Status ImportStage::add(StagedOp op) {
  waiting_.push_back(std::move(op));
  ++size_;
  return waiting_.size() < kOpsPerStep * kStepsPerWrite ? Status{} : write_steps();
}

Status ImportStage::write_steps() {
  const auto key = stage_key(state_);
  std::vector<std::pair<std::string, Bytes>> steps;
  for (std::size_t i = 0; i < waiting_.size(); i += kOpsPerStep) {
    const auto end = std::min(i + kOpsPerStep, waiting_.size());
    const std::vector<StagedOp> ops(std::make_move_iterator(waiting_.begin() + static_cast<std::ptrdiff_t>(i)),
                                    std::make_move_iterator(waiting_.begin() + static_cast<std::ptrdiff_t>(end)));
    auto name = step_key(steps_ + steps.size());
    auto sealed = TRY(security::seal(key, encode(ops), view(name), state_.random));
    steps.emplace_back(std::move(name), std::move(sealed));
  }
  waiting_.clear();
  const auto written = steps.size();
  steps_ += written;  // also when it fails: what may be there is taken away
  return state_.db->write(
      [&](storage::Transaction& tx) -> Status {
        for (const auto& [name, sealed] : steps) TRY(storage::set_meta(tx, name, sealed));
        return {};
      },
      storage::Priority::background);
}

Status ImportStage::commit(const Actor& actor, const JournalText& text, Task& task) {
  if (steps_ == 0 && waiting_.size() <= kOpsPerStep) {
    TRY(task.go_on());
    return change(
        state_,
        [&](storage::Transaction& tx) -> Status {
          TRY(carry_out(state_, tx, waiting_, actor));
          return write_journal(state_, tx, actor, text);
        },
        storage::Priority::background);
  }
  TRY(write_steps());
  TRY(task.go_on());
  TRY(change(state_, [&](storage::Transaction& tx) -> Status {
    TRY(storage::set_meta(tx, kDecided, encode(Decision{actor.user, actor.name, actor.role})));
    return write_journal(state_, tx, actor, text);
  }));
  decided_ = true;
  task.begin("Writing", size_);
  const auto key = stage_key(state_);
  for (std::size_t done = kOpsPerStep;; done += kOpsPerStep) {
    const auto more = carry_on(state_, key);
    if (!more) {
      return fail(
          more.error().context("the import is decided and will be finished when the till starts next, or before "
                               "the next import"));
    }
    if (!*more) return {};
    task.advance_to(std::min(done, size_));
  }
}

Status finish_staged_import(ShopState& state) {
  const auto left = TRY(state.db->read([](storage::Connection& conn) -> Result<std::pair<bool, std::int64_t>> {
    return std::pair(TRY(storage::meta(conn, kDecided)).has_value(), TRY(first_step(conn)).steps);
  }));
  if (!left.first) return left.second == 0 ? Status{} : discard(state);
  log::warning("an import was interrupted after it was decided: {} steps are carried out now", left.second);
  const auto key = stage_key(state);
  while (TRY(carry_on(state, key))) {
  }
  return {};
}

}  // namespace till::app
