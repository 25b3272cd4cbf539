// A CTE that nothing reads.
#include <set>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{.rule = "unused_cte",
                          .level = Level::kLow,
                          .remedy = "Take the WITH query out, or add what was to read it.",
                          .verify = "The statement without it gives the same.",
                          .rollback = "Put it back.",
                          .because = "no FROM in the statement names it"};

void check(const SqlContext& context, Findings& findings) {
  const NodeList ctes = context.root.all("CommonTableExpr");
  constexpr std::size_t kMost = 500;  // more are generated, and would take too long
  if (ctes.empty() || ctes.size() > kMost) return;
  std::set<std::size_t> read;  // queries of CTEs, by their nodes
  for (const Node table : context.root.all("RangeVar")) {
    if (const Node query = cte_query(table); query && !table.is_inside(query))
      read.insert(query.id());
  }
  for (const Node cte : ctes) {
    if (!cte["ctequery"].is("SelectStmt") || read.contains(cte["ctequery"].id())) continue;
    if (!cte.all("InsertStmt").empty() || !cte.all("UpdateStmt").empty() ||
        !cte.all("DeleteStmt").empty())
      continue;
    const std::string_view name = cte.text("ctename");
    add_finding(findings, context, kWords, cte, join({"Nothing reads the WITH query ", name}),
                name);
  }
}

}  // namespace

Findings unused_cte(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
