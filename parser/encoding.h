// Texts of editors in other encodings -> UTF-8.
#pragma once
#include <string>
#include <string_view>

namespace pgcounsel {

// By its mark at the beginning, or by the zeros between ASCII characters.
bool is_utf16(std::string_view bytes);
// Without the mark; what is no character becomes U+FFFD.
std::string utf8_of_utf16(std::string_view bytes);

// Whether every byte belongs to a character: no overlong forms, no surrogates.
bool is_utf8(std::string_view text);

}  // namespace pgcounsel
