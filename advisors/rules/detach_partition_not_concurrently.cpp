// DETACH PARTITION that keeps everyone off the whole partitioned table.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "detach_partition_not_concurrently",
    .level = Level::kMedium,
    .remedy_kind = "sql",
    .remedy = "ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY;",
    .verify =
        "While it runs, `SELECT mode FROM pg_locks WHERE relation = 'TABLE'::regclass` shows "
        "ShareUpdateExclusiveLock and no AccessExclusiveLock.",
    .rollback =
        "`ALTER TABLE ... ATTACH PARTITION ...`; `... DETACH PARTITION ... FINALIZE` where "
        "it was cancelled.",
    .because = "the file does not make the partitioned table, so it may be in use",
    .caveat =
        "CONCURRENTLY cannot run inside of a transaction, nor where there is a default "
        "partition."};

constexpr int kFirstWithConcurrently = 140000;

void check(const DdlContext& context, Findings& findings) {
  if (context.review.server_version < kFirstWithConcurrently) return;
  for (const Node command : commands_on_existing(context)) {
    const Node part = command["def"];
    if (command.text("subtype") != "AT_DetachPartition" || part.flag("concurrent")) continue;
    const Node table = context.root["relation"], partition = part["name"];
    const std::string path = relation_path(table), name = relation_path(partition);
    Finding& finding = add_ddl_finding(
        findings, context, kWords, table, command,
        join({"DETACH PARTITION ", name, " without CONCURRENTLY locks all of ", path}),
        join({path, "/", name}));
    finding.remedy.text = join({"ALTER TABLE ", quoted_relation(table), " DETACH PARTITION ",
                                quoted_relation(partition), " CONCURRENTLY;"});
    finding.evidence.push_back({"lock", "ACCESS EXCLUSIVE on the table and the partition", ""});
  }
}

}  // namespace

Findings detach_partition_not_concurrently(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
