#include "analyzer/workload/event_sums.h"

#include <algorithm>
#include <iterator>

namespace pgcounsel {
namespace {

template <class Map, class TimeOf>
Map rows_of(const Map& rows, Time since, Time until, TimeOf time_of) {
  Map part;
  for (const auto& row : rows) {
    const Time time = time_of(row);
    if (time >= since && time < until) part.insert(part.end(), row);
  }
  return part;
}

template <class Map>
void merge_rows(Map& rows, const Map& others) {
  for (const auto& [key, row] : others) rows[key].merge(row);
}

template <class Map>
void add_counts(Map& counts, const Map& others) {
  for (const auto& [key, count] : others) counts[key] += count;
}

}  // namespace

void Measure::add(std::uint64_t value) {
  merge({1, value, value});
}

void Measure::merge(const Measure& other) {
  count += other.count;
  total += other.total;
  largest = std::max(largest, other.largest);
}

void SessionStats::add(Micros length) {
  ++sessions;
  if (length < kBriefSession) ++brief;
  total += length;
  lengths.add(length);
}

void SessionStats::merge(const SessionStats& other) {
  sessions += other.sessions;
  brief += other.brief;
  total += other.total;
  lengths.merge(other.lengths);
}

void SessionLines::add(std::uint64_t line, Time time) {
  merge({line, line, 1, false, time});
}

void SessionLines::merge(const SessionLines& other) {
  if (other.count > 0) {
    first = count > 0 ? std::min(first, other.first) : other.first;
    last = std::max(last, other.last);
  }
  count += other.count;
  ended |= other.ended;
  seen = std::max(seen, other.seen);
}

void Losses::merge(const Losses& other) {
  reported += other.reported;
  cut += other.cut;
  missing += other.missing;
  sessions += other.sessions;
}

void EventSums::add_measure(Time time, std::string event_class, std::string object,
                            std::string measure, std::uint64_t value) {
  measures[{floor_to(time, kHour), std::move(event_class), std::move(object), std::move(measure)}]
      .add(value);
}

void EventSums::merge(const EventSums& other) {
  merge_rows(measures, other.measures);
  merge_rows(marks, other.marks);
  add_counts(error_minutes, other.error_minutes);
  add_counts(error_sources, other.error_sources);
  merge_rows(sessions, other.sessions);
  merge_rows(lines, other.lines);
  merge_rows(lost, other.lost);
}

EventSums EventSums::slice(Time since, Time until) const {
  const auto by_hour = [](const auto& row) { return row.first.hour; };
  EventSums part;
  part.measures = rows_of(measures, since, until, by_hour);
  const auto by_minute = [](const auto& row) { return row.first.minute; };
  part.marks = rows_of(marks, since, until, by_minute);
  part.error_minutes = rows_of(error_minutes, since, until, by_minute);
  part.error_sources = rows_of(error_sources, since, until, by_hour);
  part.sessions = rows_of(sessions, since, until, by_hour);
  part.lines = rows_of(lines, since, until, [](const auto& row) { return row.second.seen; });
  part.lost = rows_of(lost, since, until, [](const auto& row) { return row.first; });
  return part;
}

Losses losses_of(const EventSums& sums) {
  Losses losses;
  for (const auto& [hour, of_hour] : sums.lost) losses.merge(of_hour);
  for (auto it = sums.lines.begin(); it != sums.lines.end();) {
    const auto next = std::find_if(it, sums.lines.end(), [it](const auto& row) {
      return row.first.session != it->first.session;
    });
    const std::uint64_t missing = std::next(it) == next ? it->second.missing() : 0;
    losses.missing += missing;
    losses.sessions += missing > 0 ? 1 : 0;
    it = next;
  }
  return losses;
}

}  // namespace pgcounsel
