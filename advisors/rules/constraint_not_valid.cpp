// A foreign key or CHECK that is added to a table with rows and checks them at once.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "constraint_not_valid",
    .level = Level::kHigh,
    .remedy_kind = "sql",
    .remedy =
        "ALTER TABLE ... ADD CONSTRAINT ... NOT VALID;\nALTER TABLE ... VALIDATE CONSTRAINT ...;",
    .verify =
        "`SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 'TABLE'::regclass`: "
        "false after the first statement, true after the second.",
    .rollback = "`ALTER TABLE ... DROP CONSTRAINT ...`.",
    .because = "the file does not make the table, so it may have rows",
    .caveat =
        "The two statements must not stand in one transaction: the lock of the first would be held "
        "while the second reads the table."};

// A constraint of a table, or of a column that is added.
struct Added {
  Node table, command, constraint;
  std::string_view column;  // of ADD COLUMN
  bool is_key() const { return constraint.text("contype") == "CONSTR_FOREIGN"; }
};

std::string_view lock_of(const Added& added) {
  return added.is_key() && added.column.empty() ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE";
}

// PostgreSQL names a CHECK after its column where it has only one.
std::string only_column(Node expression) {
  std::string_view only;
  for (const Node column : expression.all("ColumnRef")) {
    const std::string_view name = column_name(column);
    if (!only.empty() && name != only) return {};
    only = name;
  }
  return only.empty() ? std::string() : join({"_", only});
}

std::string name_of(const Added& added) {
  const std::string_view given = added.constraint.text("conname");
  if (!given.empty()) return std::string(given);
  std::string name(relation_name(added.table));
  if (!added.column.empty()) name += join({"_", added.column});
  for (const std::string_view column : added.constraint.names("fk_attrs")) {
    name += join({"_", column});
  }
  if (added.column.empty()) name += only_column(added.constraint["raw_expr"]);
  return name + (added.is_key() ? "_fkey" : "_check");
}

std::string words_of(const Added& added) {
  const std::string name(added.constraint.text("conname"));
  const std::string what =
      added.is_key() ? join({"a foreign key to ", relation_path(added.constraint["pktable"])})
                     : std::string("a CHECK");
  return name.empty() ? what : join({what, " (", name, ")"});
}

// `ADD CONSTRAINT x FOREIGN KEY ...` as it stands, with a name and NOT VALID.
std::string remedy(const DdlContext& context, const Added& added) {
  const std::string table = quoted_relation(added.table), name = quoted(name_of(added));
  const TextSpan span = context.state.span_of_command(*context.statement.tree, added.command);
  std::string clause = plain_text(
      std::string_view(context.statement.text).substr(span.begin, span.end - span.begin));
  if (added.constraint.text("conname").empty()) {
    clause = with_words(clause, {"add"}, "CONSTRAINT " + name);
  }
  return join({"ALTER TABLE ", table, " ", clause,
               " NOT VALID;\n-- COMMIT here; then, reads and writes "
               "go on:\nALTER TABLE ",
               table, " VALIDATE CONSTRAINT ", name, ";"});
}

std::string remedy_of_column(const Added& added) {
  const std::string table = quoted_relation(added.table), name = quoted(name_of(added));
  const std::string rule = added.is_key()
                               ? join({"FOREIGN KEY (", quoted(added.column), ") REFERENCES ",
                                       quoted_relation(added.constraint["pktable"])})
                               : std::string("CHECK (...)");
  return join({"-- ADD COLUMN without the constraint, then:\nALTER TABLE ", table,
               " ADD CONSTRAINT ", name, " ", rule,
               " NOT VALID;\n-- COMMIT here; then, reads and "
               "writes go on:\nALTER TABLE ",
               table, " VALIDATE CONSTRAINT ", name, ";"});
}

void add(const DdlContext& context, const Added& added, Findings& findings) {
  const std::string table = relation_path(added.table);
  Finding& finding =
      add_ddl_finding(findings, context, kWords, added.table, added.command,
                      join({table, " gets ", words_of(added),
                            " without NOT VALID: all rows are read under ", lock_of(added)}),
                      join({table, "/", name_of(added)}));
  finding.remedy.text = added.column.empty() ? remedy(context, added) : remedy_of_column(added);
  finding.evidence.push_back({"lock", std::string(lock_of(added)), ""});
}

bool is_partitioned(const SqlContext& context, Node table) {
  const CatalogTable* const known =
      context.catalog().table(table.text("schemaname"), table.text("relname"));
  return known != nullptr && known->kind == RelationKind::kPartitioned;
}

bool is_checked(Node constraint) {
  const std::string_view type = constraint.text("contype");
  return (type == "CONSTR_FOREIGN" || type == "CONSTR_CHECK") &&
         !constraint.flag("skip_validation");
}

void check_constraint(const DdlContext& context, Node command, Findings& findings) {
  const Added added{context.root["relation"], command, command["def"], {}};
  if (!is_checked(added.constraint)) return;
  // A partitioned table takes no foreign key that is NOT VALID.
  if (added.is_key() && is_partitioned(context, added.table)) return;
  add(context, added, findings);
}

// A new column without a default has NULLs, which no foreign key looks at.
void check_column(const DdlContext& context, Node command, Findings& findings) {
  const Node column = command["def"];
  bool has_default = false;
  for (const Node part : column.list("constraints")) {
    has_default = has_default || part.text("contype") == "CONSTR_DEFAULT";
  }
  for (const Node part : column.list("constraints")) {
    const Added added{context.root["relation"], command, part, column.text("colname")};
    if (is_checked(part) && (has_default || !added.is_key())) add(context, added, findings);
  }
}

void check_validation(const DdlContext& context, Node command, Findings& findings) {
  const Node table = context.root["relation"];
  const std::string_view name = command.text("name");
  if (!context.state.is_unchecked_here(table, name)) return;
  const std::string path = relation_path(table);
  Finding& finding = add_ddl_finding(
      findings, context, kWords, table, command,
      join({path, ": VALIDATE CONSTRAINT ", name,
            " in the transaction that adds it NOT VALID gains nothing: its lock is still held"}),
      join({path, "/", name}));
  finding.remedy.text = join({"COMMIT;\nALTER TABLE ", quoted_relation(table),
                              " VALIDATE CONSTRAINT ", quoted(name), ";"});
  finding.confidence_because = "the constraint is added earlier in the same transaction";
}

void check(const DdlContext& context, Findings& findings) {
  for (const Node command : commands_on_existing(context)) {
    const std::string_view type = command.text("subtype");
    if (type == "AT_AddConstraint") check_constraint(context, command, findings);
    if (type == "AT_AddColumn") check_column(context, command, findings);
    if (type == "AT_ValidateConstraint") check_validation(context, command, findings);
  }
}

}  // namespace

Findings constraint_not_valid(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
