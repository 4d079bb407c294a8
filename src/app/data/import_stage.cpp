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

constexpr std::size_t kStepsPerWrite = 80;
constexpr const char* kDecided = "import.decided";
constexpr const char* kFirstStep =
    "SELECT key FROM meta WHERE key >= 'import.step.' AND key < 'import.step/' ORDER BY key LIMIT 1";

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

Result<std::optional<std::string>> first_step(storage::Connection& conn) {
  auto q = TRY(conn.query(kFirstStep));
  if (!TRY(q.next())) return std::nullopt;
  return q.text(0);
}

// The next step of a decided import; false when there is none.
Result<bool> carry_out_step(ShopState& state, storage::Transaction& tx, const security::SecretBytes& key) {
  const auto decided = TRY(storage::meta(tx, kDecided));
  const auto first = TRY(first_step(tx));
  if (!decided || !first) return false;
  const auto by = TRY(decode<Decision>(*decided));
  const auto sealed = TRY(storage::meta(tx, *first));
  const auto ops = TRY(decode<std::vector<StagedOp>>(TRY(security::open(key, *sealed, view(*first)))));
  TRY(carry_out(state, tx, ops, {by.user, by.user_name, by.role, {}, {}, {}}));
  TRY(storage::remove_meta(tx, *first));
  return true;
}

// One transaction of a decided import: several steps, fewer as soon as somebody waits for the writer. How many; none
// when it is all there.
Result<std::size_t> carry_on(ShopState& state, const security::SecretBytes& key) {
  return change(
      state,
      [&](storage::Transaction& tx) -> Result<std::size_t> {
        std::size_t steps = 0;
        do {
          if (!TRY(carry_out_step(state, tx, key))) break;
          ++steps;
        } while (steps < kStepsPerTransaction && state.db->jobs_waiting() == 0);
        (void)state.replica->take_changes();  // the journal told of them when it was decided
        if (steps == 0) TRY(storage::remove_meta(tx, kDecided));
        return steps;
      },
      storage::Priority::background);
}

// In pieces: a long stage is not taken away in one transaction either.
Status discard(ShopState& state) {
  for (bool is_some_left = true; is_some_left;) {
    is_some_left = TRY(state.db->write(
        [](storage::Transaction& tx) -> Result<bool> {
          TRY(
              tx.run("DELETE FROM meta WHERE key IN (SELECT key FROM meta WHERE key >= 'import.step.' AND "
                     "key < 'import.step/' ORDER BY key LIMIT 80)"));
          return TRY(first_step(tx)).has_value();
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
  if (steps_ == 0 && waiting_.size() <= kOpsPerStep * kStepsPerTransaction) {
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
  for (std::size_t done = 0;;) {
    const auto steps = carry_on(state_, key);
    if (!steps) {
      return fail(
          steps.error().context("the import is decided and will be finished when the till starts next, or before "
                                "the next import"));
    }
    if (*steps == 0) return {};
    done += *steps * kOpsPerStep;
    task.advance_to(std::min(done, size_));
  }
}

Status finish_staged_import(ShopState& state) {
  using Left = std::pair<bool, std::optional<std::string>>;
  const auto [is_decided, step] = TRY(state.db->read([](storage::Connection& conn) -> Result<Left> {
    return Left(TRY(storage::meta(conn, kDecided)).has_value(), TRY(first_step(conn)));
  }));
  if (!is_decided) return step ? discard(state) : Status{};
  log::warning("an import was interrupted after it was decided: it is carried on now, from {}",
               step.value_or("its end"));
  const auto key = stage_key(state);
  while (TRY(carry_on(state, key)) > 0) {
  }
  return {};
}

}  // namespace till::app
