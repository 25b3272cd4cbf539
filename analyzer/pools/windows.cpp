#include "analyzer/pools/windows.h"

#include <cstddef>

namespace pgcounsel {
namespace {

constexpr double kOpens = 0.9, kCloses = 0.75;
constexpr Micros kJoinedGap = 3 * kSecond, kShortest = 2 * kSecond;

std::vector<FullWindow> raw_windows(Time first, std::span<const double> used, double size) {
  std::vector<FullWindow> windows;
  bool is_open = false;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const Time second = first + static_cast<Micros::rep>(i) * kSecond;
    if (!is_open && used[i] >= kOpens * size) {
      windows.push_back({second, second});
      is_open = true;
    } else if (is_open && used[i] < kCloses * size) {
      is_open = false;
    }
    if (is_open) windows.back().end = second + kSecond;
  }
  return windows;
}

}  // namespace

std::vector<FullWindow> full_windows(Time first, std::span<const double> used, double size) {
  std::vector<FullWindow> windows;
  if (size <= 0) return windows;
  for (const FullWindow& next : raw_windows(first, used, size)) {
    if (!windows.empty() && next.start - windows.back().end <= kJoinedGap) {
      windows.back().end = next.end;
    } else {
      windows.push_back(next);
    }
  }
  std::erase_if(windows, [](const FullWindow& window) { return window.length() < kShortest; });
  return windows;
}

}  // namespace pgcounsel
