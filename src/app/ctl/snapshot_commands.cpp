#include "app/ctl/snapshot_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/age.hpp"
#include "app/shop_state.hpp"
#include "app/snapshots/order.hpp"
#include "app/sync_service.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr std::chrono::minutes kLimit{30};

struct SnapshotOptions {
  bool drop = false;
  std::string user;
};

Result<SnapshotsDone> carry_out(CtlSession& session, const SnapshotOrder& order) {
  auto& shop = session.shop();
  if (session.runs_in_till()) {
    SnapshotsDone done;
    if (!shop.state().sync_snapshots) return fail(ErrorKind::retry, "the till does not sync at the moment; try again");
    TRY(shop.state().sync_snapshots(order, done));
    return done;
  }
  const auto service = TRY(SyncService::start(shop, {}));
  return service->snapshots(order, kLimit);
}

Result<std::string> name_of(CtlSession& session, const Id& device) {
  const auto row = TRY(session.shop().state().db->read(
      [&](storage::Connection& conn) { return storage::load<domain::Device>(conn, device); }));
  return row ? row->name : to_string(device);
}

std::uint64_t dropped_up_to(const sync::HubDropped& dropped) {
  return *std::ranges::max_element(dropped.floor.after);
}

Result<CtlReply> report(CtlSession& session, const SnapshotsDone& done) {
  CtlReply reply;
  json::object out;
  if (done.made) {
    out["snapshot"] = to_string(done.made->place.id);
    out["parts"] = done.made->manifest.chunks.size();
    out["bytes"] = done.made->bytes;
    reply.text += fmt::format("a snapshot of {} was made, in {} parts\n", bytes_text(done.made->bytes),
                              done.made->manifest.chunks.size());
  }
  if (done.dropped) {
    const auto held_by = done.dropped->held_by ? TRY(name_of(session, *done.dropped->held_by)) : std::string();
    json::array floor;
    for (const auto position : done.dropped->floor.after) floor.push_back(position);
    out["floor"] = std::move(floor);
    out["held_by"] = held_by.empty() ? json::value(nullptr) : json::value(held_by);
    reply.text += fmt::format("the hub serves what came after number {}\n", dropped_up_to(*done.dropped));
    if (!held_by.empty())
      reply.text += fmt::format("  it keeps the rest for {}, which does not have it yet\n", held_by);
  } else if (!done.made) {
    reply.text += "no snapshot stands for what every terminal has; nothing can be dropped yet\n";
  }
  out["pruned_segments"] = done.pruned;
  if (done.pruned > 0)
    reply.text += fmt::format("{} old segments were taken out of this terminal's log\n", done.pruned);
  reply.json = std::move(out);
  return reply;
}

Result<CtlReply> snapshot(CtlSession& session, const SnapshotOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  const SnapshotOrder order{!options.drop, options.drop};
  const auto done =
      TRY(order_snapshots(shop, actor, order, [&](const SnapshotOrder& what) { return carry_out(session, what); }));
  return report(session, done);
}

}  // namespace

void add_snapshot_command(CLI::App& sync, CtlSession& session) {
  auto options = std::make_shared<SnapshotOptions>();
  auto* command = sync.add_subcommand("snapshot", "make a snapshot of the shop at the hub now, for new terminals");
  command->add_flag("--drop", options->drop,
                    "instead: have the hub forget what a snapshot stands for and every terminal has");
  command->add_option("--user", options->user, "who does it");
  session.in_shop(command, [&session, options] { return snapshot(session, *options); });
}

}  // namespace till::app
