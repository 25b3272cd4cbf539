#include "parser/log/envelope/message_number.h"

#include <string_view>
#include <unordered_map>

#include "parser/number.h"

namespace pgcounsel {
namespace {

struct Number {
  std::uint64_t first = 0, second = 0;  // 0: there is none
  std::string_view behind;
};

Number number_of(std::string_view text) {
  if (!text.starts_with('[')) return {};
  text.remove_prefix(1);
  Number number;
  number.first = take_number<std::uint64_t>(text).value_or(0);
  if (text.starts_with('-')) {
    text.remove_prefix(1);
    number.second = take_number<std::uint64_t>(text).value_or(0);
    if (number.second == 0) return {};
  }
  if (number.first == 0 || !text.starts_with(']')) return {};
  text.remove_prefix(1);
  if (!text.empty() && !text.starts_with(' ')) return {};
  if (!text.empty()) text.remove_prefix(1);
  number.behind = text;
  return number;
}

}  // namespace

void read_message_number(MessageNumbers numbers, Envelope& envelope) {
  if (numbers == MessageNumbers::kNone || envelope.pid == 0) return;
  const Number number = number_of(envelope.text);
  if (number.first == 0) return;
  envelope.text = number.behind;
  if (number.second != 0) {
    envelope.message = number.first;
    envelope.part = number.second;
  } else if (numbers == MessageNumbers::kParts) {
    envelope.part = number.first;
  } else {
    envelope.message = number.first;
    envelope.part = 1;
  }
}

MessageNumbers message_numbers_of(const Envelopes& envelopes) {
  std::size_t numbered = 0, single = 0, like_pid = 0;
  bool has_further_parts = false, has_unnumbered_lines = false, are_parts = false;
  std::unordered_map<std::uint32_t, std::uint64_t> last;
  for (const Envelope& envelope : envelopes.list) {
    if (envelope.pid == 0) continue;
    const Number number = number_of(envelope.text);
    if (number.first == 0) {
      if (envelope.text.starts_with('\t')) has_unnumbered_lines = true;
      continue;
    }
    ++numbered;
    if (number.first == envelope.pid) ++like_pid;
    if (number.second > 1) has_further_parts = true;
    if (number.second != 0) continue;
    // The numbers of messages only rise, and each begins with a prefix.
    ++single;
    std::uint64_t& before = last[envelope.pid];
    if (number.first <= before || number.behind.starts_with('\t')) are_parts = true;
    before = number.first;
  }
  if (numbered > 0 && like_pid == numbered) return MessageNumbers::kNone;
  const bool is_of_prefix = single < numbered && has_unnumbered_lines && !has_further_parts;
  if (is_of_prefix) return MessageNumbers::kNone;
  return single > 0 && !are_parts ? MessageNumbers::kMessages : MessageNumbers::kParts;
}

}  // namespace pgcounsel
