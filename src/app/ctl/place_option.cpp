#include "app/ctl/place_option.hpp"

#include <algorithm>
#include <filesystem>

#include "app/backup_target.hpp"
#include "app/ctl/session.hpp"

namespace till::app {

Result<std::string> place_given(CtlSession& session, const std::string& given) {
  if (given == kAnyStick) return given;
  const auto names = session.has_shop() ? TRY(target_names(session.shop()))
                                        : target_names_closed(session.path(session.request().folder));
  if (std::ranges::find(names, given) != names.end()) return given;
  auto path = session.path(given);
  std::error_code error;
  if (is_bare_word(given) && !std::filesystem::is_directory(path, error)) return fail(unknown_place(given, names));
  return path;
}

}  // namespace till::app
