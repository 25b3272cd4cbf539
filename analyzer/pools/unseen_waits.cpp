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

bool did_quartile_stay(const WindowFacts& facts, const ClassChange& change) {
  if (!change.has_calm || change.hold.busy < kMoved * change.calm_hold.busy) return false;
  std::vector<Micros> window, calm;
  for (const TracedHold& hold : facts.holds) {
    if (hold.class_id != change.class_id) continue;
    const bool is_inside = hold.start >= facts.window.start && hold.start < facts.window.end;
    if (is_inside) window.push_back(hold.busy);
    if (facts.calm_weights.at(hold.start) > 0) calm.push_back(hold.busy);
  }
  if (window.size() < kFewHolds || calm.size() < kFewHolds) return false;
  return seconds_of(quartile(std::move(window))) <=
         kNotMoved * seconds_of(quartile(std::move(calm)));
}

// Holds that ran for half of the window and more are most of what was in use, and they ended
// within a second.
bool did_end_at_once(const WindowFacts& facts) {
  constexpr double kMost = 2.0 / 3;
  constexpr std::size_t kFewest = 3;
  const Micros length = facts.window.length();
  Micros used{0}, used_long{0};
  Time first = Time::max(), last = Time::min();
  std::size_t count = 0;
  for (const TracedHold& hold : facts.holds) {
    const Time end = hold.start + hold.busy + hold.idle;
    if (end <= facts.window.start || hold.start >= facts.window.end) continue;
    used += hold.busy + hold.idle;
    if (hold.busy < length / 2 || !locks_rows(facts.pool.sums.current, hold.class_id)) continue;
    used_long += hold.busy + hold.idle;
    first = std::min(first, end);
    last = std::max(last, end);
    ++count;
  }
  return count >= kFewest && last - first <= kSecond &&
         seconds_of(used_long) >= kMost * seconds_of(used);
}

bool go_one_by_one(const ClassChange& change) {
  return change.used.idle >= 0.6 && change.used.idle <= 1.15 && change.used.busy >= 2;
}

}  // namespace

UnseenWaits unseen_waits_of(const WindowFacts& facts) {
  if (facts.verdict.cause != Cause::kSlowQuery) return UnseenWaits::kNone;
  const EventMarks& marks = facts.pool.sums.current.details.marks;
  if (events_between(marks, "lock_wait", facts.window.start, facts.window.end).count > 0) {
    return UnseenWaits::kNone;
  }
  const ClassChange* change = class_that_grew(facts);
  if (change == nullptr) return UnseenWaits::kNone;
  if (did_end_at_once(facts)) return UnseenWaits::kEndedAtOnce;
  if (!locks_rows(facts.pool.sums.current, change->class_id)) return UnseenWaits::kNone;
  if (did_quartile_stay(facts, *change)) return UnseenWaits::kFastQuartile;
  return go_one_by_one(*change) ? UnseenWaits::kOneByOne : UnseenWaits::kNone;
}

std::string unseen_waits_summary(const WindowFacts& facts, UnseenWaits sign) {
  std::string words =
      fmt::format("All {} connections were in use for {} s: statements that lock rows ",
                  facts.pool.usage.size, facts.window.length() / kSecond);
  const ClassChange& change = *class_that_grew(facts);
  switch (sign) {
    case UnseenWaits::kFastQuartile:
      words += fmt::format(
          "took {:.1f} times as long on average, but the fastest quarter of them as long as ever",
          change.hold.busy / change.calm_hold.busy);
      break;
    case UnseenWaits::kEndedAtOnce:
      words += "took long and ended all at once, as if one transaction had let them go";
      break;
    case UnseenWaits::kOneByOne:
      words += "took long, and their transactions went one after the other";
      break;
    case UnseenWaits::kNone:
      break;
  }
  return words + ": probably they waited for locks, which the log does not show";
}

UnknownSuspect unseen_waits_lack() {
  return {"who held the locks", "deadlock_timeout = 200ms and log_lock_waits = on"};
}

}  // namespace pgcounsel
