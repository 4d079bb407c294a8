// Which mounted volumes count as sticks: all but the one that the till runs from, wherever that is mounted.
#pragma once

#include <string>
#include <vector>

#include "app/shop_state.hpp"

namespace till::app {

std::string absolute(const std::string& path);
std::vector<storage::Volume> other_volumes(ShopState& state, std::vector<storage::Volume> all);
bool is_on_own_volume(ShopState& state, const std::vector<storage::Volume>& all, const std::string& path);

}  // namespace till::app
