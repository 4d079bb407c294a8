#include "app/restore_parts.hpp"
#include "app/users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/backup_target.hpp"
#include "app/backups.hpp"
#include "app/entity_text.hpp"
#include "app/row_edit.hpp"
#include "backup/sabotage.hpp"
#include "storage/image_file.hpp"
#include "storage/orders.hpp"

namespace till::app {
namespace {

constexpr std::array<std::string_view, 6> kParts = {"products", "customers", "users", "settings", "tables", "printers"};

domain::Right right_for(RestorePart part) {
  switch (part) {
    case RestorePart::products:
      return domain::Right::catalogue_edit;
    case RestorePart::customers:
      return domain::Right::customers_edit;
    case RestorePart::users:
      return domain::Right::users_edit;
    case RestorePart::settings:
    case RestorePart::tables:
    case RestorePart::printers:
      break;
  }
  return domain::Right::settings_edit;
}

template <class E>
void retire(E& row) {
  row.lifecycle = domain::Lifecycle::deleted;
}
template <>
void retire(domain::Product& row) {
  row.lifecycle = domain::Lifecycle::archived;
}

template <class E>
bool is_present(const E& row) {
  if constexpr (requires { row.lifecycle; }) return row.lifecycle == domain::Lifecycle::active;
  return true;
}

// What the row becomes: as in the backup, but for what is of the moment.
template <class E>
E wanted_row(const E& from_backup, const std::optional<E>& /*here*/) {
  return from_backup;
}
template <>
domain::DiningTable wanted_row(const domain::DiningTable& from_backup, const std::optional<domain::DiningTable>& here) {
  auto table = from_backup;
  const auto now = here.value_or(domain::DiningTable{});
  table.state = now.state;
  table.reserved_for = now.reserved_for;
  table.reserved_at = now.reserved_at;
  table.order = now.order;
  return table;
}

template <class E>
std::string name_of(const E& row) {
  if constexpr (requires { row.name; }) return row.name;
  if constexpr (requires { row.key; }) return row.key;
  return to_string(row.id);
}

// Looks at every row of the parts, and writes where it is told to.
class Comparison {
 public:
  Comparison(Shop& shop, const Actor& actor, storage::Connection& backup, storage::Connection& here, Task& task)
      : state_(shop.state()), actor_(actor), backup_(backup), here_(here), task_(task) {}

  // Null: only look.
  storage::Transaction* write_into = nullptr;
  PartsReport report;

  Status run(const std::set<RestorePart>& parts) {
    task_.begin(write_into != nullptr ? "Writing what the backup has" : "Comparing with the backup", 0);
    for (const auto part : parts) {
      part_ = part;
      TRY(compare_part());
    }
    return {};
  }

 private:
  // What others refer to comes first.
  Status compare_part() {
    switch (part_) {
      case RestorePart::products:
        TRY(compare<domain::Tax>());
        TRY(compare<domain::Category>());
        TRY(compare<domain::Supplier>());
        TRY(compare<domain::Product>());
        return compare<domain::Price>();
      case RestorePart::customers:
        return compare<domain::Customer>();
      case RestorePart::users:
        return compare<domain::User>();
      case RestorePart::settings:
        return compare<domain::Setting>();
      case RestorePart::tables:
        return compare<domain::DiningTable>();
      case RestorePart::printers:
        TRY(compare<domain::Printer>());
        return compare<domain::PrinterAssignment>();
    }
    return {};
  }

  template <class E>
  Status compare() {
    TRY(storage::for_each<E>(backup_, [&](const E& row) -> Status {
      TRY(task_.go_on());
      task_.advance_to(++looked_at_);
      return is_present(row) ? bring_back(row) : Status{};
    }));
    if constexpr (requires(E row) { row.lifecycle; }) {
      std::vector<E> surplus;
      TRY(storage::for_each<E>(here_, [&](const E& row) -> Status {
        TRY(task_.go_on());
        if (!is_present(row)) return {};
        const auto then = TRY(storage::load<E>(backup_, row.id));
        if (!then || !is_present(*then)) surplus.push_back(row);
        return {};
      }));
      for (const auto& row : surplus) TRY(take_away(row));
    }
    return {};
  }

  template <class E>
  Status bring_back(const E& then) {
    const auto now = TRY(storage::load<E>(here_, then.id));
    const auto row = wanted_row(then, now);
    const bool was_there = now && is_present(*now);
    if (was_there && to_fields(*now) == to_fields(row)) return {};
    TRY(may_write(row));
    if (now) TRY(may_write(*now));
    note<E>(was_there ? RowChange::changed : RowChange::added, row, was_there ? &*now : nullptr);
    return put(row);
  }

  template <class E>
  Status take_away(const E& now) {
    TRY(may_write(now));
    if (!TRY(may_go(now))) {
      note<E>(RowChange::kept, now, nullptr);
      return {};
    }
    auto row = now;
    retire(row);
    note<E>(RowChange::removed, row, nullptr);
    return put(row);
  }

  template <class E>
  Status may_write(const E& row) {
    if constexpr (std::is_same_v<E, domain::User>) return may_make(actor_, row.role);
    return {};
  }
  template <class E>
  Result<bool> may_go(const E& row) {
    if constexpr (std::is_same_v<E, domain::User>) return row.id != actor_.user;
    if constexpr (std::is_same_v<E, domain::DiningTable>) return TRY(storage::running_orders_of(here_, row.id)).empty();
    return true;
  }

  template <class E>
  Status put(const E& row) {
    if (write_into == nullptr) return {};
    if (backup::sabotaged(backup::Sabotage::part_unlogged)) return storage::store(*write_into, row);
    return state_.replica->put(*write_into, row);
  }

  template <class E>
  void note(RowChange change, const E& row, const E* before) {
    switch (change) {
      case RowChange::added:
        ++report.added;
        break;
      case RowChange::changed:
        ++report.changed;
        break;
      case RowChange::removed:
        ++report.removed;
        break;
      case RowChange::kept:
        ++report.kept;
        break;
    }
    if (report.rows.size() == kRowsShownMax) return;
    RowToRestore shown{part_, change, std::string(entity_label(E::kEntity)), name_of(row), {}};
    if (before != nullptr) {
      const auto then = to_fields(row), now = to_fields(*before);
      for (const auto& [number, bytes] : then) {
        const auto found = now.find(number);
        if (found == now.end() || found->second != bytes) shown.fields.push_back(field_label(E::kEntity, number));
      }
    }
    report.rows.push_back(std::move(shown));
  }

  ShopState& state_;
  const Actor& actor_;
  storage::Connection& backup_;
  storage::Connection& here_;
  Task& task_;
  RestorePart part_ = RestorePart::products;
  std::uint64_t looked_at_ = 0;
};

// A shop without an owner could not be managed any more.
Status require_an_owner(storage::Connection& conn) {
  for (const auto& user : TRY(kept_rows<domain::User>(conn))) {
    if (user.role == domain::Role::owner && user.lifecycle == domain::Lifecycle::active) return {};
  }
  return invalid("no owner would be left with the users of this backup; choose another backup or leave the users out");
}

std::string summary(const std::set<RestorePart>& parts, const PartsReport& report) {
  std::string names;
  for (const auto part : parts) names += (names.empty() ? "" : ", ") + std::string(to_string(part));
  return fmt::format("{}: {} added, {} changed, {} removed, {} kept", names, report.added, report.changed,
                     report.removed, report.kept);
}

Result<PartsReport> preview(Shop& shop, const Actor& actor, const PartsWish& wish, storage::Connection& backup,
                            Task& task) {
  return shop.state().db->read([&](storage::Connection& here) -> Result<PartsReport> {
    Comparison comparison(shop, actor, backup, here, task);
    TRY(comparison.run(wish.parts));
    return std::move(comparison.report);
  });
}

Result<PartsReport> write(Shop& shop, const Actor& actor, const PartsWish& wish, const std::string& generation,
                          storage::Connection& backup, Task& task) {
  auto& state = shop.state();
  return change(
      state,
      [&](storage::Transaction& tx) -> Result<PartsReport> {
        Comparison comparison(shop, actor, backup, tx, task);
        comparison.write_into = &tx;
        TRY(comparison.run(wish.parts));
        if (wish.parts.contains(RestorePart::users)) TRY(require_an_owner(tx));
        TRY(write_journal(state, tx, actor, {"restore.parts", generation, summary(wish.parts, comparison.report)}));
        return std::move(comparison.report);
      },
      storage::Priority::background);
}

}  // namespace

std::string_view to_string(RestorePart part) {
  return kParts[static_cast<std::size_t>(part)];
}

std::string_view to_string(RowChange change) {
  constexpr std::array<std::string_view, 4> kNames = {"added", "changed", "removed", "kept"};
  return kNames[static_cast<std::size_t>(change)];
}

Result<std::set<RestorePart>> restore_parts_of(const std::string& text) {
  std::set<RestorePart> parts;
  for (const auto& word : split(text, ',')) {
    const auto found = std::ranges::find(kParts, std::string_view(trimmed(word)));
    if (found == kParts.end()) {
      return invalid("'" + clipped(word, 40) +
                     "' cannot be restored alone; products, customers, users, settings, tables and printers can");
    }
    parts.insert(static_cast<RestorePart>(found - kParts.begin()));
  }
  return parts;
}

Result<PartsReport> restore_parts(Shop& shop, const Actor& actor, const PartsWish& wish, Task& task) {
  if (wish.parts.empty()) return invalid("say what to restore: products, customers, users, settings, tables, printers");
  TRY(require_right(shop, actor, domain::Right::restore, wish.generation));
  for (const auto part : wish.parts) TRY(require_right(shop, actor, right_for(part), wish.generation));
  auto& state = shop.state();
  const auto store = TRY(open_backup_target(shop, wish.target));
  const auto keys = TRY(backup_keys(state, wish.passphrase));
  const auto manifest = TRY(backup::find_backup(*store, keys, wish.generation));
  const auto image = TRY(storage::OpenedImage::open(*state.env, *store, keys, manifest, shop.folder(), task));
  auto report = TRY(preview(shop, actor, wish, image->connection(), task));
  report.generation = manifest.generation;
  report.dry_run = wish.dry_run;
  if (wish.dry_run || report.added + report.changed + report.removed == 0) return report;
  std::string saved_as;
  if (wish.save_first && !backup::sabotaged(backup::Sabotage::no_safety_backup)) {
    const auto saved = save_before_restore(shop, wish.target, actor.name, task);
    if (!saved) return fail(saved.error().context("nothing was changed, since the present data could not be saved"));
    saved_as = saved->manifest.generation;
  }
  report = TRY(write(shop, actor, wish, manifest.generation, image->connection(), task));
  report.generation = manifest.generation;
  report.saved_as = saved_as;
  TRY(state.reload_settings());
  if (state.printer_changed) state.printer_changed();
  return report;
}

}  // namespace till::app
