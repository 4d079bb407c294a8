#include "core/log.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "core/text.hpp"

namespace till::log {
namespace {

constexpr std::size_t kFileBytes = 1024 * 1024;
constexpr std::size_t kFiles = 3;

std::shared_ptr<spdlog::sinks::stderr_sink_mt> console() {
  static auto sink = [] {
    auto made = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return sink;
}

spdlog::logger& logger() {
  static spdlog::logger one("till", console());
  return one;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

void open_file(const std::string& path) {
  try {
    auto file = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, kFileBytes, kFiles);
    logger().sinks() = {console(), file};
    logger().set_pattern("%Y-%m-%dT%H:%M:%S.%e %L %v");
    logger().flush_on(spdlog::level::info);
  } catch (const std::exception&) {
    // A read-only folder: the console alone has to do.
  }
}

void set_console_level(Level level) { console()->set_level(level_of(level)); }

void write(Level level, std::string_view line) {
  const auto safe = mask_card_numbers(line);
  logger().log(level_of(level), spdlog::string_view_t(safe.data(), safe.size()));
}

}  // namespace till::log
