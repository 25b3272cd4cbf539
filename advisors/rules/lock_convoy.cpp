// Transactions in a queue for the same lock. Each waits for the one before and holds a connection
// meanwhile, so the time that one of them spends between its UPDATE and its COMMIT is paid by all:
//
//   A: UPDATE stock ...  | 240 ms of work | COMMIT
//   B:   UPDATE stock waits 240 ms        | 240 ms of work | COMMIT
//   C:     UPDATE stock waits 480 ms                       | 240 ms ...
//
// The statement that waits is the victim. What is to be changed is what the transactions do while
// they have the lock. Told for a pool that lock waits filled; else for the class that waits most,
// where waits are a large part of all held time.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/full_pools.h"
#include "advisors/messages.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr Cause kCause = Cause::kLockWait;
constexpr double kLargePart = 0.20;      // of all held time
constexpr std::uint64_t kFewWaits = 10;  // lines of the log
constexpr double kMuchDaily = 3600;      // connection-seconds of waiting

std::uint64_t logged_waits(const Workload& workload) {
  const auto row = std::ranges::find(workload.events, "lock_wait", &EventRow::event_class);
  return row == workload.events.end() ? 0 : row->count;
}

// The holder whose lock waits grew most, where one is told; else the one that held most.
const PoolHolder* victim_of(const std::vector<PoolHolder>& holders) {
  const PoolHolder* victim = nullptr;
  const auto grown = [](const PoolHolder& holder) {
    return holder.hold_s * (holder.most->lock_ratio.value_or(0) > 1 ? 1 : 0);
  };
  for (const PoolHolder& holder : holders) {
    if (victim == nullptr || grown(holder) > grown(*victim)) victim = &holder;
  }
  return victim;
}

// `has_value`: missing_timeouts can tell the value of lock_timeout for this pool.
std::string remedy_text(const std::string& statement, const std::vector<std::string>& roles,
                        bool has_value) {
  std::string text = fmt::format(
      "Shorten what is done between `{}` and COMMIT: let it be the last statement of the "
      "transaction, and do calls to other services, reads and computing before it.\nWhere many "
      "rows are changed, in one order everywhere (sort the keys). A queue in a table: SELECT ... "
      "FOR UPDATE SKIP LOCKED. A counter or a stock that all change: several rows that are summed "
      "when read, or INSERT of changes that a job adds up.\nAs a net, so that a client gives up "
      "instead of queueing (SQLSTATE 55P03): lock_timeout",
      statement);
  const bool is_known = std::ranges::any_of(roles, is_usable_role);
  if (has_value) return text + " (`missing_timeouts` has the value that spares healthy waits).";
  if (!is_known) return text + " of 5 s for the role.";
  return fmt::format("{}.\n{}", text, alter_roles(roles, "SET lock_timeout = '5s'"));
}

// What a finding about a pool and one about a class have in common.
Finding convoy(const std::string& statement, const std::vector<std::string>& roles,
               bool has_value) {
  Finding finding;
  finding.rule = "lock_convoy";
  finding.remedy = {"code", remedy_text(statement, roles, has_value)};
  finding.verify =
      "In the next report lock waits are a small part of the held time. Now: `SELECT pid, "
      "pg_blocking_pids(pid), now() - query_start AS waits_for, query FROM pg_stat_activity WHERE "
      "wait_event_type = 'Lock' ORDER BY 3 DESC;`";
  finding.rollback = "Revert the change of the code.";
  if (!has_value && std::ranges::any_of(roles, is_usable_role)) {
    finding.rollback +=
        fmt::format(" Of the setting: `{}`", alter_roles(roles, "RESET lock_timeout"));
  }
  finding.caveats = {
      "The statement that waits is the victim, not the cause: an index does not help it.",
      "Waits shorter than deadlock_timeout leave no line in the log; they are inferred from how "
      "much longer the same statements took."};
  return finding;
}

Finding finding_for(const FullPool& pool, const std::vector<PoolHolder>& holders,
                    const PoolHolder* victim, const Workload& workload) {
  const PoolRow& row = *pool.row;
  const std::string statement = victim == nullptr ? std::string("the first change of a row")
                                                  : statement_of(*victim, kCause, workload);
  Finding finding = convoy(statement, {row.user}, row.healthy.has_value());
  finding.key = fmt::format("{}:{}", finding.rule, pool_id(row));
  finding.level = level_of_advice(pool);
  finding.subject = {"pool", pool_id(row)};
  finding.title =
      fmt::format("Connections of {} queue for a lock at {}", pool_title(row), statement);
  finding.evidence = {{"full", when_full(pool), "log"}};
  if (victim != nullptr) {
    finding.evidence.push_back(
        {"victim", fmt::format("`{}`: {}", statement, holder_words(*victim)), "log"});
  }
  if (victim != nullptr && victim != holders.data()) {
    finding.evidence.push_back(
        {"first holder",
         fmt::format("`{}`: {}", statement_of(holders.front(), kCause, workload),
                     holder_words(holders.front())),
         "log"});
  }
  finding.evidence.push_back({"lines about lock waits",
                              fmt::format("{}, of the whole log", grouped(logged_waits(workload))),
                              "log"});
  set_confidence(finding, pool);
  return finding;
}

// The class that waited most, where waiting is a large part of what the server held.
const TransactionRow* waiting_class(const Workload& workload) {
  const bool is_large = share(workload.totals.lock_wait, workload.totals.hold) >= kLargePart;
  if (!is_large || logged_waits(workload) < kFewWaits) return nullptr;
  if (per_day(workload.totals.lock_wait, workload.coverage) < kNegligiblePerDay) return nullptr;
  const TransactionRow* most = nullptr;
  for (const TransactionRow& row : workload.transactions) {
    if (!row.checkout && (most == nullptr || row.lock_wait > most->lock_wait)) most = &row;
  }
  return most != nullptr && most->lock_wait > Micros{0} ? most : nullptr;
}

Finding finding_for(const TransactionRow& row, const Workload& workload) {
  const PoolHolder as_holder{nullptr, &row, 0, 0};
  const std::string statement = statement_of(as_holder, kCause, workload);
  Finding finding = convoy(statement, row.users, false);
  const double daily = per_day(row.lock_wait, workload.coverage);
  finding.key = fmt::format("{}:{}", finding.rule, row.id);
  finding.level = daily >= kMuchDaily ? Level::kMedium : Level::kLow;
  finding.subject = {"transaction", row.id};
  finding.title = fmt::format("{} of all held time are lock waits, most at {}",
                              percent(workload.totals.lock_wait, workload.totals.hold), statement);
  finding.evidence = {{"lock waits", duration(workload.totals.lock_wait), "log"},
                      {"victim",
                       fmt::format("`{}`: waited {}, {} of its hold", statement,
                                   duration(row.lock_wait), percent(row.lock_wait, row.hold)),
                       "log"},
                      {"transactions", grouped(row.count), "log"},
                      {"lines about lock waits", grouped(logged_waits(workload)), "log"}};
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = "the server logged the waits";
  finding.gain = Gain{daily / 2, daily};
  add_scaling_caveat(finding, workload.coverage);
  return finding;
}

bool has_forgotten(const Workload& workload) {
  return std::ranges::any_of(full_pools(workload), [](const FullPool& pool) {
    return std::ranges::any_of(pool.windows, &PoolWindow::waits_for_forgotten);
  });
}

}  // namespace

Findings lock_convoy(const Brief& brief) {
  const Workload& workload = brief.workload;
  Findings findings;
  for (const FullPool& pool : full_pools(workload, kCause)) {
    const std::vector<PoolHolder> holders = holders_of(pool, workload);
    findings.push_back(finding_for(pool, holders, victim_of(holders), workload));
  }
  // Behind a forgotten transaction there is no convoy: pool_exhausted says what to do.
  if (!findings.empty() || has_forgotten(workload)) return findings;
  if (const TransactionRow* row = waiting_class(workload)) {
    findings.push_back(finding_for(*row, workload));
  }
  return findings;
}

}  // namespace pgcounsel
