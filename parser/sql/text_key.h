// A text as 128 bits, in front of the shape: the bytes as they are, or the bytes without the values
// of plain literals and without what comments say. It knows far less of SQL than the shape does and
// costs a tenth. What it leaves out may be no literal at all (`"5"`, $$it's$$), so a key stands for
// a shape only when one text that has it was found to be `values_are_literals`.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace pgcounsel {

struct TextKey {
  std::uint64_t high = 0, low = 0;
  bool operator==(const TextKey&) const = default;
};

// Two texts share it only if they are the same.
TextKey key_of_bytes(std::string_view sql);

// As key_without_values, with zeros for nothing: what fits into registers is not waited for.
TextKey key_without_values_or_zeros(std::string_view sql);

// `SELECT a FROM t WHERE b = 'x' LIMIT 10 -- note` and `SELECT a FROM t WHERE b = 'yz' LIMIT 2 --`
// share it, texts with other blanks or letters do not. E'..' and its
// like are kept as they are. Nothing for texts that it does not follow: very long ones, with very
// many literals, or not closed.
inline std::optional<TextKey> key_without_values(std::string_view sql) {
  const TextKey key = key_without_values_or_zeros(sql);
  return key == TextKey{} ? std::nullopt : std::optional(key);
}

// Whether all that key_without_values left out are comments and literals of `folded`, the
// beginnings of those that the shape leaves out, in order. If so, all texts of its key have one
// shape, layout and redacted text.
bool values_are_literals(std::string_view sql, const std::vector<const char*>& folded);

}  // namespace pgcounsel
