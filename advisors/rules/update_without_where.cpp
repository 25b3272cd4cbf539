// UPDATE that writes every row.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "update_without_where",
    .level = Level::kHigh,
    .remedy =
        "Add the WHERE that is meant. Where every row is meant, do it in batches of some thousand "
        "by the primary key, each in a transaction of its own, and leave out rows that have the "
        "value already (`AND column IS DISTINCT FROM new_value`).",
    .verify =
        "`EXPLAIN` of the statement: the scan has a condition, and its estimate of rows is what is "
        "meant to be written.",
    .rollback =
        "Nothing to undo: the statement has not run yet. Once it has, only a backup has the old "
        "values.",
    .because = "the statement has no WHERE"};

void check(const SqlContext& context, Findings& findings) {
  if (context.file.kind == ReviewKind::kMigration) return;
  for (const Node update : context.root.all("UpdateStmt")) {
    if (update["whereClause"] || update.has("fromClause")) continue;
    const Node table = update["relation"];
    if (is_new_table(context, table)) continue;
    const std::string name = relation_words(table);
    add_finding(findings, context, kWords, update == context.root ? Node{} : table,
                join({"UPDATE of ", name, " has no WHERE: it writes every row"}), name);
  }
}

}  // namespace

Findings update_without_where(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
