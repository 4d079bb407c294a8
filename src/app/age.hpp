// How long something lasts or is ago, as people say it: "40 s", "3 min", "2 h", "5 days". Pure.
#pragma once

#include <cstdint>
#include <string>

#include "core/clock.hpp"

namespace till::app {

std::string span_text(std::int64_t seconds);
std::string age_text(UtcTime now, std::int64_t then_ms);
std::string ago(UtcTime now, std::int64_t then_ms);  // "3 min ago"

// "12 KB", "3.4 MB", "9999.9 MB", "10.0 GB".
std::string bytes_text(std::uint64_t bytes);

}  // namespace till::app
