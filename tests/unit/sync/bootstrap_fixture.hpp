// Terminals, a hub that may drop its past, and a place where a snapshot lies: for tests of what happens behind the
// floor.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "engine_fixture.hpp"
#include "security/hash.hpp"
#include "sim/memory_hub_store.hpp"
#include "storage/snapshot_source.hpp"
#include "storage/sync_pruning.hpp"
#include "sync/bootstrap.hpp"
#include "sync/hub_drop.hpp"
#include "sync/hub_session.hpp"

namespace till::sync {

struct Snapshot {
  SnapshotManifest manifest;
  Bytes manifest_bytes;
  std::vector<Bytes> chunks;
};

struct BootstrapTest : testing::Test {
  Shop shop{3};
  sim::MemoryHubStore hub_store;
  HubCore core{hub_store};
  Till a{shop, 0}, b{shop, 1}, c{shop, 2};
  std::map<std::size_t, std::unique_ptr<HubSession>> sessions;
  std::optional<Snapshot> offered;
  std::size_t chunks_asked = 0;

  void SetUp() override {
    for (std::size_t i = 0; i < 3; ++i)
      hub_store.tenants[shop.tenant].devices[Shop::device(i)] = {shop.public_key(i), false};
  }

  Snapshot snapshot_of(Till& till, std::uint8_t id = 0) {
    exchange(till);  // its cursor passes over what it wrote itself
    storage::SnapshotSource source(till.disk.tx());
    Snapshot made;
    made.manifest.id = id_of(0x55, id);
    made.manifest.tenant = shop.tenant;
    made.manifest.device = Shop::device(till.number);
    made.manifest.key_epoch = shop.keys[till.number]->current_epoch();
    value_of(source.describe(made.manifest));
    SnapshotChunk chunk;
    while (value_of(source.next(chunk))) {
      const auto number = static_cast<std::uint32_t>(made.chunks.size());
      made.chunks.push_back(value_of(seal_chunk(made.manifest, number, chunk, *shop.keys[till.number])));
      SnapshotChunkName name;
      name.bytes = made.chunks.back().size();
      const auto hash = security::sha256(made.chunks.back());
      std::copy(hash.begin(), hash.end(), name.sha256.begin());
      made.manifest.chunks.push_back(name);
    }
    made.manifest_bytes = value_of(seal_manifest(made.manifest, *shop.keys[till.number]));
    return made;
  }

  // The effects of one step, answered by the hub and by where snapshots lie.
  std::vector<Event> answers(Till& till) {
    std::vector<Event> events;
    Received received;
    for (const Effect& effect : std::vector<Effect>(till.effects)) {
      if (const auto* send = std::get_if<Send>(&effect)) {
        auto reply = value_of(sessions[till.number]->receive(send->frame, shop.clock.now()));
        for (Bytes& out : reply.frames) received.frames.push_back(std::move(out));
      }
      if (std::get_if<NeedSnapshot>(&effect) != nullptr) {
        if (offered) {
          events.emplace_back(SnapshotFound{kHubLink, offered->manifest_bytes});
        } else {
          events.emplace_back(SnapshotMissing{kHubLink});
        }
      }
      if (const auto* need = std::get_if<NeedSnapshotChunk>(&effect)) {
        ++chunks_asked;
        if (offered && need->snapshot == offered->manifest.id) {
          events.emplace_back(SnapshotChunkCame{kHubLink, need->number, offered->chunks.at(need->number)});
        } else {
          events.emplace_back(SnapshotMissing{kHubLink});
        }
      }
    }
    if (!received.frames.empty()) events.emplace_back(received);
    return events;
  }
  void settle(Till& till, std::deque<Event> events) {
    for (int round = 0; round < 2000; ++round) {
      if (events.empty()) {
        if (till.find<Wake>() == nullptr || till.find<Wake>()->mono_us > till.mono_us + 1) return;
        till.advance_ms(1);
        events.emplace_back(Tick{});
      }
      till.step(events.front());
      events.pop_front();
      for (Event& event : answers(till)) events.push_back(std::move(event));
    }
    ADD_FAILURE() << "it does not come to rest";
  }
  void exchange(Till& till) {
    sessions[till.number] = std::make_unique<HubSession>(core, shop.tenant, Shop::device(till.number));
    settle(till, {Event{LinkDown{kHubLink, "the line was cut"}}, Event{LinkUp{}}});
  }
  // Everything so far is only to be had from the snapshot.
  void drop_past_of_hub() {
    auto& hub = hub_store.tenants[shop.tenant];
    hub.floor.after.fill(hub.log.size());
    if (offered) hub.floor.snapshot = offered->manifest.id;
    EXPECT_FALSE(value_of(hub_store.sweep(shop.tenant, hub.log.size() + 1)));
  }
  // Until so many parts of a snapshot were asked for.
  void take_parts(Till& till, std::size_t parts) {
    sessions[till.number] = std::make_unique<HubSession>(core, shop.tenant, Shop::device(till.number));
    till.step(LinkUp{});
    std::deque<Event> events;
    for (Event& event : answers(till)) events.push_back(std::move(event));
    while (chunks_asked < parts) {
      ASSERT_FALSE(events.empty());
      till.step(events.front());
      events.pop_front();
      for (Event& event : answers(till)) events.push_back(std::move(event));
    }
  }
  void prune(Till& till, const std::vector<FeedPosition>& up_to) {
    value_of(till.disk.begin());
    value_of(storage::prune_log(till.disk.tx(), up_to, INT64_MAX, 10'000));
    value_of(till.disk.commit());
  }
  // What the hub was at the copy's time, in a new epoch.
  void restore_hub(const sim::HubTenantState& copy, bool remembers_epochs = true) {
    auto& hub = hub_store.tenants[shop.tenant];
    const auto before = hub.epoch;
    hub = copy;
    if (remembers_epochs) hub.ancestors.insert(hub.ancestors.begin(), {hub.epoch, hub.log.size()});
    hub.epoch = before + 100;
  }
  HubDropped drop_by(Till& till, const Snapshot& made, std::vector<FeedHead> heads = {}) {
    HubDropRequest request{Shop::device(till.number), made.manifest.cursor.epoch, made.manifest.id,
                           made.manifest.cursor.after, std::move(heads)};
    return value_of(drop(hub_store, shop.tenant, request, {0, HubRetention{}.lapse_ms}, shop.clock.now()));
  }
  auto digests(Till& till) { return value_of(till.store().digests()); }
};

inline Id product(std::uint8_t n) {
  return id_of(0xaa, n);
}

}  // namespace till::sync
