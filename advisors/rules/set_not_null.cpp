// SET NOT NULL that reads the whole table.
#include <algorithm>

#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "set_not_null",
    .level = Level::kHigh,
    .remedy_kind = "sql",
    .remedy = "ALTER TABLE ... ADD CONSTRAINT ... CHECK (... IS NOT NULL) NOT VALID;",
    .verify =
        "`SELECT convalidated FROM pg_constraint WHERE conname = 'CONSTRAINT'` is true before SET "
        "NOT NULL runs; with `SET client_min_messages = debug1` the server then says that existing "
        "constraints are sufficient to prove that the column has no NULLs.",
    .rollback = "`ALTER TABLE ... ALTER COLUMN ... DROP NOT NULL`.",
    .because =
        "the schema before this statement has no validated CHECK that the column is not NULL",
    .caveat = "Before PostgreSQL 12 SET NOT NULL always reads the table."};

constexpr std::string_view kNotKnown =
    "the table's constraints are not known; with a validated CHECK that the column is not NULL the "
    "table is not read";

constexpr int kFirstThatTrusts = 120000;

// The column cannot be NULL, so the server need not look.
bool is_proven(const CatalogTable& table, std::string_view name, int version) {
  const CatalogColumn* const column = table.column(name);
  if (column != nullptr && column->not_null) return true;
  return version >= kFirstThatTrusts &&
         std::ranges::any_of(table.checks, [&](const CheckConstraint& check) {
           return check.validated && check.not_null_column == name;
         });
}

std::string remedy(Node table, std::string_view column) {
  const std::string on = "ALTER TABLE " + quoted_relation(table) + " ";
  const std::string name = quoted(join({relation_name(table), "_", column, "_not_null"}));
  return join({on, "ADD CONSTRAINT ", name, " CHECK (", quoted(column),
               " IS NOT NULL) NOT VALID;\n-- COMMIT here; then, reads and writes go on:\n", on,
               "VALIDATE CONSTRAINT ", name,
               ";\n-- COMMIT here; then, without reading the table:\n", on, "ALTER COLUMN ",
               quoted(column), " SET NOT NULL;\n", on, "DROP CONSTRAINT ", name, ";"});
}

void add(const DdlContext& context, Node command, bool known, Findings& findings) {
  const Node table = context.root["relation"];
  const std::string path = relation_path(table);
  const std::string_view column = command.text("name");
  Finding& finding = add_ddl_finding(findings, context, kWords, table, command,
                                     join({"SET NOT NULL on ", path, ".", column,
                                           " reads all rows while nobody can use the table"}),
                                     join({path, ".", column}));
  finding.remedy.text = remedy(table, column);
  finding.evidence.push_back({"lock", "ACCESS EXCLUSIVE", ""});
  if (known) return;
  finding.level = std::min(finding.level, Level::kMedium);
  finding.confidence = Confidence::kMedium;
  finding.confidence_because = kNotKnown;
}

void check(const DdlContext& context, Findings& findings) {
  for (const Node command : commands_on_existing(context)) {
    if (command.text("subtype") != "AT_SetNotNull") continue;
    const Node table = context.root["relation"];
    const CatalogTable* const known =
        context.state.schema_before().table(relation_schema(table), relation_name(table));
    if (known != nullptr &&
        is_proven(*known, command.text("name"), context.review.server_version)) {
      continue;
    }
    if (context.review.server_version >= kFirstThatTrusts &&
        context.state.is_proven_here(table, command.text("name"))) {
      continue;
    }
    add(context, command, known != nullptr, findings);
  }
}

}  // namespace

Findings set_not_null(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
