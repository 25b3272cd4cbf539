#include "parser/log/prefix/padding.h"

#include <fmt/format.h>

#include "parser/log/prefix/fields.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kWidestPadding = 200;

bool is_in(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}
bool is_number(const PrefixPiece& piece) {
  return is_in(piece.escape, "plxPvQ\x02");
}
// Times and ids keep their length: blanks beside them are what they look like.
bool can_be_padded(const PrefixPiece& piece) {
  return is_number(piece) || is_in(piece.escape, "udahrbiL");
}

int width_of(const PrefixPiece& field, std::size_t blanks) {
  return static_cast<int>(field.text.size() + blanks);
}

// Takes the blanks at the start of `literal` for padding of the field on its left.
void pad_left_field(PrefixPiece& field, std::string_view& literal, std::size_t blanks) {
  const char next = blanks < literal.size() ? literal[blanks] : '[';
  if (!is_in(next, "|]})>,;:\"'")) --blanks;  // it is set apart by a blank
  field.width = -width_of(field, blanks);
  literal.remove_prefix(blanks);
}

// Takes the blanks at the end of `literal` for padding of the field on its right.
void pad_right_field(PrefixPiece& field, std::string_view& literal, std::size_t blanks) {
  const char before = blanks < literal.size() ? literal[literal.size() - blanks - 1] : ']';
  if (!is_in(before, "|[{(<=,;:\"'")) --blanks;
  field.width = width_of(field, blanks);
  literal.remove_suffix(blanks);
}

}  // namespace

std::string prefix_of(const std::vector<PrefixPiece>& pieces) {
  std::string prefix;
  for (const PrefixPiece& piece : pieces) {
    if (piece.escape != '\0') {
      prefix += '%';
      if (piece.width != 0) prefix += fmt::format("{}", piece.width);
      prefix += piece.escape;
      continue;
    }
    for (char c : piece.text) {
      if (c == '%') prefix += '%';
      prefix += c;
    }
  }
  return prefix;
}

std::vector<PrefixPiece> with_padding(const std::vector<PrefixPiece>& pieces, bool other) {
  std::vector<PrefixPiece> padded = pieces;
  auto is_blank = [](char c) { return c == ' '; };
  for (std::size_t i = 0; i < padded.size(); ++i) {
    std::string_view& literal = padded[i].text;
    if (padded[i].escape != '\0') continue;
    const std::size_t leading = run_of(literal, 0, is_blank);
    std::size_t trailing = 0;
    while (trailing < literal.size() && is_blank(literal[literal.size() - 1 - trailing])) {
      ++trailing;
    }
    if (leading > kWidestPadding || trailing > kWidestPadding) continue;
    PrefixPiece* left = i > 0 && can_be_padded(padded[i - 1]) ? &padded[i - 1] : nullptr;
    PrefixPiece* right =
        i + 1 < padded.size() && can_be_padded(padded[i + 1]) ? &padded[i + 1] : nullptr;
    if (leading < 2 || (left != nullptr && left->width != 0)) left = nullptr;
    if (trailing < 2) right = nullptr;
    if (leading == literal.size() && left != nullptr && right != nullptr) {
      // Numbers are set to the right, names to the left.
      const bool rightwards = is_number(*right) && is_number(*left);
      (rightwards != other ? left : right) = nullptr;
    }
    if (left != nullptr) pad_left_field(*left, literal, leading);
    if (right != nullptr) pad_right_field(*right, literal, trailing);
  }
  return padded;
}

}  // namespace pgcounsel
