// The same statement again and again in one session, where one statement would do.
//
//   SELECT id FROM products WHERE category = $1               1 x, 20 rows
//   SELECT count(*) FROM reviews WHERE product_id = $1       20 x, one for each row
//
//   SELECT product_id, count(*) FROM reviews
//   WHERE product_id = ANY($1) GROUP BY product_id            1 x instead of 20
//
// The log's runs (10 and more executions of one statement, one after the other) carry the time from
// the first start to the last end: the executions and the round trips between them. Round trips are
// what one statement saves for sure; the work of the executions is saved only in part. Runs of
// INSERT are insert_loop's.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/runs.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kFewRuns = 3;  // fewer may be chance, or one script
constexpr double kSmallShare = 0.02;   // of all held time
constexpr double kLongRun = 1000;      // executions a run on average: a job or a benchmark

bool worth_telling(const QueryRow& row, const Workload& workload) {
  const Verb verb = verb_of(row.text);
  if (row.run_count < kFewRuns || verb == Verb::kOther) return false;
  if (verb == Verb::kInsert) return false;  // insert_loop's
  if (per_day(row.run_total, workload.coverage) < kNegligiblePerDay) return false;
  return run_share(row, workload) >= kSmallShare;
}

std::string remedy_text(Verb verb) {
  switch (verb) {
    case Verb::kChange:
      return "Send the rows together: UPDATE t SET c = v.c FROM unnest($1, $2) AS v(id, c) WHERE "
             "t.id = v.id, or DELETE ... WHERE id = ANY($1). In an ORM: its bulk update.";
    default:
      break;
  }
  return "Fetch all at once: collect the keys first and ask with WHERE key = ANY($1), or join the "
         "statement that gave the keys. In an ORM: eager loading (includes, prefetch_related, join "
         "fetch, a data loader).";
}

Confidence confidence_of(const QueryRow& row, bool in_transactions) {
  if (mean_run(row) > kLongRun) return Confidence::kLow;
  return in_transactions ? Confidence::kHigh : Confidence::kMedium;
}

std::string because(Confidence confidence) {
  switch (confidence) {
    case Confidence::kHigh:
      return "the runs stand inside transactions, so one request made them";
    case Confidence::kMedium:
      return "the runs stand outside transactions: with few sessions, separate requests for the "
             "same page look alike";
    case Confidence::kLow:
      break;
  }
  return "the runs are so long that a batch job or a benchmark is more likely than a page";
}

Finding finding_for(const QueryRow& row, const Workload& workload) {
  const Coverage& coverage = workload.coverage;
  Finding finding;
  finding.rule = "n_plus_one";
  finding.key = fmt::format("{}:{}", finding.rule, hex(row.fingerprint));
  finding.level = std::min(
      Level::kHigh, level_of_held(per_day(row.run_total, coverage), run_share(row, workload)));
  finding.subject = {"query", hex(row.fingerprint)};
  finding.title = fmt::format("Same statement {:.0f} times in a row where one would do, {} runs",
                              mean_run(row), grouped(row.run_count));
  finding.evidence = {
      {"runs", grouped(row.run_count), "log"},
      {"executions in runs", fmt::format("{} of {}", grouped(row.run_calls), grouped(row.calls)),
       "log"},
      {"longest run", grouped(row.longest_run), "log"},
      {"time of the runs", duration(row.run_total), "log"},
      {"share of all held time",
       percent(std::min(row.run_total, workload.totals.hold), workload.totals.hold), "log"},
  };
  finding.remedy = {"code", remedy_text(verb_of(row.text))};
  finding.confidence = confidence_of(row, inside_transactions(row, workload));
  finding.confidence_because = because(finding.confidence);
  finding.gain = gain_of_runs(row, coverage, 1);
  finding.verify =
      "In the next report this statement has no runs, and the one that replaces it has one "
      "execution "
      "for each of them.";
  finding.rollback = "Revert the change of the code; nothing is changed in the database.";
  finding.caveats = {"Very long lists of keys are better sent in chunks of some thousand."};
  if (std::string caveat = scaling_caveat(coverage); !caveat.empty()) {
    finding.caveats.push_back(std::move(caveat));
  }
  return finding;
}

}  // namespace

Findings n_plus_one(const Brief& brief) {
  Findings findings;
  for (const QueryRow& row : brief.workload.queries) {
    if (worth_telling(row, brief.workload)) findings.push_back(finding_for(row, brief.workload));
  }
  return findings;
}

}  // namespace pgcounsel
