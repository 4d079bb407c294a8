#include "sim/terminal.hpp"

#include <fmt/format.h>

#include "domain/entities/catalogue.hpp"
#include "domain/entities/documents.hpp"
#include "sim/check.hpp"
#include "sim/hub_node.hpp"
#include "sim/network.hpp"
#include "sim/world.hpp"
#include "sync/incarnation.hpp"
#include "sync/sabotage.hpp"

namespace till::sim {

using namespace till::sync;

UtcTime SkewedClock::now() {
  return {kEpochStart_us + world_.now_us() + skew_us};
}

std::chrono::microseconds SkewedClock::monotonic() {
  return std::chrono::microseconds(world_.now_us() + 1);
}

Terminal::Terminal(World& world, std::size_t number, const Id& tenant, const Id& device)
    : world_(world),
      number_(number),
      tenant_(tenant),
      device_(device),
      random_(world.plan().seed * 31 + number),
      clock_(world),
      store_(device, 100 + number),
      keys_(device),
      log_(clock_, random_) {}

void Terminal::note(const std::string& line) {
  world_.note(fmt::format("T{} {}", number_, line));
}

Instant Terminal::instant() {
  return {clock_.monotonic().count(), clock_.now()};
}

std::uint64_t Terminal::waiting() {
  std::uint64_t waiting = 0;
  for (const OwnFeed& own : store_.disk().own) waiting += own.head - own.acked;
  return waiting;
}

void Terminal::power_on() {
  ++life_;
  EngineConfig config;
  config.tenant = tenant_;
  config.program = "sim";
  engine_ = std::make_unique<Engine>(config, keys_, random_);
  connection_.reset();
  dispatch(Tick{});
}

bool Terminal::commit() {
  if (world_.is_faulty() && world_.random().below(1000) < world_.plan().commit_failures_permille) {
    store_.roll_back();
    return false;
  }
  store_.commit();
  if (sabotaged(Sabotage::skip_fsync) && (++commits_ % 8 == 0 || !synced_)) synced_ = store_.disk();
  return true;
}

void Terminal::dispatch(const Event& event) {
  if (!engine_) return;
  store_.begin();
  auto effects = engine_->step(store_, event, instant());
  if (effects && commit()) {
    carry_out(*effects);
  } else {
    const Error error = effects ? Error{ErrorKind::retry, "the disk refused", {}} : effects.error();
    if (!effects) {
      store_.roll_back();
      world_.fail("the engine failed: " + error.message);
    }
    log_.abandon();
    carry_out(engine_->failed(error, instant()));
  }
  const auto stuck = engine_->stuck(store_);
  if (!stuck || !stuck->empty()) world_.fail(fmt::format("T{}: {}", number_, *stuck));
  check_terminal(world_, *this);
  world_.step_done();
}

void Terminal::carry_out(const std::vector<Effect>& effects) {
  for (const Effect& effect : effects) std::visit([&](const auto& what) { act(what); }, effect);
}

void Terminal::act(const Connect&) {
  note("connects");
  world_.network().connect(number_);
}

void Terminal::act(const Disconnect& effect) {
  note("hangs up: " + effect.reason);
  if (connection_) world_.network().close(*connection_, effect.reason);
}

void Terminal::act(const Send& effect) {
  if (connection_) world_.network().to_hub(*connection_, effect.frame);
}

void Terminal::act(const Wake& effect) {
  const std::uint64_t token = ++wake_;
  const std::uint64_t life = life_;
  world_.at(effect.mono_us, [this, token, life] {
    if (token == wake_ && life == life_) dispatch(Tick{});
  });
}

void Terminal::act(const Applied& effect) {
  note(fmt::format("applied {} records", effect.records));
}

void Terminal::act(const Incident& effect) {
  note("incident: " + effect.sentence);
}

void Terminal::link_up(std::uint64_t connection) {
  if (connection != connection_) return;
  note("is connected");
  dispatch(LinkUp{});
}

void Terminal::link_down(std::uint64_t connection, const std::string& reason) {
  if (connection != connection_) return;
  note("is cut off: " + reason);
  connection_.reset();
  dispatch(LinkDown{kHubLink, reason});
}

void Terminal::received(std::uint64_t connection, const Bytes& frame) {
  if (connection != connection_) return;
  note(fmt::format("gets {:x}", checksum(frame)));
  dispatch(Received{kHubLink, {frame}});
}

template <class Change>
bool Terminal::transaction(const char* what, Change&& change) {
  if (!engine_) return false;
  store_.begin();
  Status done = change();
  if (done) done = log_.seal(store_);
  if (!done) {
    store_.roll_back();
    log_.abandon();
    world_.fail(fmt::format("T{} cannot {}: {}", number_, what, done.error().message));
    return false;
  }
  if (!commit()) {
    log_.abandon();
    note(std::string("the disk refused to ") + what);
    return false;
  }
  note(what);
  return true;
}

void Terminal::edit(const Id& product) {
  const bool done = transaction("edit a product", [&]() -> Status {
    domain::Product changed;
    const RowState stored = TRY(store_.load_row(kProduct, product));
    TRY(apply_fields(stored.values, changed));
    changed.id = product;
    const std::uint64_t which = random_.below(8);
    if (which & 1U) changed.price.minor = static_cast<std::int64_t>(random_.below(1000));
    if (which & 2U) changed.name = "product " + std::to_string(random_.below(5));
    if (which & 4U) changed.lifecycle = random_.below(2) ? domain::Lifecycle::archived : domain::Lifecycle::active;
    if (which == 0) changed.sku = "sku " + std::to_string(random_.below(3));
    return log_.set(store_, Lane::normal, kProduct, product, to_fields(changed));
  });
  if (done) dispatch(LocalCommit{});
}

void Terminal::sell(const std::vector<Id>& products) {
  LedgerSale entry;
  entry.terminal = number_;
  const bool done = transaction("sell", [&]() -> Status {
    domain::Sale sale;
    sale.id = entry.sale = new_id(clock_, random_);
    sale.device = device_;
    sale.at = clock_.now();
    TRY(log_.add(store_, Lane::critical, kSale, sale.id, to_fields(sale)));
    for (const Id& product : products) {
      domain::StockMove move;
      move.id = new_id(clock_, random_);
      move.product = product;
      move.delta_milli = -1000 * static_cast<std::int64_t>(1 + random_.below(5));
      move.document = sale.id;
      TRY(log_.add(store_, Lane::critical, kMove, move.id, to_fields(move)));
      entry.moves.push_back(move.id);
      entry.deltas.emplace_back(product, move.delta_milli);
    }
    return {};
  });
  if (!done) return;
  world_.ledger().push_back(entry);
  // Now and then the power goes between the commit and the wake-up of sync.
  if (world_.is_faulty() && random_.below(40) == 0) return;
  dispatch(LocalCommit{});
}

void Terminal::import(std::uint32_t rows) {
  const bool done = transaction("import", [&]() -> Status {
    for (std::uint32_t i = 0; i < rows; ++i) {
      domain::Product product;
      product.id = new_id(clock_, random_);
      product.name = "imported " + std::to_string(i);
      TRY(log_.set(store_, Lane::normal, kProduct, product.id, to_fields(product)));
    }
    return {};
  });
  if (done) dispatch(LocalCommit{});
}

void Terminal::crash(std::int64_t dark_us) {
  if (!engine_) return;
  note("crashes");
  world_.network().drop_silently(number_);
  engine_.reset();
  log_.abandon();
  connection_.reset();
  ++life_;
  if (synced_) store_.replace_disk(*synced_);
  world_.at(world_.now_us() + dark_us, [this] {
    if (!engine_) power_on();
  });
}

void Terminal::restore_copy(bool noticed) {
  if (!engine_ || !copy_) return;
  note(noticed ? "is restored from a copy" : "is restored from a copy and does not know");
  world_.network().drop_silently(number_);
  engine_.reset();
  log_.abandon();
  store_.replace_disk(*copy_);
  forgive_what_the_disk_took(world_, *this);
  // What waited in the copy may have been sent since, cut otherwise: the same records come as a branch.
  world_.forks_allowed = true;
  if (noticed && !sabotaged(Sabotage::reuse_sequence)) {
    store_.begin();
    (void)store_.set_incarnation(new_incarnation(random_));
    store_.commit();
  }
  power_on();
}

}  // namespace till::sim
