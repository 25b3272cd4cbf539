// The plans that auto_explain logged: how often each plan of a query ran, by hour, and of each day
// its slowest execution. As all sums only integers, minima and maxima, so that any split and order
// of the log gives the same.
//
// Of one query and day so many plans keep an execution: those whose slowest is slowest. The slowest
// of all are the slowest of their parts, too, so this does not depend on order and cuts either.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "parser/time.h"

namespace pgcounsel {

constexpr std::size_t kMostPlansOfDay = 20;

struct PlanHourKey {
  Time hour;
  std::uint64_t fingerprint = 0;  // 0: the plan does not tell its query
  std::uint64_t hash = 0;         // see analyzer/plans/plan_hash.h
  auto operator<=>(const PlanHourKey&) const = default;
};

struct PlanStats {
  std::uint64_t calls = 0;
  Micros total{}, slowest{};
  Time first{Time::max()}, last{Time::min()};

  void add(Time time, Micros duration);
  void merge(const PlanStats& other);
  bool operator==(const PlanStats&) const = default;
};

// One execution.
struct PlanSample {
  Micros duration{-1};
  Time time{};
  std::string plan;  // encoded, without the user's values
  std::string source;
  std::uint64_t line = 0;

  // The slower one, of equal ones the smaller.
  void merge(const PlanSample& other);
  bool operator==(const PlanSample&) const = default;
};

// Of one query and day, by hash.
class PlanSamples {
 public:
  // Whether an execution of that length may be kept: if not, its plan needs not be encoded.
  bool wants(std::uint64_t hash, Micros duration) const;
  void add(std::uint64_t hash, const PlanSample& sample);
  void merge(const PlanSamples& other);
  const std::map<std::uint64_t, PlanSample>& all() const { return samples_; }
  bool operator==(const PlanSamples&) const = default;

 private:
  std::map<std::uint64_t, PlanSample> samples_;
};

struct PlanDayKey {
  Time day;
  std::uint64_t fingerprint = 0;
  auto operator<=>(const PlanDayKey&) const = default;
};

struct PlanSums {
  std::map<PlanHourKey, PlanStats> hours;
  std::map<PlanDayKey, PlanSamples> days;
  std::map<Time, std::uint64_t> unread;  // plans that could not be read, as those cut off, by hour

  void merge(const PlanSums& other);
  PlanSums slice(Time since, Time until) const;  // whole days of samples that touch it
  bool empty() const { return hours.empty() && unread.empty(); }
  std::size_t bytes() const;  // about
  bool operator==(const PlanSums&) const = default;
};

// One plan of one query.
struct PlanId {
  std::uint64_t fingerprint = 0, hash = 0;
  auto operator<=>(const PlanId&) const = default;
};

// What was known before a period of the plans of its queries: all uses, and the newest executions
// that are still kept of queries with a plan that is new in the period.
struct PlanHistory {
  std::map<PlanId, PlanStats> uses;
  std::map<PlanId, PlanSample> samples;
};

}  // namespace pgcounsel
