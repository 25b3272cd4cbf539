// ON CONFLICT DO UPDATE that writes the same again.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "upsert_always_writes",
    .level = Level::kInfo,
    .remedy =
        "Add a WHERE to the DO UPDATE that leaves out equal rows: `WHERE (t.a, t.b) IS DISTINCT "
        "FROM (excluded.a, excluded.b)`.",
    .verify = "`pg_stat_user_tables.n_tup_upd` grows only by rows that changed.",
    .rollback = "Take the WHERE away.",
    .confidence = Confidence::kLow,
    .because = "how often the new values equal the old ones is not known here",
    .caveat = "Rows that are left out fire no trigger and do not come back by RETURNING."};

bool is_copy(Node target) {
  const Node value = target["val"];
  return is_column(value) && column_table(value) == "excluded";
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node insert : context.root.all("InsertStmt")) {
    const Node conflict = insert["onConflictClause"];
    const NodeList targets = conflict.list("targetList");
    if (targets.empty() || conflict["whereClause"] || insert.has("returningList")) continue;
    if (!std::ranges::all_of(targets, is_copy)) continue;
    const std::string name = relation_words(insert["relation"]);
    add_finding(findings, context, kWords, conflict,
                join({"Upsert into ", name, " writes rows that did not change"}), name);
  }
}

}  // namespace

Findings upsert_always_writes(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
