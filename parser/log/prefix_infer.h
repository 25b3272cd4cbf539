// Guesses what log_line_prefix printed the text that stands left of a severity. A guess is only a
// candidate: detect_prefix compiles it and counts how many lines of the log it explains.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

// The %l of a guess may be some other number; see kBareNumber.
struct PrefixGuess {
  std::string prefix;
  bool has_bare_number = false;
};

// Stands in a guess for a number that nothing names: it is %l if it counts up, else %x.
constexpr char kBareNumber = '\x02';

// `head`: the beginning of a log line up to its severity. `constants`: words that stand in every
// head of the log (a host's name), so that they are no names of sessions.
PrefixGuess guess_prefix(std::string_view head, std::span<const std::string_view> constants);

// The words of a head that could be constants.
std::vector<std::string_view> words_of(std::string_view head);

}  // namespace pgcounsel
