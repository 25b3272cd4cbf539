// --timings: a table on standard error of how long each part of the run took.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/stopwatch.h"

namespace pgcounsel {

// One line a phase, the sum last: seconds of wall time, seconds of CPU, what it was.
std::string timings_table(const std::vector<Phase>& phases);

class Timings {
 public:
  explicit Timings(bool wanted) : wanted_(wanted) {}
  ~Timings();  // prints the table
  Timings(const Timings&) = delete;
  Timings& operator=(const Timings&) = delete;

  void lap(std::string what) { phases_.push_back(watch_.lap(std::move(what))); }
  // Phases that were measured elsewhere, within the time since the last lap.
  void add(const std::vector<Phase>& phases);
  // A line of its own: how often something was done.
  void count(std::string what, std::uint64_t times) {
    counts_.emplace_back(times, std::move(what));
  }

 private:
  bool wanted_;
  Stopwatch watch_;
  std::vector<Phase> phases_;
  std::vector<std::pair<std::uint64_t, std::string>> counts_;
};

}  // namespace pgcounsel
