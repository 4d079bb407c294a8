#include "net/hub/admin.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "net/hub/enrolment_code.hpp"
#include "net/hub/hub_json.hpp"

namespace till::net {

namespace json = boost::json;
using sync::HubDevice;
using sync::HubDirectory;
using sync::HubTenant;

namespace {

constexpr std::uint64_t kDefaultCodeMinutes = 60;
constexpr std::uint64_t kMaxCodeMinutes = 7 * 24 * 60;
constexpr std::array kKinds = {ErrorKind::retry, ErrorKind::permanent, ErrorKind::corrupt, ErrorKind::denied,
                               ErrorKind::invalid};

struct Admin {
  HubDirectory& directory;
  Clock& clock;
  Random& random;
  std::optional<Id> revoked;

  Result<json::object> run(const json::object& request);
  Result<HubTenant> tenant_of(const json::object& request);
  Result<json::object> tenant_add(const json::object& request);
  Result<json::object> tenant_list();
  Result<json::object> device_code(const json::object& request);
  Result<json::object> device_list(const json::object& request);
  Result<json::object> device_revoke(const json::object& request);
};

json::object tenant_json(const HubTenant& tenant) {
  return {{"id", to_string(tenant.id)}, {"name", tenant.name}, {"created_at", to_rfc3339(tenant.created_at)}};
}

json::object device_json(const HubDevice& device) {
  return {{"id", to_string(device.id)},
          {"number", device.number},
          {"name", device.name},
          {"enrolled_at", to_rfc3339(device.enrolled_at)},
          {"first", device.first},
          {"revoked", device.revoked},
          {"has_keys", device.first || device.has_key_grant}};
}

Result<json::object> Admin::run(const json::object& request) {
  const auto what = TRY(json_text(request, "do"));
  if (what == "tenant add") return tenant_add(request);
  if (what == "tenant list") return tenant_list();
  if (what == "device code") return device_code(request);
  if (what == "device list") return device_list(request);
  if (what == "device revoke") return device_revoke(request);
  return invalid("the hub has no command '" + what + "'; it may be of another version than this program");
}

Result<HubTenant> Admin::tenant_of(const json::object& request) {
  const auto name_or_id = TRY(json_text(request, "tenant"));
  return directory.tenant(name_or_id);
}

Result<json::object> Admin::tenant_add(const json::object& request) {
  const auto name = TRY(json_text(request, "name", 1024));
  return tenant_json(TRY(directory.add_tenant({new_id(clock, random), name, clock.now()})));
}

Result<json::object> Admin::tenant_list() {
  json::array list;
  for (const auto& tenant : TRY(directory.tenants())) list.push_back(tenant_json(tenant));
  return json::object{{"tenants", std::move(list)}};
}

Result<json::object> Admin::device_code(const json::object& request) {
  const auto tenant = TRY(tenant_of(request));
  std::uint64_t minutes = kDefaultCodeMinutes;
  if (request.contains("ttl_minutes")) minutes = TRY(json_number(request, "ttl_minutes"));
  if (minutes == 0 || minutes > kMaxCodeMinutes) return invalid("a code can be good for 1 to 10080 minutes (a week)");
  const auto code = new_enrolment_code(random);
  const auto now = clock.now();
  const UtcTime expires{now.us + std::chrono::microseconds(std::chrono::minutes(minutes)).count()};
  const auto hash = TRY(enrolment_code_hash(code));
  TRY(directory.add_code(tenant.id, hash, now, expires));
  return json::object{{"code", code}, {"tenant", tenant.name}, {"expires_at", to_rfc3339(expires)}};
}

Result<json::object> Admin::device_list(const json::object& request) {
  const auto tenant = TRY(tenant_of(request));
  json::array list;
  for (const auto& device : TRY(directory.devices(tenant.id))) list.push_back(device_json(device));
  return json::object{{"tenant", tenant.name}, {"devices", std::move(list)}};
}

Result<json::object> Admin::device_revoke(const json::object& request) {
  const auto tenant = TRY(tenant_of(request));
  const auto which = TRY(json_text(request, "device"));
  const auto devices = TRY(directory.devices(tenant.id));
  const auto found = std::ranges::find_if(devices, [&](const HubDevice& device) {
    return to_string(device.id) == which || std::to_string(device.number) == which;
  });
  if (found == devices.end())
    return invalid("tenant '" + tenant.name + "' has no terminal '" + which + "'; 'device list' shows ids and numbers");
  TRY(directory.revoke(tenant.id, found->id, clock.now()));
  revoked = found->id;
  return json::object{{"revoked", to_string(found->id)}, {"number", found->number}, {"name", found->name}};
}

}  // namespace

AdminOutcome run_admin_command(std::string_view request, HubDirectory& directory, Clock& clock, Random& random) {
  Admin admin{directory, clock, random, {}};
  const auto parsed = parse_json_object(view(request));
  if (!parsed) return {admin_failure(parsed.error()), {}};
  const auto result = admin.run(*parsed);
  if (!result) return {admin_failure(result.error()), {}};
  return {json::serialize(json::object{{"ok", true}, {"result", *result}}), admin.revoked};
}

std::string admin_failure(const Error& error) {
  return json::serialize(
      json::object{{"ok", false}, {"kind", to_string(error.kind)}, {"error", error.message}, {"cause", error.cause}});
}

Result<std::string> admin_result(std::string_view answer) {
  const auto object = TRY(parse_json_object(view(answer)));
  if (json_flag(object, "ok") && object.contains("result")) return json::serialize(object.at("result"));
  Error error{ErrorKind::permanent, TRY(json_text(object, "error", 4096)), {}};
  const auto kind = TRY(json_text(object, "kind"));
  for (const auto k : kKinds)
    if (to_string(k) == kind) error.kind = k;
  return fail(std::move(error));
}

}  // namespace till::net
