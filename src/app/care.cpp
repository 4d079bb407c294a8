#include "app/care.hpp"

#include <fmt/format.h>

#include "app/backup_health.hpp"
#include "app/backup_settings.hpp"
#include "app/catalogue_rows.hpp"
#include "app/healing.hpp"
#include "app/journal.hpp"
#include "app/journal_check.hpp"
#include "app/key_files.hpp"
#include "app/shop_state.hpp"
#include "app/sync_view.hpp"
#include "storage/meta.hpp"
#include "storage/orders.hpp"
#include "storage/series.hpp"
#include "storage/stock.hpp"

namespace till::app {
namespace {

constexpr std::uint64_t kLowDiskBytes = 256ULL << 20;
constexpr std::size_t kMaxDuplicates = 100;

// A check that could not run is a finding, too.
template <class Check>
Finding found(const char* what, Check&& check) {
  Finding finding{what, true, {}};
  const Status done = check(finding);
  if (!done) {
    finding.good = false;
    finding.sentence = done.error().message;
  }
  return finding;
}

Finding database(ShopState& state) {
  return found("database", [&](Finding& finding) -> Status {
    return state.db->read([&](storage::Connection& conn) -> Status {
      auto rows = TRY(conn.query("PRAGMA quick_check(5)"));
      std::string said;
      while (TRY(rows.next())) said += (said.empty() ? "" : "; ") + rows.text(0);
      finding.good = said == "ok";
      finding.sentence = finding.good ? fmt::format("whole, schema {}", state.db->schema_version())
                                      : "damaged (" + said + "); restore the newest backup";
      return {};
    });
  });
}

Finding receipt_numbers(ShopState& state) {
  return found("receipt numbers", [&](Finding& finding) -> Status {
    return state.db->read([&](storage::Connection& conn) -> Status {
      const auto gaps = TRY(storage::receipt_gaps(conn));
      const auto doubled = TRY(storage::doubled_receipts(conn));
      finding.good = gaps.empty() && doubled.empty();
      finding.sentence = "without gap";
      if (!doubled.empty()) finding.sentence = "the number " + doubled.front() + " was given twice";
      if (!gaps.empty())
        finding.sentence = fmt::format("{} numbers missing in {}, the first is {}",
                                       gaps.front().last_missing - gaps.front().first_missing + 1, gaps.front().series,
                                       gaps.front().first_missing);
      return {};
    });
  });
}

Finding stock(ShopState& state) {
  return found("stock", [&](Finding& finding) -> Status {
    const auto wrong = TRY(state.db->read([](storage::Connection& conn) { return storage::wrong_stock_levels(conn); }));
    finding.good = wrong.empty();
    finding.sentence = wrong.empty() ? "levels are what their moves and counts come to"
                                     : fmt::format("{} levels differ from their moves and counts", wrong.size());
    return {};
  });
}

// Two terminals that could not hear of each other each chose right; a person decides which one keeps it.
Finding chosen_twice(Shop& shop) {
  return found("codes", [&](Finding& finding) -> Status {
    const auto doubled = TRY(duplicates(shop, kMaxDuplicates));
    finding.good = doubled.empty();
    finding.sentence = "no SKU, barcode, e-mail or table name is used twice";
    if (!doubled.empty())
      finding.sentence = fmt::format("the {} {} belongs to '{}' and to '{}'{}; change one of them", doubled[0].what,
                                     doubled[0].value, doubled[0].owner, doubled[0].flagged.front(),
                                     doubled.size() > 1 ? fmt::format(", and {} more", doubled.size() - 1) : "");
    return {};
  });
}

Finding orders(ShopState& state) {
  return found("orders", [&](Finding& finding) -> Status {
    const auto twice = TRY(state.db->read([](storage::Connection& conn) { return storage::orders_paid_twice(conn); }));
    finding.good = twice.empty();
    finding.sentence = twice.empty() ? "each paid once"
                                     : fmt::format("the order {} was paid on two terminals; refund one of the receipts",
                                                   twice.front());
    return {};
  });
}

Finding journal(Shop& shop) {
  return found("journal", [&](Finding& finding) -> Status {
    const auto check = TRY(verify_journal(shop));
    finding.good = check.good;
    finding.sentence = check.sentence;
    return {};
  });
}

Finding keys(ShopState& state) {
  return found("keys", [&](Finding& finding) -> Status {
    const auto pc = TRY(load_pc_key(*state.env, state.folder->paths(), state.random));
    const bool passphrase = state.keys->with_ring([](security::RingFile& file) { return file.has_passphrase(); });
    finding.sentence =
        passphrase ? "opened by this PC and by the recovery passphrase"
                   : "opened by this PC alone; give a passphrase with the next backup, so that another PC can restore";
    if (pc.on_stick) finding.sentence += "; this PC's key lies on the stick, since there is no other place to write to";
    if (has_next_database_key(*state.env, state.folder->paths()))
      finding.sentence += "; the data is sealed with a new key at the next start";
    return {};
  });
}

Finding disk(ShopState& state) {
  return found("disk", [&](Finding& finding) -> Status {
    const auto free = TRY(state.env->free_space_bytes(state.folder->paths().root));
    finding.good = free >= kLowDiskBytes;
    finding.sentence = fmt::format("{} MB free{}", free >> 20, finding.good ? "" : "; make room, or selling will stop");
    return {};
  });
}

Finding sync(Shop& shop) {
  return found("sync", [&](Finding& finding) -> Status {
    const auto view = TRY(read_sync_view(shop));
    finding.good = view.parked_total == 0;
    finding.sentence = fmt::format("{}, {} waiting, {} parked, {} conflicts", view.word, view.waiting,
                                   view.parked_total, view.conflicts);
    return {};
  });
}

Finding tables(ShopState& state) {
  return found("tables", [&](Finding& finding) -> Status {
    const auto all = all_tables();
    const auto damaged = TRY(find_damage(state, {all.begin(), all.end()}, {}));
    finding.good = damaged.empty();
    finding.sentence = damaged.empty() ? "rows add up to what was kept of them"
                                       : table_names(damaged) +
                                             ": rows are not what was kept of them; run: tillctl "
                                             "sync heal";
    return {};
  });
}

Finding backup(Shop& shop) {
  return found("backup", [&](Finding& finding) -> Status {
    const auto health = TRY(backup_health(shop));
    finding.sentence = "none yet; make one with: tillctl backup create --to FOLDER";
    finding.good = health.damage.empty();
    if (!finding.good) {
      finding.sentence = health.damage + ": tillctl backup create --full --to " + health.damaged_place;
      return {};
    }
    if (!health.newest) return {};
    const auto hours = backup_warn_hours(shop);
    finding.good = shop.state().clock.now().us - health.newest->us <= hours * 3'600'000'000;
    finding.sentence = "last one at " + to_rfc3339(*health.newest);
    if (!finding.good) finding.sentence += fmt::format("; older than {} hours, make one now", hours);
    if (health.drilled_at) finding.sentence += "; last restored on trial at " + to_rfc3339(*health.drilled_at);
    if (health.drill_problem.empty()) return {};
    finding.good = false;
    finding.sentence += "; " + health.drill_problem;
    return {};
  });
}

}  // namespace

std::vector<Finding> examine(Shop& shop) {
  auto& state = shop.state();
  return {database(state), receipt_numbers(state), stock(state), chosen_twice(shop),
          orders(state),   journal(shop),          keys(state),  disk(state),
          sync(shop),      tables(state),          backup(shop)};
}

}  // namespace till::app
