#include "storage/hub_tenants.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "sync/record.hpp"

namespace till::storage {

using sync::HubDevice;
using sync::HubEnrolled;
using sync::HubEnrolment;
using sync::HubKeyGrant;
using sync::HubTenant;

namespace {

constexpr std::size_t kMaxName = 80;

constexpr std::string_view kDeviceColumns =
    "SELECT d.id, d.tenant, d.number, d.name, d.signing_key, d.sealing_key, d.enrolled_at, d.first, "
    "d.revoked_at IS NOT NULL, EXISTS(SELECT 1 FROM key_grant g WHERE g.tenant = d.tenant AND g.device = d.id) "
    "FROM device d ";

HubDevice read_device(const Query& row) {
  return {row.id(0),     row.id(1),      static_cast<std::uint32_t>(row.integer(2)),
          row.text(3),   row.blob(4),    row.blob(5),
          row.time(6),   row.boolean(7), row.boolean(8),
          row.boolean(9)};
}

Result<std::string> usable_name(std::string_view name, std::string_view what) {
  auto text = trimmed(name);
  if (text.empty() || !is_valid_utf8(text) || code_points(text) > kMaxName || text.find('\n') != text.npos)
    return invalid(std::string(what) + " needs a name of one to 80 characters");
  return text;
}

}  // namespace

Result<HubTenant> HubTenants::add_tenant(const HubTenant& tenant) {
  HubTenant added = tenant;
  added.name = TRY(usable_name(tenant.name, "a tenant"));
  if (id_from_string(added.name)) return invalid("a tenant's name must not look like an id; please choose another");
  if (TRY(database_.reads().integer("SELECT 1 FROM tenant WHERE name = ?1", added.name)))
    return invalid("there is a tenant '" + added.name + "' already; choose another name");
  TRY(database_.write(
      std::string("INSERT INTO tenant(id, name, created_at, epoch) VALUES(?1, ?2, ?3, ") + kNewEpochSql + ")", added.id,
      added.name, added.created_at));
  return added;
}

Result<std::vector<HubTenant>> HubTenants::tenants() {
  std::vector<HubTenant> all;
  auto rows = TRY(database_.reads().query("SELECT id, name, created_at FROM tenant ORDER BY name"));
  while (TRY(rows.next())) all.push_back({rows.id(0), rows.text(1), rows.time(2)});
  return all;
}

Result<HubTenant> HubTenants::tenant(std::string_view name_or_id) {
  if (const auto id = id_from_string(name_or_id)) return tenant_by_id(*id);
  auto row = TRY(database_.reads().query("SELECT id, name, created_at FROM tenant WHERE name = ?1", name_or_id));
  if (!TRY(row.next()))
    return invalid("there is no tenant '" + clipped(name_or_id, kMaxName) + "'; 'tenant list' shows the names");
  return HubTenant{row.id(0), row.text(1), row.time(2)};
}

Result<HubTenant> HubTenants::tenant_by_id(const Id& id) {
  auto row = TRY(database_.reads().query("SELECT id, name, created_at FROM tenant WHERE id = ?1", id));
  if (!TRY(row.next())) return invalid("there is no tenant " + to_string(id) + "; 'tenant list' shows what there is");
  return HubTenant{row.id(0), row.text(1), row.time(2)};
}

Status HubTenants::add_code(const Id& tenant, ByteView code_hash, UtcTime now, UtcTime expires_at) {
  TRY(database_.write("DELETE FROM enrolment_code WHERE tenant = ?1 AND expires_at <= ?2", tenant, now));
  return database_.write("INSERT INTO enrolment_code(hash, tenant, created_at, expires_at) VALUES(?1, ?2, ?3, ?4)",
                         code_hash, tenant, now, expires_at);
}

Result<HubEnrolled> HubTenants::enrol(const HubEnrolment& enrolment, UtcTime now) {
  Id tenant;
  std::optional<Id> used_by;
  {
    auto code = TRY(database_.reads().query("SELECT tenant, expires_at, used_by FROM enrolment_code WHERE hash = ?1",
                                            enrolment.code_hash));
    if (!TRY(code.next()))
      return denied("the hub does not know this enrolment code; check it, or have a new one made with 'device code'");
    if (code.time(1) <= now) return denied("this enrolment code has expired; have a new one made with 'device code'");
    tenant = code.id(0);
    if (!code.is_null(2)) used_by = code.id(2);
  }
  const auto known = TRY(device(enrolment.device));
  const bool same_device = known && known->tenant == tenant && known->signing_key == enrolment.signing_key &&
                           known->sealing_key == enrolment.sealing_key;
  if (used_by && !(*used_by == enrolment.device && same_device))
    return denied("this enrolment code was used already; have a new one made with 'device code'");
  if (known && (known->revoked || !same_device))
    return denied("this terminal was enrolled before and is not taken again; it must enrol as a new one");
  if (!known && !enrolment.continues.is_nil()) tenant = TRY(continued(tenant, enrolment.continues));
  if (!known) TRY(add_device(tenant, enrolment, now));
  TRY(database_.write("UPDATE enrolment_code SET used_by = ?2, used_at = ?3 WHERE hash = ?1", enrolment.code_hash,
                      enrolment.device, now));
  const auto enrolled = TRY(device(enrolment.device));
  if (!enrolled) return corrupt("the hub's database lost the terminal that it just enrolled");
  return HubEnrolled{TRY(tenant_by_id(tenant)), *enrolled};
}

// The tenant of the code where that is the shop; else the shop's id for a tenant that is as new as can be.
Result<Id> HubTenants::continued(const Id& tenant, const Id& shop) {
  if (tenant == shop) return shop;
  const auto named = TRY(tenant_by_id(tenant));
  if (const auto present = tenant_by_id(shop))
    return invalid("this hub has the shop already, as '" + present->name +
                   "'; have a code made for that with: till-hub device code '" + present->name + "'");
  if (TRY(database_.reads().integer("SELECT 1 FROM tenant WHERE id = ?1 AND (last_device > 0 OR last_number > 0)",
                                    tenant)))
    return invalid("this code is for '" + named.name +
                   "', another shop than this terminal's; add a tenant for this shop with: till-hub tenant add NAME");
  TRY(database_.write("PRAGMA defer_foreign_keys=ON"));
  TRY(database_.write("UPDATE tenant SET id = ?2 WHERE id = ?1", tenant, shop));
  TRY(database_.write("UPDATE enrolment_code SET tenant = ?2 WHERE tenant = ?1", tenant, shop));
  return shop;
}

Status HubTenants::add_device(const Id& tenant, const HubEnrolment& enrolment, UtcTime now) {
  const auto name = TRY(usable_name(enrolment.name, "a terminal"));
  const bool first = !TRY(database_.reads().integer("SELECT 1 FROM device WHERE tenant = ?1 AND first = 1", tenant));
  TRY(database_.write("UPDATE tenant SET last_device = last_device + 1 WHERE id = ?1", tenant));
  TRY(
      database_.write("INSERT INTO device(id, tenant, number, name, signing_key, sealing_key, enrolled_at, first) "
                      "SELECT ?1, id, last_device, ?3, ?4, ?5, ?6, ?7 FROM tenant WHERE id = ?2",
                      enrolment.device, tenant, name, enrolment.signing_key, enrolment.sealing_key, now, first));
  if (enrolment.continues.is_nil()) return {};
  return put_key_grant(tenant, enrolment.device, {enrolment.device, Bytes{}, now});  // it has the keys: nothing to open
}

Result<std::vector<HubDevice>> HubTenants::devices(const Id& tenant) {
  std::vector<HubDevice> all;
  auto rows =
      TRY(database_.reads().query(std::string(kDeviceColumns) + "WHERE d.tenant = ?1 ORDER BY d.number", tenant));
  while (TRY(rows.next())) all.push_back(read_device(rows));
  TRY(add_standing(tenant, all));
  return all;
}

// Cheap for whoever has everything: what lies above its numbers is looked at, and that is nothing.
Status HubTenants::add_standing(const Id& tenant, std::vector<HubDevice>& devices) {
  constexpr std::string_view kBehind =
      "SELECT coalesce(sum(records), 0) FROM (SELECT s.last_sequence - s.first_sequence + 1 AS records FROM "
      "confirmation c "
      "JOIN tenant t ON t.id = ?1 AND t.epoch = c.epoch JOIN segment s ON s.tenant = t.key AND s.lane = ?3 AND "
      "s.number > "
      "CASE ?3 WHEN 0 THEN c.critical WHEN 1 THEN c.high WHEN 2 THEN c.normal ELSE c.low END JOIN feed f ON f.key = "
      "s.feed "
      "WHERE c.device = ?2 AND f.device <> ?2 LIMIT ?4)";
  for (HubDevice& device : devices) {
    const auto heard = TRY(database_.reads().integer(
        "SELECT c.heard_at FROM confirmation c JOIN tenant t ON t.id = ?1 AND t.epoch = c.epoch WHERE c.device = ?2",
        tenant, device.id));
    if (!heard) continue;
    device.heard_at = UtcTime{*heard};
    std::uint64_t behind = 0;
    for (const sync::Lane lane : sync::kAllLanes) {
      const auto records = TRY(database_.reads().integer(kBehind, tenant, device.id, lane, sync::kMaxBehind));
      behind += static_cast<std::uint64_t>(records.value_or(0));
    }
    device.behind = std::min(behind, sync::kMaxBehind);
  }
  return {};
}

Result<std::optional<HubDevice>> HubTenants::device(const Id& device) {
  auto row = TRY(database_.reads().query(std::string(kDeviceColumns) + "WHERE d.id = ?1", device));
  if (!TRY(row.next())) return std::optional<HubDevice>{};
  return std::optional<HubDevice>{read_device(row)};
}

Result<HubDevice> HubTenants::known_device(const Id& tenant, const Id& device) {
  auto found = TRY(this->device(device));
  if (!found || found->tenant != tenant)
    return invalid("this tenant has no terminal " + to_string(device) + "; 'device list' shows what it has");
  return *found;
}

Status HubTenants::revoke(const Id& tenant, const Id& device, UtcTime now) {
  const auto known = TRY(known_device(tenant, device));
  if (known.revoked) return {};
  TRY(database_.write("UPDATE device SET revoked_at = ?2 WHERE id = ?1", device, now));
  TRY(database_.write("DELETE FROM key_grant WHERE tenant = ?1 AND device = ?2", tenant, device));
  if (!known.first) return {};
  const bool keys_in_use =
      TRY(database_.reads().integer("SELECT 1 FROM tenant WHERE id = ?1 AND last_number > 0", tenant)).has_value() ||
      TRY(database_.reads().integer("SELECT 1 FROM key_grant WHERE tenant = ?1", tenant)).has_value();
  if (!keys_in_use) return database_.write("UPDATE device SET first = 0 WHERE id = ?1", device);
  return {};
}

Status HubTenants::put_key_grant(const Id& tenant, const Id& device, const HubKeyGrant& grant) {
  const auto known = TRY(known_device(tenant, device));
  if (known.revoked) return denied("this terminal was revoked; it gets no keys");
  return database_.write(
      "INSERT OR REPLACE INTO key_grant(tenant, device, sender, sealed, at) VALUES(?1, ?2, ?3, ?4, ?5)", tenant, device,
      grant.from, grant.sealed, grant.at);
}

Result<std::optional<HubKeyGrant>> HubTenants::key_grant(const Id& tenant, const Id& device) {
  auto row = TRY(database_.reads().query("SELECT sender, sealed, at FROM key_grant WHERE tenant = ?1 AND device = ?2",
                                         tenant, device));
  if (!TRY(row.next())) return std::optional<HubKeyGrant>{};
  return std::optional<HubKeyGrant>{HubKeyGrant{row.id(0), row.blob(1), row.time(2)}};
}

}  // namespace till::storage
