// A hub's directory with one tenant and one terminal in it, in memory.
#pragma once

#include "sync/hub_directory.hpp"

namespace till::fuzz {

class OneTenant final : public sync::HubDirectory {
 public:
  OneTenant() {
    tenant_.id.bytes.fill(2);
    tenant_.name = "shop";
    device_.id.bytes.fill(3);
    device_.tenant = tenant_.id;
    device_.number = 1;
    device_.name = "till";
    device_.sealing_key = Bytes(32, 9);
  }

  Status begin() override { return {}; }
  Status commit() override { return {}; }
  void roll_back() override {}
  Result<sync::HubTenant> add_tenant(const sync::HubTenant& tenant) override { return tenant; }
  Result<std::vector<sync::HubTenant>> tenants() override { return std::vector{tenant_}; }
  Result<sync::HubTenant> tenant(std::string_view name_or_id) override {
    if (name_or_id == tenant_.name || name_or_id == to_string(tenant_.id)) return tenant_;
    return invalid("there is no such tenant");
  }
  Status add_code(const Id&, ByteView, UtcTime, UtcTime) override { return {}; }
  Result<sync::HubEnrolled> enrol(const sync::HubEnrolment&, UtcTime) override { return denied("no code is known"); }
  Result<std::vector<sync::HubDevice>> devices(const Id&) override { return std::vector{device_}; }
  Result<std::optional<sync::HubDevice>> device(const Id& id) override {
    return id == device_.id ? std::optional(device_) : std::nullopt;
  }
  Status revoke(const Id&, const Id&, UtcTime) override { return {}; }
  Status put_key_grant(const Id&, const Id&, const sync::HubKeyGrant&) override { return {}; }
  Result<std::optional<sync::HubKeyGrant>> key_grant(const Id&, const Id&) override {
    return std::optional<sync::HubKeyGrant>{};
  }

  [[nodiscard]] sync::HubDevice& the_device() { return device_; }

 private:
  sync::HubTenant tenant_;
  sync::HubDevice device_;
};

}  // namespace till::fuzz
