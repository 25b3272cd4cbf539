// The seconds a full window is compared with: those with traffic outside of every full window and
// of the ramps beside it. Those near the window count most, so that a log of a whole day compares
// like with like.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "analyzer/pools/windows.h"
#include "parser/time.h"

namespace pgcounsel {

// Weights of seconds, 0 where a second does not count. Sums of weighted time over any interval
// take one step.
class SecondWeights {
 public:
  // `weights`: of the seconds from `first` (a whole second) on.
  SecondWeights(Time first, std::vector<double> weights);

  // The integral of the weight over [from, to), in seconds.
  double over(Time from, Time to) const { return until(to) - until(from); }
  double at(Time time) const;
  double total() const { return before_.back(); }
  // How many seconds count.
  std::size_t counted() const { return counted_; }

 private:
  double until(Time time) const;

  Time first_;
  std::vector<double> weights_, before_;
  std::size_t counted_ = 0;
};

// Weight 1 inside of the window.
SecondWeights weights_of(const FullWindow& window);
// Seconds with connections in use, but for silences: stretches in which no transaction begins, of a
// minute and more and far longer than is usual of the pool. Where the clock jumps, a transaction
// seems to stay open for all the time between.
std::vector<bool> seconds_with_traffic(std::span<const double> used,
                                       std::span<const std::uint32_t> arrivals);
// Which seconds from `first` on are calm. `has_traffic`: whether the pool did anything in each.
std::vector<bool> calm_seconds(std::span<const FullWindow> windows, Time first,
                               std::vector<bool> has_traffic);
// Of the calm seconds (from `first` on) within [since, until). The weight falls with the distance
// in lengths of the window: (1 + distance / length)^-2.
SecondWeights calm_weights(const FullWindow& window, Time since, Time until, Time first,
                           const std::vector<bool>& calm);

}  // namespace pgcounsel
