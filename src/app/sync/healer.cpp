#include "app/sync/healer.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/healing.hpp"
#include "app/journal.hpp"
#include "core/log.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;
using Tables = std::set<sync::EntityNumber>;

constexpr auto kFirstLook = 2min;  // after the start, which has other things to do
constexpr auto kRound = 1h;
}  // namespace

struct Healer::Impl {
  Impl(ShopState& opened, std::string name, std::function<void()> told)
      : state(opened), program(std::move(name)), healed(std::move(told)) {}

  ShopState& state;
  const std::string program;
  const std::function<void()> healed;
  std::mutex mutex;
  std::condition_variable bell;
  std::vector<sync::Divergence> divergences;
  bool stopping = false;
  std::jthread thread;

  void run();
  Status look_around();
  Status answer(const std::vector<sync::Divergence>& seen);
  Status heal(const Tables& damaged);
  MustStop must_stop() {
    return [this] {
      std::lock_guard lock(mutex);
      return stopping;
    };
  }
  void tell(const std::string& sentence) {
    log::warning("sync: {}", sentence);
    journal_alone(state, Actor{}, {"sync.incident", {}, sentence});
  }
};

void Healer::Impl::run() {
  const auto now = [this] { return state.clock.monotonic(); };
  auto look_at = now() + kFirstLook;
  for (;;) {
    std::vector<sync::Divergence> seen;
    {
      std::unique_lock lock(mutex);
      bell.wait_for(lock, std::max<std::chrono::microseconds>(look_at - now(), 0us),
                    [&] { return stopping || !divergences.empty(); });
      if (stopping) return;
      seen = std::exchange(divergences, {});
    }
    const bool is_due = now() >= look_at;
    if (is_due) look_at = now() + kRound;
    Status done = seen.empty() ? Status{} : answer(seen);
    if (done && is_due) done = look_around();
    if (!done && !must_stop()()) log::warning("healing: {} ({})", done.error().message, done.error().cause);
  }
}

Status Healer::Impl::look_around() {
  if (!state.db->uses_wal()) return {};  // a long read would keep the cashier waiting; doctor looks when asked
  const auto tables = TRY(state.db->read(tables_to_look_at));
  const auto damaged = TRY(find_damage(state, tables, must_stop()));
  if (!damaged.empty()) TRY(heal(damaged));
  return state.db->write([&](storage::Transaction& tx) { return looked_at(tx, tables); },
                         storage::Priority::background);
}

Status Healer::Impl::heal(const Tables& damaged) {
  const auto result = TRY(heal_by_itself(state, damaged, must_stop()));
  tell("healing of " + table_names(damaged) + ": " + result.sentence);
  if (!result.changed.empty()) healed();
  return {};
}

Status Healer::Impl::answer(const std::vector<sync::Divergence>& seen) {
  const auto answer = TRY(heal_divergences(state, program, seen, must_stop()));
  for (const auto& sentence : answer.incidents) tell(sentence);
  if (!answer.changed.empty()) healed();
  return {};
}

Healer::Healer(ShopState& state, std::string program, std::function<void()> healed)
    : impl_(std::make_unique<Impl>(state, std::move(program), std::move(healed))) {
  impl_->thread = std::jthread([raw = impl_.get()] { raw->run(); });
}

Healer::~Healer() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->bell.notify_all();
  impl_->thread.join();
}

void Healer::diverging(std::vector<sync::Divergence> divergences) {
  if (divergences.empty()) return;
  {
    std::lock_guard lock(impl_->mutex);
    impl_->divergences = std::move(divergences);
  }
  impl_->bell.notify_all();
}

}  // namespace till::app
