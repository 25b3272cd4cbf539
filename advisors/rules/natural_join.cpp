// NATURAL JOIN.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "natural_join",
    .level = Level::kLow,
    .remedy = "Name the columns with USING or ON.",
    .verify = "The query gives the same rows before and after.",
    .rollback = "Put NATURAL back.",
    .because = "the condition follows from the columns that the tables have at the time"};

void check(const SqlContext& context, Findings& findings) {
  for (const Node join_node : context.root.all("JoinExpr")) {
    const Node right = join_node["rarg"];
    if (!join_node.flag("isNatural") || !right.is("RangeVar") || cte_query(right)) continue;
    const std::string name = relation_words(right);
    add_finding(findings, context, kWords, join_node,
                join({"NATURAL JOIN of ", name, ": a new column can change its condition"}), name);
  }
}

}  // namespace

Findings natural_join(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
