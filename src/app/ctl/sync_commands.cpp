// enrol, sync, devices, network.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/ctl/carrier_commands.hpp"
#include "app/ctl/session.hpp"
#include "app/enrolment.hpp"
#include "app/shop_state.hpp"
#include "app/sync_service.hpp"
#include "app/sync_view.hpp"
#include "storage/sync_queries.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto kExchangeLimit = 30s;
constexpr std::size_t kMaxListed = 200;

struct EnrolOptions {
  std::string hub, code, ca, user;
};

Result<CtlReply> join(CtlSession& session, const EnrolOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  const auto joined =
      TRY(enrol(shop, actor, options.hub, options.code, options.ca.empty() ? "" : session.path(options.ca)));
  return CtlReply{
      json::object{{"tenant", joined.tenant_name},
                   {"tenant_id", to_string(joined.tenant)},
                   {"hub", joined.url},
                   {"device", to_string(shop.state().device())},
                   {"device_number", joined.device_number},
                   {"keys_pending", joined.keys_pending}},
      fmt::format("this terminal is number {} of {}{}\n", joined.device_number, joined.tenant_name,
                  joined.keys_pending ? "; it waits for a terminal that has the shop's keys to hand them over" : ""),
      0,
      {}};
}

Result<CtlReply> status_of(CtlSession& session, const SyncReport* live) {
  const auto view = TRY(read_sync_view(session.shop(), live));
  json::array lanes;
  CtlReply reply;
  reply.text = fmt::format("{}: {} waiting\n", view.word, view.waiting);
  for (const auto& lane : view.lanes) {
    lanes.push_back({{"lane", lane.name}, {"waiting", lane.waiting}, {"oldest", lane.oldest}});
    reply.text += fmt::format("  {:<20} {:>6}  {}\n", lane.name, lane.waiting, lane.oldest);
  }
  reply.json = {{"state", view.word},          {"hub", view.hub},
                {"tenant", view.tenant},       {"waiting", view.waiting},
                {"lanes", std::move(lanes)},   {"parked", view.parked.size()},
                {"conflicts", view.conflicts}, {"last_success", view.last_success}};
  return reply;
}

Result<CtlReply> status(CtlSession& session) {
  return status_of(session, nullptr);
}

Result<CtlReply> run(CtlSession& session) {
  auto& shop = session.shop();
  if (!TRY(membership(shop)))
    return invalid("this terminal belongs to no hub yet; join one with: tillctl enrol --hub URL --code CODE");
  std::unique_ptr<SyncService> own;
  if (!session.runs_in_till()) {
    own = TRY(SyncService::start(shop, {}));
    TRY(own->run_once(kExchangeLimit));
    const auto report = own->report();
    return status_of(session, &report);
  } else if (shop.state().sync_run) {
    TRY(shop.state().sync_run(kExchangeLimit));
  }
  return status(session);
}

Result<CtlReply> queue(CtlSession& session) {
  auto reply = TRY(status(session));
  const auto view = TRY(read_sync_view(session.shop()));
  json::array parked;
  for (const auto& row : view.parked) {
    parked.push_back({{"what", row.what}, {"reason", row.reason}, {"since", row.since}});
    reply.text += fmt::format("parked: {} ({}) {}\n", row.what, row.reason, row.since);
  }
  reply.json.as_object()["parked"] = std::move(parked);
  return reply;
}

Result<CtlReply> conflicts(CtlSession& session) {
  const auto rows = TRY(session.shop().state().db->read(
      [](storage::Connection& conn) { return storage::open_conflicts(conn, kMaxListed); }));
  json::array out;
  CtlReply reply;
  for (const auto& conflict : rows) {
    out.push_back({{"entity", conflict.entity},
                   {"row", to_string(conflict.row)},
                   {"field", conflict.field},
                   {"winner", to_hex(conflict.winner)},
                   {"other", to_hex(conflict.rival)}});
    reply.text += fmt::format("{} field {}: both sides were changed\n", to_string(conflict.row), conflict.field);
  }
  if (rows.empty()) reply.text = "no conflicts\n";
  reply.json = std::move(out);
  return reply;
}

Result<CtlReply> devices(CtlSession& session) {
  const auto view = TRY(read_sync_view(session.shop()));
  json::array out;
  CtlReply reply;
  for (const auto& device : view.devices) {
    out.push_back({{"name", device.name},
                   {"code", device.code},
                   {"state", device.state},
                   {"here", device.here},
                   {"revoked", device.revoked}});
    reply.text += fmt::format("{} {} {}{}\n", device.code, device.name, device.state, device.here ? " (this one)" : "");
  }
  reply.json = std::move(out);
  return reply;
}

Result<CtlReply> network(CtlSession& session) {
  const auto joined = TRY(membership(session.shop()));
  if (!joined) return CtlReply{json::object{{"hub", nullptr}, {"reachable", false}}, "no hub\n", 0, {}};
  auto& state = session.shop().state();
  net::HubClient hub(address_of(*joined), credentials_of(session.shop()), state.clock, state.random);
  const auto begun = state.clock.monotonic();
  const auto health = hub.health();
  const auto latency_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(state.clock.monotonic() - begun).count();
  if (!health)
    return CtlReply{json::object{{"hub", joined->url}, {"reachable", false}, {"problem", health.error().message}},
                    health.error().message + "\n", 1, health.error().message};
  return CtlReply{json::object{{"hub", joined->url}, {"reachable", true}, {"latency_ms", latency_ms}},
                  fmt::format("{} answers in {} ms\n", joined->url, latency_ms),
                  0,
                  {}};
}

}  // namespace

void add_sync_commands(CLI::App& app, CtlSession& session) {
  auto options = std::make_shared<EnrolOptions>();
  auto* enrol_command = app.add_subcommand("enrol", "join this terminal to a tenant of a hub");
  enrol_command->add_option("--hub", options->hub, "https://host:port")->required();
  enrol_command->add_option("--code", options->code, "one-time code, from: till-hub device code TENANT")->required();
  enrol_command->add_option("--ca", options->ca, "the hub's certificate (PEM), when it is not publicly trusted");
  enrol_command->add_option("--user", options->user, "who joins it");
  session.in_shop(enrol_command, [&session, options] { return join(session, *options); });

  auto* sync = app.add_subcommand("sync", "exchange with the other terminals");
  sync->require_subcommand(1);
  add_carrier_commands(*sync, session);
  const auto add = [&](const char* name, const char* what, Result<CtlReply> (*action)(CtlSession&)) {
    session.in_shop(sync->add_subcommand(name, what), [&session, action] { return action(session); });
  };
  add("run", "one exchange now", run);
  add("status", "state and what waits", status);
  add("queue", "waiting and parked records", queue);
  add("conflicts", "fields that two terminals changed at the same time", conflicts);

  session.in_shop(app.add_subcommand("devices", "the terminals of this shop"), [&session] { return devices(session); });
  session.in_shop(app.add_subcommand("network", "is the hub there, and how fast"),
                  [&session] { return network(session); });
}

}  // namespace till::app
