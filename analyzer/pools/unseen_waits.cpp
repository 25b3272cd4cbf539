#include "analyzer/pools/unseen_waits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace pgcounsel {
namespace {

constexpr double kMoved = 3;     // the mean, at least
constexpr double kNotMoved = 2;  // the quartile, at most
constexpr std::size_t kFewHolds = 8;

const ClassChange* class_that_grew(const WindowFacts& facts) {
  const ClassChange* most = nullptr;
  for (const ClassChange& change : facts.parts.classes) {
    if (most == nullptr || change.extra.longer.busy > most->extra.longer.busy) most = &change;
  }
  return most;
}

bool locks_rows(const Sums& sums, std::uint64_t class_id) {
  const auto steps = sums.class_steps.find(class_id);
  if (steps == sums.class_steps.end()) return false;
  constexpr std::array<std::string_view, 5> kWriters{"UPDATE", "DELETE", "INSERT", "MERGE", "LOCK"};
  for (const Fingerprint step : steps->second.steps) {
    const auto text = sums.texts.find(step.value);
    if (text == sums.texts.end()) continue;
    std::string upper = text->second.text;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const bool writes = std::any_of(
        kWriters.begin(), kWriters.end(),
        [&upper](std::string_view word) { return std::string_view(upper).starts_with(word); });
    if (writes || upper.find("FOR UPDATE") != std::string::npos) return true;
  }
  return false;
}

Micros quartile(std::vector<Micros> values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 4);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace

bool are_waits_unseen(const WindowFacts& facts) {
  if (facts.verdict.cause != Cause::kSlowQuery) return false;
  const EventMarks& marks = facts.pool.sums.current.details.marks;
  if (events_between(marks, "lock_wait", facts.window.start, facts.window.end).count > 0) {
    return false;
  }
  const ClassChange* change = class_that_grew(facts);
  if (change == nullptr || !change->has_calm) return false;
  if (change->hold.busy < kMoved * change->calm_hold.busy) return false;
  if (!locks_rows(facts.pool.sums.current, change->class_id)) return false;
  std::vector<Micros> window, calm;
  for (const TracedHold& hold : facts.holds) {
    if (hold.class_id != change->class_id) continue;
    const bool is_inside = hold.start >= facts.window.start && hold.start < facts.window.end;
    if (is_inside) window.push_back(hold.busy);
    if (facts.calm_weights.at(hold.start) > 0) calm.push_back(hold.busy);
  }
  if (window.size() < kFewHolds || calm.size() < kFewHolds) return false;
  return seconds_of(quartile(std::move(window))) <=
         kNotMoved * seconds_of(quartile(std::move(calm)));
}

std::string unseen_waits_summary(const WindowFacts& facts) {
  return fmt::format(
      "All {} connections were in use for {} s: statements that lock rows took {:.1f} times as "
      "long on average, but the fastest quarter of them as long as ever: probably they waited for "
      "locks, in waits too short for a line in the log",
      facts.pool.usage.size, facts.window.length() / kSecond,
      class_that_grew(facts)->hold.busy / class_that_grew(facts)->calm_hold.busy);
}

UnknownSuspect unseen_waits_lack() {
  return {"who held the locks", "deadlock_timeout = 200ms and log_lock_waits = on"};
}

}  // namespace pgcounsel
