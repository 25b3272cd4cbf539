// Transactions that stay open for long because of what they do in the database, or because nobody
// ends them. What is held longest here is not only the connection: row locks and the horizon of
// vacuum are held with it.
//
//   BEGIN
//   DELETE FROM events WHERE day < '2026-01-01'    41 s
//   INSERT INTO events_archive SELECT ...          63 s
//   COMMIT                                      -> every lock of the first statement held 104 s
//
// A class that is idle for half of its hold and more is left to idle_in_transaction; here are the
// classes that work, that wait for locks, or that were seen open where the log or session ended.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/full_pools.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr Micros kLong = kSecond * 5;        // 99th percentile of the hold
constexpr Micros kForgotten = kSecond * 60;  // hold of a transaction that nobody ended
constexpr double kSmallShare = 0.02;         // of all held time
constexpr double kMostly = 0.50;

constexpr std::array<std::string_view, 4> kBackupTools = {"pg_basebackup", "pg_dump", "pg_dumpall",
                                                          "pg_restore"};

enum class Kind { kWorks, kWaits, kAbandoned };

bool is_backup(const TransactionRow& row) {
  return !row.applications.empty() &&
         std::ranges::all_of(row.applications, [](const std::string& name) {
           return std::ranges::find(kBackupTools, name) != kBackupTools.end();
         });
}

bool worth_telling(const TransactionRow& row, const Workload& workload) {
  if (!row.explicit_block || is_backup(row)) return false;
  if (per_day(row.hold, workload.coverage) < kNegligiblePerDay) return false;
  if (share(row.hold, workload.totals.hold) < kSmallShare) return false;
  if (row.unfinished > 0 && row.hold_max >= kForgotten) return true;
  return row.hold_p99 >= kLong && share(row.idle, row.hold) < kMostly;
}

Kind kind_of(const TransactionRow& row) {
  if (share(row.lock_wait, row.hold) >= kMostly) return Kind::kWaits;
  const bool works = row.hold_p99 >= kLong && share(row.idle, row.hold) < kMostly;
  return works ? Kind::kWorks : Kind::kAbandoned;
}

std::string title_of(const TransactionRow& row, Kind kind) {
  const std::string longest = duration(row.hold_max);
  switch (kind) {
    case Kind::kWaits:
      return fmt::format("Transaction open for up to {}, {} of it waiting for locks", longest,
                         percent(row.lock_wait, row.hold));
    case Kind::kAbandoned:
      return fmt::format("Transaction open for {} and not ended by its client", longest);
    case Kind::kWorks:
      break;
  }
  return fmt::format("Transaction open for up to {}, {} of its time in statements", longest,
                     percent(row.busy, row.hold));
}

std::string remedy_text(Kind kind) {
  switch (kind) {
    case Kind::kWaits:
      return "Shorten the transactions that hold the locks (the lock lines of the log name their "
             "processes), take locks in one order everywhere and as late as possible, and set "
             "lock_timeout for this role so that it gives up instead of queueing.";
    case Kind::kAbandoned:
      return "End the transaction on every path of the code: COMMIT or ROLLBACK in a finally or "
             "defer, the pool's rollback on return, and no transaction over a user's answer.";
    case Kind::kWorks:
      break;
  }
  return "Commit in smaller batches (by key range, some thousand rows each) where the work need "
         "not "
         "be all or nothing; move reading and computing before BEGIN, and put the statements that "
         "lock what others need last. Speed up its slowest statement first.";
}

std::vector<Evidence> evidence_of(const TransactionRow& row, const Workload& workload) {
  std::vector<Evidence> evidence{
      {"transactions", grouped(row.count), "log"},
      {"longest", duration(row.hold_max), "log"},
      {"hold, 99th percentile", duration(row.hold_p99), "log"},
      {"held",
       fmt::format("{}: {} in statements, {} idle", duration(row.hold), duration(row.busy),
                   duration(row.idle)),
       "log"},
      {"share of all held time", percent(row.hold, workload.totals.hold), "log"},
  };
  if (row.lock_wait > Micros{0}) {
    evidence.push_back({"lock wait", duration(row.lock_wait), "log"});
  }
  if (row.unfinished > 0) evidence.push_back({"unfinished", grouped(row.unfinished), "log"});
  return evidence;
}

// Smaller batches do the same work, so only waiting is sure to be given back, and not all of it.
Gain gain_of(const TransactionRow& row, Kind kind, const Coverage& coverage) {
  if (kind == Kind::kAbandoned) {
    const double idle = per_day(row.idle, coverage);
    return {idle / 2, idle};
  }
  return {0, per_day(row.lock_wait + row.idle, coverage)};
}

// Locks filled a pool: then who waits is its victim, and the findings on the pool say what to do.
bool fills_a_pool(const Workload& workload) {
  return std::ranges::any_of(full_pools(workload), [](const FullPool& pool) {
    return std::ranges::any_of(pool.windows, [](const PoolWindow* window) {
      return window->waits_for_forgotten || window->cause == name_of(Cause::kLockWait);
    });
  });
}

Finding finding_for(const TransactionRow& row, const Workload& workload) {
  const Coverage& coverage = workload.coverage;
  const Kind kind = kind_of(row);
  Finding finding;
  finding.rule = "long_transaction";
  finding.key = fmt::format("{}:{}", finding.rule, row.id);
  finding.level = std::min(Level::kHigh, level_of_held(per_day(row.hold, coverage),
                                                       share(row.hold, workload.totals.hold)));
  if (kind == Kind::kWaits && fills_a_pool(workload)) finding.level = Level::kLow;
  finding.subject = {"transaction", row.id};
  finding.title = title_of(row, kind);
  finding.evidence = evidence_of(row, workload);
  finding.remedy = {"code", remedy_text(kind)};
  finding.confidence = row.count >= 5 ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      row.count >= 5 ? "several transactions of this kind were measured from BEGIN to end"
                     : "few transactions of this kind were seen";
  finding.gain = gain_of(row, kind, coverage);
  finding.verify =
      "In the next report the longest hold of this transaction is shorter. On the server: "
      "`SELECT pid, now() - xact_start AS open_for, state, query FROM pg_stat_activity WHERE "
      "xact_start IS NOT NULL ORDER BY 2 DESC;`";
  finding.rollback = "Revert the change of the code; nothing is changed in the database.";
  finding.caveats = {
      "Batches that commit one by one can stop half way: the job must be able to go on from "
      "there."};
  if (row.unfinished > 0) {
    finding.caveats.emplace_back(
        "Unfinished are also transactions that were still at work where the log ends.");
  }
  if (std::string caveat = scaling_caveat(coverage); !caveat.empty()) {
    finding.caveats.push_back(std::move(caveat));
  }
  return finding;
}

}  // namespace

Findings long_transaction(const Brief& brief) {
  Findings findings;
  for (const TransactionRow& row : brief.workload.transactions) {
    if (worth_telling(row, brief.workload)) findings.push_back(finding_for(row, brief.workload));
  }
  return findings;
}

}  // namespace pgcounsel
