// How PostgreSQL cuts a message for syslog, and how its parts go together again. It cuts at each
// newline, and a line of more than 900 bytes before the last blank that fits (the blank begins the
// next part), or where there is none at 900 bytes, not within a character. After a newline of the
// message stands a tab, or else the log_line_prefix of a DETAIL, STATEMENT and the like.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace pgcounsel {

// What stood between two parts.
enum class Joint : std::uint8_t {
  kNothing,    // the line goes on
  kBlank,      // it goes on, and a carrier cut the blank off
  kNewline,    // a new line, which begins with a tab or a prefix
  kNewlineTab  // a new line whose tab was lost
};

// `left`: the line so far; `right`: the next part. A tab at a cut inside a long line cannot be told
// from a newline: newline is the answer. `belongs`: a number says that `right` is of the message.
Joint joint_of(std::string_view left, std::string_view right, bool belongs,
               const std::function<bool(std::string_view)>& begins_entry);

constexpr std::string_view text_of(Joint joint) {
  switch (joint) {
    case Joint::kNothing:
      return "";
    case Joint::kBlank:
      return " ";
    case Joint::kNewline:
      return "\n";
    case Joint::kNewlineTab:
      return "\n\t";
  }
  return "";
}

}  // namespace pgcounsel
