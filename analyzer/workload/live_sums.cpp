#include "analyzer/workload/live_sums.h"

#include <algorithm>
#include <string>

namespace pgcounsel {

SecondTotals& LiveSeconds::find(Time second) {
  constexpr std::size_t kLately = 8;
  if (rows_.empty() || rows_.back().first < second) {
    return rows_.emplace_back(second, SecondTotals{}).second;
  }
  const std::size_t lately = std::min(rows_.size(), kLately);
  for (auto row = rows_.rbegin(); row != rows_.rbegin() + static_cast<std::ptrdiff_t>(lately);
       ++row) {
    if (row->first == second) return row->second;
  }
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), second,
                                   [](const auto& row, Time time) { return row.first < time; });
  if (at->first == second) return at->second;
  return rows_.emplace(at, second, SecondTotals{})->second;
}

void LivePool::note_long(std::uint32_t pid, const TracedHold& hold) {
  if (pid != 0) long_holds.push_back({pid, hold});
}

ClassSteps& LiveSums::steps_of(std::uint64_t class_id) {
  return steps_[StepsKey{class_id}];
}

void LiveSums::note_steps(std::uint64_t class_id, const ClassSteps& steps) {
  ClassSteps& known = steps_of(class_id);
  if (known.empty() || known.loops != steps.loops) known.merge(steps);
}

void LiveSums::note_step(std::uint64_t class_id, Fingerprint only) {
  ClassSteps& known = steps_of(class_id);
  if (known.empty()) known.steps.push_back(only);
}

void LiveSums::spread_wide(std::uint32_t who, Time from, Time to, Micros SecondTotals::*what) {
  from = std::max(from, to - kDay);
  while (from < to) {
    const Time end = std::min(to, seconds_.floor(from) + kSecond);
    second(from, who).*what += end - from;
    from = end;
  }
}

std::size_t LiveSums::bytes() const {
  // With their keys, their places in the index, and what most of them have allocated.
  constexpr std::size_t kOfRow = 64, kOfHistogram = 128, kOfSteps = 160, kOfWho = 64;
  std::size_t bytes = queries_.size() * (sizeof(LiveQuery) + kOfRow + kOfHistogram + kOfWho) +
                      classes_.size() * (sizeof(LiveClass) + kOfRow + kOfHistogram + kOfWho) +
                      dimensions_.size() * (sizeof(DimensionStats) + kOfRow) +
                      steps_.size() * (sizeof(ClassSteps) + kOfSteps);
  for (const auto& [key, pool] : pools_) {
    bytes += kOfRow + pool.trace.bytes() + pool.long_holds.capacity() * sizeof(LongHold) +
             pool.checkouts.capacity() * sizeof(TracedCheckout) +
             pool.seconds.size() * (sizeof(SecondTotals) + sizeof(Time));
  }
  for (const auto& [id, text] : rest.texts) bytes += text.text.capacity() + kOfRow;
  for (const auto& [hour, ports] : rest.ports) bytes += ports.count() * sizeof(SessionPort);
  return bytes + rest.locks.bytes() + rest.plans.bytes();
}

Sums LiveSums::take(const DimensionTable& dimensions) {
  Sums sums = std::move(rest);
  sums.queries.reserve(queries_.size());
  const auto take_who = [&](SubjectKind kind, const LiveKey& key, const auto& row) {
    for (const auto& [who, stats] : row.who) {
      sums.dimensions[{kind, key.id, floor_to(key.time, kDay), dimensions.at(who)}].merge(stats);
    }
  };
  for (auto& [key, row] : queries_) {
    take_who(SubjectKind::kQuery, key, row);
    sums.queries.emplace(HourId{key.id, key.time}, std::move(row.stats));
  }
  for (auto& [key, row] : classes_) {
    const Dimension& who = dimensions.at(key.who);
    take_who(SubjectKind::kTransaction, key, row);
    sums.classes.emplace(
        ClassKey{key.time, static_cast<HoldKind>(key.kind), who.database, who.user, key.id},
        std::move(row.stats));
  }
  for (auto& [key, row] : pools_) {
    const Dimension& who = dimensions.at(key.who);
    PoolStats& pool = sums.pools[PoolKey{key.time, who.database, who.user}];
    pool.discards = row.discards;
    pool.seconds = row.seconds.take();
    pool.trace = std::move(row.trace);
    pool.long_holds = std::move(row.long_holds);
    pool.checkouts = std::move(row.checkouts);
  }
  for (const auto& [key, row] : measures_) {
    const bool temp_file = key.kind == static_cast<std::uint32_t>(StatementMeasure::kTempFile);
    const std::string object = key.id == 0 ? std::string() : hex(Fingerprint{key.id});
    sums.details
        .measures[EventMeasureKey{key.time, temp_file ? "temp_file" : "insert_rows", object,
                                  temp_file ? "bytes" : "batches"}]
        .merge(row);
  }
  for (const auto& [key, count] : events_) sums.events[{key.hour, std::string(key.name)}] += count;
  for (auto& [key, row] : steps_) sums.class_steps.emplace(key.id, std::move(row));
  for (auto& [key, row] : dimensions_) {
    sums.dimensions[{static_cast<SubjectKind>(key.kind), key.id, key.time, dimensions.at(key.who)}]
        .merge(row);
  }
  clear();
  return sums;
}

void LiveSums::clear() {
  rest = Sums{};
  facts_ = nullptr;
  pool_ = nullptr;
  second_ = nullptr;
  measures_.clear();
  queries_.clear();
  classes_.clear();
  pools_.clear();
  dimensions_.clear();
  steps_.clear();
  events_.clear();
}

}  // namespace pgcounsel
