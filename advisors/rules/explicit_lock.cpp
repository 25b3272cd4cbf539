// LOCK TABLE and session-level advisory locks.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "explicit_lock",
    .level = Level::kMedium,
    .remedy =
        "Lock the rows that matter (`SELECT … FOR UPDATE`), let a unique index decide (`INSERT … "
        "ON CONFLICT`), or take a lock that ends with the transaction (`pg_advisory_xact_lock`).",
    .verify =
        "`pg_locks` during the call: no table lock stronger than ROW EXCLUSIVE, no advisory lock "
        "left after it.",
    .rollback = "Put the lock back.",
    .confidence = Confidence::kMedium,
    .because =
        "the mode is written in the statement; how long the transaction lasts is not known here"};

// Modes as the parser numbers them.
constexpr long kShare = 5, kExclusive = 7, kAccessExclusive = 8;

void check_tables(const SqlContext& context, Findings& findings) {
  const long mode = context.root.number("mode");
  if (mode < kShare) return;
  const std::string_view who = mode == kAccessExclusive ? "uses" : "writes to";
  for (const Node table : context.root.list("relations")) {
    const std::string name = relation_words(table);
    Finding& finding = add_finding(
        findings, context, kWords, {},
        join({"LOCK TABLE ", name, ": everyone who ", who, " it waits until the transaction ends"}),
        name);
    if (mode < kExclusive) finding.level = Level::kLow;
  }
}

void check(const SqlContext& context, Findings& findings) {
  if (context.file.kind == ReviewKind::kMigration) return;
  if (context.root.is("LockStmt")) return check_tables(context, findings);
  for (const Node call : context.root.all("FuncCall")) {
    const std::string_view name = function_name(call);
    if (name != "pg_advisory_lock" && name != "pg_advisory_lock_shared") continue;
    add_finding(
        findings, context, kWords, call,
        join(
            {name, " outlives the transaction: a pooler in transaction mode may never release it"}),
        name)
        .level = Level::kLow;
  }
}

}  // namespace

Findings explicit_lock(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
