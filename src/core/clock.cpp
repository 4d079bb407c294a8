#include "core/clock.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace till {

using std::chrono::duration_cast;
using std::chrono::microseconds;

UtcTime SystemClock::now() {
  return {duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

microseconds SystemClock::monotonic() {
  return duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

std::string to_rfc3339(UtcTime time) {
  const auto point = std::chrono::sys_time<microseconds>(microseconds(time.us));
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(duration_cast<std::chrono::milliseconds>(point - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

Result<UtcTime> from_rfc3339(std::string_view text) {
  const std::string owned(text);
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, used = 0;
  const auto bad = [&] {
    return invalid("'" + owned + "' is not a time; write it like 2026-11-20T09:41:07Z");
  };
  if (owned.size() > 40 ||
      std::sscanf(owned.c_str(), "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &y, &mo, &d, &h, &mi, &s, &used) != 6) return bad();
  std::size_t at = static_cast<std::size_t>(used);
  std::int64_t fraction_us = 0;
  if (at < owned.size() && owned[at] == '.') {
    std::int64_t scale = 100'000;
    for (++at; at < owned.size() && owned[at] >= '0' && owned[at] <= '9'; ++at, scale /= 10)
      fraction_us += (owned[at] - '0') * scale;
  }
  std::int64_t offset_minutes = 0;
  if (at < owned.size() && (owned[at] == '+' || owned[at] == '-')) {
    int oh = 0, om = 0;
    if (std::sscanf(owned.c_str() + at + 1, "%2d:%2d", &oh, &om) != 2 || owned.size() != at + 6) return bad();
    offset_minutes = (owned[at] == '-' ? -1 : 1) * (oh * 60 + om);
  } else if (at + 1 != owned.size() || (owned[at] != 'Z' && owned[at] != 'z')) {
    return bad();
  }
  const std::chrono::year_month_day date(std::chrono::year(y), std::chrono::month(static_cast<unsigned>(mo)),
                                         std::chrono::day(static_cast<unsigned>(d)));
  if (!date.ok() || h > 23 || mi > 59 || s > 60 || h < 0 || mi < 0 || s < 0) return bad();
  const auto point = std::chrono::sys_days(date) + std::chrono::hours(h) + std::chrono::minutes(mi - offset_minutes) +
                     std::chrono::seconds(s);
  return UtcTime{duration_cast<microseconds>(point.time_since_epoch()).count() + fraction_us};
}

std::string to_local(UtcTime time, const char* format) {
  const std::time_t seconds = static_cast<std::time_t>(time.us / 1'000'000);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  std::array<char, 96> out{};
  const auto size = std::strftime(out.data(), out.size(), format, &parts);
  return {out.data(), size};
}

}  // namespace till
