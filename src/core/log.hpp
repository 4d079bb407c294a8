// The program's log: one rotating file per data folder (3 x 1 MiB), warnings also on standard error. Card numbers are
// masked in every line. Any thread; never blocks on anything but the file.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace till::log {

enum class Level : unsigned char { debug, info, warning, error };

// Until this is called, only warnings and errors appear, on standard error. A folder that cannot be written keeps it so.
void open_file(const std::string& path);
void set_console_level(Level level);
void write(Level level, std::string_view line);

template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace till::log
