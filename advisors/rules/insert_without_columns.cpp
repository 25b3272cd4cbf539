// INSERT without a list of columns.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "insert_without_columns",
    .level = Level::kLow,
    .remedy = "Name the columns behind the table: `INSERT INTO t (a, b) …`.",
    .verify = "The statement still runs after a column was added to the table.",
    .rollback = "Nothing to undo: the statement does the same.",
    .because = "the statement names no column"};

void check(const SqlContext& context, Findings& findings) {
  for (const Node insert : context.root.all("InsertStmt")) {
    if (insert.has("cols") || !insert["selectStmt"] || is_new_table(context, insert["relation"]))
      continue;
    const std::string name = relation_words(insert["relation"]);
    add_finding(findings, context, kWords, insert == context.root ? Node{} : insert,
                join({"INSERT into ", name, " names no columns: it breaks when one is added"}),
                name);
  }
}

}  // namespace

Findings insert_without_columns(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
