#include "analyzer/report/plan_units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr double kMost = 9e18;

// Two decimals, none where they are zeros.
std::string with_decimals(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::uint64_t plan_whole(double value) {
  return value > 0 ? static_cast<std::uint64_t>(std::min(std::round(value), kMost)) : 0;
}

std::string plan_ms(double ms) {
  constexpr double kMicros = 1000;
  return duration(Micros{static_cast<Micros::rep>(plan_whole(ms * kMicros))});
}

std::string plan_rows(double rows) {
  constexpr double kFew = 10;
  if (rows > 0 && rows < kFew) return with_decimals(rows);
  return counted(plan_whole(rows));
}

std::string plan_factor(double factor) {
  constexpr std::uint64_t kTenths = 10;
  return ratio(plan_whole(factor * static_cast<double>(kTenths)), kTenths);
}

std::string plan_share(double part, double of) {
  constexpr double kParts = 1e6;
  if (of <= 0) return {};
  return percent(plan_whole(std::clamp(part / of, 0.0, 1.0) * kParts), plan_whole(kParts));
}

std::string plan_blocks(double blocks) {
  constexpr double kBlock = 8;
  return plan_kilobytes(blocks * kBlock);
}

std::string plan_kilobytes(double kilobytes) {
  constexpr double kKilobyte = 1024;
  return byte_size(plan_whole(kilobytes * kKilobyte));
}

std::string plan_cost(double cost) {
  constexpr double kHundred = 100, kCents = 1000;
  if (cost >= kCents) return counted(plan_whole(cost));
  return fmt::format("{:.2f}", std::round(std::max(0.0, cost) * kHundred) / kHundred);
}

std::string plan_count(double count, const char* what) {
  return fmt::format("{} {}{}", plan_rows(count), what, count == 1 ? "" : "s");
}

}  // namespace pgcounsel
