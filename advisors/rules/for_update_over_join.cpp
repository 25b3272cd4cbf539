// FOR UPDATE of a join.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "for_update_over_join",
    .level = Level::kMedium,
    .remedy = "Add `OF` and the alias of the table whose rows are to be changed.",
    .verify = "A second session can lock the other table's row meanwhile (`FOR UPDATE NOWAIT`).",
    .rollback = "Take `OF` away.",
    .because = "FOR UPDATE without OF locks rows of every table in FROM"};

NodeList locked_tables(Node select) {
  NodeList tables;
  for (const Node table : own_nodes(select, "RangeVar")) {
    if (!table.parent().is("LockingClause") && !cte_query(table)) tables.push_back(table);
  }
  return tables;
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node select : selects_of(context.root)) {
    for (const Node lock : select.list("lockingClause")) {
      const NodeList tables = locked_tables(select);
      if (lock.has("lockedRels") || tables.size() < 2) continue;
      const std::string first = relation_words(tables[0]), second = relation_words(tables[1]);
      const bool strong =
          lock.text("strength") == "LCS_FORUPDATE" || lock.text("strength") == "LCS_FORNOKEYUPDATE";
      Finding& finding =
          add_finding(findings, context, kWords, select == context.root ? Node{} : select,
                      join({strong ? "FOR UPDATE" : "FOR SHARE", " without OF locks rows of ",
                            first, tables.size() > 2 ? ", " : " and ", second,
                            tables.size() > 2 ? " and others" : ""}),
                      first);
      if (!strong) finding.level = Level::kLow;
    }
  }
}

}  // namespace

Findings for_update_over_join(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
