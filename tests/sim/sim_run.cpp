// Runs seeds of the sync simulator: `sim_run --seed 7 --trace` replays one, `sim_run --seeds 1..100000` searches.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>

#include "sim/world.hpp"

namespace {

using namespace till;

bool number_from(std::string_view text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

struct Request {
  std::uint64_t first = 1, last = 500;
  std::uint64_t fault = 0;
  bool trace = false;
};

bool parse(int argc, char** argv, Request& request) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::string_view next = i + 1 < argc ? argv[i + 1] : "";
    if (word == "--trace") {
      request.trace = true;
    } else if (word == "--seed" && number_from(next, request.first)) {
      request.last = request.first;
      ++i;
    } else if (word == "--seeds" && next.find("..") != std::string_view::npos) {
      const auto dots = next.find("..");
      if (!number_from(next.substr(0, dots), request.first)) return false;
      if (!number_from(next.substr(dots + 2), request.last)) return false;
      ++i;
    } else if (word == "--fault" && number_from(next, request.fault)) {
      ++i;
    } else {
      return false;
    }
  }
  return request.fault <= static_cast<std::uint64_t>(sync::Sabotage::reuse_sequence);
}

}  // namespace

int main(int argc, char** argv) {
  Request request;
  if (!parse(argc, argv, request)) {
    fmt::print(stderr, "usage: sim_run [--seed N | --seeds A..B] [--trace] [--fault 0..7]\n");
    return 2;
  }
  std::uint64_t failures = 0, steps = 0, sales = 0, forks = 0, held = 0, conflicts = 0;
  std::int64_t slowest_ms = 0;
  for (std::uint64_t seed = request.first; seed <= request.last; ++seed) {
    const auto result = sim::run_seed(seed, static_cast<sync::Sabotage>(request.fault), request.trace);
    steps += result.steps;
    sales += result.sales;
    forks += result.forks;
    held += result.held;
    conflicts += result.conflicts;
    slowest_ms = std::max(slowest_ms, result.healed_after_ms);
    if (result.failure.empty()) continue;
    ++failures;
    fmt::print("seed {}: {}\n  replay: sim_run --seed {} --trace --fault {}\n", seed, result.failure, seed,
               request.fault);
  }
  fmt::print("{} seeds, {} failures, {} steps, {} sales, {} forks, {} held, {} conflicts, slowest healing {} s\n",
             request.last - request.first + 1, failures, steps, sales, forks, held, conflicts, slowest_ms / 1000);
  return failures == 0 ? 0 : 1;
}
