#include "sim/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "domain/entities/people.hpp"
#include "sim/check.hpp"
#include "sim/folder_node.hpp"
#include "sim/hub_node.hpp"
#include "sim/network.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"
#include "sync/outbox.hpp"
#include "sync/sabotage.hpp"

namespace till::sim {

using namespace till::sync;

UtcTime SkewedClock::now() {
  return {world_.true_time().us + skew_us()};
}

std::int64_t SkewedClock::skew_us() const {
  return skew_us_ + (world_.now_us() - drifts_since_us_) * drift_ppm_ / 1'000'000;
}

void SkewedClock::drift(std::int64_t ppm) {
  skew_us_ = skew_us();
  drifts_since_us_ = world_.now_us();
  drift_ppm_ = ppm;
  was_wrong = true;
}

void SkewedClock::put_right() {
  skew_us_ = drift_ppm_ = 0;
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
      replica_(clock_, random_),
      reader_(kSchema) {
  disk_.checkpoint_after(20 + static_cast<int>(random_.below(200)));
}

namespace {
constexpr std::int64_t kLongestPause_us = 302'000'000;
}

void Terminal::note(const std::string& line) {
  world_.note(fmt::format("T{} {}", number_, line));
}

Instant Terminal::instant() {
  return {clock_.monotonic().count(), clock_.now()};
}

std::uint64_t Terminal::waiting() {
  std::uint64_t waiting = 0;
  for (LinkNumber link = 0; link < world_.hubs().size(); ++link) {
    for (const OwnFeed& own : value_of(store().own_feeds_at(link)))
      waiting += value_of(waiting_for(store(), link, own));
  }
  return waiting;
}

void Terminal::power_on() {
  ++life_;
  if (const Status opened = disk_.open(); !opened) {
    if (!disk_.files().stopped()) world_.fail(fmt::format("T{} does not start: {}", number_, opened.error().message));
    power_is_gone(next_dark_us_);
    return;
  }
  if (!known_since_) known_since_ = world_.true_time();
  settle_doubts();
  if (sabotaged(Sabotage::parking_lost)) (void)disk_.tx().exec("DELETE FROM sync_parked");
  EngineConfig config;
  config.tenant = tenant_;
  config.program = "sim";
  config.reader = reader_;
  config.peers.clear();
  for (LinkNumber link = 0; link < world_.hubs().size(); ++link) config.peers.push_back({link});
  if (world_.folder() != nullptr) config.peers.push_back({kFirstCarrierLink, "the folder"});
  config.somebody_waits = [this] { return random_.below(4) == 0; };
  engine_ = std::make_unique<Engine>(config, keys_, random_);
  dispatch(Tick{});
}

void Terminal::upgrade(std::uint32_t reader) {
  reader_ = reader;
  if (!engine_) return;
  note("is brought up to date");
  lose_everything_but_the_disk();
  disk_.close();
  power_on();
}

void Terminal::heal() {
  clock_.put_right();
  has_folder_ = !is_revoked;
  disk_.files().trouble(crash::Trouble::none);
  if (engine_) {
    disk_.files().stop_at(0);
  } else {
    ++life_;
    power_on();
  }
}

Status Terminal::commit() {
  const bool fails = unsafe_permille_ > 0 && world_.is_faulty() && random_.below(1000) < unsafe_permille_;
  if (fails) world_.injected("failed syncs");
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
  look_after();
}

void Terminal::step_failed(const Error& error) {
  if (disk_.files().stopped()) {
    power_is_gone(next_dark_us_);
    return;
  }
  disk_.roll_back();
  replica_.abandon();
  if (!is_disk_trouble(error) && !is_damaged_)
    world_.fail(fmt::format("T{} failed: {} / {}", number_, error.message, error.cause));
  note("the disk refused: " + error.message);
  for (auto& [link, since_us] : down_since_us_) since_us = world_.now_us();  // pauses begin anew
  carry_out(engine_->failed(error, instant()));
}

void Terminal::carry_out(const std::vector<Effect>& effects) {
  for (const Effect& effect : effects) std::visit([&](const auto& what) { act(what); }, effect);
}

void Terminal::plug_folder(bool is_there) {
  has_folder_ = is_there;
  if (is_there) return;
  ++folder_session_;
  dispatch(LinkDown{kFirstCarrierLink, "the stick is not here"});
}

void Terminal::connect_folder() {
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + 1'000, [this, life] {
    if (life != life_) return;
    if (has_folder_) {
      dispatch(LinkUp{kFirstCarrierLink});
    } else {
      dispatch(LinkDown{kFirstCarrierLink, "the stick is not here"});
    }
  });
}

template <class Request>
void Terminal::ask_folder(const Request& request) {
  const std::uint64_t life = life_, session = folder_session_;
  world_.at(world_.now_us() + 2'000, [this, life, session, request] {
    for (const Event& answer : world_.folder()->answer(tenant_, request)) {
      if (life == life_ && session == folder_session_ && has_folder_) dispatch(answer);
    }
  });
}

void Terminal::act(const Connect& effect) {
  if (is_carrier(effect.link)) {
    connect_folder();
    return;
  }
  note(fmt::format("connects link {}", effect.link));
  const auto down = down_since_us_.find(effect.link);
  if (down != down_since_us_.end()) {
    pauses_us_.push_back(world_.now_us() - down->second);
    if (pauses_us_.back() > kLongestPause_us && !world_.sleeps())
      world_.fail(fmt::format("T{} paused for longer than 5 min", number_));
  }
  down_since_us_.erase(effect.link);
  world_.network().connect(number_, effect.link);
}

void Terminal::act(const Disconnect& effect) {
  arrived_.erase(effect.link);
  if (is_carrier(effect.link)) ++folder_session_;
  note("hangs up: " + effect.reason);
  const auto connection = connections_.find(effect.link);
  if (connection != connections_.end()) world_.network().close(connection->second, effect.reason);
}

void Terminal::act(const Send& effect) {
  const auto connection = connections_.find(effect.link);
  if (connection != connections_.end()) world_.network().to_hub(connection->second, effect.frame);
}

void Terminal::act(const Wake& effect) {
  const std::uint64_t token = ++wake_;
  const std::uint64_t life = life_;
  world_.at(effect.mono_us, [this, token, life] {
    if (token == wake_ && life == life_) dispatch(Tick{});
  });
}

void Terminal::act(const Applied& effect) {
  settle_turn_.news(world_.now_us());
  const auto& entities = effect.entities;
  if (std::find(entities.begin(), entities.end(), domain::Setting::kEntity) != entities.end()) policies_.reset();
  note(fmt::format("applied {} records", effect.records));
}

void Terminal::act(const Incident& effect) {
  note("incident: " + effect.sentence);
}

void Terminal::attempt(LinkNumber link, std::uint64_t connection) {
  connections_[link] = connection;
  arrived_.erase(link);
}

std::optional<LinkNumber> Terminal::link_of(std::uint64_t connection) const {
  for (const auto& [link, mine] : connections_) {
    if (mine == connection) return link;
  }
  return std::nullopt;
}

void Terminal::link_up(std::uint64_t connection) {
  const auto link = link_of(connection);
  if (!link) return;
  note(fmt::format("is connected over link {}", *link));
  dispatch(LinkUp{*link});
}

void Terminal::link_down(std::uint64_t connection, const std::string& reason) {
  const auto link = link_of(connection);
  if (!link) return;
  hand_over(*link);
  if (link_of(connection) != link) return;
  note(fmt::format("is cut off from link {}: {}", *link, reason));
  // Twins of which neither has written since they parted find out when they do.
  const bool has_found_its_twin = world_.forks_allowed && reason.starts_with("this terminal starts a new chain");
  if (world_.is_over() && !is_revoked && !world_.sleeps() && !has_found_its_twin) {
    world_.fail(fmt::format("T{} gave up a link that was well: {}", number_, reason));
  }
  connections_.erase(*link);
  down_since_us_[*link] = world_.now_us();
  dispatch(LinkDown{*link, reason});
}

void Terminal::received(std::uint64_t connection, const Bytes& frame) {
  const auto link = link_of(connection);
  if (!link) return;
  note(fmt::format("gets {:x}", checksum(frame)));
  if (collect_us_ == 0) {
    dispatch(Received{*link, {frame}});
    return;
  }
  auto& waiting = arrived_[*link];
  waiting.push_back(frame);
  if (waiting.size() == kMaxFramesPerStep) hand_over(*link);
  if (waiting.size() != 1) return;
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + collect_us_, [this, life, link] {
    if (life == life_) hand_over(*link);
  });
}

void Terminal::hand_over(LinkNumber link) {
  auto frames = std::exchange(arrived_[link], {});
  if (!frames.empty()) dispatch(Received{link, std::move(frames)});
}

void Terminal::crash(std::int64_t dark_us) {
  if (engine_) power_is_gone(dark_us);
}

void Terminal::crash_at_operation(std::uint64_t operations, std::int64_t dark_us) {
  if (!engine_) return;
  disk_.files().stop_at(disk_.files().operations() + operations);
  next_dark_us_ = dark_us;
}

void Terminal::lose_everything_but_the_disk() {
  world_.network().drop_silently(number_);
  engine_.reset();
  replica_.abandon();
  connections_.clear();
  arrived_.clear();
  down_since_us_.clear();
  settle_turn_.at_once(world_.now_us());
  settle_us_ = 0;
  policies_.reset();
  upkeep_at_us_ = 0;
  ++life_;
}

void Terminal::power_is_gone(std::int64_t dark_us) {
  constexpr std::array<crash::Loss, 3> kLosses = {crash::Loss::dropped, crash::Loss::kept, crash::Loss::torn};
  const crash::Loss loss = kLosses[random_.below(3)];
  note(fmt::format("crashes, loss {}", static_cast<int>(loss)));
  world_.injected("power cuts");
  lose_everything_but_the_disk();
  disk_.cut_power(loss, random_.u64());
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + dark_us, [this, life] {
    if (life == life_) power_on();
  });
}

// A commit that was reported as failed may be in the log of the disk after all: then it counts.
void Terminal::settle_doubts() {
  for (LedgerEntry& entry : in_doubt_) {
    const bool is_known = std::any_of(world_.ledger().begin(), world_.ledger().end(), [&](const LedgerEntry& known) {
      return known.documents.front() == entry.documents.front();  // a copy of this folder had it
    });
    if (is_known || !has_document(disk_.tx(), entry.documents.front())) continue;
    entry.terminal = number_;
    world_.ledger().push_back(std::move(entry));
  }
  in_doubt_.clear();
}

void Terminal::take_copy() {
  if (engine_) copy_ = Copy{disk_.image(), in_doubt_};
}

void Terminal::restore_copy(bool noticed) {
  if (!engine_ || !copy_) return;
  note(noticed ? "is restored from a copy" : "is restored from a copy and does not know");
  for (const FeedPosition& position : value_of(store().positions())) {
    std::uint64_t& held = world_.held_before_restore[position.feed];
    held = std::max(held, position.sequence);
  }
  lose_everything_but_the_disk();
  disk_.replace(copy_->image);
  in_doubt_ = copy_->in_doubt;
  was_restored_ = true;
  // What waited in the copy may have been sent since, cut otherwise: the same records come as a branch.
  world_.forks_allowed = true;
  if (noticed) {
    start_new_chain();
  } else {
    world_.receipts_may_be_doubled = true;
  }
  // A sale that was refused because a sync failed may have been in the copied file all the same: it is back, and its
  // number was given to the next one.
  if (!in_doubt_.empty()) world_.receipts_may_be_doubled = true;
  power_on();
  if (engine_) forgive_what_the_disk_took(world_, *this);
}

// Also while this one is switched off: a folder is copied as it lies.
void Terminal::copy_folder_to(Terminal& other, bool noticed) {
  note(fmt::format("is copied to T{}{}", other.number_, noticed ? "" : " and nobody knows"));
  other.disk_.replace(disk_.image());
  other.in_doubt_ = in_doubt_;  // what was refused because a sync failed may be in the copied file
  if (!in_doubt_.empty()) world_.receipts_may_be_doubled = true;
  other.was_restored_ = true;
  other.note_what_came_early();
  has_twin_ = other.has_twin_ = true;
  world_.forks_allowed = true;
  if (noticed) {
    other.start_new_chain();
  } else {
    world_.receipts_may_be_doubled = true;
    other.clock_.was_wrong |= clock_.was_wrong;  // it believes in the other machine's error until a hub answers
  }
  other.power_on();
}

std::set<Id> Terminal::products_of_the_future() {
  std::set<Id> found;
  for (const auto& [product, due_us] : world_.not_before_us) {
    if (has_product(disk_.tx(), product)) found.insert(product);
  }
  return found;
}

// Another machine's clock may have been ahead when the data were there; what it let in stays.
void Terminal::note_what_came_early() {
  must(disk_.open());
  came_early_.merge(products_of_the_future());
  disk_.close();
}

// As the till does when it starts in a folder that came out of a backup or is a copy.
void Terminal::start_new_chain() {
  if (sabotaged(Sabotage::reuse_sequence)) return;
  Status done = disk_.open();
  if (done) done = disk_.begin();
  if (done) done = storage::Replica::start_incarnation(disk_.tx(), random_);
  if (done) done = disk_.commit();
  if (!done) world_.fail(fmt::format("T{}: no new chain: {}", number_, done.error().message));
  disk_.close();
}

}  // namespace till::sim
