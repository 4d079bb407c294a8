// Damage done to a terminal's tables behind the product's back, and how the till looks after its tables by itself.
#include <fmt/format.h>

#include "sim/terminal.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"
#include "storage/heal_divergence.hpp"
#include "storage/sync_digests.hpp"

namespace till::sim {

using namespace till::sync;
using storage::Connection;
using storage::Transaction;

namespace {

constexpr const char* kSomeProduct = "(SELECT id FROM product ORDER BY id LIMIT 1 OFFSET ?1)";

std::string damage_of(std::uint64_t which) {
  switch (which) {
    case 0:
      return std::string("UPDATE product SET price = price + 7, name = name || '?' WHERE id = ") + kSomeProduct;
    case 1:
      return std::string("DELETE FROM sync_row WHERE entity = 1 AND id = ") + kSomeProduct;
    case 2:
      return std::string("UPDATE sync_row SET state = x'ff' WHERE entity = 1 AND id = ") + kSomeProduct;
    case 3:
      return "DELETE FROM stock_move WHERE id = (SELECT id FROM stock_move ORDER BY id LIMIT 1 OFFSET ?1)";
    case 4:
      return "DELETE FROM sale WHERE id = (SELECT id FROM sale ORDER BY id LIMIT 1 OFFSET ?1)";
    case 5:
      return "UPDATE stock_move SET delta_milli = 1 WHERE id = (SELECT id FROM stock_move ORDER BY id LIMIT 1 OFFSET "
             "?1)";
    case 6:
      return "DELETE FROM product WHERE ?1 >= 0";
    default:
      return "UPDATE customer SET phone = 'rubbish' WHERE id = (SELECT id FROM customer ORDER BY id LIMIT 1 OFFSET ?1)";
  }
}

}  // namespace

// Between the pieces of its work people go on with theirs; once all is well they rest, so that terminals come to hold
// the same records and can compare.
class Terminal::Patient final : public storage::HealingShop {
 public:
  explicit Patient(Terminal& terminal) : terminal_(terminal) {}
  Status read(const std::function<Status(Connection&)>& job) override {
    if (terminal_.world_.is_faulty() && terminal_.random_.below(8) == 0) terminal_.keep_books();
    if (!terminal_.is_on()) return gone();
    return job(terminal_.disk_.tx());
  }
  Status write(const std::function<Status(Transaction&)>& job) override {
    if (!terminal_.is_on()) return gone();
    TRY(terminal_.disk_.begin());
    Status done = job(terminal_.disk_.tx());
    if (done) done = terminal_.replica_.seal_group(terminal_.disk_.tx());
    if (done) return terminal_.commit();
    terminal_.replica_.abandon();
    terminal_.disk_.roll_back();
    return done;
  }
  bool must_stop() override { return !terminal_.is_on(); }

 private:
  static Status gone() { return fail(ErrorKind::retry, "the power is gone"); }
  Terminal& terminal_;
};

void Terminal::damage_tables(bool digests_too) {
  if (!engine_) return;
  const std::string sql = damage_of(random_.below(8));
  Status done = disk_.begin();
  if (done) done = disk_.tx().run(sql, random_.below(4));
  const bool is_damage = done && disk_.tx().changes() > 0;
  const bool is_readable = sql.find("x'ff'") == std::string::npos;
  if (is_damage && digests_too && is_readable) done = storage::rebuild_digests(disk_.tx());
  if (done) done = commit();
  // Also where the commit failed, by a sync or the power: it may be on the disk all the same.
  if (is_damage) {
    is_damaged_ = true;
    world_.altered.insert(device_);
    has_false_digests_ |= digests_too && is_readable;
  }
  if (!done) {
    replica_.abandon();
    disk_.roll_back();
    if (disk_.files().stopped()) power_is_gone(next_dark_us_);
    return;
  }
  if (!is_damage) return;
  world_.injected("rows altered behind the product's back");
  note("is damaged: " + sql);
}

// What it says of its own tables, and what it finds in them and in what others say of theirs.
void Terminal::look_after_tables() {
  if (!engine_) return;
  const Status done = heal_what_is_wrong();
  if (!done && disk_.files().stopped() && engine_) {
    power_is_gone(next_dark_us_);
  } else if (!done && done.error().kind != ErrorKind::retry && !is_disk_trouble(done.error())) {
    world_.fail(fmt::format("T{} cannot heal: {} / {}", number_, done.error().message, done.error().cause));
  }
  if (engine_) dispatch(LocalCommit{});
}

Status Terminal::heal_what_is_wrong() {
  Patient patient(*this);
  const auto tables = storage::replicated_entities();
  const auto fold = [&](const std::set<EntityNumber>& which) -> Status {
    const auto report = TRY(storage::heal(patient, keys_, {{}, which, false}));
    note(fmt::format("heals {} rows of {} tables", report.healed(), which.size()));
    return {};
  };
  const auto damaged = TRY(storage::damaged_tables(patient, {tables.begin(), tables.end()}));
  if (!damaged.empty()) TRY(fold(damaged));
  // A row that was edited on top of its damage adds up again: only the others, or a person who asks, can tell.
  if (is_damaged_ && !has_false_digests_) TRY(fold({tables.begin(), tables.end()}));
  is_damaged_ = is_damaged_ && has_false_digests_;
  std::vector<Divergence> seen;
  TRY(patient.write([&](Transaction&) -> Status {
    seen = TRY(divergences(store()));
    TRY(publish_progress(store(), replica_.log(), "sim", clock_.now(), false));
    return {};
  }));
  if (seen.empty()) return {};
  const auto answer = TRY(storage::answer_divergences(patient, keys_, {}, "sim", seen, clock_.now().us / 1000));
  note(fmt::format("sees others differ, heals {} rows", answer.report ? answer.report->healed() : 0));
  is_damaged_ = has_false_digests_ = false;
  return {};
}

void Terminal::is_well_if_it_agrees_with(Terminal& other) {
  if (!is_on() || !other.is_on() || &other == this || other.tenant_ != tenant_ || other.is_damaged_) return;
  if (value_of(store().lane_hashes()) != value_of(other.store().lane_hashes())) return;
  if (value_of(store().digests()) != value_of(other.store().digests()) || !digests_are_true(disk_)) return;
  is_damaged_ = has_false_digests_ = false;
}

}  // namespace till::sim
