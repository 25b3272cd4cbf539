// The times of records that stand one behind the other. Most are of the same minute and zone as the
// one before, so that only the seconds need be read; the answer is always that of parse_log_time.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "parser/time.h"

namespace pgcounsel {

class TimeMemo {
 public:
  explicit TimeMemo(const Zone& zone) : zone_(zone) {}

  // The time at the start of `text`, which may go on behind it.
  std::optional<LogTime> read(std::string_view text) {
    if (const auto known = recall(text)) return known;
    return read_anew(text);
  }

 private:
  static constexpr std::size_t kMinuteSize = 17;  // `2026-11-22 07:48:`
  static constexpr std::size_t kMostBehind = 16;

  std::optional<LogTime> recall(std::string_view text) const;
  std::optional<LogTime> read_anew(std::string_view text);
  void remember(std::string_view text, const LogTime& time);

  const Zone& zone_;
  std::array<char, kMinuteSize> minute_{};  // of the last time that was read anew
  bool is_known_ = false;                   // and of what follows
  LogTime begin_{};                         // of the minute
  std::size_t fraction_ = 0;                // characters of it: `.355`, or none
  std::array<char, kMostBehind> behind_{};  // the zone, and the character behind it
  std::size_t behind_size_ = 0;
  bool at_end_ = false;  // nothing stands behind the zone
};

}  // namespace pgcounsel
