#include "parser/log/time_memo.h"

#include <cstring>
#include <string>

namespace pgcounsel {
namespace {

constexpr std::size_t kSecondsEnd = 19;  // 2026-11-22 07:48:43

unsigned digit_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]) - unsigned{'0'};
}

// `.355` at `at`.
bool is_milliseconds(std::string_view text, std::size_t at) {
  return text[at] == '.' && digit_at(text, at + 1) <= 9 && digit_at(text, at + 2) <= 9 &&
         digit_at(text, at + 3) <= 9;
}

}  // namespace

std::optional<LogTime> TimeMemo::recall(std::string_view text) const {
  const std::size_t zone_at = kSecondsEnd + fraction_;
  const std::size_t size = zone_at + behind_size_;
  if (!is_known_ || text.size() < size || (at_end_ && text.size() != size)) return std::nullopt;
  if (std::memcmp(text.data(), minute_.data(), kMinuteSize) != 0) return std::nullopt;
  if (std::memcmp(text.data() + zone_at, behind_.data(), behind_size_) != 0) return std::nullopt;
  const unsigned tens = digit_at(text, kMinuteSize), ones = digit_at(text, kMinuteSize + 1);
  if (tens > 5 || ones > 9) return std::nullopt;
  unsigned millis = 0;
  if (fraction_ != 0) {
    if (!is_milliseconds(text, kSecondsEnd)) return std::nullopt;
    millis = digit_at(text, kSecondsEnd + 1) * 100 + digit_at(text, kSecondsEnd + 2) * 10 +
             digit_at(text, kSecondsEnd + 3);
  }
  LogTime time = begin_;
  time.time += Micros{(tens * 10 + ones) * std::int64_t{1'000'000} + millis * 1000};
  return time;
}

std::optional<LogTime> TimeMemo::read_anew(std::string_view text) {
  const auto time = parse_log_time(text, zone_);
  if (!time) return time;
  // A minute is worth remembering when it comes again.
  if (std::memcmp(text.data(), minute_.data(), kMinuteSize) == 0) {
    remember(text, *time);
  } else {
    std::memcpy(minute_.data(), text.data(), kMinuteSize);
    is_known_ = false;
  }
  return time;
}

void TimeMemo::remember(std::string_view text, const LogTime& time) {
  is_known_ = false;
  fraction_ = time.has_fraction ? 4 : 0;
  const std::size_t zone_at = kSecondsEnd + fraction_;
  if (time.length < zone_at || (time.has_fraction && !is_milliseconds(text, kSecondsEnd))) return;
  // Behind these characters no zone goes on, so that the same ones mean the same.
  at_end_ = time.length == text.size();
  if (!at_end_ && text[time.length] != ',' && text[time.length] != '"') return;
  behind_size_ = time.length - zone_at + (at_end_ ? 0 : 1);
  if (behind_size_ > kMostBehind) return;
  std::memcpy(behind_.data(), text.data() + zone_at, behind_size_);
  // Where the zone changes within the minute, its seconds do not follow each other.
  std::string edge(text.substr(0, zone_at + behind_size_));
  edge.replace(kMinuteSize, 2 + fraction_, "00.000", 2 + fraction_);
  const auto first = parse_log_time(edge, zone_);
  edge.replace(kMinuteSize, 2, "59");
  const auto last = parse_log_time(edge, zone_);
  if (!first || !last || last->time - first->time != 59 * kSecond) return;
  if (first->length != time.length || last->length != time.length) return;
  begin_ = *first;
  is_known_ = true;
}

}  // namespace pgcounsel
