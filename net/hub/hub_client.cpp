#include "net/hub/hub_client.hpp"

#include "net/hub/frames.hpp"
#include "net/hub/hub_calls.hpp"
#include "net/hub/hub_json.hpp"
#include "net/hub/log_drop.hpp"
#include "sync/messages.hpp"

namespace till::net {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxSealedRing = 64 * 1024;
constexpr std::size_t kMaxName = 400;

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
  if (object.contains("heard_at"))
    peer.heard_at = TRY(from_hub(from_rfc3339(TRY(from_hub(json_text(object, "heard_at"))))));
  if (object.contains("behind")) peer.behind = TRY(from_hub(json_number(object, "behind")));
  if (peer.signing_key.size() != 32 || peer.sealing_key.size() != 32) return fail(nonsense("a key of a wrong size"));
  return peer;
}

}  // namespace

struct HubClient::Impl {
  HubCalls calls;
};

HubClient::HubClient(HubAddress address, DeviceCredentials credentials, Clock& clock, Random& random)
    : impl_(new Impl{{std::move(address), std::move(credentials), clock, random}}) {}

HubClient::~HubClient() = default;

void HubClient::stop() {
  impl_->calls.stop();
}

Result<HubHealth> HubClient::health() {
  const auto answer = TRY(impl_->calls.get_unsigned("/api/health"));
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
  json::object body{{"code", request.code},
                    {"device", to_string(impl_->calls.device())},
                    {"name", request.name},
                    {"signing_key", to_hex(request.signing_key)},
                    {"sealing_key", to_hex(request.sealing_key)}};
  if (!request.continues.is_nil()) body["continues"] = to_string(request.continues);
  const auto object = TRY(impl_->calls.call_json("POST", "/api/v1/enrol", &body));
  Enrolment enrolment;
  enrolment.tenant = TRY(from_hub(json_id(object, "tenant")));
  enrolment.tenant_name = TRY(from_hub(json_text(object, "tenant_name", kMaxName)));
  enrolment.device_number = static_cast<std::uint32_t>(TRY(from_hub(json_number(object, "device_number"))));
  enrolment.first = json_flag(object, "first");
  return enrolment;
}

Result<std::vector<HubPeer>> HubClient::devices() {
  const auto object = TRY(impl_->calls.call_json("GET", "/api/v1/devices", nullptr));
  const auto* list = object.if_contains("devices");
  if (list == nullptr || !list->is_array()) return fail(nonsense("no list of devices"));
  std::vector<HubPeer> peers;
  for (const auto& value : list->as_array()) peers.push_back(TRY(read_peer(value)));
  return peers;
}

Status HubClient::revoke(const Id& device) {
  const json::object nothing;
  (void)TRY(impl_->calls.call_json("POST", "/api/v1/devices/" + to_string(device) + "/revoke", &nothing));
  return {};
}

Status HubClient::grant_keys(const Id& device, ByteView sealed_ring) {
  const json::object body{{"device", to_string(device)}, {"sealed", to_hex(sealed_ring)}};
  (void)TRY(impl_->calls.call_json("POST", "/api/v1/key-grants", &body));
  return {};
}

Result<std::optional<KeyGrant>> HubClient::my_key_grant() {
  const auto object = TRY(impl_->calls.call_json("GET", "/api/v1/key-grants/mine", nullptr));
  if (!json_flag(object, "granted")) return std::optional<KeyGrant>{};
  KeyGrant grant;
  grant.from = TRY(from_hub(json_id(object, "from")));
  grant.sealed = TRY(from_hub(json_hex(object, "sealed", kMaxSealedRing)));
  return std::optional<KeyGrant>{std::move(grant)};
}

Result<sync::HubDropped> HubClient::drop_log(const sync::SnapshotPlace& snapshot, const sync::HubDropRequest& request) {
  const auto body = to_json(LogDropCall{snapshot, request});
  const auto object = TRY(impl_->calls.call_json("POST", std::string(kLogDrop), &body));
  return from_hub(read_dropped(object));
}

Result<std::vector<Bytes>> HubClient::exchange(const std::vector<Bytes>& messages) {
  const auto answer = TRY(impl_->calls.call("POST", "/api/v1/segments", join_frames(messages), kFramesType));
  if (answer.content_type != kFramesType) return fail(nonsense("content type " + answer.content_type));
  return from_hub(split_frames(answer.body, sync::kMaxMessageBytes));
}

}  // namespace till::net
