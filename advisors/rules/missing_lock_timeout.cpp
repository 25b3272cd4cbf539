// A strong lock that is waited for without a limit.
#include <algorithm>

#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "missing_lock_timeout",
    .level = Level::kMedium,
    .remedy_kind = "sql",
    .remedy =
        "SET lock_timeout = '2s';  -- before the statement; try the migration again when it fails",
    .verify =
        "With a transaction open that has read the table, the migration fails after two seconds "
        "with `canceling statement due to lock timeout`, and queries of the table go on.",
    .rollback = "`RESET lock_timeout`.",
    .confidence = Confidence::kMedium,
    .because = "the file sets no lock_timeout; the role or the tool that runs it may have one"};

const TableLock* strong_lock(const DdlContext& context, const std::vector<TableLock>& locks) {
  const auto found = std::ranges::find_if(locks, [&](const TableLock& lock) {
    return stops_writes(lock.mode) &&
           !context.state.is_new(relation_schema(lock.table), relation_name(lock.table));
  });
  return found == locks.end() ? nullptr : &*found;
}

void check(const DdlContext& context, Findings& findings) {
  if (context.state.has_lock_timeout() || context.file.kind == ReviewKind::kLog) return;
  if (context.root.is("DropStmt")) return;  // nobody should use it any more
  if (context.root.is("LockStmt") && context.root.flag("nowait")) return;
  const std::vector<TableLock> locks = locks_of(context.root);
  const TableLock* const lock = strong_lock(context, locks);
  if (lock == nullptr || !context.state.first(kWords.rule)) return;
  const std::string name = relation_path(lock->table);
  Finding& finding = add_ddl_finding(findings, context, kWords, lock->table, {},
                                     join({"no lock_timeout before ", name_of(lock->mode), " on ",
                                           name, ": while it waits, all others wait behind it"}));
  const bool strongest = lock->mode == LockMode::kAccessExclusive;
  if (!strongest || context.file.kind != ReviewKind::kMigration) finding.level = Level::kLow;
  finding.evidence.push_back({"lock", std::string(name_of(lock->mode)), ""});
}

}  // namespace

Findings missing_lock_timeout(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
