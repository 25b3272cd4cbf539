// count(*) without a condition.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "count_whole_table",
    .level = Level::kInfo,
    .remedy =
        "Where an estimate is good enough, read `pg_class.reltuples`; else keep the count in a "
        "table or a cache.",
    .verify = "`EXPLAIN (ANALYZE, BUFFERS)`: the blocks that one count reads.",
    .rollback = "Count again.",
    .confidence = Confidence::kMedium,
    .because =
        "nothing limits what is counted; how large the table is, and how often it is counted, "
        "decides"};

void check(const SqlContext& context, Findings& findings) {
  constexpr double kManyRows = 100'000;
  if (!is_application_query(context)) return;
  for (const Node select : selects_of(context.root)) {
    const NodeList from = select.list("fromClause"), targets = select.list("targetList");
    if (from.size() != 1 || !from.front().is("RangeVar") || targets.size() != 1) continue;
    if (select["whereClause"] || select.has("groupClause") || cte_query(from.front())) continue;
    const Node call = targets.front()["val"];
    if (function_name(call) != "count" || !call.flag("agg_star") || call["agg_filter"] ||
        call["over"])
      continue;
    if (is_known_small(context, from.front())) continue;
    const std::string name = relation_words(from.front());
    Finding& finding = add_finding(findings, context, kWords, call,
                                   join({"count(*) of the whole table ", name}), name);
    if (known_rows(context, from.front()).value_or(0) >= kManyRows) finding.level = Level::kLow;
  }
}

}  // namespace

Findings count_whole_table(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
