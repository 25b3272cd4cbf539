// `created_at::date = DATE '2026-03-01'`, `date(created_at) BETWEEN ...`.
#include "advisors/rewrite/calendar.h"
#include "advisors/rewrite/time_column.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "date_of_column",
    .level = Level::kMedium,
    .remedy =
        "Ask for the range of time that the day is: from its first moment to before the first "
        "moment of the next. With a parameter: `column >= $1::date AND column < $1::date + 1`.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the range as an Index Cond where an index "
        "begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "a day is the same range of time in every session"};

// The column of `column::date` or `date(column)`.
Node dated_column(Node node) {
  if (node.is("TypeCast") && node["typeName"].last_name("names") == "date" &&
      !node["typeName"].has("arrayBounds")) {
    return is_column(node["arg"]) ? node["arg"] : Node{};
  }
  const NodeList args = node.list("args");
  const bool call = function_name(node) == "date" && node.names("funcname").size() == 1;
  return call && args.size() == 1 && is_column(args[0]) ? args[0] : Node{};
}

void tell(const SqlContext& context, Findings& findings, Node comparison, Node column,
          std::string words, Obligation more) {
  const std::string name = column_words(column);
  std::vector<Obligation> obligations{without_time_zone(context, column)};
  if (!more.condition.empty()) obligations.push_back(std::move(more));
  add_rewrite(findings, context, kWords, comparison,
              join({"The date of ", name, " is compared, which no index on it serves"}), name,
              {{span_of(*context.statement.tree, comparison), std::move(words)}},
              std::move(obligations));
}

void check_between(const SqlContext& context, Findings& findings, Node between) {
  const Node column = dated_column(between["lexpr"]);
  const NodeList ends = between["rexpr"].list("items");
  if (!column || ends.size() != 2) return;
  const auto first = day_constant(ends[0], false), last = day_constant(ends[1], false);
  const auto beyond = last ? next_day(*last) : std::nullopt;
  if (!first || !beyond) return;
  const auto name = text_of(*context.statement.tree, column);
  tell(context, findings, between, column, range_words(name, *first, *beyond, between), {});
}

void check_comparison(const SqlContext& context, Findings& findings, Node comparison) {
  const Sides sides = sides_of(comparison);
  const Node column = dated_column(sides.expression);
  if (!column) return;
  const std::string_view name = text_of(*context.statement.tree, column);
  if (is_parameter(sides.constant) && sides.comparison == "=") {
    const std::string_view value = text_of(*context.statement.tree, without_casts(sides.constant));
    tell(context, findings, comparison, column,
         join({"(", name, " >= ", value, "::date AND ", name, " < ", value, "::date + 1)"}),
         {Proof::kUnknown, "the parameter is never 'infinity'", "The application knows it."});
    return;
  }
  const auto day = day_constant(sides.constant, false);
  const auto beyond = day ? next_day(*day) : std::nullopt;
  if (!beyond) return;
  std::string words = bound_words(name, sides.comparison, *day, *beyond, comparison);
  if (!words.empty()) tell(context, findings, comparison, column, std::move(words), {});
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  for (const Node node : context.root.all("A_Expr")) {
    if (node.text("kind") == "AEXPR_BETWEEN") check_between(context, findings, node);
    if (is_comparison(node)) check_comparison(context, findings, node);
  }
}

}  // namespace

Findings date_of_column(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
