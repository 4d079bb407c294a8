#include "net/hub/log_drop.hpp"

#include <algorithm>

#include "net/hub/hub_json.hpp"

namespace till::net {

namespace json = boost::json;
using Positions = std::array<std::uint64_t, sync::kLanes>;

namespace {

constexpr std::size_t kMaxHeads = 4096;

json::array to_json(const Positions& positions) {
  json::array list;
  for (const auto position : positions) list.push_back(position);
  return list;
}

Result<const json::array*> json_list(const json::object& object, std::string_view name, std::size_t max) {
  const auto* value = object.if_contains(json::string_view(name));
  if (value == nullptr || !value->is_array() || value->as_array().size() > max)
    return invalid("the request needs '" + std::string(name) + "', a list");
  return &value->as_array();
}

Result<Positions> read_positions(const json::object& object, std::string_view name) {
  const auto& list = *TRY(json_list(object, name, sync::kLanes));
  Positions positions{};
  if (list.size() != sync::kLanes) return invalid("'" + std::string(name) + "' has one number for each lane");
  for (std::size_t i = 0; i < sync::kLanes; ++i) positions[i] = TRY(json_number({{"position", list[i]}}, "position"));
  return positions;
}

Result<sync::FeedHead> read_head(const json::value& value, const Id& asking) {
  if (!value.is_object()) return invalid("a head of a feed is an object");
  const auto& object = value.as_object();
  sync::FeedHead head;
  head.feed.device = object.contains("device") ? TRY(json_id(object, "device")) : asking;
  head.feed.incarnation = TRY(json_number(object, "incarnation"));
  const auto lane = TRY(json_number(object, "lane"));
  if (lane >= sync::kLanes) return invalid("there is no such lane");
  head.feed.lane = static_cast<sync::Lane>(lane);
  head.sequence = TRY(json_number(object, "sequence"));
  const auto hash = TRY(json_hex(object, "hash", head.hash.size()));
  if (hash.size() != head.hash.size()) return invalid("a record's hash has 64 hexadecimal digits");
  std::copy(hash.begin(), hash.end(), head.hash.begin());
  return head;
}

}  // namespace

json::object to_json(const LogDropCall& call) {
  json::array heads;
  for (const auto& head : call.request.heads) {
    heads.push_back({{"device", to_string(head.feed.device)},
                     {"incarnation", head.feed.incarnation},
                     {"lane", static_cast<std::uint64_t>(head.feed.lane)},
                     {"sequence", head.sequence},
                     {"hash", to_hex(head.hash)}});
  }
  return {{"epoch", call.request.epoch},
          {"snapshot", call.snapshot.id.is_nil() ? std::string() : sync::manifest_name(call.snapshot)},
          {"positions", to_json(call.request.positions)},
          {"heads", std::move(heads)}};
}

Result<LogDropCall> read_drop_call(const json::object& body, const Id& device) {
  LogDropCall call;
  call.request.device = device;
  if (const auto name = TRY(json_text(body, "snapshot")); !name.empty()) {
    const auto object = sync::parse_snapshot_name(name);
    if (!object || !object->is_manifest) return invalid("'snapshot' is the name of a snapshot's manifest");
    call.snapshot = object->place;
    call.request.snapshot = object->place.id;
  }
  call.request.epoch = TRY(json_number(body, "epoch"));
  call.request.positions = TRY(read_positions(body, "positions"));
  for (const auto& head : *TRY(json_list(body, "heads", kMaxHeads)))
    call.request.heads.push_back(TRY(read_head(head, device)));
  if (call.request.snapshot.is_nil() && call.request.heads.empty())
    return invalid("without a snapshot only heads can be asked about");
  return call;
}

json::object to_json(const sync::HubDropped& dropped) {
  json::object answer{{"floor", to_json(dropped.floor.after)},
                      {"floor_snapshot", to_string(dropped.floor.snapshot)},
                      {"lacking", dropped.lacking},
                      {"raised", dropped.raised},
                      {"more", dropped.more}};
  if (dropped.held_by) answer["held_by"] = to_string(*dropped.held_by);
  return answer;
}

Result<sync::HubDropped> read_dropped(const json::object& answer) {
  sync::HubDropped dropped;
  dropped.floor.after = TRY(read_positions(answer, "floor"));
  dropped.floor.snapshot = TRY(json_id(answer, "floor_snapshot"));
  if (answer.contains("lacking")) dropped.lacking = TRY(json_number(answer, "lacking"));
  dropped.raised = TRY(json_number(answer, "raised"));
  dropped.more = json_flag(answer, "more");
  if (answer.contains("held_by")) dropped.held_by = TRY(json_id(answer, "held_by"));
  return dropped;
}

}  // namespace till::net
