// LEFT JOIN whose right side is filtered in WHERE.
#include <algorithm>

#include "advisors/sql/join_graph.h"
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "outer_join_filtered",
    .level = Level::kLow,
    .remedy = "Move the condition into the ON of the LEFT JOIN, or write JOIN.",
    .verify = "The rows of the left table that have no partner: are they wanted?",
    .rollback = "Put the condition back.",
    .confidence = Confidence::kMedium,
    .because =
        "the condition is not true for the NULLs of a row without a partner; which of the two is "
        "meant only the author knows"};

// A column that the condition compares, so that NULL does not pass.
Node strict_column(Node condition) {
  const std::string_view kind = condition.text("kind");
  const bool strict = is_comparison(condition) || kind == "AEXPR_IN" || kind == "AEXPR_LIKE" ||
                      kind == "AEXPR_ILIKE" || kind == "AEXPR_BETWEEN";
  if (!strict) return {};
  for (const Node side : {condition["lexpr"], condition["rexpr"]}) {
    if (is_column(without_casts(side))) return without_casts(side);
  }
  return {};
}

// USING makes one column of two, which a LEFT JOIN takes from the left.
bool is_merged(const NodeList& joins, Node column) {
  if (!column || !column_table(column).empty()) return false;
  return std::ranges::any_of(joins, [&](Node join_node) {
    const NodeList names = join_node.list("usingClause");
    return std::ranges::any_of(names,
                               [&](Node name) { return name.text("sval") == column_name(column); });
  });
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node select : selects_of(context.root)) {
    const NodeList joins = own_nodes(select, "JoinExpr");
    if (std::ranges::none_of(joins, [](Node item) { return item.text("jointype") == "JOIN_LEFT"; }))
      continue;
    const JoinGraph graph = join_graph(context, select);
    for (const Node condition : conjuncts(select["whereClause"])) {
      const Node column = strict_column(condition);
      if (is_merged(joins, column)) continue;
      const auto at = column ? graph.item_of(context, column) : std::nullopt;
      if (!at || !graph.items[*at].nullable || graph.items[*at].is_lateral) continue;
      const std::string name = column_title(context, column);
      add_finding(findings, context, kWords, condition,
                  join({"WHERE on ", name, " makes an inner join of the LEFT JOIN of ",
                        graph.items[*at].words}),
                  name);
    }
  }
}

}  // namespace

Findings outer_join_filtered(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
