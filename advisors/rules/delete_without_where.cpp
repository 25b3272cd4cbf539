// DELETE that takes every row.
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "delete_without_where",
    .level = Level::kHigh,
    .remedy =
        "Add the WHERE that is meant. Where the table is to be emptied, `TRUNCATE` does it "
        "without reading the rows; where many rows are to go, delete them in batches of some "
        "thousand by the primary key, each in a transaction of its own.",
    .verify =
        "`EXPLAIN` of the statement: the scan has a condition, and its estimate of rows is "
        "what is meant to go.",
    .rollback =
        "Nothing to undo: the statement has not run yet. Once it has, only a backup has "
        "the rows.",
    .because = "the statement has no WHERE"};

void check(const SqlContext& context, Findings& findings) {
  if (!context.root.is("DeleteStmt") || context.root["whereClause"]) return;
  if (context.root.has("usingClause")) return;  // a join, of which another rule speaks
  const Node table = context.root["relation"];
  const std::string name = relation_words(table);
  add_finding(findings, context, kWords, {}, join({"DELETE FROM ", name, " has no WHERE"}), name);
}

}  // namespace

Findings delete_without_where(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
