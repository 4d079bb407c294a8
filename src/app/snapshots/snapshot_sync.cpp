#include "app/snapshots/snapshot_sync.hpp"

#include <algorithm>
#include <thread>

#include "app/device_keys.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "net/cloud/hub_objects.hpp"
#include "storage/sync_members.hpp"
#include "storage/sync_pruning.hpp"
#include "sync/ring_keys.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kRound = 15min;  // between looks at whether something is to be done
constexpr std::chrono::milliseconds kSoon = 1min;    // after a start, and after a round that failed
constexpr auto kStep = 100ms, kMaxDeference = 10000ms;

bool is_busy(const sync::SyncStatus& status) {
  return status.link == sync::LinkState::connected && (!status.caught_up || status.waiting_total() > 0);
}

}  // namespace

bool waits_for_a_snapshot(Shop& shop) {
  const auto feeds =
      shop.state().db->read([](storage::Connection& conn) { return storage::feeds_only_in_snapshots(conn); });
  return feeds && !feeds->empty();
}

struct SnapshotSync::Impl {
  Impl(Shop& opened, const HubMembership& membership, SnapshotDesk& the_desk, Surroundings s)
      : shop(opened),
        desk(the_desk),
        surroundings(std::move(s)),
        hub(address_of(membership), credentials_of(opened), opened.state().clock, opened.state().random),
        objects(address_of(membership), credentials_of(opened), opened.state().clock, opened.state().random),
        shelf(objects, membership.tenant),
        care(opened, membership.tenant, objects, shelf,
             [this](const auto& place, const auto& request) { return hub.drop_log(place, request); }),
        ring(opened.state().keys->with_ring([](security::RingFile& file) { return file.ring.clone(); })),
        keys(ring, opened.state().keys->identity().signing, opened.state().random) {
    objects.before_each_piece([this] { return defer(); });
  }

  Shop& shop;
  SnapshotDesk& desk;
  Surroundings surroundings;
  net::HubClient hub;
  net::HubObjects objects;
  SnapshotShelf shelf;
  SnapshotCare care;
  security::KeyRing ring;
  sync::RingKeys keys;
  std::size_t offers = 0;      // of snapshots to the engine since one was of use
  bool is_waited_for = false;  // by the engine: nothing to stay out of the way of
  std::string last_problem;
  std::jthread thread;

  void run();
  std::chrono::milliseconds attend_to(const SnapshotDesk::Work& work);
  Status fetch(const sync::NeedSnapshot& need);
  Status fetch(const sync::NeedSnapshotChunk& need);
  Status round(const SnapshotDesk::Work& work);
  Status defer();
  void refresh_keys();
  void publish(std::string problem);
  void tell(const Status& done);
};

// Before a piece of an upload, or of a look at what there is.
Status SnapshotSync::Impl::defer() {
  bool stops = desk.stops_within(0ms);
  for (auto waited = 0ms; !is_waited_for && !stops && waited < kMaxDeference; waited += kStep) {
    if (!is_busy(surroundings.report().status)) break;
    stops = desk.stops_within(kStep);
  }
  if (stops) return fail(ErrorKind::retry, "the program is ending");
  return {};
}

void SnapshotSync::Impl::refresh_keys() {
  ring = shop.state().keys->with_ring([](security::RingFile& file) { return file.ring.clone(); });
  learn_devices(shop.state(), keys);
  for (const auto& peer : surroundings.report().peers) {
    if (!keys.knows_device(peer.id)) keys.set_device(peer.id, peer.signing_key);
  }
}

// The newest first; if it was of no use, since this program is too old for it or it stands for too little, the next.
Status SnapshotSync::Impl::fetch(const sync::NeedSnapshot& need) {
  TRY(shelf.look(keys));
  const auto& there = shelf.snapshots();
  if (there.empty()) {
    surroundings.post(sync::SnapshotMissing{need.link});
  } else {
    surroundings.post(sync::SnapshotFound{need.link, there[offers++ % there.size()].sealed});
  }
  return {};
}

Status SnapshotSync::Impl::fetch(const sync::NeedSnapshotChunk& need) {
  offers = 0;
  const auto* snapshot = shelf.find(need.snapshot);
  if (snapshot == nullptr) TRY(shelf.look(keys));
  if (snapshot == nullptr) snapshot = shelf.find(need.snapshot);
  auto bytes = snapshot == nullptr ? std::optional<Bytes>{} : TRY(shelf.chunk(*snapshot, need.number));
  if (bytes) {
    surroundings.post(sync::SnapshotChunkCame{need.link, need.number, std::move(*bytes)});
  } else {
    surroundings.post(sync::SnapshotMissing{need.link});
  }
  return {};
}

void SnapshotSync::Impl::publish(std::string problem) {
  SnapshotReport report;
  report.problem = std::move(problem);
  report.is_known = shelf.has_looked();
  if (!shelf.snapshots().empty()) {
    const auto& newest = shelf.snapshots().front();
    report.made_at = UtcTime{newest.manifest.made_at_ms * 1000};
    report.made_by = newest.manifest.device;
    report.bytes = newest.bytes;
  }
  const auto weight = shop.state().db->read([](storage::Connection& conn) { return storage::log_weight(conn); });
  if (weight) report.log_bytes = weight->bytes;
  if (weight) report.log_segments = weight->segments;
  surroundings.publish(std::move(report));
}

Status SnapshotSync::Impl::round(const SnapshotDesk::Work& work) {
  is_waited_for = waits_for_a_snapshot(shop);
  auto done = care.round(surroundings.report(), keys, work.order.value_or(SnapshotOrder{}),
                         [this] { return !desk.is_wanted(); });
  is_waited_for = false;
  const Status ended = done ? Status{} : Status(fail(done.error()));
  publish(done ? std::string() : done.error().message);
  if (work.order) desk.answer(std::move(done));
  return ended;
}

void SnapshotSync::Impl::tell(const Status& done) {
  for (auto& problem : shelf.take_problems()) surroundings.tell(std::move(problem));
  if (!done && done.error().message != last_problem) {
    log::info("snapshots: {} ({})", done.error().message, done.error().cause);
  }
  last_problem = done ? std::string() : done.error().message;
}

// When to look again by itself.
std::chrono::milliseconds SnapshotSync::Impl::attend_to(const SnapshotDesk::Work& work) {
  refresh_keys();
  is_waited_for = true;
  if (work.snapshot) tell(fetch(*work.snapshot));
  if (work.chunk) tell(fetch(*work.chunk));
  is_waited_for = false;
  if ((work.snapshot || work.chunk) && !work.order && !work.look) return kSoon;
  const Status done = round(work);
  tell(done);
  return done && !is_busy(surroundings.report().status) ? kRound : kSoon;
}

void SnapshotSync::Impl::run() {
  auto pause = kSoon;
  for (;;) {
    const auto work = desk.take(pause);
    if (work.stopping) return;
    pause = attend_to(work);
  }
}

SnapshotSync::SnapshotSync(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->desk.open();
  impl_->thread = std::jthread([raw = impl_.get()] { raw->run(); });
}

std::unique_ptr<SnapshotSync> SnapshotSync::start(Shop& shop, const HubMembership& membership, SnapshotDesk& desk,
                                                  Surroundings surroundings) {
  return std::unique_ptr<SnapshotSync>(
      new SnapshotSync(std::make_unique<Impl>(shop, membership, desk, std::move(surroundings))));
}

SnapshotSync::~SnapshotSync() {
  impl_->desk.close();
  impl_->objects.stop();
  impl_->hub.stop();
  impl_->thread.join();
}

}  // namespace till::app
