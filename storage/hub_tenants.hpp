// Tenants, devices, enrolment codes and key grants in the hub's database. The rules are sync/hub_directory.hpp's.
#pragma once

#include "storage/hub_database.hpp"
#include "sync/hub_directory.hpp"

namespace till::storage {

class HubTenants final : public sync::HubDirectory {
 public:
  explicit HubTenants(HubDatabase& database) : database_(database) {}

  Status begin() override { return database_.begin(); }
  Status commit() override { return database_.commit(); }
  void roll_back() override { database_.roll_back(); }

  Result<sync::HubTenant> add_tenant(const sync::HubTenant& tenant) override;
  Result<std::vector<sync::HubTenant>> tenants() override;
  Result<sync::HubTenant> tenant(std::string_view name_or_id) override;
  Status add_code(const Id& tenant, ByteView code_hash, UtcTime now, UtcTime expires_at) override;
  Result<sync::HubEnrolled> enrol(const sync::HubEnrolment& enrolment, UtcTime now) override;
  Result<std::vector<sync::HubDevice>> devices(const Id& tenant) override;
  Result<std::optional<sync::HubDevice>> device(const Id& device) override;
  Status revoke(const Id& tenant, const Id& device, UtcTime now) override;
  Status put_key_grant(const Id& tenant, const Id& device, const sync::HubKeyGrant& grant) override;
  Result<std::optional<sync::HubKeyGrant>> key_grant(const Id& tenant, const Id& device) override;

 private:
  Result<sync::HubTenant> tenant_by_id(const Id& id);
  Result<sync::HubDevice> known_device(const Id& tenant, const Id& device);
  Status add_standing(const Id& tenant, std::vector<sync::HubDevice>& devices);
  Result<Id> continued(const Id& tenant, const Id& shop);
  Status add_device(const Id& tenant, const sync::HubEnrolment& enrolment, UtcTime now);

  HubDatabase& database_;
};

}  // namespace till::storage
