#include "advisors/cli/timings.h"

#include <fmt/format.h>

#include <cstdio>

#include "analyzer/report/escape.h"

namespace pgcounsel {
namespace {

double seconds(Micros time) {
  return static_cast<double>(time.count()) / 1e6;
}

std::string row(const Phase& phase) {
  return fmt::format("{:>9.3f} {:>9.3f}  {}\n", seconds(phase.wall), seconds(phase.cpu),
                     one_line(phase.what));
}

}  // namespace

std::string timings_table(const std::vector<Phase>& phases) {
  std::string table = fmt::format("{:>9} {:>9}\n", "wall s", "CPU s");
  Phase sum{"in all", {}, {}};
  for (const Phase& phase : phases) {
    table += row(phase);
    sum.wall += phase.wall;
    sum.cpu += phase.cpu;
  }
  return table + row(sum);
}

Timings::~Timings() {
  if (!wanted_ || phases_.empty()) return;
  fmt::print(stderr, "{}", timings_table(phases_));
  for (const auto& [times, what] : counts_)
    fmt::print(stderr, "{:>9}            {}\n", times, what);
}

void Timings::add(const std::vector<Phase>& phases) {
  phases_.insert(phases_.end(), phases.begin(), phases.end());
  watch_ = Stopwatch();
}

}  // namespace pgcounsel
