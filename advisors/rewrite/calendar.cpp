#include "advisors/rewrite/calendar.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "parser/sql/expressions.h"

namespace pgcounsel {
namespace {

int days_of_month(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t size) {
  int number = 0;
  const char* const begin = text.data() + at;
  for (std::size_t i = 0; i < size; ++i) {
    if (begin[i] < '0' || begin[i] > '9') return std::nullopt;
    number = number * 10 + (begin[i] - '0');
  }
  return number;
}

// A conjunct stays one when it becomes two.
bool is_conjunct(Node node) {
  const Node parent = node.parent();
  const std::string_view field = node.field();
  return (parent.is("BoolExpr") && parent.text("boolop") == "AND_EXPR") || field == "whereClause" ||
         field == "quals" || field == "havingClause";
}

std::string compared(std::string_view column, std::string_view comparison, Day day) {
  return std::string(column).append(" ").append(comparison).append(" '" + write_day(day) + "'");
}

}  // namespace

bool is_day(Day day) {
  return day.year >= 1 && day.year <= 9999 && day.month >= 1 && day.month <= 12 && day.day >= 1 &&
         day.day <= days_of_month(day.year, day.month);
}

std::optional<Day> read_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number_at(text, 0, 4), month = number_at(text, 5, 2),
             day = number_at(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const Day read{*year, *month, *day};
  return is_day(read) ? std::optional(read) : std::nullopt;
}

std::string write_day(Day day) {
  std::array<char, 32> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", day.year, day.month, day.day);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<Day> next_day(Day day) {
  ++day.day;
  return is_day(day) ? std::optional(day) : next_month(day);
}

std::optional<Day> next_month(Day day) {
  if (day.month == 12) return next_year(day);
  return Day{day.year, day.month + 1, 1};
}

std::optional<Day> next_year(Day day) {
  const Day next{day.year + 1, 1, 1};
  return is_day(next) ? std::optional(next) : std::nullopt;
}

std::optional<Day> day_constant(Node constant, bool midnight) {
  Node literal = constant;
  if (constant.is("TypeCast")) {
    const std::string_view type = constant["typeName"].last_name("names");
    if (type != "date" && !(midnight && type == "timestamp")) return std::nullopt;
    literal = constant["arg"];
  }
  if (!literal.is("A_Const") || !literal.has("sval")) return std::nullopt;
  std::string text = constant_text(literal).value_or("");
  if (midnight && (text.ends_with(" 00:00:00") || text.ends_with(" 00:00"))) {
    text.resize(text.rfind(' '));
  }
  return read_day(text);
}

std::string range_words(std::string_view column, Day first, Day beyond, Node replaced) {
  const std::string range = compared(column, ">=", first) + " AND " + compared(column, "<", beyond);
  return is_conjunct(replaced) ? range : "(" + range + ")";
}

std::string bound_words(std::string_view column, std::string_view comparison, Day first, Day beyond,
                        Node replaced) {
  if (comparison == "=") return range_words(column, first, beyond, replaced);
  if (comparison == ">=" || comparison == "<") return compared(column, comparison, first);
  if (comparison == ">") return compared(column, ">=", beyond);
  if (comparison == "<=") return compared(column, "<", beyond);
  return {};
}

}  // namespace pgcounsel
