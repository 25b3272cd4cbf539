#include "parser/log/envelope/syslog_frame.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace pgcounsel {
namespace {

constexpr std::size_t kMostDigits = 7;
// A length and the beginning of a header are never longer.
constexpr std::size_t kHeaderSize = 32;
// A longer run of rubbish is several strays.
constexpr std::size_t kMostStray = std::size_t{8} << 20;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t digits_of(std::string_view text, std::size_t most) {
  std::size_t digits = 0;
  while (digits < text.size() && digits < most && is_digit(text[digits])) ++digits;
  return digits;
}

// `2026-`, `Nov 22`, `Nov  2`, `Sun 2026-`
bool begins_time(std::string_view text) {
  if (text.size() < 5) return false;
  if (is_digit(text[0])) return digits_of(text, 4) == 4 && text[4] == '-';
  return is_letter(text[0]) && is_letter(text[1]) && is_letter(text[2]) && text[3] == ' ' &&
         (is_digit(text[4]) || text[4] == ' ');
}

// `<134>1 2026-`, `<134>1 - `, `<134>Nov 22`
bool begins_header(std::string_view text) {
  if (!text.starts_with('<')) return false;
  const std::size_t digits = digits_of(text.substr(1), 4);
  if (digits == 0 || digits > 3 || text.substr(1 + digits, 1) != ">") return false;
  text.remove_prefix(digits + 2);
  if (!text.starts_with("1 ")) return begins_time(text);
  text.remove_prefix(2);
  return text.starts_with("- ") || begins_time(text);
}

}  // namespace

SyslogFrame read_syslog_frame(std::string_view bytes) {
  const std::size_t digits = digits_of(bytes, kMostDigits + 1);
  if (digits == 0 || digits > kMostDigits || bytes.substr(digits, 2) != " <") return {};
  SyslogFrame frame{digits + 1, 0};
  std::from_chars(bytes.data(), bytes.data() + digits, frame.size);
  const std::size_t end = frame.begin + frame.size;
  if (end < bytes.size() && bytes[end] != '\n' && !is_digit(bytes[end])) return {};
  return frame;
}

SyslogFrames::Frame SyslogFrames::frame_at(std::size_t at) const {
  const std::string_view bytes = bytes_.substr(std::min(at, bytes_.size()));
  const std::size_t digits = digits_of(bytes, kMostDigits + 1);
  if (digits == 0 || digits > kMostDigits || bytes[0] == '0') return {};
  if (bytes.substr(digits, 1) != " ") return {};
  std::size_t size = 0;
  std::from_chars(bytes.data(), bytes.data() + digits, size);
  if (!begins_header(bytes.substr(digits + 1, size))) return {};
  const std::size_t begin = at + digits + 1;
  return {at, begin, begin + size};
}

std::size_t SyslogFrames::behind_newline(std::size_t at) const {
  std::size_t behind = at;
  if (behind < bytes_.size() && bytes_[behind] == '\r') ++behind;
  return behind < bytes_.size() && bytes_[behind] == '\n' ? behind + 1 : at;
}

// Whether the end of the bytes or one more header stands where the length says.
SyslogFrames::Answer SyslogFrames::leads_on(const Frame& frame) const {
  if (!last_ && frame.end + kHeaderSize > bytes_.size()) return Answer::kUnknown;
  if (frame.end > bytes_.size()) return Answer::kNo;
  const std::size_t next = behind_newline(frame.end);
  if (next == bytes_.size() || frame_at(next).end > 0) return Answer::kYes;
  const bool is_line = next > frame.end && begins_header(bytes_.substr(next));
  return is_line ? Answer::kYes : Answer::kNo;
}

// Digits before a length may be the end of something else: the first one from which the length
// leads on. Where none does, that at `at`, unless it must.
SyslogFrames::Found SyslogFrames::best_start(std::size_t at, bool must_lead) const {
  for (std::size_t start = at; start < bytes_.size() && is_digit(bytes_[start]); ++start) {
    const Frame frame = frame_at(start);
    if (frame.end == 0) continue;
    const Answer answer = leads_on(frame);
    if (answer == Answer::kUnknown) return {false, std::nullopt};
    if (answer == Answer::kYes) return {true, start};
  }
  if (must_lead) return {};
  return {true, at};
}

SyslogFrames::Found SyslogFrames::find(std::size_t from, std::size_t limit) const {
  const std::size_t farthest = std::min(bytes_.size(), limit + kMostDigits + 1);
  for (std::size_t at = from; at < farthest; ++at) {
    const void* found = std::memchr(bytes_.data() + at, '<', farthest - at);
    if (found == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes_.data());
    if (!last_ && at + kHeaderSize > bytes_.size()) return {false, std::nullopt};
    if (!begins_header(bytes_.substr(at))) continue;
    if (at > from && bytes_[at - 1] == '\n' && at < limit) return {true, at};
    if (at < from + 2 || bytes_[at - 1] != ' ') continue;
    std::size_t start = at - 1;
    while (start > from && at - start <= kMostDigits && is_digit(bytes_[start - 1])) --start;
    while (start < at && bytes_[start] == '0') ++start;
    if (start >= limit || frame_at(start).end == 0) continue;
    const Found best = best_start(start, at > limit);
    return best.at && *best.at >= limit ? Found{} : best;
  }
  return {};
}

// Where another entry begins before the length says that this one ends.
SyslogFrames::Found SyslogFrames::start_within(const Frame& frame) const {
  return find(frame.begin + 1, std::min(frame.end, bytes_.size()));
}

// A length that is too great by a digit or two ends among the digits of the next one.
SyslogFrames::Found SyslogFrames::start_across(const Frame& frame) const {
  const std::size_t end = frame.end;
  if (end >= bytes_.size() || !is_digit(bytes_[end - 1]) || !is_digit(bytes_[end])) return {};
  const Answer answer = leads_on(frame_at(end));
  if (answer == Answer::kUnknown) return {false, std::nullopt};
  if (answer == Answer::kYes) return {};
  std::size_t start = end;
  while (start > frame.begin && end - start < kMostDigits && is_digit(bytes_[start - 1])) --start;
  const Found found = best_start(start, true);
  return found.at && *found.at >= end ? Found{} : found;
}

SyslogFrames::Piece SyslogFrames::stray(std::size_t at) const {
  const std::size_t limit = at + kMostStray;
  const Found found = find(at, limit);
  if (!found.is_known) return {};
  if (found.at) return {Piece::Kind::kStray, at, *found.at, *found.at};
  if (!last_ && limit + 2 * kHeaderSize > bytes_.size()) return {};
  const std::size_t end = std::min(limit, bytes_.size());
  return {Piece::Kind::kStray, at, end, end};
}

SyslogFrames::Piece SyslogFrames::piece_at(std::size_t at) const {
  if (!last_ && at + kHeaderSize > bytes_.size()) return {};
  if (begins_header(bytes_.substr(at))) {
    const std::size_t end = std::min(bytes_.find('\n', at), bytes_.size());
    return {Piece::Kind::kLine, at, end, std::min(end + 1, bytes_.size())};
  }
  const Frame frame = frame_at(at);
  if (frame.end == 0) return stray(at);
  const Found best = best_start(at, false);
  if (!best.is_known) return {};
  if (*best.at > at) return {Piece::Kind::kStray, at, *best.at, *best.at};
  const bool leads = leads_on(frame) == Answer::kYes;
  const Found other = leads ? start_across(frame) : start_within(frame);
  if (!other.is_known) return {};
  if (other.at) return {Piece::Kind::kStray, at, *other.at, *other.at};
  if (frame.end > bytes_.size()) return {Piece::Kind::kStray, at, bytes_.size(), bytes_.size()};
  return {Piece::Kind::kFrame, frame.begin, frame.end, behind_newline(frame.end)};
}

std::vector<std::string_view> frames_of_head(std::string_view head, std::size_t most) {
  using Kind = SyslogFrames::Piece::Kind;
  const SyslogFrames frames(head, true);
  std::vector<std::string_view> texts;
  std::size_t inside = 0, outside = 0;
  for (std::size_t at = 0; at < head.size() && texts.size() < most;) {
    const auto piece = frames.piece_at(at);
    const std::size_t size = piece.next - at;
    const SyslogFrame cut = read_syslog_frame(head.substr(at));
    if (piece.kind == Kind::kFrame) {
      inside += size;
      texts.push_back(head.substr(piece.begin, piece.end - piece.begin));
    } else if (piece.next == head.size() && cut.size > 0) {  // the head does not hold all of it
      inside += size;
      if (texts.empty()) texts.push_back(head.substr(at + cut.begin));
    } else {
      outside += size;
    }
    at = piece.next;
  }
  if (inside <= outside) texts.clear();
  return texts;
}

}  // namespace pgcounsel
