// The shop's conflict policies: the defaults, and over them the settings `sync.policy.<entity>` and
// `sync.policy.<entity>.<field>` ("sync.policy.product.price" = "use_remote"). Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "sync/policy.hpp"

namespace till::app {

constexpr std::string_view kPolicyPrefix = "sync.policy.";

// Settings that name nothing known are passed over: another terminal may be newer.
sync::Policies policies_from(const std::vector<std::pair<std::string, std::string>>& settings);
// Invalid with a sentence that lists what there is. An empty value brings the default back.
Status check_policy_setting(std::string_view key, std::string_view value);
Result<sync::Policy> policy_of(std::string_view text);

}  // namespace till::app
