#include "net/hub/routes.hpp"

#include <fmt/format.h>

#include <charconv>

#include "core/log.hpp"
#include "core/text.hpp"
#include "net/hub/enrolment_code.hpp"
#include "net/hub/frames.hpp"
#include "net/hub/hub_json.hpp"
#include "net/hub/log_drop.hpp"

namespace till::net {

namespace json = boost::json;
using sync::HubDevice;

namespace {

constexpr std::size_t kMaxSealedRing = 64 * 1024;
constexpr std::size_t kKeySize = 32;
constexpr std::string_view kRestaurants = "/api/restaurants/";
constexpr std::string_view kDevices = "/api/v1/devices/";
constexpr std::string_view kRevoke = "/revoke";

tl::unexpected<Error> no_such_thing() {
  return fail(ErrorKind::permanent, "the hub has nothing at this address", "404");
}

ApiAnswer frames_answer(const std::vector<Bytes>& frames) {
  ApiAnswer answer;
  answer.content_type = kFramesType;
  answer.body = join_frames(frames);
  return answer;
}

json::object device_json(const HubDevice& device, bool connected) {
  json::object json{{"id", to_string(device.id)},
                    {"number", device.number},
                    {"name", device.name},
                    {"signing_key", to_hex(device.signing_key)},
                    {"sealing_key", to_hex(device.sealing_key)},
                    {"enrolled_at", to_rfc3339(device.enrolled_at)},
                    {"first", device.first},
                    {"revoked", device.revoked},
                    {"has_keys", device.first || device.has_key_grant},
                    {"connected", connected}};
  if (device.heard_at) json["heard_at"] = to_rfc3339(*device.heard_at);
  if (device.behind) json["behind"] = *device.behind;
  return json;
}

Result<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return invalid("'epoch', 'after' and 'incarnation' are whole numbers");
  return value;
}

// epoch=E&after=a,b,c,d&incarnation=I
struct SegmentQuery {
  sync::Cursor cursor;
  sync::Incarnation incarnation = 0;
};

Result<SegmentQuery> parse_segment_query(std::string_view query) {
  SegmentQuery out;
  for (const auto& part : split(query, '&')) {
    const auto at = part.find('=');
    if (at == std::string::npos) continue;
    const auto value = std::string_view(part).substr(at + 1);
    if (part.starts_with("epoch=")) out.cursor.epoch = TRY(number(value));
    if (part.starts_with("incarnation=")) out.incarnation = TRY(number(value));
    if (part.starts_with("after=")) {
      const auto lanes = split(value, ',');
      if (lanes.size() != sync::kLanes) return invalid("'after' needs one number for each of the four lanes");
      for (std::size_t i = 0; i < sync::kLanes; ++i) out.cursor.after[i] = TRY(number(lanes[i]));
    }
  }
  return out;
}

}  // namespace

ApiAnswer HubRoutes::answer(const ApiRequest& request) {
  auto routed = route(request);
  return routed ? *std::move(routed) : refusal(routed.error());
}

ApiAnswer HubRoutes::refusal(const Error& error) {
  if (error.cause == "404") return json_answer({{"error", {{"code", "not_found"}, {"message", error.message}}}}, 404);
  if (error.cause == kWrongTime)
    return json_answer({{"error", {{"code", kWrongTime}, {"message", error.message}}}, {"time_us", clock_.now().us}},
                       401);
  return error_answer(error);
}

Result<ApiAnswer> HubRoutes::route(const ApiRequest& request) {
  const std::string_view target = request.target;
  const auto mark = target.find('?');
  const auto path = target.substr(0, mark);
  const auto query = mark == target.npos ? std::string_view() : target.substr(mark + 1);
  if (request.method == "POST" && path == "/api/v1/enrol") return enrol(request);
  if (path.starts_with("/api/v1/")) return signed_route(request, path, query);
  if (request.method == "GET" && path.starts_with(kRestaurants) && path.ends_with("/status"))
    return restaurant_status(path.substr(kRestaurants.size(), path.size() - kRestaurants.size() - 7));
  return no_such_thing();
}

Result<ApiAnswer> HubRoutes::signed_route(const ApiRequest& request, std::string_view path, std::string_view query) {
  const auto device = TRY(authenticator_.request(request));
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  if (get && path == "/api/v1/devices") return devices(device);
  if (post && path.starts_with(kDevices) && path.ends_with(kRevoke))
    return revoke(device, path.substr(kDevices.size(), path.size() - kDevices.size() - kRevoke.size()));
  if (post && path == "/api/v1/key-grants") return put_key_grant(device, request);
  if (get && path == "/api/v1/key-grants/mine") return my_key_grant(device);
  if (post && path == "/api/v1/segments") return post_segments(device, request);
  if (get && path == "/api/v1/segments") return get_segments(device, query);
  return no_such_thing();
}

Result<ApiAnswer> HubRoutes::restaurant_status(std::string_view id) {
  const auto wanted = id_from_string(id);  // by id only: a name could be guessed
  if (!wanted) return no_such_thing();
  const auto tenant = directory_.tenant(id);
  if (!tenant) return no_such_thing();
  const auto connected = live_.connected(tenant->id);
  std::uint64_t enrolled = 0;
  for (const auto& device : TRY(directory_.devices(tenant->id))) enrolled += device.revoked ? 0 : 1;
  return json_answer({{"id", to_string(tenant->id)},
                      {"status", connected > 0 ? "online" : "offline"},
                      {"timestamp", to_rfc3339(clock_.now())},
                      {"connectedTerminals", connected},
                      {"enrolledTerminals", enrolled},
                      {"sequence", TRY(store_.last_number(tenant->id))}});
}

Result<ApiAnswer> HubRoutes::enrol(const ApiRequest& request) {
  if (const auto wait = throttle_.wait(request.peer); wait.count() > 0) {
    auto answer =
        json_answer({{"error",
                      {{"code", "too_many_guesses"},
                       {"message", "too many wrong enrolment codes came from here; wait a quarter of an hour"}}}},
                    429);
    answer.retry_after_s = wait.count();
    return answer;
  }
  const auto body = TRY(parse_json_object(request.body));
  sync::HubEnrolment enrolment;
  enrolment.device = TRY(json_id(body, "device"));
  enrolment.name = TRY(json_text(body, "name"));
  enrolment.signing_key = TRY(json_hex(body, "signing_key", kKeySize));
  enrolment.sealing_key = TRY(json_hex(body, "sealing_key", kKeySize));
  if (enrolment.device.is_nil() || enrolment.signing_key.size() != kKeySize || enrolment.sealing_key.size() != kKeySize)
    return invalid("an enrolment needs a device id and two keys of 32 bytes");
  if (body.contains("continues")) enrolment.continues = TRY(json_id(body, "continues"));
  const auto code = TRY(json_text(body, "code"));
  enrolment.code_hash = TRY(enrolment_code_hash(code));
  TRY(authenticator_.request_by_key(request, enrolment.device, enrolment.signing_key));
  const auto enrolled = directory_.enrol(enrolment, clock_.now());
  if (!enrolled) {
    if (enrolled.error().kind == ErrorKind::denied) throttle_.failed(request.peer);
    return fail(enrolled.error());
  }
  log::info("terminal {} '{}' joined tenant '{}'", enrolled->device.number, enrolled->device.name,
            enrolled->tenant.name);
  return json_answer({{"tenant", to_string(enrolled->tenant.id)},
                      {"tenant_name", enrolled->tenant.name},
                      {"device_number", enrolled->device.number},
                      {"first", enrolled->device.first}});
}

Result<ApiAnswer> HubRoutes::devices(const HubDevice& device) {
  json::array list;
  for (const auto& other : TRY(directory_.devices(device.tenant)))
    list.push_back(device_json(other, live_.is_connected(other.id)));
  return json_answer({{"devices", std::move(list)}});
}

// Any terminal of the tenant may: that the person at it has the right is checked and written down there, the hub knows
// no persons.
Result<ApiAnswer> HubRoutes::revoke(const HubDevice& device, std::string_view which) {
  const auto id = id_from_string(which);
  if (!id) return no_such_thing();
  if (*id == device.id) return invalid("a terminal cannot revoke itself; do it from another one");
  TRY(directory_.revoke(device.tenant, *id, clock_.now()));
  live_.drop_device(*id, "this terminal was revoked");
  log::info("terminal {} '{}' revoked terminal {}", device.number, device.name, to_string(*id));
  return json_answer({{"revoked", to_string(*id)}});
}

Result<ApiAnswer> HubRoutes::put_key_grant(const HubDevice& device, const ApiRequest& request) {
  const auto body = TRY(parse_json_object(request.body));
  const auto receiver = TRY(json_id(body, "device"));
  auto sealed = TRY(json_hex(body, "sealed", kMaxSealedRing));
  if (sealed.empty()) return invalid("a key grant needs the sealed key ring");
  TRY(directory_.put_key_grant(device.tenant, receiver, {device.id, std::move(sealed), clock_.now()}));
  return json_answer({{"stored", true}}, 201);
}

Result<ApiAnswer> HubRoutes::my_key_grant(const HubDevice& device) {
  const auto grant = TRY(directory_.key_grant(device.tenant, device.id));
  if (!grant) return json_answer({{"granted", false}});
  return json_answer({{"granted", true},
                      {"from", to_string(grant->from)},
                      {"sealed", to_hex(grant->sealed)},
                      {"at", to_rfc3339(grant->at)}});
}

ApiAnswer HubRoutes::drop_log(const HubDevice& device, const sync::HubDropRequest& request) {
  const auto dropped = sync::drop(store_, device.tenant, request, retention_, clock_.now());
  if (!dropped) return refusal(dropped.error());
  if (dropped->raised > 0) {
    log::warning("terminal {} '{}' has {} feeds in a snapshot only; every terminal takes it in", device.number,
                 device.name, dropped->raised);
    live_.drop_tenant(device.tenant, "this hub's log was mended by a snapshot; connect again and take it in");
  }
  return json_answer(to_json(*dropped));
}

Result<ApiAnswer> HubRoutes::post_segments(const HubDevice& device, const ApiRequest& request) {
  const auto frames = TRY(split_frames(request.body, sync::kMaxMessageBytes));
  return frames_answer(TRY(live_.exchange(device.tenant, device.id, frames)));
}

Result<ApiAnswer> HubRoutes::get_segments(const HubDevice& device, std::string_view query) {
  const auto wanted = TRY(parse_segment_query(query));
  sync::Hello hello;
  hello.tenant = device.tenant;
  hello.device = device.id;
  hello.incarnation = wanted.incarnation;
  hello.cursor = wanted.cursor;
  hello.time_ms = clock_.now().us / 1000;
  sync::Want want;
  want.after = wanted.cursor;
  return frames_answer(TRY(live_.exchange(device.tenant, device.id, {encode_message(hello), encode_message(want)})));
}

}  // namespace till::net
