#include "net/hub/hub_client.hpp"

#include <atomic>

#include "core/text.hpp"
#include "net/http_client.hpp"
#include "net/http_url.hpp"
#include "net/hub/authenticator.hpp"
#include "net/hub/frames.hpp"
#include "net/hub/hub_json.hpp"
#include "sync/messages.hpp"

namespace till::net {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxSealedRing = 64 * 1024;
constexpr std::size_t kMaxSentence = 300;
constexpr std::size_t kMaxName = 400;

Error nonsense(std::string cause) {
  return {ErrorKind::corrupt, "the hub answers nonsense; check that the address is a hub's and of this version",
          std::move(cause)};
}

// A member that is missing from an answer is the hub's fault, not the caller's.
template <class T>
Result<T> from_hub(Result<T> value) {
  if (!value) return fail(nonsense(value.error().message));
  return value;
}

struct HubSays {
  std::string code, message;
  std::optional<std::int64_t> hub_time_us;
};

HubSays read_refusal(const HttpAnswer& answer) {
  HubSays says;
  const auto object = parse_json_object(answer.body);
  if (!object) return says;
  if (const auto time = json_number(*object, "time_us"); time && *time <= INT64_MAX)
    says.hub_time_us = static_cast<std::int64_t>(*time);
  const auto* error = object->if_contains("error");
  if (error == nullptr || !error->is_object()) return says;
  says.code = json_text(error->as_object(), "code").value_or("");
  says.message = json_text(error->as_object(), "message", 4096).value_or("");
  if (!is_valid_utf8(says.message)) says.message.clear();
  says.message = clipped(says.message, kMaxSentence);
  return says;
}

Error refusal(const HttpAnswer& answer) {
  const auto says = read_refusal(answer);
  const std::string cause = "HTTP " + std::to_string(answer.status) + " " + says.code;
  if (says.message.empty()) return nonsense(cause);
  const bool again = answer.status == 429 || answer.status == 503;
  const auto kind = again                                          ? ErrorKind::retry
                    : answer.status == 401 || answer.status == 403 ? ErrorKind::denied
                    : answer.status == 400                         ? ErrorKind::invalid
                                                                   : ErrorKind::permanent;
  return {kind, "the hub says: " + says.message, cause};
}

HttpClientOptions client_options(const HubAddress& address) {
  HttpClientOptions options;
  options.peer = "the hub";
  options.ca_file = address.ca_file;
  return options;
}

Result<HubPeer> read_peer(const json::value& value) {
  if (!value.is_object()) return fail(nonsense("a device is not an object"));
  const auto& object = value.as_object();
  HubPeer peer;
  peer.id = TRY(from_hub(json_id(object, "id")));
  peer.number = static_cast<std::uint32_t>(TRY(from_hub(json_number(object, "number"))));
  peer.name = TRY(from_hub(json_text(object, "name", kMaxName)));
  peer.signing_key = TRY(from_hub(json_hex(object, "signing_key", 32)));
  peer.sealing_key = TRY(from_hub(json_hex(object, "sealing_key", 32)));
  peer.revoked = json_flag(object, "revoked");
  peer.has_keys = json_flag(object, "has_keys");
  peer.connected = json_flag(object, "connected");
  if (peer.signing_key.size() != 32 || peer.sealing_key.size() != 32) return fail(nonsense("a key of a wrong size"));
  return peer;
}

}  // namespace

struct HubClient::Impl {
  HubAddress address;
  DeviceCredentials credentials;
  Clock& clock;
  Random& random;
  HttpClient http;
  std::atomic<std::int64_t> hub_ahead_us = 0;  // the hub's clock less ours, once it told us that they differ

  Result<HttpAnswer> call(const std::string& method, const std::string& target, Bytes body, std::string_view type);
  Result<HttpAnswer> signed_call(const std::string& base, const std::string& method, const std::string& target,
                                 const Bytes& body, std::string_view type);
  Result<json::object> call_json(const std::string& method, const std::string& target, const json::object* body);
};

Result<HttpAnswer> HubClient::Impl::signed_call(const std::string& base, const std::string& method,
                                                const std::string& target, const Bytes& body, std::string_view type) {
  const UtcTime time{clock.now().us + hub_ahead_us};
  HttpCall request;
  request.method = method;
  request.url = base + target;
  request.headers = {{"Authorization", TRY(authorization_for(credentials, method, target, body, time, random))},
                     {"Content-Type", std::string(type)}};
  request.body = body;
  return http.send(request);
}

Result<HttpAnswer> HubClient::Impl::call(const std::string& method, const std::string& target, Bytes body,
                                         std::string_view type) {
  const auto base = TRY(parse_https_url(address.url)).base();
  auto answer = TRY(signed_call(base, method, target, body, type));
  if (answer.status == 401) {
    const auto says = read_refusal(answer);
    if (says.code == kWrongTime && says.hub_time_us) {
      hub_ahead_us = *says.hub_time_us - clock.now().us;
      answer = TRY(signed_call(base, method, target, body, type));
    }
  }
  if (answer.status < 200 || answer.status > 299) return fail(refusal(answer));
  return answer;
}

Result<json::object> HubClient::Impl::call_json(const std::string& method, const std::string& target,
                                                const json::object* body) {
  Bytes bytes;
  if (body != nullptr) bytes = to_bytes(std::string_view(json::serialize(*body)));
  const auto answer = TRY(call(method, target, std::move(bytes), "application/json"));
  return from_hub(parse_json_object(answer.body));
}

HubClient::HubClient(HubAddress address, DeviceCredentials credentials, Clock& clock, Random& random)
    : impl_(new Impl{address, std::move(credentials), clock, random, HttpClient(client_options(address)), {}}) {}

HubClient::~HubClient() = default;

void HubClient::stop() {
  impl_->http.stop();
}

Result<HubHealth> HubClient::health() {
  HttpCall request;
  request.url = TRY(parse_https_url(impl_->address.url)).base() + "/api/health";
  const auto answer = TRY(impl_->http.send(request));
  if (answer.status != 200) return fail(refusal(answer));
  const auto object = TRY(from_hub(parse_json_object(answer.body)));
  HubHealth health;
  health.status = TRY(from_hub(json_text(object, "status")));
  const auto time = TRY(from_hub(json_text(object, "timestamp")));
  health.time = TRY(from_hub(from_rfc3339(time)));
  health.connected_restaurants = TRY(from_hub(json_number(object, "connectedRestaurants")));
  health.total_connections = TRY(from_hub(json_number(object, "totalConnections")));
  return health;
}

Result<Enrolment> HubClient::enrol(const EnrolRequest& request) {
  const json::object body{{"code", request.code},
                          {"device", to_string(impl_->credentials.device)},
                          {"name", request.name},
                          {"signing_key", to_hex(request.signing_key)},
                          {"sealing_key", to_hex(request.sealing_key)}};
  const auto object = TRY(impl_->call_json("POST", "/api/v1/enrol", &body));
  Enrolment enrolment;
  enrolment.tenant = TRY(from_hub(json_id(object, "tenant")));
  enrolment.tenant_name = TRY(from_hub(json_text(object, "tenant_name", kMaxName)));
  enrolment.device_number = static_cast<std::uint32_t>(TRY(from_hub(json_number(object, "device_number"))));
  enrolment.first = json_flag(object, "first");
  return enrolment;
}

Result<std::vector<HubPeer>> HubClient::devices() {
  const auto object = TRY(impl_->call_json("GET", "/api/v1/devices", nullptr));
  const auto* list = object.if_contains("devices");
  if (list == nullptr || !list->is_array()) return fail(nonsense("no list of devices"));
  std::vector<HubPeer> peers;
  for (const auto& value : list->as_array()) peers.push_back(TRY(read_peer(value)));
  return peers;
}

Status HubClient::revoke(const Id& device) {
  const json::object nothing;
  (void)TRY(impl_->call_json("POST", "/api/v1/devices/" + to_string(device) + "/revoke", &nothing));
  return {};
}

Status HubClient::grant_keys(const Id& device, ByteView sealed_ring) {
  const json::object body{{"device", to_string(device)}, {"sealed", to_hex(sealed_ring)}};
  (void)TRY(impl_->call_json("POST", "/api/v1/key-grants", &body));
  return {};
}

Result<std::optional<KeyGrant>> HubClient::my_key_grant() {
  const auto object = TRY(impl_->call_json("GET", "/api/v1/key-grants/mine", nullptr));
  if (!json_flag(object, "granted")) return std::optional<KeyGrant>{};
  KeyGrant grant;
  grant.from = TRY(from_hub(json_id(object, "from")));
  grant.sealed = TRY(from_hub(json_hex(object, "sealed", kMaxSealedRing)));
  return std::optional<KeyGrant>{std::move(grant)};
}

Result<std::vector<Bytes>> HubClient::exchange(const std::vector<Bytes>& messages) {
  const auto answer = TRY(impl_->call("POST", "/api/v1/segments", join_frames(messages), kFramesType));
  if (answer.content_type != kFramesType) return fail(nonsense("content type " + answer.content_type));
  return from_hub(split_frames(answer.body, sync::kMaxMessageBytes));
}

}  // namespace till::net
