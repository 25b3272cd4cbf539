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

using Measures = std::map<std::uint64_t, Measure>;

Micros median(std::vector<Micros>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

HoldParts parts_of(const TracedHold& hold, const UsualBusy& usual) {
  Micros waited = hold.lock_wait;
  if (waited > Micros{0}) {
    const auto known = usual.find(hold.class_id);
    if (known != usual.end()) waited = std::max(waited, hold.busy - known->second);
  }
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

Measures measures_of(std::span<const TracedHold> holds, const UsualBusy& usual,
                     const SecondWeights& weights) {
  Measures measures;
  for (const TracedHold& hold : holds) {
    add(hold, parts_of(hold, usual), weights, measures[hold.class_id]);
  }
  return measures;
}

// Of a class that calm times do not know: the mean of the pool, and never more than it has now.
HoldParts assumed_hold(const HoldParts& hold, double mean) {
  const double length = hold.total();
  return length > mean && length > 0 ? hold * (mean / length) : hold;
}

ClassChange change_of(std::uint64_t id, const Measure& window, double seconds,
                      const CalmTimes& calm) {
  ClassChange change;
  change.class_id = id;
  change.arrivals = window.arrivals / seconds;
  change.used = window.used * (1 / seconds);
  if (window.arrivals > 0) change.hold = window.used * (1 / window.arrivals);
  if (const auto known = calm.classes.find(id); known != calm.classes.end()) {
    change.calm_arrivals = known->second.arrivals;
    change.has_calm = known->second.is_known;
    change.calm_hold = known->second.hold;
  }
  if (!change.has_calm) change.calm_hold = assumed_hold(change.hold, calm.mean_hold);
  change.extra.arrivals = (change.arrivals - change.calm_arrivals) * change.calm_hold.total();
  change.extra.longer = change.used - change.calm_hold * change.arrivals;
  return change;
}

}  // namespace

UsualBusy usual_busy_of(std::span<const TracedHold> holds) {
  std::map<std::uint64_t, std::vector<Micros>> busy;
  for (const TracedHold& hold : holds) {
    if (hold.lock_wait == Micros{0}) busy[hold.class_id].push_back(hold.busy);
  }
  UsualBusy usual;
  for (auto& [id, values] : busy) usual[id] = median(values);
  return usual;
}

CalmTimes calm_times_of(std::span<const TracedHold> holds, const UsualBusy& usual,
                        const SecondWeights& calm) {
  CalmTimes times;
  times.seconds = static_cast<double>(calm.counted());
  double arrivals = 0, used = 0;
  for (const auto& [id, measure] : measures_of(holds, usual, calm)) {
    CalmClass& known = times.classes[id];
    if (calm.total() > 0) known.arrivals = measure.arrivals / calm.total();
    known.is_known = measure.transactions >= kFewCalm;
    if (known.is_known) known.hold = measure.used * (1 / measure.arrivals);
    arrivals += measure.arrivals;
    used += measure.used.total();
  }
  times.mean_hold = arrivals > 0 ? used / arrivals : 0;
  return times;
}

Decomposition decompose(std::span<const TracedHold> holds, const UsualBusy& usual,
                        const FullWindow& window, const CalmTimes& calm, OutsideUse outside) {
  Decomposition result;
  result.calm_seconds = calm.seconds;
  const SecondWeights inside = weights_of(window);
  Measures measures = measures_of(holds, usual, inside);
  for (const auto& [id, known] : calm.classes) measures.try_emplace(id);  // gone in the window
  const double seconds = std::max(inside.total(), 1.0);
  for (const auto& [id, measure] : measures) {
    ClassChange change = change_of(id, measure, seconds, calm);
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
