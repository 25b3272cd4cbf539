// How far the reading of logs has come, on one line of standard error that is overwritten. Silent
// where standard error is no terminal.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "parser/time.h"

namespace pgcounsel {

struct ProgressFigures {
  std::uint64_t bytes = 0;                   // read so far, in the unit of `total_bytes`
  std::optional<std::uint64_t> total_bytes;  // not known for standard input
  std::uint64_t records = 0;
  Micros elapsed{0};
};

// `███████░░░░░░░░░░░░░  412.0 MB of 1.1 GB  37 %  103 MB/s  1,931,204 records  7 s left`, without
// what is not known.
std::string progress_line(const ProgressFigures& figures);

class Progress {
 public:
  // `wanted`: Options::progress.
  explicit Progress(bool wanted);
  ~Progress();  // clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Cheap: the line is written at most five times a second. `elapsed` is measured here.
  void update(ProgressFigures figures);
  // Clears the line, so that something else can be printed; the next update writes it again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_;
  bool on_screen_ = false;
  Clock::time_point start_, next_;
};

}  // namespace pgcounsel
