// Rows that are inserted one by one, each with a statement of its own.
//
//   INSERT INTO order_items (order_id, product_id, n) VALUES ($1, $2, $3)     400 x, one row each
//
//   INSERT INTO order_items ... SELECT $1, * FROM unnest($2::int[], $3::int[])  1 x, 400 rows
//
// Rests on the log's runs, as n_plus_one does. Outside a transaction every row also waits for its
// own commit; inside one the connection is held from the first row to the last.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/messages.h"
#include "advisors/runs.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"
#include "parser/sql/insert_form.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kFewRuns = 3;    // fewer short ones may be chance, or one script
constexpr std::uint64_t kLongRun = 100;  // rows of one run that are worth a batch by themselves
constexpr double kSmallShare = 0.02;     // of all held time
// What a batch saves of the executions themselves: planning and one round of locks and triggers
// inside a transaction, the flush of each commit outside. The rest is the work on heap and indexes.
constexpr double kSavedInside = 0.5, kSavedOutside = 0.9;

// Executions with several rows look the same once their values are gone; they are counted apart.
bool sends_batches(const QueryRow& row, const Workload& workload) {
  const EventMeasureRow batches =
      measure_of(workload, "insert_rows", "batches", hex(row.fingerprint));
  return batches.count * 2 >= std::max<std::uint64_t>(row.calls, 1);
}

bool worth_telling(const QueryRow& row, const Workload& workload) {
  if (row.run_count == 0 || verb_of(row.text) != Verb::kInsert) return false;
  if (insert_form_of(row.text) == InsertForm::kQuery) return false;
  if (row.run_count < kFewRuns && row.longest_run < kLongRun) return false;
  if (per_day(row.run_total, workload.coverage) < kNegligiblePerDay) return false;
  return run_share(row, workload) >= kSmallShare && !sends_batches(row, workload);
}

std::string remedy_text(const QueryRow& row, bool inside) {
  constexpr std::uint64_t kCopyFrom = 1000;
  const bool many = row.longest_run >= kCopyFrom;
  return fmt::format(
      "{} With JDBC: `addBatch()` and `reWriteBatchedInserts=true`; in an ORM: its bulk insert, or "
      "a batch size. Where a row needs the answer of the one before, a driver's pipeline mode "
      "saves "
      "the round trips.{}",
      many ? "Load the rows with `COPY ... FROM STDIN`, or send some hundred of them with each "
             "`INSERT ... VALUES (...), (...)`."
           : "Send the rows together: `INSERT ... VALUES (...), (...)`, or `INSERT ... SELECT * "
             "FROM "
             "unnest($1, $2)` with an array for each column.",
      inside ? ""
             : " Outside a transaction each row waits for its own commit: BEGIN before a batch, "
               "COMMIT after it.");
}

Finding finding_for(const QueryRow& row, const Workload& workload) {
  const Coverage& coverage = workload.coverage;
  const bool inside = inside_transactions(row, workload);
  Finding finding;
  finding.rule = "insert_loop";
  finding.key = fmt::format("{}:{}", finding.rule, hex(row.fingerprint));
  finding.level = std::min(
      Level::kHigh, level_of_held(per_day(row.run_total, coverage), run_share(row, workload)));
  finding.subject = {"query", hex(row.fingerprint)};
  finding.title = fmt::format("{} rows inserted one by one, {:.0f} in a row",
                              grouped(row.run_calls), mean_run(row));
  finding.evidence = {
      {"runs", grouped(row.run_count), "log"},
      {"rows in runs", fmt::format("{} of {}", grouped(row.run_calls), grouped(row.calls)), "log"},
      {"longest run", grouped(row.longest_run), "log"},
      {"time of the runs", duration(row.run_total), "log"},
      {"share of all held time",
       percent(std::min(row.run_total, workload.totals.hold), workload.totals.hold), "log"},
      {"stand in transactions", inside ? "yes" : "no", "log"},
  };
  finding.remedy = {"code", remedy_text(row, inside)};
  finding.confidence = row.run_count >= kFewRuns ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      row.run_count >= kFewRuns
          ? "the log shows the rows of one session one after the other, again and again"
          : "the log shows the rows of one session one after the other, in few runs: it may have "
            "been a load that does not come again";
  finding.gain = gain_of_runs(row, coverage, inside ? kSavedInside : kSavedOutside);
  finding.verify =
      "In the next report this statement has no runs, and executions fall by the size of a batch.";
  finding.rollback = "Revert the change of the code; nothing is changed in the database.";
  finding.caveats = {
      "One bad row fails its whole batch: keep batches to some hundred rows and split one that "
      "fails.",
      "Where the keys are needed, RETURNING gives them for all rows of a batch."};
  add_scaling_caveat(finding, coverage);
  return finding;
}

}  // namespace

Findings insert_loop(const Brief& brief) {
  Findings findings;
  for (const QueryRow& row : brief.workload.queries) {
    if (worth_telling(row, brief.workload)) findings.push_back(finding_for(row, brief.workload));
  }
  return findings;
}

}  // namespace pgcounsel
