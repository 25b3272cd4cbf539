#include "analyzer/finding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 5> kLevels{"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 3> kSafeties{"proven", "checked", "advisory"};
constexpr std::array<std::string_view, 3> kConfidences{"low", "medium", "high"};

// A gain as it is printed, so that two findings that read alike are ordered by their key.
double printed(double connection_seconds) {
  return std::round(connection_seconds);
}

// What ails the server stands before what its log hides.
bool is_about_log(const Finding& finding) {
  return finding.subject.kind == "setting" && finding.subject.id.starts_with("log_");
}

auto urgency(const Finding& finding) {
  const Gain none{-1, -1};
  const Gain gain = finding.gain.value_or(none);
  return std::tuple(static_cast<int>(finding.level), printed(gain.connection_s_per_day_high),
                    printed(gain.connection_s_per_day_low), !is_about_log(finding),
                    finding.weight);
}

}  // namespace

std::string_view name_of(Level level) {
  return kLevels.at(static_cast<std::size_t>(level));
}
std::string_view name_of(Safety safety) {
  return kSafeties.at(static_cast<std::size_t>(safety));
}
std::string_view name_of(Confidence confidence) {
  return kConfidences.at(static_cast<std::size_t>(confidence));
}

std::optional<Level> level_named(std::string_view name) {
  const auto found = std::find(kLevels.begin(), kLevels.end(), name);
  if (found == kLevels.end()) return std::nullopt;
  return static_cast<Level>(found - kLevels.begin());
}

void rank(Findings& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    const auto first = urgency(a), second = urgency(b);
    if (first != second) return first > second;
    return a.key < b.key;
  });
}

}  // namespace pgcounsel
