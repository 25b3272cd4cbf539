// Sums while they are being made. What is counted for every record stands in hash tables under
// numbers (fingerprints, classes, indices of a DimensionTable) instead of names; `take` makes the
// Sums of it that are merged, stored and reported.
#pragma once
#include <tsl/robin_map.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/workload/dimension.h"
#include "analyzer/workload/sums.h"
#include "parser/sql/fingerprint.h"
#include "parser/time.h"

namespace pgcounsel {

// Rows by key, in the order in which they came. References to rows stay good until `clear`.
template <class Key>
struct KeyHash {
  std::size_t operator()(const Key& key) const { return static_cast<std::size_t>(key.hash()); }
};
template <class Key, class Row>
class RowTable {
 public:
  // Taken by most records, so nothing in it is a call.
  [[gnu::flatten]] Row& operator[](const Key& key) {
    const auto [it, inserted] = index_.try_emplace(key, static_cast<std::uint32_t>(rows_.size()));
    if (inserted) rows_.emplace_back(key, Row{});
    return rows_[it->second].second;
  }
  std::size_t size() const { return rows_.size(); }
  auto begin() { return rows_.begin(); }
  auto end() { return rows_.end(); }
  auto begin() const { return rows_.begin(); }
  auto end() const { return rows_.end(); }
  void clear() {
    index_.clear();
    rows_.clear();
  }

 private:
  tsl::robin_map<Key, std::uint32_t, KeyHash<Key>> index_;
  std::deque<std::pair<Key, Row>> rows_;
};

inline std::uint64_t mix_hash(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t mixed = (a ^ (b * 0x9E3779B97F4A7C15ULL)) * 0xD6E8FEB86659FD93ULL;
  return mixed ^ (mixed >> 32);
}
inline std::uint64_t bits_of(Time time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

// One id (a fingerprint, a class) or 0 in one hour or day, of whom (an index) and of which kind.
struct LiveKey {
  std::uint64_t id = 0;
  Time time{};
  std::uint32_t who = kNobody;
  std::uint32_t kind = 0;
  bool operator==(const LiveKey&) const = default;
  std::uint64_t hash() const {
    return mix_hash(id + ((std::uint64_t{who} << 8) | kind) * 0xA24BAED4963EE407ULL, bits_of(time));
  }
};

// The seconds of one pool and hour by time. Nearly all that is added belongs to the latest.
class LiveSeconds {
 public:
  SecondTotals& at(Time second) {
    if (!rows_.empty() && rows_.back().first == second) return rows_.back().second;
    return find(second);
  }
  std::size_t size() const { return rows_.size(); }
  SecondSeries take() const { return SecondSeries(rows_.begin(), rows_.end()); }

 private:
  SecondTotals& find(Time second);

  std::vector<std::pair<Time, SecondTotals>> rows_;  // ascending
};

// A row, and by whom what it counts was run. Most things are run by few: those stand in the row,
// where no search of a table is needed.
template <class Stats>
struct LiveRow {
  static constexpr std::size_t kMostWho = 16;
  Stats stats;
  std::vector<std::pair<std::uint32_t, DimensionStats>> who;
};
using LiveQuery = LiveRow<QueryStats>;
struct LiveClass : LiveRow<ClassStats> {
  static constexpr std::uint32_t kNotTraced = ~std::uint32_t{0};
  std::uint32_t traced_as = kNotTraced;  // the class's index in the trace of its pool and hour
};

struct LivePool {
  std::uint64_t discards = 0;
  LiveSeconds seconds;
  HoldTrace trace;
  std::vector<LongHold> long_holds;
  std::vector<TracedCheckout> checkouts;

  [[gnu::cold]] void note_long(std::uint32_t pid, const TracedHold& hold);
};

// What is measured of a statement beside its executions, see EventMeasureKey.
enum class StatementMeasure : std::uint8_t { kTempFile = 0, kInsertRows = 1 };

class LiveSums {
 public:
  LiveSums() = default;
  LiveSums(const LiveSums&) = delete;
  LiveSums& operator=(const LiveSums&) = delete;

  // Rare things, under their names.
  Sums rest;

  QueryStats& query(Fingerprint fingerprint, Time time) {
    return query_row(fingerprint, time).stats;
  }
  LiveQuery& query_row(Fingerprint fingerprint, Time time) {
    return queries_[{fingerprint.value, hours_.floor(time)}];
  }
  LiveClass& hold_class(Time time, HoldKind kind, std::uint32_t pool, std::uint64_t id) {
    return classes_[{id, hours_.floor(time), pool, static_cast<std::uint32_t>(kind)}];
  }
  // `index`: of a dimension without application.
  LivePool& pool(Time time, std::uint32_t index) {
    const Time hour = hours_.floor(time);
    if (pool_ == nullptr || pool_index_ != index || pool_hour_ != hour) {
      pool_ = &pools_[{0, hour, index, 0}];
      pool_index_ = index;
      pool_hour_ = hour;
    }
    return *pool_;
  }
  // What the pool's connections did in the second of that time.
  SecondTotals& second(Time time, std::uint32_t pool_index) {
    const Time begin = seconds_.floor(time);
    if (second_ == nullptr || second_begin_ != begin || second_index_ != pool_index) {
      second_ = &pool(begin, pool_index).seconds.at(begin);
      second_begin_ = begin;
      second_index_ = pool_index;
    }
    return *second_;
  }
  // By whom what `row`, of `id` and the hour of `time`, counts was run.
  template <class Stats>
  DimensionStats& dimension(LiveRow<Stats>& row, SubjectKind kind, std::uint64_t id, Time time,
                            std::uint32_t who) {
    for (auto& [index, stats] : row.who) {
      if (index == who) return stats;
    }
    if (row.who.size() < row.kMostWho) return row.who.emplace_back(who, DimensionStats{}).second;
    return dimensions_[{id, days_.floor(time), who, static_cast<std::uint32_t>(kind)}];
  }
  // `fingerprint` may be none.
  Measure& measure(StatementMeasure what, Fingerprint fingerprint, Time time) {
    return measures_[{fingerprint.value, hours_.floor(time), kNobody,
                      static_cast<std::uint32_t>(what)}];
  }
  // How often; `event_class` is one of the names that live as long as the program.
  std::uint64_t& event(std::string_view event_class, Time time) {
    return events_[{event_class, hours_.floor(time)}];
  }
  LogFacts& facts(Time time) {
    const Time hour = hours_.floor(time);
    if (facts_ == nullptr || facts_hour_ != hour) {
      facts_ = &rest.hours[hour];
      facts_hour_ = hour;
    }
    return *facts_;
  }
  void note_steps(std::uint64_t class_id, const ClassSteps& steps);
  void note_step(std::uint64_t class_id, Fingerprint only);

  // Adds the time from `from` to `to` to the seconds of a pool; of more than a day only the last
  // one, so that a clock gone astray cannot fill the memory.
  void spread(std::uint32_t pool_index, Time from, Time to, Micros SecondTotals::*what) {
    if (from < to && to <= seconds_.floor(from) + kSecond) {
      second(from, pool_index).*what += to - from;
    } else {
      spread_wide(pool_index, from, to, what);
    }
  }

  // About how many bytes the rows take.
  std::size_t bytes() const;
  // All of it, and begins anew. `dimensions` is the table of the indices.
  Sums take(const DimensionTable& dimensions);
  void clear();

 private:
  struct StepsKey {
    std::uint64_t id = 0;
    bool operator==(const StepsKey&) const = default;
    std::uint64_t hash() const { return id; }
  };
  // By where the name stands: the same name at two places is two rows, which `take` adds up.
  struct EventKey {
    std::string_view name;
    Time hour{};
    bool operator==(const EventKey& other) const {
      return name.data() == other.name.data() && hour == other.hour;
    }
    std::uint64_t hash() const {
      return mix_hash(reinterpret_cast<std::uintptr_t>(name.data()), bits_of(hour));
    }
  };
  // The last hour or day asked for: records come in the order of time.
  class Floor {
   public:
    explicit Floor(Micros length) : length_(length) {}
    Time floor(Time time) {
      if (time < begin_ || time >= begin_ + length_) begin_ = floor_to(time, length_);
      return begin_;
    }

   private:
    Micros length_;
    Time begin_{};
  };
  ClassSteps& steps_of(std::uint64_t class_id);
  void spread_wide(std::uint32_t pool, Time from, Time to, Micros SecondTotals::*what);

  Floor seconds_{kSecond}, hours_{kHour}, days_{kDay};
  RowTable<LiveKey, LiveQuery> queries_;
  RowTable<LiveKey, LiveClass> classes_;
  RowTable<LiveKey, LivePool> pools_;
  RowTable<LiveKey, DimensionStats> dimensions_;
  RowTable<LiveKey, Measure> measures_;
  RowTable<StepsKey, ClassSteps> steps_;
  RowTable<EventKey, std::uint64_t> events_;
  LivePool* pool_ = nullptr;  // the one last asked for
  std::uint32_t pool_index_ = kNobody;
  Time pool_hour_{};
  // The second last asked for: asking for another is all that moves seconds.
  SecondTotals* second_ = nullptr;
  Time second_begin_{};
  std::uint32_t second_index_ = kNobody;
  LogFacts* facts_ = nullptr;  // of the hour last asked for, in rest.hours
  Time facts_hour_{};
};

}  // namespace pgcounsel
