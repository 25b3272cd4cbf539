// Transactions that keep their connection while the client does something else.
//
//   BEGIN                                 0.1 ms
//   UPDATE orders SET state = 'paying'    2.1 ms
//                      2,900 ms: the client calls a payment provider
//   UPDATE orders SET state = 'paid'      1.8 ms
//   COMMIT                                0.4 ms
//
// Its statements take 4 ms, so no ranking by duration shows it; it holds the connection for 2.9 s.
// The log gives hold and busy time of each class of transactions; the difference is idle time.
//
// Which step the client idles after is known per statement only, summed over all classes that have
// it. For a step of one class that gives two lower bounds:
//   (1) idle after the statement anywhere - all idle time of the other classes that have it
//   (2) idle time of this class - idle after its other statements anywhere
// The step is named where either is half of the class's idle time, so it is certain. BEGIN is in
// all classes, yet (2) finds it when nothing else idles; a class and its failed variant share every
// step, yet (1) and (2) find it in both.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr Micros kNoticeableIdle{100'000};  // on average, of one transaction
constexpr double kIdlePart = 0.50;          // of its own hold
constexpr double kSmallShare = 0.05;        // of all held time
constexpr std::size_t kShownSql = 120, kShownGist = 60;
constexpr double kLargeShare = 0.20;

using IdleByStatement = std::map<Fingerprint, Micros>;

// Of the transaction's steps, each statement once: the idle time that follows it anywhere.
IdleByStatement idle_after_steps(const TransactionRow& row, const Workload& workload) {
  IdleByStatement idle;
  for (const TransactionStep& step : row.steps) {
    auto query = std::ranges::find(workload.queries, step.fingerprint, &QueryRow::fingerprint);
    idle[step.fingerprint] = query == workload.queries.end() ? Micros{0} : query->idle;
  }
  return idle;
}

// For each statement the idle time of all classes that have it.
IdleByStatement idle_of_classes(const Workload& workload) {
  IdleByStatement idle;
  for (const TransactionRow& row : workload.transactions) {
    if (!row.explicit_block) continue;
    std::set<Fingerprint> statements;
    for (const TransactionStep& step : row.steps) statements.insert(step.fingerprint);
    for (Fingerprint statement : statements) idle[statement] += row.idle;
  }
  return idle;
}

bool worth_telling(const TransactionRow& row, const Workload& workload) {
  if (!row.explicit_block || row.count == 0) return false;
  if (row.idle < kSecond || per_day(row.idle, workload.coverage) < kNegligiblePerDay) return false;
  const double of_all = share(row.idle, workload.totals.hold);
  if (of_all >= kLargeShare) return true;
  const bool noticeable = mean_of(row.idle, row.count) >= kNoticeableIdle || of_all >= kSmallShare;
  return share(row.idle, row.hold) >= kIdlePart && noticeable;
}

// The step that at least half of the idle time follows, where the log can tell it.
const TransactionStep* idling_step(const TransactionRow& row, const Workload& workload,
                                   const IdleByStatement& of_classes) {
  const IdleByStatement after = idle_after_steps(row, workload);
  Micros after_all{0};
  for (const auto& [unused, idle] : after) after_all += idle;
  const bool complete =
      after_all >= row.idle;  // else steps are missing, of a very long transaction
  for (const TransactionStep& step : row.steps) {
    const Micros here = after.at(step.fingerprint);
    const Micros other_classes = of_classes.at(step.fingerprint) - row.idle;
    const Micros other_steps = after_all - here;
    if ((here - other_classes) * 2 >= row.idle) return &step;
    if (complete && (row.idle - other_steps) * 2 >= row.idle) return &step;
  }
  return nullptr;
}

// `checkout-api idles 99 % of its transaction`; the application where it is one alone.
std::string title_of(const TransactionRow& row, const Workload& workload) {
  constexpr std::size_t kLongestName = 30;
  const bool known = row.applications.size() == 1 && !row.applications.front().empty();
  return fmt::format("{} idles {} of its {}, {} of all held time",
                     known ? shortened(row.applications.front(), kLongestName) : "Transaction",
                     percent(row.idle, row.hold), known ? "transaction" : "time",
                     percent(row.idle, workload.totals.hold));
}

// The smallest customary timeout above the 99th percentile of the hold.
std::string_view timeout_above(Micros hold_p99) {
  struct Step {
    std::int64_t seconds;
    std::string_view text;
  };
  constexpr Step kSteps[] = {{5, "5s"},     {10, "10s"},    {15, "15s"},
                             {30, "30s"},   {60, "1min"},   {120, "2min"},
                             {300, "5min"}, {600, "10min"}, {1800, "30min"}};
  for (const Step& step : kSteps) {
    if (hold_p99 < kSecond * step.seconds) return step.text;
  }
  return "1h";
}

// The pauses are the round trips of a statement that runs again and again.
bool is_repeated(const TransactionStep* step, const Workload& workload) {
  if (step == nullptr) return false;
  auto query = std::ranges::find(workload.queries, step->fingerprint, &QueryRow::fingerprint);
  return query != workload.queries.end() && query->run_count > 0 &&
         query->run_calls >= query->calls / 2;
}

struct Advice {
  std::string remedy, rollback;
  std::vector<std::string> caveats;
};

constexpr std::string_view kRevert =
    "Revert the change of the code; nothing is changed in the database.";

Advice repeated_advice(const TransactionStep& step) {
  return {fmt::format("The idle time is the round trips of `{}`, which runs again and again: let "
                      "one statement do the work of all (see `pgcounsel rule n_plus_one`), or send "
                      "them as one pipeline.",
                      gist_of_sql(step.text, kShownGist)),
          std::string(kRevert),
          {}};
}

Advice short_pauses_advice(const TransactionRow& row) {
  return {fmt::format("The pauses are short, {} in a transaction: round trips and the "
                      "application's own work. Compute before BEGIN, and send the statements in "
                      "fewer round trips (a pipeline, several changes in one WITH statement).",
                      duration(mean_of(row.idle, row.count))),
          std::string(kRevert),
          {}};
}

Advice call_advice(const TransactionRow& row, const TransactionStep* step) {
  const std::string where = step == nullptr
                                ? "between the statements"
                                : fmt::format("after `{}`", gist_of_sql(step->text, kShownGist));
  const std::string_view timeout = timeout_above(row.hold_p99);
  const auto change = [&](const std::string& words) { return alter_roles(row.users, words); };
  return {
      fmt::format("Move out of the transaction what the application does {} (a call to another "
                  "service, a queue, rendering, a user's answer): before BEGIN, or after COMMIT "
                  "with a second short transaction for the result.\nAs a net, not as the cure:\n{}",
                  where,
                  change(fmt::format("SET idle_in_transaction_session_timeout = '{}'", timeout))),
      fmt::format("Of the setting: `{}`", change("RESET idle_in_transaction_session_timeout")),
      {"Moving work out of a transaction gives up that both happen or neither does: decide what is "
       "to be done when the call succeeds and the second transaction does not.",
       fmt::format("The setting holds for new sessions. It ends the session of a transaction that "
                   "idles for {} at one place (FATAL 25P03); the client must expect that.",
                   timeout)}};
}

Advice advice_on(const TransactionRow& row, const TransactionStep* step, const Workload& workload) {
  if (is_repeated(step, workload)) return repeated_advice(*step);
  if (mean_of(row.idle, row.count) < kNoticeableIdle) return short_pauses_advice(row);
  return call_advice(row, step);
}

std::vector<Evidence> evidence_of(const TransactionRow& row, const TransactionStep* step,
                                  const Workload& workload) {
  std::vector<Evidence> evidence{
      {"transactions", grouped(row.count), "log"},
      {"held", duration(row.hold), "log"},
      {"idle", fmt::format("{}, {} of its hold", duration(row.idle), percent(row.idle, row.hold)),
       "log"},
      {"idle on average", duration(mean_of(row.idle, row.count)), "log"},
      {"hold, 99th percentile", duration(row.hold_p99), "log"},
      {"share of all held time", percent(row.idle, workload.totals.hold), "log"},
  };
  if (step != nullptr) evidence.push_back({"idles after", brief_sql(step->text, kShownSql), "log"});
  if (row.unfinished > 0) evidence.push_back({"unfinished", grouped(row.unfinished), "log"});
  return evidence;
}

Finding finding_for(const TransactionRow& row, const Workload& workload,
                    const IdleByStatement& of_classes) {
  const Coverage& coverage = workload.coverage;
  const double of_all = share(row.idle, workload.totals.hold);
  const double daily = per_day(row.idle, coverage);
  const TransactionStep* step = idling_step(row, workload, of_classes);
  const Advice advice = advice_on(row, step, workload);

  Finding finding;
  finding.rule = "idle_in_transaction";
  finding.key = fmt::format("{}:{}", finding.rule, row.id);
  finding.level = level_of_held(daily, of_all);
  finding.subject = {"transaction", row.id};
  finding.title = title_of(row, workload);
  finding.evidence = evidence_of(row, step, workload);
  finding.remedy = {"code", advice.remedy};
  const bool exact = coverage.settings.all_statements && coverage.settings.milliseconds;
  const bool long_enough = scaling_caveat(coverage).empty();
  finding.confidence = exact && long_enough ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      !exact        ? "the log does not show every statement to the millisecond; some of the idle "
                      "time may be statements it left out"
      : long_enough ? "every statement and its time are in the log, so the gaps are measured"
                    : "the gaps are measured, but the log is too short to speak for a day";
  finding.gain = Gain{daily / 2, daily};
  finding.verify =
      "In the next report the idle time of this transaction is gone. On the server: `SELECT pid, "
      "now() - state_change AS idle_for, query FROM pg_stat_activity WHERE state LIKE 'idle in "
      "transaction%' ORDER BY 2 DESC;`";
  finding.rollback = advice.rollback;
  finding.caveats = advice.caveats;
  if (std::string caveat = scaling_caveat(coverage); !caveat.empty()) {
    finding.caveats.push_back(std::move(caveat));
  }
  return finding;
}

}  // namespace

Findings idle_in_transaction(const Brief& brief) {
  Findings findings;
  const IdleByStatement of_classes = idle_of_classes(brief.workload);
  for (const TransactionRow& row : brief.workload.transactions) {
    if (worth_telling(row, brief.workload)) {
      findings.push_back(finding_for(row, brief.workload, of_classes));
    }
  }
  return findings;
}

}  // namespace pgcounsel
