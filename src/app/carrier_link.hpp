// The carriers' threads: each carries out what the sync engine asks of one carrier (sync/events.hpp), one request after
// the other, and posts the answers, so that a slow stick never holds anybody else up.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "app/carriers.hpp"
#include "storage/env.hpp"
#include "sync/events.hpp"
#include "sync/peer.hpp"

namespace till::app {

class CarrierLink {
 public:
  using Post = std::function<void(sync::Event)>;  // called on this link's thread
  using Request = std::variant<sync::Connect, sync::ListCarrier, sync::ReadCarrier, sync::WriteCarrier>;

  CarrierLink(storage::Env& env, CarrierTarget target, const Id& tenant, Post post);
  ~CarrierLink();  // waits for the call that is under way
  CarrierLink(const CarrierLink&) = delete;
  CarrierLink& operator=(const CarrierLink&) = delete;

  // Neither waits. What was asked before `close` and has not begun is forgotten.
  void ask(Request request);
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// All carriers of a terminal. Belongs to the thread that runs the engine.
class CarrierLinks {
 public:
  explicit CarrierLinks(Shop& shop, CarrierLink::Post post) : shop_(shop), post_(std::move(post)) {}

  // The list is not the one that was opened last.
  [[nodiscard]] bool has_changed() const;
  // Closes what was open and opens what is in the list now.
  std::vector<sync::PeerConfig> open(const Id& tenant);
  // Requests for links that are not open are passed over.
  void ask(sync::LinkNumber link, CarrierLink::Request request);
  void close(sync::LinkNumber link);
  // How often a carrier was asked what it has: tells a new exchange from an old one.
  [[nodiscard]] std::uint64_t listings() const { return listings_; }

 private:
  Shop& shop_;
  CarrierLink::Post post_;
  std::vector<CarrierTarget> targets_;
  std::map<sync::LinkNumber, CarrierLink> links_;
  std::uint64_t listings_ = 0;
};

}  // namespace till::app
