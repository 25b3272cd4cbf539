// Days as they stand in literals, and the range of time that a comparison of a day, month or year
// stands for.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

struct Day {
  int year = 0, month = 0, day = 0;  // of the proleptic Gregorian calendar, from year 1 on
  auto operator<=>(const Day&) const = default;
};

// `2026-03-01`; nothing for other forms and days that are none.
std::optional<Day> read_day(std::string_view text);
std::string write_day(Day day);
bool is_day(Day day);
// Nothing beyond year 9999.
std::optional<Day> next_day(Day day);
std::optional<Day> next_month(Day day);  // its first day
std::optional<Day> next_year(Day day);   // its first day

// The day that a constant names: `'2026-03-01'`, `DATE '2026-03-01'`, and with `midnight`
// `TIMESTAMP '2026-03-01 00:00:00'`.
std::optional<Day> day_constant(Node constant, bool midnight);

// `column >= 'first' AND column < 'beyond'`; in brackets unless it takes the place of a part of a
// condition's ANDs.
std::string range_words(std::string_view column, Day first, Day beyond, Node replaced);

// What `day_of(column) OPERATOR first` says of the column, where the day goes from `first` to
// before `beyond`; empty for operators that have no such form.
std::string bound_words(std::string_view column, std::string_view comparison, Day first, Day beyond,
                        Node replaced);

}  // namespace pgcounsel
