// EXISTS (SELECT count(*) ...).
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "exists_of_aggregate",
    .level = Level::kHigh,
    .remedy = "Take the aggregate out of the subquery: `EXISTS (SELECT FROM … WHERE …)`.",
    .verify = "`SELECT count(*)` with and without the condition: today they are equal.",
    .rollback = "Put the old condition back; no data changes by it.",
    .because = "an aggregate without GROUP BY gives exactly one row",
    .caveat = "The mended query gives other rows: this changes the result on purpose."};

bool always_gives_a_row(Node select) {
  if (!is_plain_select(select) || select.has("groupClause") || select["havingClause"]) return false;
  if (select["limitOffset"] || select["limitCount"]) return false;
  return std::ranges::any_of(select.list("targetList"),
                             [](Node target) { return has_aggregate(target["val"]); });
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node link : context.root.all("SubLink")) {
    const Node select = link["subselect"];
    if (link.text("subLinkType") != "EXISTS_SUBLINK" || !always_gives_a_row(select)) continue;
    const NodeList tables = own_nodes(select, "RangeVar");
    const std::string name = tables.empty() ? "a subquery" : relation_words(tables.front());
    add_finding(findings, context, kWords, link,
                join({"EXISTS over an aggregate of ", name, " is always true"}), name);
  }
}

}  // namespace

Findings exists_of_aggregate(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
