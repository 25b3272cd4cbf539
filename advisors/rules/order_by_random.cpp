// ORDER BY random().
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "order_by_random",
    .level = Level::kMedium,
    .remedy =
        "Take a sample (`TABLESAMPLE`), or start at a random key: `WHERE id >= $1 ORDER BY id "
        "LIMIT n`. Both give another distribution than a full shuffle.",
    .verify = "`EXPLAIN (ANALYZE, BUFFERS)`: no Sort over the whole table.",
    .rollback = "Put the old ORDER BY back.",
    .confidence = Confidence::kMedium,
    .because = "no index gives a random order; how many rows are sorted is not known here"};

bool is_random(Node sort) {
  const std::string_view name = function_name(sort["node"]);
  return name == "random" || name == "gen_random_uuid" || name == "uuid_generate_v4";
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node select : context.root.all("SelectStmt")) {
    const NodeList sorts = select.list("sortClause");
    const auto found = std::ranges::find_if(sorts, is_random);
    const NodeList tables = own_nodes(select, "RangeVar");
    if (found == sorts.end() || tables.empty() || is_known_small(context, tables.front())) continue;
    const std::string name = relation_words(tables.front());
    const bool few = static_cast<bool>(select["limitCount"]);
    Finding& finding = add_finding(
        findings, context, kWords, *found,
        join({"ORDER BY random() sorts all rows of ", name, few ? " to give a few" : ""}), name);
    if (!few) finding.level = Level::kLow;
  }
}

}  // namespace

Findings order_by_random(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
