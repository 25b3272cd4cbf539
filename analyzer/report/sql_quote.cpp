#include "analyzer/report/sql_quote.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "analyzer/report/escape.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLongestHead = 100, kShortestHead = 10;

// The bytes of the code point at the start of `text`, one where it is none.
std::string_view first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  const std::string_view whole = text.substr(0, length);
  return length > 1 && length_of(one_line(whole)) == 1 ? whole : text.substr(0, 1);
}

bool is_shown(std::string_view character) {
  return one_line(character) == character;
}

bool is_shown_whole(std::string_view text) {
  return one_line(text) == text;
}

// Of a character that one_line() hides and decodes; 0 for bytes that are no UTF-8.
std::uint32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(character[at]));
  };
  if (character.size() == 1) return byte(0) < 0x80 ? byte(0) : 0;
  std::uint32_t value = byte(0) & (0xFFU >> (character.size() + 1));
  for (std::size_t at = 1; at < character.size(); ++at) value = value << 6 | (byte(at) & 0x3FU);
  return value;
}

bool is_parameter(std::string_view text, std::size_t at) {
  return text[at] == '$' && at + 1 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '9';
}

// Up to the first parameter or cut, or, where that is long, to a blank.
std::string_view head_of(std::string_view normalised) {
  std::size_t end = std::min(normalised.find("…"), normalised.size());
  for (std::size_t at = 0; at < end; ++at) {
    if (is_parameter(normalised, at)) end = at;
  }
  if (end > kLongestHead) {
    const std::size_t blank = normalised.rfind(' ', kLongestHead);
    end = blank == normalised.npos ? 0 : blank;
  }
  std::string_view head = normalised.substr(0, end);
  while (!head.empty() && head.back() == ' ') head.remove_suffix(1);
  return head;
}

}  // namespace

std::string quoted_identifier(std::string_view name) {
  const bool plain = is_shown_whole(name);
  std::string quoted = plain ? "\"" : "U&\"";
  while (!name.empty()) {
    const std::string_view character = first_character(name);
    const std::uint32_t value = is_shown(character) ? 0 : code_point(character);
    if (value > 0xFFFF)
      quoted += fmt::format("\\+{:06x}", value);
    else if (value > 0)
      quoted += fmt::format("\\{:04x}", value);
    else
      quoted += character;
    const bool twice = character == "\"" || (!plain && character == "\\");
    if (twice) quoted += character;
    name.remove_prefix(character.size());
  }
  return quoted + '"';
}

std::string quoted_literal(std::string_view text) {
  const bool plain = is_shown_whole(text) && text.find('\\') == text.npos;
  std::string quoted = plain ? "'" : "E'";
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    if (character == "\n")
      quoted += "\\n";
    else if (is_shown(character))
      quoted += character;
    else
      for (const char byte : character) {
        quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
      }
    if (character == "'" || character == "\\") quoted += character;
    text.remove_prefix(character.size());
  }
  return quoted + '\'';
}

std::string like_statement(std::string_view normalised) {
  constexpr std::string_view kSpecial = "_%!\\";
  const std::string_view head = head_of(normalised);
  if (head.size() < kShortestHead || head.find(' ') == head.npos) return "";
  std::string pattern = "%";
  bool has_special = false;
  for (const char c : head) {
    const bool is_special = kSpecial.find(c) != kSpecial.npos;
    has_special = has_special || is_special;
    if (is_special && c != '\\') pattern += '!';
    pattern += c == ' ' ? '%' : c;
  }
  pattern += '%';
  return fmt::format(" ILIKE {}{}", quoted_literal(pattern), has_special ? " ESCAPE '!'" : "");
}

}  // namespace pgcounsel
