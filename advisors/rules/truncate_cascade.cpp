// TRUNCATE that empties tables which the statement does not name.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "truncate_cascade",
    .level = Level::kMedium,
    .remedy =
        "Name every table that is to be emptied, and leave CASCADE out: then the server refuses if "
        "one was forgotten.",
    .verify =
        "`SELECT conrelid::regclass FROM pg_constraint WHERE confrelid = 'TABLE'::regclass` names "
        "the tables that refer to it.",
    .rollback = "Only a backup has the rows.",
    .because = "CASCADE empties all tables that refer to it, and those that refer to these"};

// Tables that refer to one of those that are emptied, as far as they are known.
std::string referring(const DdlContext& context, Node root) {
  std::string names;
  for (const auto& [name, table] : context.state.schema_before().tables()) {
    for (const ForeignKey& key : table.foreign_keys) {
      for (const Node emptied : root.list("relations")) {
        if (key.referenced_table != relation_name(emptied)) continue;
        if (names.find(table.name) != std::string::npos) continue;
        if (!names.empty()) names += ", ";
        names += table.name;
      }
    }
  }
  return names;
}

void check(const DdlContext& context, Findings& findings) {
  const Node root = context.root;
  if (!root.is("TruncateStmt") || root.text("behavior") != "DROP_CASCADE") return;
  if (context.file.kind == ReviewKind::kLog) return;  // tests empty their tables so
  for (const Node table : root.list("relations")) {
    if (context.state.is_new(table)) continue;
    const std::string name = relation_path(table);
    Finding& finding = add_finding(
        findings, context, kWords, {},
        join({"TRUNCATE ", name, " CASCADE empties all tables that refer to it"}), name);
    const std::string others = referring(context, root);
    if (!others.empty()) finding.evidence.push_back({"referring tables", others, "schema"});
    return;
  }
}

}  // namespace

Findings truncate_cascade(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
