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

// The columns that the values go to, where the schema tells.
std::string columns_filled(const SqlContext& context, Node insert) {
  const Node relation = insert["relation"], source = insert["selectStmt"];
  const CatalogTable* const table =
      context.catalog().table(relation.text("schemaname"), relation.text("relname"));
  const NodeList rows = source.list("valuesLists");
  if (table == nullptr || !table->columns_known || rows.empty()) return {};
  const std::size_t count = rows.front().list("items").size();
  std::string names;
  for (std::size_t i = 0; i < count && i < table->columns.size(); ++i)
    names += join({i == 0 ? "" : ", ", table->columns[i].name});
  return count <= table->columns.size() ? names : std::string();
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node insert : context.root.all("InsertStmt")) {
    if (insert.has("cols") || !insert["selectStmt"] || is_new_table(context, insert["relation"]))
      continue;
    const std::string name = relation_words(insert["relation"]);
    Finding& finding = add_finding(
        findings, context, kWords, insert == context.root ? Node{} : insert,
        join({"INSERT into ", name, " names no columns: it breaks when one is added"}), name);
    const std::string columns = columns_filled(context, insert);
    if (!columns.empty())
      finding.remedy.text = join({"Name the columns: `INSERT INTO ", name, " (", columns, ") …`."});
  }
}

}  // namespace

Findings insert_without_columns(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
