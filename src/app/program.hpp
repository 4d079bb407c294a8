// What this program calls itself, on other terminals, in backups and on the about screen.
#pragma once

namespace till::app {

inline constexpr const char* kProgramVersion = "0.1.0";

}  // namespace till::app
