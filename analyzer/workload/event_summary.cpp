#include "analyzer/workload/event_summary.h"

#include <algorithm>
#include <tuple>

namespace pgcounsel {
namespace {

std::vector<EventMeasureRow> measures_of(const EventSums& sums) {
  std::map<std::tuple<std::string, std::string, std::string>, EventMeasureRow> rows;
  for (const auto& [key, measure] : sums.measures) {
    EventMeasureRow& row = rows[{key.event_class, key.object, key.measure}];
    row.count += measure.count;
    row.total += measure.total;
    row.largest = std::max(row.largest, measure.largest);
    // Hours come in order, so of equal ones the first stays.
    const auto now = std::pair(measure.total, measure.count);
    if (row.busiest_count > 0 && now <= std::pair(row.busiest_total, row.busiest_count)) continue;
    row.busiest_hour = key.hour;
    row.busiest_count = measure.count;
    row.busiest_total = measure.total;
  }
  std::vector<EventMeasureRow> list;
  for (auto& [key, row] : rows) {
    std::tie(row.event_class, row.object, row.measure) = key;
    list.push_back(std::move(row));
  }
  return list;
}

std::vector<SessionRow> sessions_of(const EventSums& sums) {
  struct Entry {
    SessionRow row;
    Histogram lengths;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Entry> entries;
  for (const auto& [key, stats] : sums.sessions) {
    auto& [row, lengths] = entries[{key.database, key.user, key.application}];
    row.sessions += stats.sessions;
    row.brief += stats.brief;
    row.total += stats.total;
    lengths.merge(stats.lengths);
    if (stats.sessions <= row.busiest_sessions) continue;
    row.busiest_hour = key.hour;
    row.busiest_sessions = stats.sessions;
  }
  std::vector<SessionRow> list;
  for (auto& [key, entry] : entries) {
    std::tie(entry.row.database, entry.row.user, entry.row.application) = key;
    entry.row.p50 = entry.lengths.quantile(0.50);
    list.push_back(std::move(entry.row));
  }
  std::stable_sort(list.begin(), list.end(), [](const SessionRow& a, const SessionRow& b) {
    return a.sessions > b.sessions;
  });
  return list;
}

}  // namespace

void summarise_events(const EventSums& sums, Workload& workload) {
  workload.event_measures = measures_of(sums);
  workload.sessions = sessions_of(sums);
  for (const auto& [key, count] : sums.error_minutes) {
    workload.error_minutes.push_back({key.minute, key.sqlstate, key.severity, count});
  }
  for (const auto& [key, count] : sums.error_sources) {
    workload.error_sources.push_back({key.hour, key.severity, key.sqlstate, key.message,
                                      key.database, key.user, key.application,
                                      Fingerprint{key.fingerprint}, count});
  }
  const Losses losses = losses_of(sums);
  workload.lost = {losses.missing, losses.sessions, losses.reported, losses.cut};
}

}  // namespace pgcounsel
