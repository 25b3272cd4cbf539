// count(*) OVER () with LIMIT.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "window_count_for_pages",
    .level = Level::kLow,
    .remedy =
        "Ask for one row more than the page has, and count separately, with a bound or from a "
        "cache.",
    .verify = "`EXPLAIN (ANALYZE, BUFFERS)`: no WindowAgg, and the scan stops after the page.",
    .rollback = "Put the count back into the select list.",
    .confidence = Confidence::kMedium,
    .because =
        "the window needs all rows before LIMIT may take some; how many there are is not known "
        "here",
    .caveat = "The page no longer carries the total: the interface changes."};

bool is_whole_window(Node window) {
  return window && !window.has("partitionClause") && !window.has("orderClause") &&
         window.text("name").empty() && window.text("refname").empty();
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node select : selects_of(context.root)) {
    if (!select["limitCount"] || is_null_constant(select["limitCount"])) continue;
    const NodeList tables = own_nodes(select, "RangeVar");
    if (tables.empty()) continue;
    for (const Node call : own_nodes(select, "FuncCall")) {
      if (function_name(call) != "count" || !is_whole_window(call["over"])) continue;
      const std::string name = relation_words(tables.front());
      add_finding(findings, context, kWords, call,
                  join({"count(*) OVER () counts all rows of ", name, " for one page"}), name);
    }
  }
}

}  // namespace

Findings window_count_for_pages(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
