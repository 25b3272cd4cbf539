// How long the parts of a run take, for people who tune one (--timings). Never part of a report.
#pragma once
#include <chrono>
#include <ctime>
#include <string>
#include <utility>

#include "parser/time.h"

namespace pgcounsel {

struct Phase {
  std::string what;
  Micros wall{}, cpu{};  // cpu: of the whole process
};

class Stopwatch {
 public:
  // The time since the start or the last lap.
  Phase lap(std::string what) {
    const auto wall = std::chrono::steady_clock::now();
    const std::clock_t cpu = std::clock();
    Phase phase{std::move(what), std::chrono::duration_cast<Micros>(wall - wall_),
                Micros{static_cast<std::int64_t>(cpu - cpu_) * kSecond.count() / CLOCKS_PER_SEC}};
    wall_ = wall;
    cpu_ = cpu;
    return phase;
  }

 private:
  std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
  std::clock_t cpu_ = std::clock();
};

}  // namespace pgcounsel
