// UNIQUE, PRIMARY KEY or EXCLUDE that builds its index while nobody can use the table.
#include <algorithm>

#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "unique_constraint_scan",
    .level = Level::kHigh,
    .remedy_kind = "sql",
    .remedy =
        "CREATE UNIQUE INDEX CONCURRENTLY ...;\nALTER TABLE ... ADD CONSTRAINT ... USING INDEX "
        "...;",
    .verify =
        "`SELECT indisvalid FROM pg_index WHERE indexrelid = 'INDEX'::regclass` is true before the "
        "constraint is added.",
    .rollback =
        "`ALTER TABLE ... DROP CONSTRAINT ...`, and `DROP INDEX CONCURRENTLY` of an index that is "
        "left.",
    .because = "the file does not make the table, so it may have rows",
    .caveat = "CREATE INDEX CONCURRENTLY cannot run inside of a transaction."};

struct Added {
  Node table, command, constraint;
  std::string_view column;  // of ADD COLUMN
};

std::string_view words_of(std::string_view contype) {
  if (contype == "CONSTR_PRIMARY") return "PRIMARY KEY";
  if (contype == "CONSTR_UNIQUE") return "UNIQUE";
  return contype == "CONSTR_EXCLUSION" ? "EXCLUDE" : "";
}

std::vector<std::string_view> columns_of(const Added& added) {
  if (!added.column.empty()) return {added.column};
  return added.constraint.names("keys");
}

std::string name_of(const Added& added) {
  const std::string_view given = added.constraint.text("conname");
  if (!given.empty()) return std::string(given);
  const bool primary = added.constraint.text("contype") == "CONSTR_PRIMARY";
  std::string name(relation_name(added.table));
  if (primary) return name + "_pkey";
  for (const std::string_view column : columns_of(added)) name += join({"_", column});
  return name + (added.constraint.text("contype") == "CONSTR_EXCLUSION" ? "_excl" : "_key");
}

std::string remedy(const Added& added) {
  const std::string_view kind = words_of(added.constraint.text("contype"));
  if (kind == "EXCLUDE") {
    return join(
        {"SET lock_timeout = '2s';\n-- in an hour with little traffic: an EXCLUDE cannot be "
         "built beside it"});
  }
  const std::string table = quoted_relation(added.table), name = quoted(name_of(added));
  const std::string nulls =
      added.constraint.flag("nulls_not_distinct") ? " NULLS NOT DISTINCT" : "";
  const std::vector<std::string_view> included = added.constraint.names("including");
  const std::string include =
      included.empty() ? "" : join({" INCLUDE (", quoted_list(included), ")"});
  return join({added.column.empty() ? "" : "-- ADD COLUMN without the constraint, then:\n",
               "CREATE UNIQUE INDEX CONCURRENTLY ",
               name,
               " ON ",
               table,
               " (",
               quoted_list(columns_of(added)),
               ")",
               include,
               nulls,
               ";\n-- takes its lock for a moment only",
               kind == "PRIMARY KEY" ? std::string_view(", if its columns are NOT NULL")
                                     : std::string_view(),
               ":\nALTER TABLE ",
               table,
               " ADD CONSTRAINT ",
               name,
               " ",
               kind,
               " USING INDEX ",
               name,
               ";"});
}

void add(const DdlContext& context, const Added& added, Findings& findings) {
  const std::string_view kind = words_of(added.constraint.text("contype"));
  if (kind.empty() || !added.constraint.text("indexname").empty()) return;
  const std::string path = relation_path(added.table);
  Finding& finding = add_ddl_finding(
      findings, context, kWords, added.table, added.command,
      join({"ADD ", kind, " on ", path, " builds its index while nobody can use the table"}),
      join({path, "/", name_of(added)}));
  finding.remedy.text = remedy(added);
  finding.evidence.push_back({"lock", "ACCESS EXCLUSIVE, until the index is built", ""});
  if (kind == "EXCLUDE") finding.level = std::min(finding.level, Level::kMedium);
}

void check(const DdlContext& context, Findings& findings) {
  const Node table = context.root["relation"];
  for (const Node command : commands_on_existing(context)) {
    const Node part = command["def"];
    if (part.is("Constraint")) add(context, {table, command, part, {}}, findings);
    if (!part.is("ColumnDef") || command.text("subtype") != "AT_AddColumn") continue;
    for (const Node constraint : part.list("constraints")) {
      add(context, {table, command, constraint, part.text("colname")}, findings);
    }
  }
}

}  // namespace

Findings unique_constraint_scan(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
