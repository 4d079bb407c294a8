#include "app/conflict_policies.hpp"

#include <array>

#include "app/entity_text.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

using sync::Policy;

constexpr std::array<Policy, 5> kPolicies = {Policy::latest_wins, Policy::use_local, Policy::use_remote, Policy::merge,
                                             Policy::manual};

struct Target {
  sync::EntityNumber entity = 0;  // 0: not known
  std::string field;              // empty: all of them
};

Target target_of(std::string_view key) {
  const auto parts = split(key.substr(kPolicyPrefix.size()), '.');
  Target target;
  target.entity = entity_with_key(parts[0]);
  if (parts.size() > 1) target.field = parts[1];
  if (parts.size() > 2) target.entity = 0;
  return target;
}

void apply(sync::Policies& policies, std::string_view key, Policy policy) {
  const Target target = target_of(key);
  const auto fields = policies.rules.find(target.entity);
  if (target.entity == 0 || fields == policies.rules.end()) return;
  for (auto& [number, rule] : fields->second) {
    if (target.field.empty() || field_key(target.entity, number) == target.field) rule.policy = policy;
  }
}

}  // namespace

Result<Policy> policy_of(std::string_view text) {
  for (const auto policy : kPolicies)
    if (sync::to_string(policy) == text) return policy;
  return invalid("'" + std::string(text) +
                 "' is no policy; there are latest_wins, use_local, use_remote, merge and manual");
}

// An entity's policy first, so that a field's own stands over it.
sync::Policies policies_from(const std::vector<std::pair<std::string, std::string>>& settings) {
  sync::Policies policies = default_policies();
  for (const bool of_fields : {false, true}) {
    for (const auto& [key, value] : settings) {
      if (!key.starts_with(kPolicyPrefix) || value.empty()) continue;
      const auto policy = policy_of(value);
      if (policy && target_of(key).field.empty() != of_fields) apply(policies, key, *policy);
    }
  }
  return policies;
}

Status check_policy_setting(std::string_view key, std::string_view value) {
  const Target target = target_of(key);
  if (target.entity == 0)
    return invalid("'" + std::string(key) + "' names nothing; use sync.policy.product or sync.policy.product.price");
  if (!target.field.empty()) {
    std::string known;
    const auto policies = default_policies();
    for (const auto& [number, rule] : policies.rules.at(target.entity))
      known += (known.empty() ? "" : ", ") + field_key(target.entity, number);
    if ((", " + known + ", ").find(", " + target.field + ", ") == std::string::npos)
      return invalid("a " + std::string(entity_key(target.entity)) + " has no field '" + target.field + "'; it has " +
                     known);
  }
  if (value.empty()) return {};
  const auto policy = policy_of(value);
  return policy ? Status{} : fail(policy.error());
}

}  // namespace till::app
