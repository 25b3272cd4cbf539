// REINDEX that stops the writes of a table and the reads through the index.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "reindex_not_concurrently",
    .level = Level::kHigh,
    .remedy_kind = "sql",
    .remedy = "REINDEX INDEX CONCURRENTLY ...",
    .verify =
        "While it runs, `SELECT mode FROM pg_locks WHERE relation = 'TABLE'::regclass` shows "
        "ShareUpdateExclusiveLock; afterwards no index whose name ends in `_ccnew` or `_ccold` is "
        "left.",
    .rollback =
        "Nothing to undo: the index holds the same rows. `DROP INDEX CONCURRENTLY` of an "
        "invalid `_ccnew` index where it has failed.",
    .because = "the file does not make what is built anew, so it may be in use",
    .caveat = "CONCURRENTLY needs room for a second copy and cannot run inside of a transaction."};

constexpr int kFirstWithConcurrently = 120000;

std::string_view word_of(std::string_view kind) {
  if (kind == "REINDEX_OBJECT_INDEX") return "INDEX";
  if (kind == "REINDEX_OBJECT_TABLE") return "TABLE";
  if (kind == "REINDEX_OBJECT_SCHEMA") return "SCHEMA";
  return kind == "REINDEX_OBJECT_DATABASE" ? "DATABASE" : "";
}

bool is_concurrent(Node root) {
  for (const Node option : root.list("params")) {
    if (option.text("defname") != "concurrently") continue;
    const std::string_view value = option["arg"].text("sval");
    return value != "false" && value != "off";
  }
  return false;
}

bool is_new(const DdlContext& context, Node relation, bool index) {
  if (!relation) return context.state.is_dump();
  return index ? context.state.is_new_index(relation_schema(relation), relation_name(relation))
               : context.state.is_new(relation);
}

void check(const DdlContext& context, Findings& findings) {
  const Node root = context.root, relation = root["relation"];
  const std::string_view word = word_of(root.text("kind"));
  if (!root.is("ReindexStmt") || word.empty() || is_concurrent(root)) return;
  if (context.review.server_version < kFirstWithConcurrently) return;
  if (is_new(context, relation, word == "INDEX")) return;
  const std::string name = relation ? relation_path(relation) : std::string(root.text("name"));
  Finding& finding = add_finding(
      findings, context, kWords, {},
      join({"REINDEX ", word, " ", name, " without CONCURRENTLY: writes wait until it is built"}),
      name);
  const std::string target = relation ? quoted_relation(relation) : quoted(name);
  finding.remedy.text = join({"REINDEX ", word, " CONCURRENTLY ", target, ";"});
  finding.evidence.push_back(
      {"lock", "SHARE on the table, ACCESS EXCLUSIVE on the index that is built", ""});
}

}  // namespace

Findings reindex_not_concurrently(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
