#include "advisors/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::chrono::milliseconds kInterval{200};

std::string time_left(double seconds) {
  const auto whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s left", whole);
  if (whole < 3600) return fmt::format("{}:{:02} min left", whole / 60, whole % 60);
  return fmt::format("{}:{:02} h left", whole / 3600, whole % 3600 / 60);
}

std::string bar(double share) {
  constexpr int kWidth = 20;
  const int full = std::clamp(static_cast<int>(kWidth * share), 0, kWidth);
  std::string text;
  for (int i = 0; i < kWidth; ++i) text += i < full ? "█" : "░";
  return text;
}

}  // namespace

std::string progress_line(const ProgressFigures& figures) {
  constexpr double kEnoughSeconds = 0.5;  // before that a speed means nothing
  const auto bytes = static_cast<double>(figures.bytes);
  const double seconds = static_cast<double>(figures.elapsed.count()) / 1e6;
  const double speed = seconds >= kEnoughSeconds ? bytes / seconds : 0;
  std::string line = byte_size(figures.bytes);
  if (figures.total_bytes && *figures.total_bytes > 0) {
    const std::uint64_t total = std::max(*figures.total_bytes, figures.bytes);
    const double share = bytes / static_cast<double>(total);
    line = fmt::format("{}  {} of {}  {} %", bar(share), line, byte_size(total),
                       static_cast<int>(100 * share));
  }
  if (speed > 0) line += fmt::format("  {:.0f} MB/s", speed / 1e6);
  line += fmt::format("  {} records", grouped(figures.records));
  if (speed > 0 && figures.total_bytes && *figures.total_bytes > figures.bytes) {
    line += "  " + time_left(static_cast<double>(*figures.total_bytes - figures.bytes) / speed);
  }
  return line;
}

Progress::Progress(bool wanted)
    : shown_(wanted && ::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      next_(start_ + kInterval) {}

Progress::~Progress() {
  clear();
}

void Progress::update(ProgressFigures figures) {
  if (!shown_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + kInterval;
  figures.elapsed = std::chrono::duration_cast<Micros>(now - start_);
  fmt::print(stderr, "\r\x1b[K{}", progress_line(figures));
  on_screen_ = true;
}

void Progress::clear() {
  if (!on_screen_) return;
  fmt::print(stderr, "\r\x1b[K");
  on_screen_ = false;
}

}  // namespace pgcounsel
