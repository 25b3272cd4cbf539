// `extract(year FROM created_at) = 2026 [AND extract(month FROM created_at) = 3]`.
#include "advisors/rewrite/calendar.h"
#include "advisors/rewrite/time_column.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "year_of_column",
    .level = Level::kMedium,
    .remedy =
        "Ask for the range of time that the year or month is: from its first moment to before "
        "the first moment of the next.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the range as an Index Cond where an index "
        "begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "a year is the same range of time in every session"};

// The column of `extract(unit FROM column) = n` or `date_part('unit', column) = n`, and n.
struct Part {
  Node column;
  int number = 0;
};

std::optional<Part> part_of(Node comparison, std::string_view unit) {
  if (!is_operator(comparison, "=")) return std::nullopt;
  const Sides sides = sides_of(comparison);
  const std::string_view name = function_name(sides.expression);
  const NodeList args = sides.expression.list("args");
  if ((name != "extract" && name != "date_part") || args.size() != 2) return std::nullopt;
  if (!sides.constant.is("A_Const")) return std::nullopt;
  const long number = integer_constant(sides.constant).value_or(0);
  if (constant_text(args[0]) != unit || !is_column(args[1])) return std::nullopt;
  if (number < 1 || number > 9998) return std::nullopt;
  return Part{args[1], static_cast<int>(number)};
}

// What stands behind a conjunct under the same AND; no node where none does.
Node next_conjunct(Node node) {
  const NodeList args = node.parent().list("args");
  if (!node.parent().is("BoolExpr") || node.parent().text("boolop") != "AND_EXPR") return {};
  for (std::size_t at = 0; at + 1 < args.size(); ++at) {
    if (args[at] == node) return args[at + 1];
  }
  return {};
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node node : context.root.all("A_Expr")) {
    const auto year = part_of(node, "year");
    if (!year) continue;
    Day first{year->number, 1, 1};
    auto beyond = next_year(first);
    TextSpan span = span_of(tree, node);
    const Node next = next_conjunct(node);
    const auto month = part_of(next, "month");
    if (month && column_words(month->column) == column_words(year->column) && month->number <= 12) {
      first.month = month->number;
      beyond = next_month(first);
      span.end = span_of(tree, next).end;
    }
    if (!beyond) continue;
    const std::string name = column_words(year->column);
    add_rewrite(findings, context, kWords, node,
                join({"The year of ", name, " is compared, which no index on it serves"}), name,
                {{span, range_words(text_of(tree, year->column), first, *beyond, node)}},
                {without_time_zone(context, year->column)});
  }
}

}  // namespace

Findings year_of_column(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
