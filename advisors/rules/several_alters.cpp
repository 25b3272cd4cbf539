// Several ALTER TABLE of one table, each of which waits for its lock and reads the table.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{.rule = "several_alters",
                          .level = Level::kInfo,
                          .remedy =
                              "Put the commands into one ALTER TABLE, with commas between them: "
                              "the table is locked once, "
                              "and what must be read or written anew is so once.",
                          .verify = "The migration has one ALTER TABLE for the table.",
                          .rollback = "Nothing to undo: the result is the same.",
                          .because = "the statements follow each other, and change the same table"};

// A later step that is apart on purpose.
bool is_apart(Node root) {
  for (const Node command : root.list("cmds")) {
    const std::string_view type = command.text("subtype");
    if (type == "AT_ValidateConstraint" || lock_of_command(command) != LockMode::kAccessExclusive) {
      return true;
    }
    if (type == "AT_DropConstraint" || type == "AT_SetNotNull") return true;
  }
  return false;
}

void check(const DdlContext& context, Findings& findings) {
  const Node root = context.root, table = root["relation"];
  if (!root.is("AlterTableStmt") || root.text("objtype") != "OBJECT_TABLE" || is_apart(root))
    return;
  if (context.file.kind == ReviewKind::kLog || context.state.is_new(table)) return;
  const std::string name = relation_path(table);
  if (context.state.altered_before() != name) return;
  if (!context.state.first(join({kWords.rule, "/", name}))) return;
  add_finding(findings, context, kWords, {},
              join({"the statement before is an ALTER TABLE of ", name, ", too"}), name);
}

}  // namespace

Findings several_alters(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
