// Guesses what log_line_prefix printed the text that stands left of a severity. A guess is only a
// candidate: detect_prefix compiles it and counts how many lines of the log it explains.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parser/log/prefix/told.h"

namespace pgcounsel {

// The kBareNumber of a guess may be a %l or some other number.
struct PrefixGuess {
  std::string prefix;
  bool has_bare_number = false;
  bool has_odd_words = false;  // words between the fields that nothing explains
};

// Stands in a guess for a number that nothing names: it is %l if it counts up, else %x.
constexpr char kBareNumber = '\x02';

struct GuessHints {
  // Words that stand in every head of the log (a host's name), so that they are no names of
  // sessions.
  std::span<const std::string_view> constants;
  const KnownNames& known;
};

// `head`: the beginning of a log line up to its severity; `told`: what the message behind it says.
// Several guesses where the head has padding, the likeliest first.
std::vector<PrefixGuess> guess_prefix(std::string_view head, const ToldNames& told,
                                      const GuessHints& hints);

// The words of a head that could be constants.
std::vector<std::string_view> words_of(std::string_view head);
bool has_word(std::string_view head, std::string_view word);  // one of words_of(head)

}  // namespace pgcounsel
