#include "advisors/sql/name_words.h"

#include <algorithm>
#include <cstddef>

namespace pgcounsel {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// A word begins at `at`: behind what is no letter, or with a capital behind a small letter.
bool begins_word(std::string_view name, std::size_t at) {
  if (at == name.size() || at == 0) return true;
  if (!is_letter(name[at]) || !is_letter(name[at - 1])) return true;
  return is_upper(name[at]) && !is_upper(name[at - 1]);
}

}  // namespace

bool has_name_word(std::string_view name, std::string_view word) {
  for (std::size_t at = 0; at + word.size() <= name.size(); ++at) {
    const bool same = std::equal(word.begin(), word.end(), name.substr(at).begin(),
                                 [](char a, char b) { return a == lower(b); });
    if (same && begins_word(name, at) && begins_word(name, at + word.size())) return true;
  }
  return false;
}

}  // namespace pgcounsel
