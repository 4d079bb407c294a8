// The till of a data folder, ready for a window: opens the shop and starts its worker, printer, sync and control
// socket.
#pragma once

#include <memory>
#include <string>

#include "app/till.hpp"
#include "core/result.hpp"

namespace till::app {

// $TILLSTICK_DATA, or data/ beside the program's assets.
std::string default_data_folder();
std::string assets_folder();

// Refused with a sentence as Shop::open is; see shop.hpp.
Result<std::unique_ptr<Till>> open_till(const std::string& folder, const std::string& passphrase);

}  // namespace till::app
