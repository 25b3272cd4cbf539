// SELECT *.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{.rule = "select_star",
                          .level = Level::kInfo,
                          .remedy = "Name the columns that are used.",
                          .verify =
                              "`EXPLAIN (VERBOSE)`: the width of the rows, and an Index Only Scan "
                              "where an index has all of the columns.",
                          .rollback = "Put the star back.",
                          .confidence = Confidence::kMedium,
                          .because = "which columns the caller uses is not seen here"};

bool is_star(Node target) {
  const NodeList fields = target["val"].list("fields");
  return target["val"].is("ColumnRef") && !fields.empty() && fields.back().is("A_Star");
}

// The table that a star stands for; nothing where it is a CTE or no table.
Node table_of_star(const NodeList& tables, Node star) {
  for (const Node table : tables) {
    if (table.parent().is("LockingClause") || cte_query(table)) continue;
    const NodeList fields = star.list("fields");
    if (fields.size() < 2 || fields[fields.size() - 2].text("sval") == alias_of(table))
      return table;
  }
  return {};
}

// The arms of the outermost query.
NodeList arms_of(Node root) {
  NodeList arms, open{root};
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    if (node["larg"]) {
      open.push_back(node["rarg"]);
      open.push_back(node["larg"]);
    } else {
      arms.push_back(node);
    }
  }
  return arms;
}

void check(const SqlContext& context, Findings& findings) {
  if (!is_application_query(context) || !context.root.is("SelectStmt") ||
      context.root["intoClause"])
    return;
  for (const Node select : arms_of(context.root)) {
    const NodeList tables = own_nodes(select, "RangeVar");
    for (const Node target : select.list("targetList")) {
      if (!is_star(target)) continue;
      const Node table = table_of_star(tables, target["val"]);
      if (!table) continue;
      const std::string name = relation_words(table);
      add_finding(findings, context, kWords, target["val"],
                  join({"SELECT * takes every column of ", name}), name);
    }
  }
}

}  // namespace

Findings select_star(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
