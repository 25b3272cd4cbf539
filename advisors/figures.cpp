#include "advisors/figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/units.h"
#include "parser/log/record.h"

namespace pgcounsel {
namespace {

double seconds(Micros duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return code < 0x20 || code == 0x7f;
  });
}

}  // namespace

Micros covered_span(const Coverage& coverage) {
  if (!coverage.from || !coverage.to || *coverage.to <= *coverage.from) return Micros{0};
  return *coverage.to - *coverage.from;
}

double per_day(Micros held, const Coverage& coverage) {
  const Micros length = std::max(covered_span(coverage), kHour);
  return seconds(held) * seconds(kDay) / seconds(length);
}

double share(Micros part, Micros whole) {
  return whole > Micros{0} ? seconds(part) / seconds(whole) : 0;
}

Level level_of_held(double seconds_per_day, double share_of_all) {
  struct Step {
    Level level;
    double seconds_per_day, share;
  };
  constexpr Step kSteps[] = {
      {Level::kCritical, 86'400, 0.50}, {Level::kHigh, 3'600, 0.25}, {Level::kMedium, 600, 0.10}};
  for (const Step& step : kSteps) {
    if (seconds_per_day >= step.seconds_per_day && share_of_all >= step.share) return step.level;
  }
  return Level::kLow;
}

std::uint64_t work_mem_megabytes(double bytes, std::uint64_t least) {
  constexpr double kMegabyte = 1024 * 1024;
  constexpr std::uint64_t kMost = 1U << 20U;
  std::uint64_t megabytes = least;
  while (static_cast<double>(megabytes) * kMegabyte < bytes && megabytes < kMost) megabytes *= 2;
  return megabytes;
}

std::string scaling_caveat(const Coverage& coverage) {
  const Micros length = covered_span(coverage);
  if (length >= kHour) return {};
  return fmt::format("The log covers {}; amounts a day assume one such stretch in every hour.",
                     length > Micros{0} ? span(length) : "a single moment");
}

bool is_usable_role(std::string_view role) {
  return !known_name(role).empty() && !has_control_character(role);
}

std::string alter_roles(const std::vector<std::string>& roles, std::string_view change) {
  constexpr std::size_t kMostLines = 5;
  std::string text;
  std::size_t lines = 0;
  for (const std::string& role : roles) {
    if (!is_usable_role(role)) continue;
    if (lines++ == kMostLines) break;
    text += fmt::format("{}ALTER ROLE {} {};", text.empty() ? "" : "\n", quoted_identifier(role),
                        change);
  }
  return text.empty() ? fmt::format("ALTER ROLE ALL {};", change) : text;
}

}  // namespace pgcounsel
