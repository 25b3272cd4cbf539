#include "analyzer/pools/decomposition.h"

#include <algorithm>
#include <map>

namespace pgcounsel {
namespace {

// With fewer transactions in calm times a class's own hold is not known.
constexpr std::size_t kFewCalm = 5;

// What is measured of a class, each second counted with its weight.
struct Measure {
  double arrivals = 0;
  std::size_t transactions = 0;  // that began in seconds that count
  HoldParts used;
};

struct ClassMeasures {
  std::vector<Micros> busy_without_waits;
  Micros usual_busy{};
  Measure window, calm;
};
using Classes = std::map<std::uint64_t, ClassMeasures>;

Micros median(std::vector<Micros>& values) {
  if (values.empty()) return Micros{0};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void learn_usual_busy(std::span<const TracedHold> holds, Classes& classes) {
  for (const TracedHold& hold : holds) {
    ClassMeasures& entry = classes[hold.class_id];
    if (hold.lock_wait == Micros{0}) entry.busy_without_waits.push_back(hold.busy);
  }
  for (auto& [id, entry] : classes) entry.usual_busy = median(entry.busy_without_waits);
}

HoldParts parts_of(const TracedHold& hold, const ClassMeasures& entry) {
  Micros waited = hold.lock_wait;
  const bool is_known = !entry.busy_without_waits.empty();
  if (waited > Micros{0} && is_known) waited = std::max(waited, hold.busy - entry.usual_busy);
  return {seconds_of(hold.busy - waited), seconds_of(waited), seconds_of(hold.idle), 0};
}

void add(const TracedHold& hold, const HoldParts& parts, const SecondWeights& weights,
         Measure& measure) {
  const double begins = weights.at(hold.start);
  measure.arrivals += begins;
  measure.transactions += begins > 0 ? 1 : 0;
  const double length = parts.total();
  if (length <= 0) return;
  measure.used += parts * (weights.over(hold.start, hold.start + hold.busy + hold.idle) / length);
}

double mean_hold_of(const Classes& classes) {
  double arrivals = 0, used = 0;
  for (const auto& [id, entry] : classes) {
    arrivals += entry.calm.arrivals;
    used += entry.calm.used.total();
  }
  return arrivals > 0 ? used / arrivals : 0;
}

// Of a class that calm times do not know: the mean of the pool, and never more than it has now.
HoldParts assumed_hold(const HoldParts& hold, double mean) {
  const double length = hold.total();
  return length > mean && length > 0 ? hold * (mean / length) : hold;
}

ClassChange change_of(std::uint64_t id, const ClassMeasures& entry, double window_seconds,
                      double calm_weight, double mean_hold) {
  ClassChange change;
  change.class_id = id;
  change.arrivals = entry.window.arrivals / window_seconds;
  change.used = entry.window.used * (1 / window_seconds);
  if (entry.window.arrivals > 0) change.hold = entry.window.used * (1 / entry.window.arrivals);
  if (calm_weight > 0) change.calm_arrivals = entry.calm.arrivals / calm_weight;
  change.has_calm = entry.calm.transactions >= kFewCalm;
  change.calm_hold = change.has_calm ? entry.calm.used * (1 / entry.calm.arrivals)
                                     : assumed_hold(change.hold, mean_hold);
  change.extra.arrivals = (change.arrivals - change.calm_arrivals) * change.calm_hold.total();
  change.extra.longer = change.used - change.calm_hold * change.arrivals;
  return change;
}

}  // namespace

Decomposition decompose(std::span<const TracedHold> holds, const FullWindow& window,
                        const SecondWeights& calm, OutsideUse outside) {
  Classes classes;
  learn_usual_busy(holds, classes);
  const SecondWeights inside = weights_of(window);
  for (const TracedHold& hold : holds) {
    ClassMeasures& entry = classes[hold.class_id];
    const HoldParts parts = parts_of(hold, entry);
    add(hold, parts, inside, entry.window);
    add(hold, parts, calm, entry.calm);
  }
  Decomposition result;
  result.calm_seconds = static_cast<double>(calm.counted());
  const double seconds = std::max(inside.total(), 1.0);
  const double mean = mean_hold_of(classes);
  for (const auto& [id, entry] : classes) {
    ClassChange change = change_of(id, entry, seconds, calm.total(), mean);
    result.extra.arrivals += change.extra.arrivals;
    result.extra.longer += change.extra.longer;
    result.classes.push_back(change);
  }
  result.extra.longer.outside += outside.window - outside.calm;
  std::stable_sort(
      result.classes.begin(), result.classes.end(),
      [](const ClassChange& a, const ClassChange& b) { return a.used.total() > b.used.total(); });
  return result;
}

}  // namespace pgcounsel
