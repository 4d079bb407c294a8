#include "app/healing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>

#include "app/entity_text.hpp"
#include "app/journal.hpp"
#include "app/log_keys.hpp"
#include "app/shop_state.hpp"
#include "storage/heal_divergence.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

using storage::HealReport;
using storage::RowDifference;
using sync::Remedy;

constexpr const char* kLastLooked = "heal.last_looked";  // a table's number; empty: all are to be looked at
constexpr std::size_t kMaxJournalled = 200;              // rows of one healing; the rest is told by number

// One at a time in this program: the scratch tables are as large as the shop's.
std::mutex& operating_room() {
  static std::mutex room;
  return room;
}

const char* what_was_done(Remedy remedy) {
  switch (remedy) {
    case Remedy::correct:
      return "was not what the log says and is set right";
    case Remedy::put_back:
      return "was gone and is put back";
    case Remedy::not_in_log:
      return "is in no log; it stays as it is";
    case Remedy::history_missing:
      return "differs from the log, which does not reach back to its beginning; it stays as it is";
    case Remedy::none:
      break;
  }
  return "";
}

// Documents have no name among the rows that people edit.
constexpr auto kDocumentNames = std::to_array<std::pair<sync::EntityNumber, std::string_view>>({
    {domain::Sale::kEntity, "Sale"},
    {domain::StockMove::kEntity, "Stock move"},
    {domain::ShiftEvent::kEntity, "Shift event"},
    {domain::OrderEvent::kEntity, "Order event"},
    {domain::StockCount::kEntity, "Stock count"},
    {domain::AuditEntry::kEntity, "Journal entry"},
    {domain::Resolution::kEntity, "Settled conflict"},
    {sync::DeviceProgress::kEntity, "Terminal's progress"},
    {sync::Amendment::kEntity, "Corrected clock"},
});

std::string_view table_name(sync::EntityNumber entity) {
  const auto found = std::ranges::find(kDocumentNames, entity, [](const auto& name) { return name.first; });
  return found == kDocumentNames.end() ? entity_label(entity) : found->second;
}

// People's data is not spelled out in the journal.
bool is_personal(sync::EntityNumber entity) {
  return entity == domain::Customer::kEntity || entity == domain::User::kEntity;
}

std::string line_of(ShopState& state, storage::Connection& conn, const RowDifference& row) {
  const auto currency = state.settings()->rules.currency;
  const auto shown = [&](const FieldMap& values, FieldNumber field) {
    const auto value = values.find(field);
    return value == values.end() ? std::string("nothing")
                                 : shown_value(conn, currency, row.entity, field, value->second).text;
  };
  std::string line = fmt::format("{} {} {}", table_name(row.entity), to_string(row.row), what_was_done(row.remedy));
  for (const FieldNumber field : row.fields) {
    const auto key = field_key(row.entity, field);
    line += is_personal(row.entity)
                ? fmt::format("; {}", key)
                : fmt::format("; {}: {} -> {}", key, shown(row.before, field), shown(row.after, field));
  }
  return line;
}

class ShopToHeal final : public storage::HealingShop {
 public:
  ShopToHeal(ShopState& state, Actor actor, MustStop must_stop)
      : state_(state), actor_(std::move(actor)), must_stop_(std::move(must_stop)) {}

  Status read(const std::function<Status(storage::Connection&)>& job) override { return state_.db->read(job); }
  Status write(const std::function<Status(storage::Transaction&)>& job) override {
    return change(state_, job, storage::Priority::background);
  }
  bool must_stop() override { return must_stop_ && must_stop_(); }
  Status corrected(storage::Transaction& tx, const std::vector<RowDifference>& rows) override {
    std::size_t left = 0;
    for (const RowDifference& row : rows) {
      if (journalled_ >= kMaxJournalled) {
        ++left;
        continue;
      }
      ++journalled_;
      TRY(write_journal(state_, tx, actor_,
                        {"sync.heal", std::string(table_name(row.entity)), line_of(state_, tx, row)}));
    }
    if (left == 0) return {};
    return write_journal(state_, tx, actor_, {"sync.heal", {}, fmt::format("and {} rows more", left)});
  }

 private:
  ShopState& state_;
  Actor actor_;
  MustStop must_stop_;
  std::size_t journalled_ = 0;
};

std::string scratch_path(ShopState& state) {
  return storage::join_path(state.folder->paths().root, storage::ScratchTables::kFile);
}

const char* log_word(sync::LogState log) {
  switch (log) {
    case sync::LogState::whole:
      return "whole";
    case sync::LogState::begins_late:
      return "begins with a snapshot";
    case sync::LogState::broken:
      break;
  }
  return "damaged";
}

std::string sentence_of(const HealingResult& result, const HealReport& report, bool dry_run) {
  if (report.healed() + report.not_healed() + report.stock_levels + report.digests.size() == 0 && result.good)
    return fmt::format("the tables are what the log says ({} records folded)", result.records);
  std::string text =
      fmt::format("{} rows {} folded again from the log", report.healed(), dry_run ? "would be" : "were");
  if (report.stock_levels > 0)
    text += fmt::format("; {} stock levels {}counted anew", report.stock_levels, dry_run ? "would be " : "");
  if (report.not_healed() > 0)
    text += fmt::format(
        "; {} rows differ from the log and stay as they are, since the log is no proof against them; "
        "show this to support",
        report.not_healed());
  if (!report.why_broken.empty())
    text += "; the log itself is damaged (" + report.why_broken + "): restore the newest backup";
  return text;
}

HealingResult result_of(ShopState& state, const HealReport& report, bool dry_run) {
  HealingResult result;
  result.records = report.records_folded;
  result.stock_levels = report.stock_levels;
  for (const auto& table : report.tables) {
    const bool wrong_digest = std::ranges::find(report.digests, table.entity) != report.digests.end();
    const bool damaged_log = table.log == sync::LogState::broken;
    result.good = result.good && table.not_in_log + table.history_missing == 0 && !damaged_log;
    if (!dry_run && table.healed() > 0) result.changed.insert(table.entity);
    if (table.healed() + table.not_in_log + table.history_missing == 0 && !wrong_digest && !damaged_log) continue;
    result.tables.push_back({std::string(table_name(table.entity)), table.healed(), table.not_in_log,
                             table.history_missing, wrong_digest, log_word(table.log)});
  }
  (void)state.db->read([&](storage::Connection& conn) -> Status {
    for (const auto& row : report.rows) result.rows.push_back(line_of(state, conn, row));
    return {};
  });
  result.sentence = sentence_of(result, report, dry_run);
  return result;
}

Result<HealingResult> heal_now(ShopState& state, const Actor& actor, std::set<sync::EntityNumber> entities,
                               bool dry_run, const MustStop& must_stop) {
  std::unique_lock lock(operating_room(), std::try_to_lock);
  if (!lock) return fail(ErrorKind::retry, "a healing is under way; try again when it is through");
  LogKeys keys(state);
  ShopToHeal patient(state, actor, must_stop);
  const auto report = TRY(storage::heal(patient, keys.keys, {scratch_path(state), std::move(entities), dry_run}));
  return result_of(state, report, dry_run);
}

}  // namespace

std::uint64_t HealingResult::corrected() const {
  std::uint64_t rows = 0;
  for (const auto& table : tables) rows += table.corrected;
  return rows;
}

std::vector<sync::EntityNumber> all_tables() {
  return storage::replicated_entities();
}

Result<std::set<sync::EntityNumber>> tables_to_look_at(storage::Connection& conn) {
  using Tables = std::set<sync::EntityNumber>;
  const auto all = all_tables();
  const auto last = TRY(storage::meta_text(conn, kLastLooked));
  if (last && last->empty()) return Tables(all.begin(), all.end());
  const auto number = last ? std::strtoul(last->c_str(), nullptr, 10) : 0;
  const auto next = std::ranges::find_if(all, [&](auto entity) { return entity > number; });
  return Tables{next == all.end() ? all.front() : *next};
}

Status looked_at(storage::Transaction& tx, const std::set<sync::EntityNumber>& entities) {
  return storage::set_meta_text(tx, kLastLooked, std::to_string(*entities.rbegin()));
}

Status look_at_all_tables(storage::Transaction& tx) {
  return storage::set_meta_text(tx, kLastLooked, "");
}

std::string table_names(const std::set<sync::EntityNumber>& entities) {
  std::string names;
  for (const auto entity : entities) names += (names.empty() ? "" : ", ") + std::string(table_name(entity));
  return names;
}

Result<HealingResult> heal_tables(Shop& shop, const Actor& actor, const std::set<sync::EntityNumber>& entities,
                                  bool dry_run) {
  TRY(require_right(shop, actor, domain::Right::resolve_conflicts));
  const auto all = all_tables();
  return heal_now(shop.state(), actor, entities.empty() ? std::set(all.begin(), all.end()) : entities, dry_run, {});
}

Result<HealingResult> heal_by_itself(ShopState& state, const std::set<sync::EntityNumber>& entities,
                                     const MustStop& must_stop) {
  return heal_now(state, Actor{}, entities, false, must_stop);
}

Result<DivergenceAnswer> heal_divergences(ShopState& state, const std::string& program,
                                          const std::vector<sync::Divergence>& divergences, const MustStop& must_stop) {
  std::unique_lock lock(operating_room(), std::try_to_lock);
  if (!lock) return fail(ErrorKind::retry, "a healing is under way; try again when it is through");
  LogKeys keys(state);
  ShopToHeal patient(state, Actor{}, must_stop);
  const std::int64_t now_ms = state.clock.now().us / 1000;
  auto answer = TRY(storage::answer_divergences(patient, keys.keys, scratch_path(state), program, divergences, now_ms));
  DivergenceAnswer told{std::move(answer.incidents), {}};
  if (!answer.report) return told;
  const auto result = result_of(state, *answer.report, false);
  told.changed = result.changed;
  if (result.corrected() > 0 || !result.good)
    told.incidents.insert(told.incidents.begin(), fmt::format("healing: {} ({})", result.sentence,
                                                              table_names(answer.report->entities_healed())));
  return told;
}

Result<std::set<sync::EntityNumber>> find_damage(ShopState& state, const std::set<sync::EntityNumber>& entities,
                                                 const MustStop& must_stop) {
  ShopToHeal patient(state, Actor{}, must_stop);
  return storage::damaged_tables(patient, entities);
}

}  // namespace till::app
