// What a restore leaves in `clean-shutdown` (shop_folder.hpp): nothing was closed, but the database's file was checked
// whole a moment ago, so that the next opening does all that it does after an unclean end but that.
#pragma once

#include <string_view>

namespace till::storage {

constexpr std::string_view kFileCheckedMarker = "file checked by a restore";

}  // namespace till::storage
