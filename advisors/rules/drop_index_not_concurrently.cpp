// DROP INDEX that waits for every query of a table, and lets all later ones wait behind it.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "drop_index_not_concurrently",
    .level = Level::kMedium,
    .remedy_kind = "sql",
    .remedy = "DROP INDEX CONCURRENTLY ...",
    .verify =
        "While it runs, `SELECT mode FROM pg_locks WHERE relation = 'TABLE'::regclass` shows "
        "ShareUpdateExclusiveLock and no AccessExclusiveLock.",
    .rollback = "Build the index again with `CREATE INDEX CONCURRENTLY`.",
    .because = "the file does not make the index, so its table may be in use",
    .caveat =
        "CONCURRENTLY drops one index at a time, not with CASCADE, not the index of a constraint "
        "or of a partitioned table, and not inside of a transaction."};

std::string remedy(Node root, Node index) {
  return join({"DROP INDEX CONCURRENTLY ", root.flag("missing_ok") ? "IF EXISTS " : "",
               quoted_relation(index), ";"});
}

void check(const DdlContext& context, Findings& findings) {
  const Node root = context.root;
  const bool drops = root.is("DropStmt") && root.text("removeType") == "OBJECT_INDEX";
  if (!drops || root.flag("concurrent")) return;
  for (const Node index : root.list("objects")) {
    if (context.state.is_new_index(relation_schema(index), relation_name(index))) continue;
    const std::string name = relation_path(index);
    Finding& finding = add_finding(
        findings, context, kWords, {},
        join({"DROP INDEX ", name, " without CONCURRENTLY locks its table against reads, too"}),
        name);
    finding.remedy.text = remedy(root, index);
    finding.evidence.push_back({"lock", "ACCESS EXCLUSIVE on the table of the index", ""});
  }
}

}  // namespace

Findings drop_index_not_concurrently(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
