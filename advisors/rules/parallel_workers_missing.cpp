// Parallel plans that ran with fewer processes than planned or gained nothing from them, and long
// scans that something keeps from being parallel.
//
// At stake is what the missing processes would have taken over: p processes that took t would have
// taken t · p / q with q of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "advisors/advisor.h"
#include "advisors/plans/plan_facts.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kRule = "parallel_workers_missing";
constexpr double kMostOfTime = 0.8;
constexpr double kIdlePart = 0.1;
constexpr double kLongStartMs = 5;
constexpr double kFewRows = 1000;
constexpr double kLongMs = 100;           // below it starting workers costs as much as they give
constexpr double kParallelBlocks = 1024;  // min_parallel_table_scan_size = 8MB
constexpr double kBlockBytes = 8192;
constexpr double kDefaultWorkers = 2;  // max_parallel_workers_per_gather

bool is_gather(const PlanNode& node) {
  return node.is("Gather") || node.is("Gather Merge");
}

bool takes_part_in_scan(const PlanNode& node) {
  return node.is("Seq Scan") || node.is("Aggregate");
}

// ---- planned, but not launched ------------------------------------------------------------------

Remedy more_workers(const Plan& plan, double planned) {
  const std::string_view most = setting_of(plan, "max_parallel_workers");
  if (most == "0") {
    return {"setting",
            "`max_parallel_workers` is 0 here, so no worker ever starts: `RESET "
            "max_parallel_workers;` in the session, or where it is set (`SELECT source, sourcefile "
            "FROM pg_settings WHERE name = 'max_parallel_workers';`)."};
  }
  return {
      "setting",
      fmt::format("The server's workers were in use or are too few. More of them: `ALTER SYSTEM "
                  "SET max_parallel_workers = 16;` and `SELECT pg_reload_conf();`, at most "
                  "`max_worker_processes`, which needs a restart. Or fewer for each statement, "
                  "so that all get some: `ALTER SYSTEM SET max_parallel_workers_per_gather = "
                  "{};`.",
                  std::max(1, static_cast<int>(planned / 2)))};
}

void check_launched(const PlanRow& row, std::size_t place, Findings& findings) {
  const PlanNode& node = row.plan.nodes[place];
  const double planned = node.number(PlanNumber::kWorkersPlanned);
  const double launched = node.number(PlanNumber::kWorkersLaunched);

  Finding finding = plan_finding(row, kRule, place);
  finding.title = fmt::format("{} got {} of {} parallel workers", node_words(node),
                              rows_words(launched), rows_words(planned));
  finding.evidence.push_back(of_node("workers planned", rows_words(planned), place));
  finding.evidence.push_back(of_node("workers launched", rows_words(launched), place));
  finding.evidence.push_back(
      of_node("below it", plan_ms(row.figures.nodes[place].inclusive_ms), place));
  finding.remedy = more_workers(row.plan, planned);
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = "the plan tells how many workers were planned and launched";
  finding.verify =
      "`EXPLAIN (ANALYZE)` at the same load prints `Workers Launched` equal to `Workers Planned`.";
  finding.rollback =
      "`ALTER SYSTEM RESET max_parallel_workers;` (and max_parallel_workers_per_gather), `SELECT "
      "pg_reload_conf();`.";
  finding.caveats.push_back(
      "A client that fetches in portions (a cursor, a driver's fetch size) gets no workers at all; "
      "no setting of the server changes that.");
  finding.caveats.push_back("Every worker may take work_mem for each of its sorts and hashes.");
  const double saved = (planned - launched) / (planned + 1);
  weigh(finding, row, row.figures.nodes[place].inclusive_ms * saved);
  findings.push_back(std::move(finding));
}

// ---- launched, but not worth it -----------------------------------------------------------------

// Where workers are told apart (VERBOSE, JSON): all of them together did less than a tenth.
bool only_leader_worked(const PlanNode& node) {
  const auto is_timed = [](const PlanWorker& worker) {
    return worker.numbers.has(PlanNumber::kActualTotalTime);
  };
  if (node.workers.empty() || !std::ranges::all_of(node.workers, is_timed)) return false;
  const auto time_of = [](const PlanNumbers& numbers) {
    return numbers.get(PlanNumber::kActualTotalTime) * numbers.get(PlanNumber::kActualLoops);
  };
  double workers = 0;
  for (const PlanWorker& worker : node.workers) workers += time_of(worker.numbers);
  return workers <= kIdlePart * time_of(node.numbers);
}

// The Gather waits for its workers to start longer than what is below it takes. With many rows its
// time is that of handing them over, which is another matter.
bool starting_takes_longest(const PlanRow& row, std::size_t place) {
  const NodeFigures& gather = row.figures.nodes[place];
  return gather.exclusive_ms >= kLongStartMs && gather.rows < kFewRows &&
         gather.exclusive_ms > row.figures.nodes[place + 1].inclusive_ms;
}

bool is_not_worth_it(const PlanRow& row, std::size_t place) {
  const PlanNode& node = row.plan.nodes[place];
  if (node.number(PlanNumber::kWorkersLaunched) < 1 || place + 1 >= node.end) return false;
  return only_leader_worked(row.plan.nodes[place + 1]) || starting_takes_longest(row, place);
}

void check_worth(const PlanRow& row, std::size_t place, Findings& findings) {
  const PlanNode& node = row.plan.nodes[place];
  const NodeFigures& figures = row.figures.nodes[place];
  const double launched = node.number(PlanNumber::kWorkersLaunched);
  const bool leader = only_leader_worked(row.plan.nodes[place + 1]);

  Finding finding = plan_finding(row, kRule, place);
  const std::string workers =
      fmt::format("{} parallel worker{}", rows_words(launched), launched == 1 ? "" : "s");
  finding.title =
      leader ? fmt::format("{} launched {}, but the leader did the work", node_words(node), workers)
             : fmt::format("{} waits {} for {}, the work takes {}", node_words(node),
                           plan_ms(figures.exclusive_ms), workers,
                           plan_ms(row.figures.nodes[place + 1].inclusive_ms));
  finding.evidence.push_back(of_node("workers launched", rows_words(launched), place));
  finding.evidence.push_back(
      of_node("time below it", plan_ms(row.figures.nodes[place + 1].inclusive_ms), place + 1));
  finding.remedy = {"setting",
                    "The work is done before the workers have started: `SET LOCAL "
                    "max_parallel_workers_per_gather = 0;` for this statement. For all of them "
                    "`parallel_setup_cost` (1000 by default) and `min_parallel_table_scan_size` (8 "
                    "MB) must not be lower than the machine is quick."};
  finding.confidence = Confidence::kMedium;
  finding.confidence_because =
      "the times are measured; starting a worker takes longer on a machine that is busy";
  finding.verify = "`EXPLAIN (ANALYZE)` without workers takes less time.";
  finding.rollback = "Leave out the SET LOCAL.";
  weigh(finding, row, figures.exclusive_ms);
  findings.push_back(std::move(finding));
}

// ---- not parallel at all ------------------------------------------------------------------------

struct Blocker {
  std::string words;
  Remedy remedy;
};

std::string_view first_setting_zero(const Plan& plan) {
  for (std::string_view name : {"max_parallel_workers_per_gather", "max_parallel_workers"}) {
    if (setting_of(plan, name) == "0") return name;
  }
  return {};
}

// Only what the plan itself shows; a function that is not parallel safe, say, is not seen in it.
std::optional<Blocker> blocker_of(const Plan& plan) {
  for (const PlanNode& node : plan.nodes) {
    if (node.is("ModifyTable")) {
      return Blocker{"the statement writes",
                     {"code",
                      "A statement that writes is never parallel. Where the rows to change take "
                      "long to find, find them in a statement of its own (`CREATE TEMP TABLE ids "
                      "AS SELECT ...;` is parallel) and change those; or give the condition an "
                      "index."}};
    }
    if (node.is("LockRows")) {
      return Blocker{"FOR UPDATE or FOR SHARE",
                     {"code",
                      "A statement that locks rows is never parallel. Find the keys first, in a "
                      "statement without FOR UPDATE, and lock those rows."}};
    }
  }
  const std::string_view setting = first_setting_zero(plan);
  if (setting.empty()) return std::nullopt;
  return Blocker{fmt::format("{} = 0", setting),
                 {"sql", fmt::format("SET LOCAL {} = 2;", setting)}};
}

struct LongScan {
  std::size_t place = kNoNode;  // the longest sequential scan
  double ms = 0;                // all scans and aggregates
};

LongScan long_scan_of(const PlanRow& row) {
  LongScan scan;
  for (std::size_t place = 0; place < row.plan.nodes.size(); ++place) {
    const PlanNode& node = row.plan.nodes[place];
    if (!takes_part_in_scan(node)) continue;
    const double ms = row.figures.nodes[place].exclusive_ms;
    scan.ms += ms;
    if (!node.is("Seq Scan")) continue;
    if (scan.place == kNoNode || ms > row.figures.nodes[scan.place].exclusive_ms) {
      scan.place = place;
    }
  }
  return scan;
}

// What the scan read in one loop, by its buffers, else by its rows' width.
double blocks_of_scan(const PlanRow& row, std::size_t place) {
  const PlanNode& node = row.plan.nodes[place];
  const NodeFigures& figures = row.figures.nodes[place];
  const double loops = std::max(1.0, figures.loops);
  if (node.has(PlanNumber::kSharedHitBlocks) || node.has(PlanNumber::kSharedReadBlocks)) {
    return (figures.shared_hit + figures.shared_read) / loops;
  }
  const double width = node.number(PlanNumber::kPlanWidth);
  return (figures.rows + figures.rows_removed) * width / kBlockBytes / loops;
}

void check_serial(const PlanRow& row, Findings& findings) {
  if (!row.figures.has_timing || row.figures.total_ms < kLongMs) return;
  const LongScan scan = long_scan_of(row);
  if (scan.place == kNoNode || scan.ms < kMostOfTime * row.figures.total_ms) return;
  if (blocks_of_scan(row, scan.place) < kParallelBlocks) return;
  const std::optional<Blocker> blocker = blocker_of(row.plan);
  if (!blocker) return;
  const PlanNode& node = row.plan.nodes[scan.place];

  Finding finding = plan_finding(row, kRule, scan.place);
  finding.title = fmt::format("{} runs in one process: {} keeps it from being parallel",
                              node_words(node), blocker->words);
  finding.evidence.push_back(
      of_node("read in a loop", plan_blocks(blocks_of_scan(row, scan.place)), scan.place));
  finding.evidence.push_back({"scans and aggregates of the whole time",
                              share_words(scan.ms, row.figures.total_ms), "plan"});
  finding.remedy = blocker->remedy;
  finding.confidence = Confidence::kMedium;
  finding.confidence_because =
      "what keeps it from being parallel is in the plan; whether the planner would then choose "
      "workers depends on its costs";
  finding.verify = "`EXPLAIN` shows a Gather above the scan, `EXPLAIN (ANALYZE)` less time.";
  finding.rollback = "Leave out the SET LOCAL, or keep the one statement.";
  finding.caveats.push_back(
      "An index that makes the scan short helps more than workers, and they take processors away "
      "from others.");
  weigh(finding, row, scan.ms * kDefaultWorkers / (kDefaultWorkers + 1));
  cap(finding, Level::kLow);
  findings.push_back(std::move(finding));
}

void check(const PlanRow& row, Findings& findings) {
  bool gathers = false;
  for (std::size_t place = 0; place < row.plan.nodes.size(); ++place) {
    const PlanNode& node = row.plan.nodes[place];
    if (!is_gather(node)) continue;
    gathers = true;
    if (!row.figures.nodes[place].executed || !node.has(PlanNumber::kWorkersLaunched)) continue;
    if (node.number(PlanNumber::kWorkersLaunched) < node.number(PlanNumber::kWorkersPlanned)) {
      check_launched(row, place, findings);
    } else if (is_not_worth_it(row, place)) {
      check_worth(row, place, findings);
    }
  }
  if (!gathers) check_serial(row, findings);
}

}  // namespace

Findings parallel_workers_missing(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
