// enrol, sync, devices, network.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/age.hpp"
#include "app/conflicts.hpp"
#include "app/ctl/carrier_commands.hpp"
#include "app/ctl/heal_command.hpp"
#include "app/ctl/session.hpp"
#include "app/ctl/snapshot_commands.hpp"
#include "app/devices.hpp"
#include "app/enrolment.hpp"
#include "app/shop_state.hpp"
#include "app/sync_service.hpp"
#include "app/sync_settings.hpp"
#include "app/sync_view.hpp"

namespace till::app {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto kExchangeLimit = 30s;

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
                   {"keys_pending", joined.keys_pending},
                   {"approval_code", joined.approval_code}},
      fmt::format(
          "this terminal is number {} of {} at {}\n{}", joined.device_number, joined.tenant_name, joined.url,
          joined.keys_pending
              ? fmt::format("at a terminal that has the shop's keys, approve it: tillctl devices approve '{}' {}\n",
                            shop.terminal(), joined.approval_code)
              : std::string()),
      0,
      {}};
}

json::array lanes_json(const SyncView& view) {
  json::array lanes;
  for (const auto& lane : view.lanes)
    lanes.push_back({{"lane", lane.name}, {"waiting", lane.waiting}, {"oldest", lane.oldest}, {"rate", lane.rate}});
  return lanes;
}

json::array transports_json(const SyncView& view) {
  json::array rows;
  for (const auto& row : view.transports)
    rows.push_back({{"name", row.name},
                    {"address", row.address},
                    {"state", row.state},
                    {"success", row.success},
                    {"latency", row.latency},
                    {"last_success", row.last},
                    {"bytes", row.bytes},
                    {"problem", row.problem}});
  return rows;
}

std::string snapshots_text(const SnapshotReport& snapshots) {
  const auto made = snapshots.made_at ? "made " + to_local(*snapshots.made_at) + ", " + bytes_text(snapshots.bytes)
                                      : std::string(snapshots.is_known ? "none yet" : "not looked at yet");
  return fmt::format("  newest snapshot at the hub: {}; this terminal's log: {}\n", made,
                     bytes_text(snapshots.log_bytes));
}

json::object snapshots_json(const SnapshotReport& snapshots) {
  json::object out{{"made_at", nullptr},
                   {"bytes", snapshots.bytes},
                   {"log_bytes", snapshots.log_bytes},
                   {"log_segments", snapshots.log_segments},
                   {"problem", snapshots.problem}};
  if (snapshots.made_at) out["made_at"] = to_rfc3339(*snapshots.made_at);
  return out;
}

Result<CtlReply> status_of(CtlSession& session, const SyncReport* live) {
  const auto view = TRY(read_sync_view(session.shop(), live));
  CtlReply reply;
  reply.text = fmt::format("{}: {} waiting. {}\n", view.word, view.waiting, view.sentence);
  if (!view.problem.empty()) reply.text += "  " + view.problem + "\n";
  for (const auto& lane : view.lanes)
    reply.text += fmt::format("  {:<20} {:>6}  {:<8} {}\n", lane.name, lane.waiting, lane.oldest, lane.rate);
  for (const auto& row : view.transports) {
    reply.text +=
        fmt::format("  {} {}: {}, {} of the connections succeeded, {}, {} sent and received\n", row.name, row.address,
                    row.state, row.success.empty() ? "none" : row.success, row.latency, row.bytes);
    if (!row.problem.empty() && row.problem != view.problem) reply.text += "    " + row.problem + "\n";
  }
  if (view.conflicts > 0)
    reply.text += fmt::format("  {} conflicts wait for a person: tillctl sync conflicts\n", view.conflicts);
  if (view.parked_total > 0)
    reply.text += fmt::format("  {} records are set aside: tillctl sync parked\n", view.parked_total);
  if (view.clock_is_wrong) reply.text += fmt::format("  this terminal's clock is {}\n", view.clock);
  const auto snapshots = live == nullptr ? std::optional<SnapshotReport>{} : live->snapshots;
  if (snapshots) reply.text += snapshots_text(*snapshots);
  reply.json = {{"state", view.word},
                {"sentence", view.sentence},
                {"hub", view.hub},
                {"tenant", view.tenant},
                {"waiting", view.waiting},
                {"lanes", lanes_json(view)},
                {"done", view.done},
                {"total", view.total},
                {"sent", view.sent},
                {"received", view.received},
                {"transports", transports_json(view)},
                {"parked", view.parked_total},
                {"conflicts", view.conflicts},
                {"clock", view.clock},
                {"last_success", view.last_success},
                {"problem", view.problem},
                {"snapshots", snapshots ? json::value(snapshots_json(*snapshots)) : json::value(nullptr)}};
  return reply;
}

// The running till's service knows more than the folder.
std::optional<SyncReport> live_report(CtlSession& session) {
  const auto& of_till = session.shop().state().sync_report;
  if (!of_till) return std::nullopt;
  SyncReport report;
  of_till(report);
  return report;
}

Result<CtlReply> status(CtlSession& session) {
  const auto report = live_report(session);
  return status_of(session, report ? &*report : nullptr);
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

// Lasting, whether a till runs now or starts later.
Result<CtlReply> pause(CtlSession& session, bool on, const std::string& user) {
  const auto actor = TRY(actor_named(session.shop(), user));
  auto& shop = session.shop();
  TRY(set_sync(shop, actor, "auto_sync", on ? "off" : "on"));
  if (!on && session.runs_in_till() && shop.state().sync_resume) shop.state().sync_resume();
  return CtlReply{json::object{{"paused", on}},
                  on ? "this terminal exchanges nothing by itself until: tillctl sync resume\n"
                     : "this terminal exchanges by itself again\n",
                  0,
                  {}};
}

Result<CtlReply> parked(CtlSession& session) {
  const auto view = TRY(read_sync_view(session.shop()));
  json::array rows;
  CtlReply reply;
  for (const auto& row : view.parked) {
    rows.push_back({{"what", row.what},
                    {"from", row.from},
                    {"reason", row.reason},
                    {"since", row.since},
                    {"what_to_do", row.what_to_do}});
    reply.text +=
        fmt::format("parked: {} of {} for {}: {}. {}\n", row.what, row.from, row.since, row.reason, row.what_to_do);
  }
  if (rows.empty()) reply.text = "nothing is set aside\n";
  reply.json = std::move(rows);
  return reply;
}

Result<CtlReply> queue(CtlSession& session) {
  auto reply = TRY(status(session));
  auto aside = TRY(parked(session));
  if (!aside.json.as_array().empty()) reply.text += aside.text;
  reply.json.as_object()["parked"] = std::move(aside.json);
  return reply;
}

Result<CtlReply> incidents(CtlSession& session) {
  const auto view = TRY(read_sync_view(session.shop()));
  json::array rows;
  CtlReply reply;
  for (const auto& row : view.incidents) {
    rows.push_back({{"at", row.at},
                    {"terminal", row.terminal},
                    {"what", row.what},
                    {"what_to_do", row.what_to_do},
                    {"serious", row.is_serious}});
    reply.text += fmt::format("{} {}: {} {}\n", row.at, row.terminal, row.what, row.what_to_do);
  }
  if (rows.empty()) reply.text = "no incidents\n";
  reply.json = std::move(rows);
  return reply;
}

const char* state_word(ConflictRow::State state) {
  constexpr std::array<const char*, 4> words = {"open", "waits", "by_rule", "settled"};
  return words[static_cast<std::size_t>(state)];
}

json::object conflict_json(const ConflictRow& row) {
  json::array values;
  for (const auto& side : row.sides)
    values.push_back({{"key", side.key},
                      {"value", side.value},
                      {"terminal", side.terminal},
                      {"user", side.user},
                      {"at", side.at},
                      {"here", side.here},
                      {"holds", side.visible}});
  return {{"id", row.id},
          {"state", state_word(row.state)},
          {"entity", row.kind},
          {"name", row.name},
          {"field", row.field},
          {"values", std::move(values)},
          {"base", row.base_known ? json::value(row.base) : json::value(nullptr)},
          {"merged", row.merged.empty() ? json::value(nullptr) : json::value(row.merged)},
          {"policy", row.policy},
          {"settled_by", row.settled_by},
          {"settled_at", row.settled_at},
          {"settled_on", row.settled_on},
          {"can_undo", row.can_undo}};
}

std::string conflict_text(const ConflictRow& row) {
  std::string text = fmt::format("{} {:<8} {} {}, {}\n", row.id, state_word(row.state), row.kind, row.name, row.field);
  for (const auto& side : row.sides)
    text += fmt::format("       {} {}  ({}{}, {}; side:{})\n", side.visible ? "*" : " ", side.value, side.terminal,
                        side.user.empty() ? "" : ", " + side.user, side.at, side.key);
  if (row.base_known) text += fmt::format("         before: {}\n", row.base);
  return text;
}

Result<CtlReply> conflicts(CtlSession& session) {
  const auto list = TRY(list_conflicts(session.shop()));
  json::array out;
  CtlReply reply;
  for (const auto& row : list.rows) {
    out.push_back(conflict_json(row));
    reply.text += conflict_text(row);
  }
  if (out.empty()) reply.text = "no conflicts\n";
  reply.json = std::move(out);
  return reply;
}

struct ResolveOptions {
  std::string id, use, user;
};

Result<CtlReply> resolve(CtlSession& session, const ResolveOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  TRY(settle_conflict(session.shop(), actor, options.id, choice_from(options.use)));
  return CtlReply{json::object{{"id", options.id}, {"settled", true}}, "settled, on all terminals\n", 0, {}};
}

Result<CtlReply> undo(CtlSession& session, const ResolveOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  TRY(undo_settlement(session.shop(), actor, options.id));
  return CtlReply{json::object{{"id", options.id}, {"undone", true}}, "taken back, on all terminals\n", 0, {}};
}

Result<CtlReply> settings(CtlSession& session) {
  json::object out;
  CtlReply reply;
  auto rows = TRY(sync_setting_rows(session.shop()));
  for (auto& row : sync_policy_rows(session.shop())) rows.push_back(std::move(row));
  for (const auto& row : rows) {
    out[row.key] = row.value;
    reply.text += fmt::format("{:<32} {:<12} {}\n", row.key, row.value, row.label);
  }
  reply.json = std::move(out);
  return reply;
}

struct SetOptions {
  std::string key, value, user;
};

Result<CtlReply> set(CtlSession& session, const SetOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  TRY(set_sync(session.shop(), actor, options.key, options.value));
  const std::string now = options.value.empty() ? "as it comes with the program again" : options.value;
  return CtlReply{json::object{{options.key, options.value}}, fmt::format("{} is {}\n", options.key, now), 0, {}};
}

json::object device_json(const DeviceRow& device) {
  return {{"name", device.name},       {"code", device.code},           {"id", to_string(device.id)},
          {"state", device.state},     {"last_seen", device.last_seen}, {"lag", device.lag},
          {"clock", device.clock},     {"version", device.version},     {"here", device.here},
          {"revoked", device.revoked}, {"waits", device.waits}};
}

Result<CtlReply> devices(CtlSession& session) {
  const auto live = live_report(session);
  json::array out;
  CtlReply reply;
  for (const auto& device : TRY(list_devices(session.shop(), live ? &*live : nullptr))) {
    out.push_back(device_json(device));
    reply.text += fmt::format("{} {} {}{}", device.code, device.name, device.state, device.here ? " (this one)" : "");
    for (const auto& part :
         {device.last_seen, device.lag, device.clock.empty() ? "" : "clock " + device.clock, device.version})
      if (!part.empty()) reply.text += ", " + part;
    reply.text += "\n";
    if (device.waits) reply.text += "  let it in with the code that it shows: tillctl devices approve NAME CODE\n";
    if (device.state == kLapsed)
      reply.text += "  when it comes back it starts from a snapshot; what it sold and had not sent counts\n";
  }
  reply.json = std::move(out);
  return reply;
}

struct RevokeOptions {
  std::string name, user;
};

Result<CtlReply> revoke(CtlSession& session, const RevokeOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  const auto device = TRY(device_named(session.shop(), options.name));
  TRY(revoke_device(session.shop(), actor, device));
  return CtlReply{json::object{{"revoked", to_string(device)}}, options.name + " is revoked\n", 0, {}};
}

Result<CtlReply> count_held(CtlSession& session, const RevokeOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  const auto device = TRY(device_named(session.shop(), options.name));
  const auto held = TRY(count_held_changes(session.shop(), actor, device));
  return CtlReply{
      json::object{{"device", to_string(device)}, {"counted", held}},
      fmt::format("{} changes of {} count as made when they came here, on all terminals\n", held, options.name),
      0,
      {}};
}

struct ApproveOptions {
  std::string name, code, user;
};

Result<CtlReply> approve(CtlSession& session, const ApproveOptions& options) {
  const auto actor = TRY(actor_named(session.shop(), options.user));
  const auto name = TRY(approve_terminal(session.shop(), actor, options.name, options.code));
  return CtlReply{json::object{{"approved", name}}, name + " is given the shop's keys\n", 0, {}};
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

void add_conflict_commands(CLI::App& sync, CtlSession& session) {
  session.in_shop(
      sync.add_subcommand("conflicts", "fields that two terminals changed at the same time, and how they were settled"),
      [&session] { return conflicts(session); });
  auto choice = std::make_shared<ResolveOptions>();
  auto* resolve_command = sync.add_subcommand("resolve", "settle a conflict, on all terminals");
  resolve_command->add_option("id", choice->id, "as in the list of conflicts")->required();
  resolve_command
      ->add_option("--use", choice->use,
                   "local, remote, side:KEY as conflicts names it, merge, or the value that shall hold")
      ->required();
  resolve_command->add_option("--user", choice->user, "who decides");
  session.in_shop(resolve_command, [&session, choice] { return resolve(session, *choice); });
  auto* undo_command = sync.add_subcommand("undo", "take a settlement back, a person's or a rule's");
  undo_command->add_option("id", choice->id, "as in the list of conflicts")->required();
  undo_command->add_option("--user", choice->user, "who decides");
  session.in_shop(undo_command, [&session, choice] { return undo(session, *choice); });
  auto setting = std::make_shared<SetOptions>();
  auto* set_command = sync.add_subcommand("set", "change a sync setting or a conflict policy");
  set_command->add_option("key", setting->key, "as in: sync settings; policy.product.price")->required();
  set_command->add_option("value,--amount", setting->value, "its value")->required();
  set_command->add_option("--user", setting->user, "who changes it");
  session.in_shop(set_command, [&session, setting] { return set(session, *setting); });
}

void add_devices_command(CLI::App& app, CtlSession& session) {
  auto* command = app.add_subcommand("devices", "the terminals of this shop");
  auto options = std::make_shared<RevokeOptions>();
  auto* revoke_command = command->add_subcommand("revoke", "lock a lost or retired terminal out, for good");
  revoke_command->add_option("name", options->name, "its name, code or id")->required();
  revoke_command->add_option("--user", options->user, "who does it");
  auto* clock_command = command->add_subcommand(
      "clock", "count what is held of a terminal that is gone for good and whose clock was far ahead");
  clock_command->add_option("name", options->name, "its name, code or id")->required();
  clock_command->add_option("--user", options->user, "who does it");
  auto approval = std::make_shared<ApproveOptions>();
  auto* approve_command = command->add_subcommand("approve", "give a new terminal the shop's keys");
  approve_command->add_option("name", approval->name, "what the new terminal is called, or the beginning of its id")
      ->required();
  approve_command->add_option("code", approval->code, "the code that the new terminal shows")->required();
  approve_command->add_option("--user", approval->user, "who does it");
  session.in_shop(command, [&session, options, approval, revoke_command, clock_command, approve_command] {
    if (clock_command->parsed()) return count_held(session, *options);
    if (approve_command->parsed()) return approve(session, *approval);
    return revoke_command->parsed() ? revoke(session, *options) : devices(session);
  });
}

}  // namespace

void add_sync_commands(CLI::App& app, CtlSession& session) {
  auto options = std::make_shared<EnrolOptions>();
  auto* enrol_command = app.add_subcommand(
      "enrol", "join this terminal to a tenant of a hub; a member goes on at another hub, or at another address of it");
  enrol_command->add_option("--hub", options->hub, "https://host:port")->required();
  enrol_command->add_option(
      "--code", options->code,
      "one-time code, from: till-hub device code TENANT; not for the same hub at another address");
  enrol_command->add_option("--ca", options->ca, "the hub's certificate (PEM), when it is not publicly trusted");
  enrol_command->add_option("--user", options->user, "who joins it");
  session.in_shop(enrol_command, [&session, options] { return join(session, *options); });

  auto* sync = app.add_subcommand("sync", "exchange with the other terminals");
  sync->require_subcommand(1);
  add_carrier_commands(*sync, session);
  add_snapshot_command(*sync, session);
  const auto add = [&](const char* name, const char* what, Result<CtlReply> (*action)(CtlSession&)) {
    session.in_shop(sync->add_subcommand(name, what), [&session, action] { return action(session); });
  };
  add("run", "one exchange now", run);
  add("status", "state and what waits", status);
  const auto add_pause = [&](const char* name, const char* what, bool on) {
    auto user = std::make_shared<std::string>();
    auto* command = sync->add_subcommand(name, what);
    command->add_option("--user", *user, "who does it");
    session.in_shop(command, [&session, on, user] { return pause(session, on, *user); });
  };
  add_pause("pause", "exchange nothing by itself: the setting auto_sync", true);
  add_pause("resume", "exchange by itself again", false);
  add("queue", "waiting and parked records", queue);
  add("parked", "records that could not be applied yet, why, and what to do", parked);
  add("incidents", "what sync found out and mended", incidents);
  add("settings", "how this terminal exchanges, and what happens to conflicts", settings);
  add_heal_command(*sync, session);
  add_conflict_commands(*sync, session);
  add_devices_command(app, session);
  session.in_shop(app.add_subcommand("network", "is the hub there, and how fast"),
                  [&session] { return network(session); });
}

}  // namespace till::app
