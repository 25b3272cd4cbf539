// What the outputs for a terminal share: colours, columns padded by what is seen, lines that fit.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/view.h"

namespace pgcounsel {

constexpr std::size_t kWidth = 100;

enum class Ink { kRed, kYellow, kGreen, kBold, kDim, kAlarm };

class Pen {
 public:
  explicit Pen(bool color) : color_(color) {}
  std::string operator()(Ink ink, std::string_view text) const;

 private:
  bool color_;
};

Ink ink_of(Mark mark);
Ink ink_of(Level level);

// Padded by what is seen, not by bytes.
std::string left(std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);

// Broken between words; what has no room in two lines ends in `…`.
std::vector<std::string> in_two_lines(std::string_view text, std::size_t width);
std::vector<std::string> in_three_lines(std::string_view text, std::size_t width);

// Broken between words, and within one that is longer than a line; nothing is left out.
std::vector<std::string> in_lines(std::string_view text, std::size_t width);

// What is said behind the headline of a night with a full pool: who held most, what it was not.
std::vector<std::string> incident_sentences(const Workload& workload, const Verdict& verdict);

}  // namespace pgcounsel
