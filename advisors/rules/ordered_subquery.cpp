// ORDER BY in a subquery in FROM whose order nobody sees.
#include <algorithm>
#include <array>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/types.h"
#include "advisors/rewrite/volatility.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "ordered_subquery",
    .level = Level::kMedium,
    .remedy =
        "Leave out the ORDER BY of the subquery: what is made of its rows is the same in any "
        "order.",
    .verify = "`EXPLAIN ANALYZE` of both forms: the Sort is gone.",
    .rollback = "Put the ORDER BY back.",
    .because = "only aggregates that no order changes look at the rows"};

constexpr std::array<std::string_view, 6> kAnyOrder = {"count", "bool_and", "bool_or",
                                                       "every", "bit_and",  "bit_or"};

// sum, avg, min and max of what is exact and looks alike when it is equal.
bool is_exact(const SqlContext& context, Node call) {
  const std::string_view name = function_name(call);
  const NodeList args = call.list("args");
  if (args.size() != 1) return false;
  const std::string type = context.names().type_of(args[0]);
  if (name == "sum" || name == "avg") {
    // Of 1.0 and 1.00 DISTINCT keeps the one that comes first.
    return is_integer_type(type) || (type == "numeric" && !call.flag("agg_distinct"));
  }
  if ((name != "min" && name != "max") || !is_column(args[0])) return false;
  const ColumnUse use = context.names().resolve(args[0]);
  return use.column != nullptr && equal_is_same(*use.column);
}

bool ignores_order(const SqlContext& context, Node call) {
  if (call["over"] || call.has("agg_order") || call.flag("agg_within_group")) return false;
  if (!context.catalog().functions({}, function_name(call)).empty()) return false;
  return std::ranges::find(kAnyOrder, function_name(call)) != kAnyOrder.end() ||
         is_exact(context, call);
}

// An aggregate makes one row of all, a function that returns sets makes many of one.
bool may_change_rows(const SqlContext& context, Node sort) {
  return std::ranges::any_of(sort.all("FuncCall"), [&](Node call) {
    return is_aggregate(call) || function_name(call) == "unnest" ||
           !context.catalog().functions({}, function_name(call)).empty();
  });
}

// A query of nothing but aggregates that no order changes, of one subquery.
bool only_aggregates(const SqlContext& context, Node query) {
  constexpr std::string_view kOthers[] = {"groupClause", "windowClause", "distinctClause",
                                          "limitCount",  "limitOffset",  "havingClause"};
  for (const std::string_view field : kOthers) {
    if (query.has(field)) return false;
  }
  const NodeList targets = query.list("targetList");
  return !targets.empty() && std::ranges::all_of(targets, [&](Node target) {
    const Node value = target["val"];
    return is_aggregate(value) && ignores_order(context, value);
  });
}

bool may_lose_order(const SqlContext& context, Node subquery) {
  constexpr std::string_view kOthers[] = {"limitCount",     "limitOffset",  "lockingClause",
                                          "distinctClause", "windowClause", "withClause"};
  for (const std::string_view field : kOthers) {
    if (subquery.has(field)) return false;
  }
  for (const Node sort : subquery.list("sortClause")) {
    if (may_change_rows(context, sort)) return false;
  }
  return subquery.is("SelectStmt") && subquery.has("sortClause") &&
         subquery.text("op") == "SETOP_NONE";
}

// From the blank before the subquery's own ORDER to its closing bracket.
TextSpan order_of(const SyntaxTree& tree, Node range) {
  const TextSpan span = span_of(tree, range["subquery"]);
  const std::string_view text = tree.text();
  Lexer lexer(text.substr(span.begin));
  std::size_t end_before = span.begin, order = 0;
  int depth = 0;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    const auto begin = static_cast<std::size_t>(token.text.data() - text.data());
    if (token.is_symbol('(')) ++depth;
    if (token.is_symbol(')') && --depth < 0) {
      return order == 0 ? TextSpan{} : TextSpan{order, end_before};
    }
    if (depth == 0 && order == 0 && is_word(token, "order")) order = end_before;
    end_before = begin + token.text.size();
  }
  return {};
}

void check(const SqlContext& context, Findings& findings) {
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node range : context.root.all("RangeSubselect")) {
    const Node query = range.parent();
    if (range.field() != "fromClause" || query.list("fromClause").size() != 1) continue;
    if (!may_lose_order(context, range["subquery"]) || !only_aggregates(context, query)) continue;
    const TextSpan order = order_of(tree, range);
    if (order.begin == order.end) continue;
    const std::string name(range["alias"].text("aliasname"));
    add_rewrite(findings, context, kWords, range["subquery"].list("sortClause").front(),
                join({"Subquery ", name, " is sorted, and only aggregated"}), name, {{order, {}}},
                {nothing_volatile(context, range["subquery"])});
  }
}

}  // namespace

Findings ordered_subquery(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
