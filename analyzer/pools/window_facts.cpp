#include "analyzer/pools/window_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "analyzer/workload/cut_text.h"
#include "analyzer/workload/event_marks.h"

namespace pgcounsel {

void EventsFound::add(const EventMark& added) {
  count += added.count;
  amount += added.amount;
  if (added.first < first) {
    first = added.first;
    mark = added;
  }
  last = std::max(last, added.last);
}

EventsFound events_between(const EventMarks& marks, std::string_view event_class, Time since,
                           Time until, std::string_view detail) {
  EventsFound found;
  for (const auto& [key, mark] : marks_between(marks, since, until)) {
    if (key.event_class != event_class) continue;
    if (!detail.empty() && key.detail != detail) continue;
    if (mark.last < since || mark.first >= until) continue;
    found.add(mark);
  }
  return found;
}

EventsFound pooler_refusals_between(const PeriodSums& sums, const PoolName& pool, Time since,
                                    Time until) {
  EventsFound found;
  const std::vector<PoolName> names = sums.join.names_of(pool);
  for (const auto& [key, seconds] : sums.current.pooler.refused) {
    if (!is_any_of(names, key.database, key.user)) continue;
    for (auto it = seconds.lower_bound(since); it != seconds.end() && it->first < until; ++it) {
      found.count += it->second.count();
      found.first = std::min(found.first, it->first);
      found.last = std::max(found.last, it->first);
    }
  }
  return found;
}

double arrivals_between(const PoolUsage& usage, Time since, Time until) {
  const auto size = static_cast<Micros::rep>(usage.arrivals.size());
  const auto begin = std::clamp<Micros::rep>((since - usage.first) / kSecond, 0, size);
  const auto end = std::clamp<Micros::rep>((until - usage.first) / kSecond, begin, size);
  double sum = 0;
  for (auto at = begin; at < end; ++at) sum += usage.arrivals[static_cast<std::size_t>(at)];
  return end > begin ? sum / static_cast<double>(end - begin) : 0;
}

double calm_arrivals_of(const Decomposition& parts) {
  double sum = 0;
  for (const ClassChange& change : parts.classes) sum += change.calm_arrivals;
  return sum;
}

double window_arrivals_of(const Decomposition& parts) {
  double sum = 0;
  for (const ClassChange& change : parts.classes) sum += change.arrivals;
  return sum;
}

std::string first_line(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  return cut_text(text.substr(0, text.find('\n')), kLongest);
}

std::string added_words(double extra, double grown) {
  constexpr double kNothing = 0.005;
  const std::string all = fmt::format("{:.2f} connections that were added", grown);
  if (extra >= kNothing) return fmt::format("+{:.2f} of {}", extra, all);
  if (extra > -kNothing) return "none of the " + all;
  return fmt::format("none of the {}, but {:.2f} fewer", all, -extra);
}

std::string length_words(double seconds) {
  if (seconds >= 1) return fmt::format("{:.2f} s", seconds);
  return fmt::format("{:.{}f} ms", seconds * 1000, seconds < 0.01 ? 1 : 0);
}

std::string time_of_day(Time time) {
  return plain_seconds(time).substr(11, 8);
}

}  // namespace pgcounsel
