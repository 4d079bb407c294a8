// The sync panels: exchanging, settling conflicts, this terminal's sync settings, terminals.
#include "app/conflicts.hpp"
#include "app/devices.hpp"
#include "app/enrolment.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "app/sync_settings.hpp"
#include "app/sync_view.hpp"
#include "app/worker/till_worker.hpp"
#include "core/log.hpp"
#include "storage/conflicts.hpp"

namespace till::app {

Status TillWorker::on(const SyncNow&) {
  sync_->sync_now();
  return {};
}

// To hold everything back is the manager's; to let it go on is anybody's.
Status TillWorker::on(const SyncPause& command) {
  if (!command.paused) {
    sync_->pause(false);
    journal_soon(shop_->state(), actor(), {"sync.resume", shop_->terminal(), {}});
    return {};
  }
  return with_right(domain::Right::settings_edit, "pause the exchange", [this](const Actor& by) -> Status {
    sync_->pause(true);
    journal_soon(shop_->state(), by, {"sync.pause", shop_->terminal(), {}});
    return {};
  });
}

Status TillWorker::on(const RetryParked&) {
  sync_->retry_parked();
  return {};
}

Status TillWorker::on(const Enrol& command) {
  return with_right(domain::Right::enrol, "join a hub", [this, command](const Actor& by) -> Status {
    const bool was_member = TRY(membership(*shop_)).has_value();
    const auto joined = TRY(enrol(*shop_, by, command.hub_url, command.code, command.ca_file));
    sync_->membership_changed();
    say(Notice::Level::good, was_member ? "This till now exchanges with the hub at " + joined.url
                                        : "This terminal is number " + std::to_string(joined.device_number) + " of '" +
                                              joined.tenant_name + "'");
    return {};
  });
}

Status TillWorker::on(const ApproveTerminal& command) {
  return with_right(domain::Right::devices, "let a new till in", [this, command](const Actor& by) -> Status {
    const auto name = TRY(approve_terminal(*shop_, by, command.name, command.code));
    say(Notice::Level::good, "'" + name + "' is given the shop's keys; it begins within a minute");
    return {};
  });
}

Status TillWorker::on(const SettleConflict& command) {
  return with_right(domain::Right::resolve_conflicts, "settle a conflict", [this, command](const Actor& by) -> Status {
    const auto use = static_cast<ConflictChoice::Use>(command.use);
    TRY(settle_conflict(*shop_, by, command.id, {use, command.value}));
    conflicts_changed();
    say(Notice::Level::good, "The conflict is settled, on all tills");
    return {};
  });
}

Status TillWorker::on(const UndoSettlement& command) {
  return with_right(domain::Right::resolve_conflicts, "undo a decision", [this, command](const Actor& by) -> Status {
    TRY(undo_settlement(*shop_, by, command.id));
    conflicts_changed();
    say(Notice::Level::good, "The decision is taken back, on all tills");
    return {};
  });
}

Status TillWorker::on(const SetSync& command) {
  return with_right(domain::Right::settings_edit, "change how tills exchange",
                    [this, command](const Actor& by) -> Status {
                      TRY(set_sync(*shop_, by, command.key, command.value));
                      sync_->settings_changed();
                      reload_sync();
                      return {};
                    });
}

// Asks the hub, so it waits for it; not begun while there is no connection.
Status TillWorker::on(const RevokeDevice& command) {
  if (sync_->report().status.link != sync::LinkState::connected)
    return invalid("the hub cannot be reached now; revoke the terminal when the connection is back");
  return with_right(domain::Right::devices, "revoke a terminal", [this, command](const Actor& by) -> Status {
    TRY(revoke_device(*shop_, by, command.device));
    sync_->sync_now();
    reload_sync();
    say(Notice::Level::good, "The terminal is revoked; the hub takes nothing from it any more");
    return {};
  });
}

void TillWorker::conflicts_changed() {
  reload_catalogue();
  reload_sync();
  if (!next_.search_text.empty()) static_cast<void>(on(Search{next_.search_text}));
}

void TillWorker::reload_sync() {
  const auto report = sync_->report();
  auto view = read_sync_view(*shop_, &report);
  if (view) {
    view->conflict_list = next_.sync.conflict_list;
    next_.sync = std::move(*view);
  } else {
    log::error("sync panel: {}", view.error().message);
  }
  reload_conflicts();
  reload_sync_words();
}

// Of every document that is on the screen.
void TillWorker::reload_sync_words() {
  std::vector<Id> documents;
  std::vector<std::string*> words;
  const auto add = [&](const Id& document, std::string& word) {
    documents.push_back(document);
    words.push_back(&word);
  };
  if (next_.finished) add(finished_sale_, next_.finished->sync_state);
  for (auto& row : next_.receipts) add(row.sale, row.sync_state);
  if (next_.shift.open) add(next_.shift.shift, next_.shift.sync_state);
  for (auto& row : next_.shift.closed) add(row.shift, row.sync_state);
  auto found = document_sync_words(*shop_, documents);
  if (!found) return log::error("documents on their way: {}", found.error().message);
  for (std::size_t i = 0; i < words.size(); ++i) *words[i] = std::move((*found)[i]);
}

// Names, people and bases are looked up only when something in the list is another.
void TillWorker::reload_conflicts() {
  auto version = shop_->state().db->read([](storage::Connection& conn) { return storage::conflicts_version(conn); });
  if (!version || (next_.sync.conflict_list && *version == conflicts_version_)) return;
  auto list = list_conflicts(*shop_);
  if (!list) return log::error("conflicts: {}", list.error().message);
  next_.sync.conflict_list = std::make_shared<const ConflictList>(std::move(*list));
  conflicts_version_ = std::move(*version);
}

}  // namespace till::app
