#include "sim/terminal.hpp"

#include <fmt/format.h>

#include "sim/check.hpp"
#include "sim/hub_node.hpp"
#include "sim/network.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"
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
      disk_(device, 100 + number),
      keys_(device),
      replica_(clock_, random_) {
  disk_.checkpoint_after(20 + static_cast<int>(random_.below(200)));
}

void Terminal::note(const std::string& line) {
  world_.note(fmt::format("T{} {}", number_, line));
}

Instant Terminal::instant() {
  return {clock_.monotonic().count(), clock_.now()};
}

std::uint64_t Terminal::waiting() {
  std::uint64_t waiting = 0;
  for (const OwnFeed& own : value_of(store().own_feeds())) waiting += own.head - own.acked;
  return waiting;
}

void Terminal::power_on() {
  ++life_;
  if (const Status opened = disk_.open(); !opened) {
    if (!disk_.files().stopped()) world_.fail(fmt::format("T{} does not start: {}", number_, opened.error().message));
    power_is_gone(next_dark_us_);
    return;
  }
  settle_doubts();
  EngineConfig config;
  config.tenant = tenant_;
  config.program = "sim";
  engine_ = std::make_unique<Engine>(config, keys_, random_);
  connection_.reset();
  dispatch(Tick{});
}

Status Terminal::commit() {
  const bool fails = world_.is_faulty() && world_.random().below(1000) < world_.plan().commit_failures_permille;
  if (fails) disk_.files().trouble(crash::Trouble::unsafe);
  const Status done = disk_.commit();
  if (fails) disk_.files().trouble(crash::Trouble::none);
  return done;
}

void Terminal::dispatch(const Event& event) {
  if (!engine_) return;
  Status done = disk_.begin();
  std::vector<Effect> effects;
  if (done) {
    auto stepped = engine_->step(store(), event, instant());
    if (stepped) {
      effects = std::move(*stepped);
      done = commit();
    } else {
      done = fail(stepped.error());
    }
  }
  if (done) {
    carry_out(effects);
  } else {
    step_failed(done.error());
  }
  if (!engine_) return;
  const auto stuck = engine_->stuck(store());
  if (!stuck || !stuck->empty()) world_.fail(fmt::format("T{}: {}", number_, stuck ? *stuck : stuck.error().message));
  check_terminal(world_, *this);
  world_.step_done();
}

void Terminal::step_failed(const Error& error) {
  if (disk_.files().stopped()) {
    power_is_gone(next_dark_us_);
    return;
  }
  disk_.roll_back();
  replica_.abandon();
  if (!is_disk_trouble(error)) world_.fail(fmt::format("T{} failed: {} / {}", number_, error.message, error.cause));
  note("the disk refused: " + error.message);
  carry_out(engine_->failed(error, instant()));
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

void Terminal::crash(std::int64_t dark_us) {
  if (engine_) power_is_gone(dark_us);
}

void Terminal::crash_at_operation(std::uint64_t operations, std::int64_t dark_us) {
  if (!engine_) return;
  disk_.files().stop_at(disk_.files().operations() + operations);
  next_dark_us_ = dark_us;
}

void Terminal::power_is_gone(std::int64_t dark_us) {
  constexpr std::array<crash::Loss, 3> kLosses = {crash::Loss::dropped, crash::Loss::kept, crash::Loss::torn};
  const crash::Loss loss = kLosses[random_.below(3)];
  note(fmt::format("crashes, loss {}", static_cast<int>(loss)));
  world_.network().drop_silently(number_);
  engine_.reset();
  replica_.abandon();
  connection_.reset();
  ++life_;
  disk_.cut_power(loss, random_.u64());
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + dark_us, [this, life] {
    if (life == life_) power_on();
  });
}

// A commit that was reported as failed may be in the log of the disk after all: then it counts.
void Terminal::settle_doubts() {
  for (LedgerEntry& entry : in_doubt_) {
    if (has_document(disk_.tx(), entry.documents.front())) world_.ledger().push_back(std::move(entry));
  }
  in_doubt_.clear();
}

void Terminal::take_copy() {
  if (engine_) copy_ = disk_.image();
}

void Terminal::restore_copy(bool noticed) {
  if (!engine_ || !copy_) return;
  note(noticed ? "is restored from a copy" : "is restored from a copy and does not know");
  world_.network().drop_silently(number_);
  engine_.reset();
  replica_.abandon();
  in_doubt_.clear();
  disk_.replace(*copy_);
  was_restored_ = true;
  // What waited in the copy may have been sent since, cut otherwise: the same records come as a branch.
  world_.forks_allowed = true;
  if (noticed && !sabotaged(Sabotage::reuse_sequence)) {
    if (disk_.open() && disk_.begin()) {
      (void)storage::Replica::start_incarnation(disk_.tx(), random_);
      (void)disk_.commit();
    }
    disk_.close();
  }
  power_on();
  if (engine_) forgive_what_the_disk_took(world_, *this);
}

}  // namespace till::sim
