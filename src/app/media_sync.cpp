#include "app/media_sync.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/media_exchange.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "net/cloud/hub_objects.hpp"
#include "sync/backoff.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kGather = 500ms;                          // changes that come together are looked at once
constexpr auto kStep = 100ms;                            // between looks at whether sync is still busy
constexpr std::chrono::milliseconds kListAgain = 15min;  // what others removed from the hub is noticed by then

}  // namespace

struct MediaSync::Impl {
  Impl(Shop& opened, const HubMembership& membership, Surroundings s)
      : shop(opened),
        surroundings(std::move(s)),
        hub(address_of(membership), credentials_of(opened), opened.state().clock, opened.state().random),
        exchange(opened, hub) {
    hub.before_each_piece([this] { return defer(); });
  }

  Shop& shop;
  Surroundings surroundings;
  net::HubObjects hub;
  MediaExchange exchange;
  sync::Backoff backoff{sync::BackoffConfig{}};

  mutable std::mutex mutex;
  std::condition_variable bell;
  bool changed = true, urgent = false, stopping = false;
  std::uint64_t asked = 1, answered = 0;  // what was to be looked at, and how much of it a good round has answered
  std::string last_problem;
  std::chrono::microseconds list_at{0};
  std::jthread thread;

  void run();
  Status round();
  Status defer();
  [[nodiscard]] bool is_stopping() const {
    std::lock_guard lock(mutex);
    return stopping;
  }
};

Status MediaSync::Impl::defer() {
  for (auto waited = 0ms; surroundings.sync_is_busy() && waited < kMaxDeference; waited += kStep) {
    std::unique_lock lock(mutex);
    if (bell.wait_for(lock, kStep, [&] { return stopping; })) break;
  }
  if (is_stopping()) return fail(ErrorKind::retry, "the program is ending");
  return {};
}

// Good when there is nothing to try again.
Status MediaSync::Impl::round() {
  std::uint64_t answering = 0;
  {
    std::lock_guard lock(mutex);
    changed = urgent = false;
    answering = asked;
  }
  if (shop.state().clock.monotonic() >= list_at) {
    exchange.forget();
    list_at = shop.state().clock.monotonic() + kListAgain;
  }
  const auto done = TRY(exchange.run());
  if (done.sent + done.fetched > 0) log::info("pictures: {} sent, {} fetched", done.sent, done.fetched);
  if (done.fetched > 0) surroundings.arrived();
  {
    std::lock_guard lock(mutex);
    answered = answering;
  }
  if (done.missing > 0) return fail(ErrorKind::retry, "some pictures have not reached the hub yet");
  return {};
}

void MediaSync::Impl::run() {
  std::unique_lock lock(mutex);
  while (!bell.wait_for(lock, kGather, [&] { return stopping; })) {
    lock.unlock();
    const auto done = round();
    if (done) {
      backoff.reset();
    } else if (done.error().message != last_problem) {
      log::info("pictures: {} ({})", done.error().message, done.error().cause);
    }
    last_problem = done ? std::string() : done.error().message;
    const auto next = done ? kListAgain : std::chrono::milliseconds(backoff.next_ms(shop.state().random));
    lock.lock();
    // While something fails, changes do not hurry it; a link that comes up does.
    bell.wait_for(lock, next, [&] { return stopping || urgent || (changed && done); });
    if (urgent) backoff.reset();
  }
}

MediaSync::MediaSync(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->thread = std::jthread([raw = impl_.get()] { raw->run(); });
}

std::unique_ptr<MediaSync> MediaSync::start(Shop& shop, const HubMembership& membership, Surroundings surroundings) {
  return std::unique_ptr<MediaSync>(new MediaSync(std::make_unique<Impl>(shop, membership, std::move(surroundings))));
}

MediaSync::~MediaSync() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->bell.notify_all();
  impl_->hub.stop();
  impl_->thread.join();
}

void MediaSync::look_again(bool at_once) {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->changed = true;
    impl_->urgent |= at_once;
    ++impl_->asked;
  }
  impl_->bell.notify_all();
}

bool MediaSync::settled() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->answered == impl_->asked;
}

}  // namespace till::app
