// Work in a transaction that already keeps everyone off a table.
#include <algorithm>

#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/migration.h"
#include "advisors/sql/wide_write.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "statements_after_strong_lock",
    .level = Level::kMedium,
    .remedy =
        "End the transaction before the statement that takes time: the change of the table in one "
        "migration, the rest in the next. Where both must be one, put what takes time first and "
        "the "
        "statement that locks last.",
    .verify =
        "In a copy, between the two statements `SELECT relation::regclass, mode FROM pg_locks "
        "WHERE mode = 'AccessExclusiveLock'` shows no table.",
    .rollback = "Nothing to undo: the statements stay the same, in two transactions.",
    .because = "both statements stand between BEGIN and COMMIT"};

constexpr std::string_view kBecauseOfTool =
    "the tool that runs this kind of file puts it into one transaction, unless it was told not to";

bool is_slow(const DdlContext& context) {
  const Node root = context.root;
  if (!takes_time(root) || root.is("SelectStmt")) return false;
  if (root.is("UpdateStmt") || root.is("DeleteStmt")) return is_wide_write(root);
  return true;
}

// It has to do with a table that has rows.
bool is_about_existing(const DdlContext& context) {
  const Node own = context.root["relation"];
  if (own && !context.root.is("InsertStmt")) return !context.state.is_new(own);
  return std::ranges::any_of(context.root.all("RangeVar"),
                             [&](Node table) { return !context.state.is_new(table); });
}

void check(const DdlContext& context, Findings& findings) {
  const HeldLock& held = context.state.held();
  if (!context.state.in_transaction() || held.table.empty() || !is_slow(context)) return;
  if (!is_about_existing(context) || !context.state.first(kWords.rule)) return;
  Finding& finding =
      add_finding(findings, context, kWords, {},
                  join({"takes time while the transaction holds ACCESS EXCLUSIVE on ", held.table}),
                  held.table);
  finding.evidence.push_back({"locked since", "line " + std::to_string(held.line), ""});
  if (!context.state.in_transaction_of_tool()) return;
  finding.confidence = Confidence::kMedium;
  finding.confidence_because = kBecauseOfTool;
}

}  // namespace

Findings statements_after_strong_lock(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
