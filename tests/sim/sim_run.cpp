// Runs seeds of the sync simulator: `sim_run --seed 7 --trace` replays one, `sim_run --seeds 1..100000` searches;
// `--without clog`, `--only loss` and `--with poison` narrow a run down, `--sabotage 3` plants a fault
// (sync/sabotage.hpp), `--faults` all of them one after the other; `--seconds 60` ends a search by the clock,
// `--report-every 60` says meanwhile how far it is; `--twice` compares the event hashes of two runs of each seed,
// `--hashes` prints them; `--hub-in-memory` runs the hub without its database; `--check-all` makes every
// check after every step, which is slower and the same run.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/log.hpp"
#include "sim/sabotage_list.hpp"
#include "sim/world.hpp"

namespace {

using namespace till;

struct Request {
  std::uint64_t first = 1, last = 500, sabotage = 0, seconds = 0, report_every = 0;
  bool twice = false, faults = false, hashes = false;
  sim::RunOptions options;
};

struct Totals {
  std::uint64_t seeds = 0, failures = 0, steps = 0, sales = 0, forks = 0, held = 0, conflicts = 0;
  std::int64_t slowest_ms = 0;
  std::map<std::string, std::uint64_t> injected;

  void add(const sim::RunResult& result) {
    ++seeds;
    steps += result.steps;
    sales += result.sales;
    forks += result.forks;
    held += result.held;
    conflicts += result.conflicts;
    slowest_ms = std::max(slowest_ms, result.healed_after_ms);
    for (const auto& [kind, count] : result.injected) injected[kind] += count;
  }
};

bool number_from(std::string_view text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

bool range_from(std::string_view text, Request& request) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return false;
  return number_from(text.substr(0, dots), request.first) && number_from(text.substr(dots + 2), request.last);
}

bool parse(int argc, char** argv, Request& request) {
  const std::map<std::string_view, std::function<bool(std::string_view)>> words = {
      {"--seed", [&](auto v) { return number_from(v, request.first) && number_from(v, request.last); }},
      {"--seeds", [&](auto v) { return range_from(v, request); }},
      {"--sabotage", [&](auto v) { return number_from(v, request.sabotage); }},
      {"--seconds", [&](auto v) { return number_from(v, request.seconds); }},
      {"--report-every", [&](auto v) { return number_from(v, request.report_every); }},
      {"--without", [&](auto v) { return request.options.limits.without.emplace(v).second; }},
      {"--with", [&](auto v) { return request.options.limits.with.emplace(v).second; }},
      {"--only", [&](auto v) { return request.options.limits.only.emplace(v).second; }},
  };
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--trace") {
      request.options.trace = true;
    } else if (word == "--twice") {
      request.twice = true;
    } else if (word == "--check-all") {
      request.options.limits.checks_all_always = true;
    } else if (word == "--hub-in-memory") {
      request.options.limits.hub_in_memory = true;
    } else if (word == "--hashes") {
      request.hashes = true;
    } else if (word == "--faults") {
      request.faults = true;
    } else {
      const auto known = words.find(word);
      if (known == words.end() || i + 1 == argc || !known->second(argv[++i])) return false;
    }
  }
  request.options.sabotage = static_cast<sync::Sabotage>(request.sabotage);
  return request.sabotage < static_cast<std::uint64_t>(sync::Sabotage::count);
}

std::string replay_words(const Request& request, std::uint64_t seed) {
  std::string words = fmt::format("sim_run --seed {} --trace", seed);
  if (request.sabotage != 0) words += fmt::format(" --sabotage {}", request.sabotage);
  if (request.options.limits.hub_in_memory) words += " --hub-in-memory";
  if (request.options.limits.checks_all_always) words += " --check-all";
  for (const auto& name : request.options.limits.without) words += " --without " + name;
  for (const auto& name : request.options.limits.with) words += " --with " + name;
  for (const auto& name : request.options.limits.only) words += " --only " + name;
  return words;
}

// As the table in docs/SYNC.md has it.
int notice_all() {
  int missed = 0;
  for (const sim::PlantedFault& fault : sim::planted_faults()) {
    const sim::Noticed noticed = sim::notice(fault, fault.seeds);
    missed += noticed.seeds == 0 ? 1 : 0;
    fmt::print("| {} | {} | {} of {} | {} |\n", fault.name, fault.with, noticed.seeds, fault.seeds, noticed.as);
    std::fflush(stdout);
  }
  return missed;
}

void report(const Totals& totals, double seconds) {
  fmt::print(
      "{} seeds, {} failures, {} steps, {} sales, {} forks, {} held, {} conflicts, slowest healing {} s, {:.1f} "
      "seeds/s\n",
      totals.seeds, totals.failures, totals.steps, totals.sales, totals.forks, totals.held, totals.conflicts,
      totals.slowest_ms / 1000, static_cast<double>(totals.seeds) / seconds);
  for (const auto& [kind, count] : totals.injected) fmt::print("  injected {}: {}\n", kind, count);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  Request request;
  if (!parse(argc, argv, request)) {
    fmt::print(stderr,
               "usage: sim_run [--seed N | --seeds A..B] [--seconds N] [--report-every SECONDS] [--twice] [--hashes] "
               "[--trace]\n"
               "               [--sabotage N] [--faults] [--hub-in-memory] [--check-all]\n"
               "               [--without FAULT]... [--only FAULT]... [--with FAULT]...\n");
    return 2;
  }
  log::set_console_level(log::Level::error);
  if (request.faults) return notice_all();
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  Totals totals;
  double reported_at = 0;
  for (std::uint64_t seed = request.first; seed <= request.last; ++seed) {
    if (request.seconds > 0 && seconds() > static_cast<double>(request.seconds)) break;
    if (request.report_every > 0 && seconds() > reported_at + static_cast<double>(request.report_every)) {
      reported_at = seconds();
      report(totals, reported_at);
    }
    auto result = sim::run_seed(seed, request.options);
    if (request.twice && sim::run_seed(seed, request.options).event_hash != result.event_hash) {
      result.failure += " two runs of this seed differ";
    }
    totals.add(result);
    if (request.hashes) fmt::print("{} {:016x} {}\n", seed, result.event_hash, result.steps);
    if (result.failure.empty()) continue;
    ++totals.failures;
    fmt::print("seed {}: {}\n  replay: {}\n", seed, result.failure, replay_words(request, seed));
    std::fflush(stdout);
  }
  report(totals, seconds());
  return totals.failures == 0 ? 0 : 1;
}
