#include "parser/log/message_number.h"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace pgcounsel {
namespace {

// The number that `text` begins with is cut off; 0: there is none.
std::uint64_t take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

void read_message_number(Envelope& envelope) {
  std::string_view text = envelope.text;
  if (envelope.pid == 0 || !text.starts_with('[')) return;
  text.remove_prefix(1);
  const std::uint64_t message = take_number(text);
  std::uint64_t part = 1;
  if (text.starts_with('-')) {
    text.remove_prefix(1);
    part = take_number(text);
  }
  if (message == 0 || part == 0 || !text.starts_with(']')) return;
  text.remove_prefix(1);
  if (!text.empty() && !text.starts_with(' ')) return;
  if (!text.empty()) text.remove_prefix(1);
  envelope.message = message;
  envelope.part = part;
  envelope.text = text;
}

bool are_messages_numbered(const Envelopes& envelopes) {
  std::size_t numbered = 0, like_pid = 0, unnumbered_lines = 0;
  bool has_further_parts = false;
  for (Envelope envelope : envelopes.list) {
    read_message_number(envelope);
    if (envelope.part == 0) {
      if (envelope.pid != 0 && envelope.text.starts_with('\t')) ++unnumbered_lines;
      continue;
    }
    ++numbered;
    if (envelope.message == envelope.pid) ++like_pid;
    if (envelope.part > 1) has_further_parts = true;
  }
  if (numbered == 0) return true;
  return like_pid < numbered && (has_further_parts || unnumbered_lines == 0);
}

}  // namespace pgcounsel
