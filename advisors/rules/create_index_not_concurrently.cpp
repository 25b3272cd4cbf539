// CREATE INDEX that stops the writes of a table.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "create_index_not_concurrently",
    .level = Level::kHigh,
    .remedy_kind = "sql",
    .remedy = "CREATE INDEX CONCURRENTLY ...",
    .verify =
        "While it runs, `SELECT mode FROM pg_locks WHERE relation = 'TABLE'::regclass` shows "
        "ShareUpdateExclusiveLock; afterwards `indisvalid` of pg_index is true.",
    .rollback =
        "`DROP INDEX CONCURRENTLY` of the index; also where a build has failed, before it is "
        "tried again, for it leaves an invalid index.",
    .because = "the file does not make the table, so it may have rows",
    .caveat =
        "CONCURRENTLY reads the table twice, waits for older transactions, and cannot run inside "
        "of a transaction: put it into a migration of its own."};

// CONCURRENTLY is refused for a partitioned table.
std::string for_partitions(const SqlContext& context, Node root) {
  const std::string table = quoted_relation(root["relation"]);
  return join({"-- for the table itself, at once and invalid at first:\n",
               with_words(context.statement.text, {"on"}, "ONLY"),
               ";\n-- then the same index CONCURRENTLY on each partition of ", table,
               ", and for each:\nALTER INDEX ", quoted(root.text("idxname")),
               " ATTACH PARTITION <index of the partition>;"});
}

void check(const DdlContext& context, Findings& findings) {
  const Node root = context.root, table = root["relation"];
  if (!root.is("IndexStmt") || root.flag("concurrent") || context.state.is_new(table)) return;
  if (!table.flag("inh")) return;  // ON ONLY: nothing is built
  const std::string name = relation_path(table);
  Finding& finding = add_ddl_finding(
      findings, context, kWords, table, {},
      join({"CREATE INDEX on ", name, " without CONCURRENTLY: its writes wait until it is built"}),
      join({name, "/", root.text("idxname")}));
  const CatalogTable* const known =
      context.catalog().table(table.text("schemaname"), table.text("relname"));
  const bool partitioned = known != nullptr && known->kind == RelationKind::kPartitioned;
  finding.remedy.text = partitioned
                            ? for_partitions(context, root)
                            : with_words(context.statement.text, {"index"}, "CONCURRENTLY") + ";";
  finding.evidence.push_back({"lock", "SHARE, from the first row to the last", ""});
}

}  // namespace

Findings create_index_not_concurrently(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
