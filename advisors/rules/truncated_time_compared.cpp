// `date_trunc('day', created_at) = TIMESTAMP '2026-03-01'`.
#include "advisors/rewrite/calendar.h"
#include "advisors/rewrite/time_column.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "truncated_time_compared",
    .level = Level::kMedium,
    .remedy =
        "Ask for the range of time: from the first moment of the day, month or year to before "
        "the first moment of the next.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the range as an Index Cond where an index "
        "begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the constant is the first moment of a range that is the same in every session"};

// The first moment behind the range that begins with `day`; nothing where none begins with it.
std::optional<Day> beyond_of(std::string_view unit, Day day) {
  if (unit == "day") return next_day(day);
  if (unit == "month" && day.day == 1) return next_month(day);
  if (unit == "year" && day.day == 1 && day.month == 1) return next_year(day);
  return std::nullopt;
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node node : context.root.all("A_Expr")) {
    if (!is_comparison(node)) continue;
    const Sides sides = sides_of(node);
    const NodeList args = sides.expression.list("args");
    if (function_name(sides.expression) != "date_trunc" || args.size() != 2) continue;
    const auto day = day_constant(sides.constant, true);
    if (!is_column(args[1]) || !day) continue;
    const auto beyond = beyond_of(constant_text(args[0]).value_or(""), *day);
    if (!beyond) continue;
    std::string words = bound_words(text_of(tree, args[1]), sides.comparison, *day, *beyond, node);
    if (words.empty()) continue;
    const std::string name = column_words(args[1]);
    add_rewrite(findings, context, kWords, node,
                join({"date_trunc() of ", name, " is compared, which no index on it serves"}), name,
                {{span_of(tree, node), std::move(words)}}, {without_time_zone(context, args[1])});
  }
}

}  // namespace

Findings truncated_time_compared(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
