// A carrier in memory, and the hands that carry it from till to till.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine_fixture.hpp"
#include "sync/carrier_peer.hpp"

namespace till::sync {

constexpr LinkNumber kStick = kFirstCarrierLink, kOtherStick = kFirstCarrierLink + 1;

struct Carrier {
  std::map<std::string, Bytes> files;
  std::size_t page = 1000;  // names in one CarrierListed
  SeededRandom random{77};

  // What goes wrong.
  std::string problem;                                                                            // of every write
  std::function<bool(const std::string& name)> loses = [](const std::string&) { return false; };  // and says it is done

  std::size_t listings = 0, reads = 0, writes = 0, reads_at_once = 0;

  std::vector<Event> answer(LinkNumber link, const ListCarrier& effect) {
    ++listings;
    std::vector<std::string> names;
    for (const auto& [name, bytes] : files) {
      if (name.starts_with(effect.folder + "/")) names.push_back(name);
    }
    for (std::size_t i = names.size(); i > 1; --i) std::swap(names[i - 1], names[random.below(i)]);
    std::vector<Event> answers;
    CarrierListed listed{link, {}, false};
    for (std::string& name : names) {
      if (listed.names.size() == page) {
        listed.more = true;
        answers.emplace_back(std::exchange(listed, {link, {}, false}));
      }
      listed.names.push_back(std::move(name));
    }
    answers.emplace_back(std::move(listed));
    return answers;
  }
  std::vector<Event> answer(LinkNumber link, const ReadCarrier& effect) {
    std::vector<Event> answers;
    reads += effect.names.size();
    reads_at_once = std::max(reads_at_once, effect.names.size());
    for (const std::string& name : effect.names) {
      const auto file = files.find(name);
      answers.emplace_back(CarrierRead{link, name, file == files.end() ? Bytes{} : file->second});
    }
    return answers;
  }
  std::vector<Event> answer(LinkNumber link, const WriteCarrier& effect) {
    ++writes;
    if (problem.empty() && !loses(effect.name)) files[effect.name] = effect.bytes;
    return {CarrierWritten{link, effect.name, problem}};
  }
};

// A till that exchanges over carriers alone.
struct CarrierTill : Till {
  std::map<LinkNumber, Carrier*> plugged;
  std::vector<std::string> incidents;

  CarrierTill(Shop& shop_in, std::size_t number_in, std::vector<LinkNumber> links = {kStick})
      : Till(shop_in, number_in) {
    config.peers.clear();
    for (const LinkNumber link : links) config.peers.push_back({link, "the stick"});
    restart();
  }

  // Until the tills waits for time to pass or for nothing.
  void run(Event first) {
    std::deque<Event> events{std::move(first)};
    for (int steps = 0; !events.empty(); ++steps) {
      ASSERT_LT(steps, 20'000) << "it never comes to rest";
      const Event event = std::move(events.front());
      events.pop_front();
      step(event);
      for (const Effect& effect : effects) carry_out(effect, events);
      const Wake* wake = find<Wake>();
      if (wake != nullptr) wake_at_us = wake->mono_us;
      if (events.empty() && wake_at_us != 0 && wake_at_us <= mono_us + 1) {
        wake_at_us = 0;
        ++mono_us;
        events.emplace_back(Tick{});
      }
    }
  }
  void plug(Carrier& carrier, LinkNumber link = kStick) {
    plugged[link] = &carrier;
    run(LinkUp{link});
  }
  void unplug(LinkNumber link = kStick) {
    plugged.erase(link);
    run(LinkDown{link, "the stick is not here"});
  }
  void visit(Carrier& carrier) {
    plug(carrier);
    unplug();
  }
  void wait_ms(std::int64_t ms) {
    advance_ms(ms);
    run(Tick{});
  }
  PeerStatus peer(std::size_t at = 0) { return status().peers.at(at); }

  std::int64_t wake_at_us = 0;

 private:
  void carry_out(const Effect& effect, std::deque<Event>& events) {
    const auto ask = [&](const auto& request) {
      const auto at = plugged.find(request.link);
      if (at == plugged.end()) return;
      for (Event& answer : at->second->answer(request.link, request)) events.push_back(std::move(answer));
    };
    if (const auto* list = std::get_if<ListCarrier>(&effect)) ask(*list);
    if (const auto* read = std::get_if<ReadCarrier>(&effect)) ask(*read);
    if (const auto* write = std::get_if<WriteCarrier>(&effect)) ask(*write);
    if (const auto* incident = std::get_if<Incident>(&effect)) incidents.push_back(incident->sentence);
    const auto* connect = std::get_if<Connect>(&effect);
    if (connect == nullptr) return;
    if (plugged.contains(connect->link)) {
      events.emplace_back(LinkUp{connect->link});
    } else {
      events.emplace_back(LinkDown{connect->link, "the stick is not here"});
    }
  }
};

}  // namespace till::sync
