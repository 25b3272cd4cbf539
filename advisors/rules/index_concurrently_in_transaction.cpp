// CONCURRENTLY inside of a transaction: the server refuses it.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "index_concurrently_in_transaction",
    .level = Level::kHigh,
    .remedy =
        "Take the statement out of the transaction: a migration of its own, without BEGIN, that "
        "the tool runs outside of a transaction (`disable_ddl_transaction!` in Rails, `atomic = "
        "False` in Django, `-- +goose NO TRANSACTION`, `-- migrate:up transaction:false` in "
        "dbmate, `-- no-transaction` in sqlx). Do not drop CONCURRENTLY instead: then writes wait.",
    .verify = "Run the migration against an empty database: the statement succeeds.",
    .rollback = "Nothing to undo: the server refuses the statement.",
    .because = "the file opens a transaction before the statement and has not ended it"};

constexpr std::string_view kBecauseOfTool =
    "the tool that runs this kind of file puts it into a transaction, unless it was told not to";

bool has_concurrently(Node root) {
  for (const Node option : root.list("params")) {
    if (option.text("defname") == "concurrently") return true;
  }
  return false;
}

// What the statement does CONCURRENTLY; empty where it does nothing so. REFRESH ... CONCURRENTLY is
// allowed in a transaction.
std::string_view concurrent_words(Node root) {
  if (root.is("IndexStmt") && root.flag("concurrent")) return "CREATE INDEX CONCURRENTLY";
  if (root.is("DropStmt") && root.flag("concurrent")) return "DROP INDEX CONCURRENTLY";
  if (root.is("ReindexStmt") && has_concurrently(root)) return "REINDEX CONCURRENTLY";
  const bool detaches =
      root.is("AlterTableStmt") && root["cmds"]["def"].flag("concurrent");
  return detaches ? "DETACH PARTITION CONCURRENTLY" : "";
}

std::string object_of(Node root) {
  if (root.is("DropStmt")) {
    const NodeList objects = root.list("objects");
    return objects.empty() ? std::string() : relation_path(objects.front());
  }
  return root["relation"] ? relation_path(root["relation"]) : std::string(root.text("name"));
}

void check(const DdlContext& context, Findings& findings) {
  if (!context.state.in_transaction()) return;
  const std::string_view words = concurrent_words(context.root);
  if (words.empty()) return;
  const std::string name = object_of(context.root);
  Finding& finding =
      add_finding(findings, context, kWords, {},
                  join({words, " on ", name, " inside of a transaction fails"}), name);
  if (!context.state.in_transaction_of_tool()) return;
  finding.confidence = Confidence::kMedium;
  finding.confidence_because = kBecauseOfTool;
}

}  // namespace

Findings index_concurrently_in_transaction(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
