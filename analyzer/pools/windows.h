// When a pool was full: seconds in which its connections were in use for nearly all of the time.
#pragma once
#include <span>
#include <vector>

#include "parser/time.h"

namespace pgcounsel {

inline double seconds_of(Micros time) {
  return static_cast<double>(time.count()) / static_cast<double>(kSecond.count());
}

// A period of whole seconds, without `end`.
struct FullWindow {
  Time start{}, end{};
  Micros length() const { return end - start; }
  bool operator==(const FullWindow&) const = default;
};

// `used`: connection-seconds used in each second from `first` (a whole second) on; `size`: of the
// pool. A window opens at 90 % of the size and closes below 75 %: clients that are handed a
// connection leave gaps of milliseconds, and a full pool flaps. Gaps of up to 3 s are part of it,
// and what is shorter than 2 s is none.
std::vector<FullWindow> full_windows(Time first, std::span<const double> used, double size);

}  // namespace pgcounsel
