// The journal's panel: pages are read, chains checked and files written on threads of their own; what came of it
// returns as a job of the worker.
#include <fmt/format.h>

#include <algorithm>

#include "app/day_report.hpp"
#include "app/journal.hpp"
#include "app/journal_check.hpp"
#include "app/journal_pruning.hpp"
#include "app/journal_reading.hpp"
#include "app/journal_words.hpp"
#include "app/shop_state.hpp"
#include "app/worker/till_worker.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr std::size_t kPageRows = 100;
constexpr std::int64_t kDay_us = 24LL * 3600 * 1'000'000;

std::optional<UtcTime> begin_of(SearchJournal::Period period, UtcTime now) {
  using Period = SearchJournal::Period;
  switch (period) {
    case Period::today:
      return day_of(now).from;
    case Period::week:
      return UtcTime{now.us - 7 * kDay_us};
    case Period::month:
      return UtcTime{now.us - 30 * kDay_us};
    case Period::all:
      break;
  }
  return std::nullopt;
}

JournalQuery query_of(const SearchJournal& search, UtcTime now) {
  JournalQuery query;
  query.from = begin_of(search.period, now);
  query.user = search.user;
  query.terminal = search.terminal.is_nil() ? std::string() : to_string(search.terminal);
  query.kind = search.kind;
  query.text = search.text;
  return query;
}

JournalRow row_of(const domain::AuditEntry& entry, const std::string& terminal) {
  JournalRow row;
  row.id = entry.id;
  row.at = to_local(entry.at, "%d.%m.%Y %H:%M:%S");
  row.user = entry.user_name;
  row.terminal = terminal;
  row.what = action_label(entry.action);
  row.subject = entry.subject;
  row.detail = entry.detail;
  row.is_refusal = entry.action == "refused" || entry.action == "sign-in.refused";
  return row;
}

Result<JournalPage> page_of(ShopState& state, const SearchJournal& search, std::optional<storage::AuditPlace> before) {
  return state.db->read([&](storage::Connection& conn) -> Result<JournalPage> {
    JournalPage page;
    TerminalNames names(state, conn);
    const auto filter = TRY(filter_of(conn, query_of(search, state.clock.now())));
    const auto entries = TRY(storage::find_audit(conn, filter, before, kPageRows + 1));
    page.has_more = entries.size() > kPageRows;
    for (const auto& entry : entries) {
      if (page.rows.size() == kPageRows) break;
      page.rows.push_back(row_of(entry, names(entry.device)));
      page.end = storage::AuditPlace{entry.at, entry.id};
    }
    for (const auto& device : TRY(storage::load_all<domain::Device>(conn)))
      page.terminals.emplace_back(device.id, names(device.id));
    return page;
  });
}

JournalChangeRow row_of(const ShownChange& change) {
  return {change.kind,           change.name,          change.field,      change.before.text, change.after.text,
          change.before.is_word, change.after.is_word, change.has_values, change.is_new};
}

JournalOutcome outcome_of(const JournalCheck& check) {
  JournalOutcome outcome{check.good, check.sentence, {}};
  for (const auto& chain : check.chains) {
    for (const auto& fault : chain.faults) outcome.findings.emplace_back(chain.terminal, fault);
    for (const auto& note : chain.notes) outcome.findings.emplace_back(chain.terminal, note);
  }
  return outcome;
}

}  // namespace

Status TillWorker::on(const SearchJournal& command) {
  return with_right(domain::Right::audit_view, "read the journal", [this, command](const Actor&) -> Status {
    journal_search_ = command;
    read_journal(false);
    return {};
  });
}

Status TillWorker::on(const MoreJournal&) {
  if (!next_.journal.has_more || next_.journal.searching) return {};
  return with_right(domain::Right::audit_view, "read the journal", [this](const Actor&) -> Status {
    read_journal(true);
    return {};
  });
}

void TillWorker::read_journal(bool more) {
  next_.journal.searching = true;
  journal_reading_ = std::jthread([this, search = journal_search_, more, number = ++journal_searches_,
                                   before = more ? journal_end_ : std::nullopt] {
    auto page = page_of(shop_->state(), search, before);
    post_job([this, number, more, page = std::make_shared<Result<JournalPage>>(std::move(page))] {
      take_journal_page(number, more, std::move(*page));
      publish();
    });
  });
}

// Only what was asked for last is shown.
void TillWorker::take_journal_page(std::uint64_t search, bool more, Result<JournalPage> page) {
  if (search != journal_searches_) return;
  auto& panel = next_.journal;
  panel.searching = false;
  if (!page) return say(Notice::Level::error, page.error().message);
  auto rows = std::make_shared<std::vector<JournalRow>>();
  if (more && panel.rows) *rows = *panel.rows;
  rows->insert(rows->end(), page->rows.begin(), page->rows.end());
  panel.rows = std::move(rows);
  panel.has_more = page->has_more;
  panel.terminals = std::move(page->terminals);
  journal_end_ = page->end;
  if (!more) panel.shown.reset();
}

Status TillWorker::on(const ShowJournalEntry& command) {
  return with_right(domain::Right::audit_view, "read the journal", [this, command](const Actor& by) -> Status {
    const auto entry = TRY(journal_entry(*shop_, by, to_string(command.entry)));
    auto& state = shop_->state();
    next_.journal.shown = TRY(state.db->read([&](storage::Connection& conn) -> Result<JournalDetail> {
      TerminalNames names(state, conn);
      JournalDetail detail{row_of(entry, names(entry.device)),
                           std::to_string(entry.sequence),
                           entry.approved_by,
                           short_form(entry.chain_hash),
                           {}};
      for (const auto& change : shown_changes(conn, shop_->currency(), entry)) detail.changes.push_back(row_of(change));
      return detail;
    }));
    return {};
  });
}

void TillWorker::run_journal_task(std::function<Result<JournalOutcome>(Task&)> work) {
  journal_task_ = std::make_shared<Task>();
  auto& panel = next_.journal;
  panel.checking = true;
  panel.shown.reset();
  panel.outcome.clear();
  panel.findings.clear();
  journal_thread_ = std::jthread([this, task = journal_task_, work = std::move(work)] {
    auto outcome = work(*task);
    post_job([this, outcome = std::make_shared<Result<JournalOutcome>>(std::move(outcome))] {
      auto& done = next_.journal;
      done.checking = false;
      done.is_good = *outcome && (*outcome)->is_good;
      done.outcome = *outcome ? (*outcome)->sentence : outcome->error().message;
      if (*outcome) done.findings = (*outcome)->findings;
      publish();
    });
  });
}

void TillWorker::prune_old_journal() {
  if (is_pruning_.exchange(true)) return;
  pruning_task_ = std::make_shared<Task>();
  journal_pruning_ = std::jthread([this, task = pruning_task_] {
    prune_journal_by_setting(*shop_, *task);
    is_pruning_ = false;
  });
}

Status TillWorker::on(const VerifyJournal&) {
  if (next_.journal.checking) return {};
  return with_right(domain::Right::audit_view, "check the journal", [this](const Actor&) -> Status {
    run_journal_task([this](Task&) -> Result<JournalOutcome> { return outcome_of(TRY(verify_journal(*shop_))); });
    return {};
  });
}

Status TillWorker::on(const ExportJournal& command) {
  if (next_.journal.checking) return {};
  return with_right(domain::Right::export_data, "export the journal", [this, command](const Actor& by) -> Status {
    run_journal_task([this, command, by, search = journal_search_](Task& task) -> Result<JournalOutcome> {
      auto& state = shop_->state();
      const auto folder = storage::join_path(shop_->folder(), "exports");
      TRY(state.env->make_dirs(folder));
      const auto now = state.clock.now();
      const auto file =
          storage::join_path(folder, "journal-" + to_local(now, "%Y%m%d-%H%M%S") + (command.as_csv ? ".csv" : ".json"));
      auto out = TRY(state.env->open_writer(file, storage::WriteMode::truncate));
      const auto entries = TRY(export_journal(*shop_, by, query_of(search, now),
                                              command.as_csv ? JournalFormat::csv : JournalFormat::json, task,
                                              [&](std::string_view piece) { return out->append(view(piece)); }));
      TRY(out->sync());
      TRY(out->close());
      return JournalOutcome{true, fmt::format("{} entries are saved", entries), {{folder, file}}};
    });
    return {};
  });
}

}  // namespace till::app
