// One simulated terminal: the real engine and the real local log over a disk in memory, and a clock that may be wrong.
// A crash loses everything but the disk.
#pragma once

#include <memory>
#include <optional>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "sim/memory_store.hpp"
#include "sim/sim_keys.hpp"
#include "sync/engine.hpp"
#include "sync/local_log.hpp"

namespace till::sim {

class World;

constexpr std::int64_t kEpochStart_us = 1'790'000'000'000'000;  // true time when the world begins

class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(World& world) : world_(world) {}
  UtcTime now() override;
  std::chrono::microseconds monotonic() override;
  std::int64_t skew_us = 0;

 private:
  World& world_;
};

class Terminal {
 public:
  Terminal(World& world, std::size_t number, const Id& tenant, const Id& device);
  [[nodiscard]] const Id& device() const { return device_; }
  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] const DiskState& disk() const { return store_.disk(); }
  MemoryStore& store() { return store_; }
  [[nodiscard]] std::uint64_t waiting();

  // The network's answers.
  void attempt(std::uint64_t connection) { connection_ = connection; }
  void link_up(std::uint64_t connection);
  void link_down(std::uint64_t connection, const std::string& reason);
  void received(std::uint64_t connection, const Bytes& frame);

  // What people and fate do.
  void edit(const Id& product);
  void sell(const std::vector<Id>& products);
  void import(std::uint32_t rows);
  void crash(std::int64_t dark_us);
  void jump_clock(std::int64_t skew_us) { clock_.skew_us = skew_us; }
  void take_copy() { copy_ = store_.disk(); }
  void restore_copy(bool noticed);
  void sync_now() { dispatch(sync::SyncNow{}); }
  void power_on();

 private:
  void dispatch(const sync::Event& event);
  void carry_out(const std::vector<sync::Effect>& effects);
  void act(const sync::Connect& effect);
  void act(const sync::Disconnect& effect);
  void act(const sync::Send& effect);
  void act(const sync::Wake& effect);
  void act(const sync::Applied& effect);
  void act(const sync::NeedKeys&) {}
  void act(const sync::StatusChanged&) {}
  void act(const sync::Incident& effect);
  template <class Change>
  bool transaction(const char* what, Change&& change);
  bool commit();
  void note(const std::string& line);
  [[nodiscard]] sync::Instant instant();

  World& world_;
  std::size_t number_;
  Id tenant_, device_;
  SeededRandom random_;
  SkewedClock clock_;
  MemoryStore store_;
  SimKeys keys_;
  sync::LocalLog log_;
  std::unique_ptr<sync::Engine> engine_;  // null while dark
  std::optional<std::uint64_t> connection_;
  std::uint64_t wake_ = 0;  // the one that counts
  std::uint64_t life_ = 0;
  std::optional<DiskState> copy_, synced_;
  std::uint64_t commits_ = 0;
};

}  // namespace till::sim
