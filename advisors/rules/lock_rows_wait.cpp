// Row locks that take long: LockRows (FOR UPDATE, FOR SHARE), and changes of a few rows that take
// so long that they must have waited for somebody.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kLockMs = 0.05;  // a row lock that nobody else holds, with its page in memory
constexpr double kLeastMs = 10;
constexpr double kLeastShare = 0.1;
// A change of a row writes indexes and fires triggers; from here on it is none of these.
constexpr double kChangeMs = 200;

double rows_below(const PlanRow& row, std::size_t place) {
  const PlanNode& node = row.plan.nodes[place];
  double rows = 0;
  for (std::size_t child = place + 1; child < node.end; child = row.plan.nodes[child].end) {
    rows = std::max(rows, row.figures.nodes[child].rows);
  }
  return rows;
}

bool waited(const PlanRow& row, std::size_t place, double rows) {
  const double ms = row.figures.nodes[place].exclusive_ms;
  const double usual = row.plan.nodes[place].is("LockRows") ? kLockMs : kChangeMs;
  return ms >= kLeastMs && ms > 2 * usual * std::max(1.0, rows);
}

Remedy remedy_of(const PlanNode& node, bool waits) {
  if (node.is("LockRows") && !waits) {
    return {"code",
            "Lock fewer rows: a narrower condition, LIMIT, or `FOR UPDATE OF` only the table that "
            "is changed. Where the rows are changed right away, `UPDATE ... RETURNING` locks them "
            "by itself."};
  }
  const std::string_view first =
      node.is("LockRows")
          ? "Workers that take jobs: `FOR UPDATE SKIP LOCKED`. Else `FOR NO KEY UPDATE`, where the "
            "key stays as it is, so that foreign keys are not held up. "
          : "";
  return {"code",
          fmt::format("{}Bound the wait: `SET LOCAL lock_timeout = '2s';`. Then find the holder: "
                      "`SELECT pid, pg_blocking_pids(pid), query FROM pg_stat_activity WHERE "
                      "wait_event_type = 'Lock';`, and shorten its transaction.",
                      first)};
}

void check_node(const PlanRow& row, std::size_t place, Findings& findings) {
  const PlanNode& node = row.plan.nodes[place];
  const double ms = row.figures.nodes[place].exclusive_ms;
  const double rows = rows_below(row, place);
  const bool waits = waited(row, place, rows);
  if (!waits && !node.is("LockRows")) return;
  if (ms < kLeastMs || !takes_share(row, place, kLeastShare)) return;

  Finding finding = plan_finding(row, "lock_rows_wait", place);
  finding.title =
      waits ? fmt::format("{} takes {} for {} row{}: it waited for row locks", node_words(node),
                          plan_ms(ms), rows_words(rows), rows == 1 ? "" : "s")
            : fmt::format("{} spends {} on locking {} rows", node_words(node), plan_ms(ms),
                          rows_words(rows));
  finding.evidence.push_back(of_node("rows", rows_words(rows), place));
  finding.evidence.push_back(of_node("time of a row", plan_ms(ms / std::max(1.0, rows)), place));
  finding.remedy = remedy_of(node, waits);
  finding.confidence = waits && node.is("LockRows") ? Confidence::kMedium : Confidence::kLow;
  finding.confidence_because =
      !waits ? "the time is measured; what of it was waiting is not told"
      : node.is("LockRows")
          ? "locking a free row takes microseconds; the plan does not tell who held it"
          : "a slow BEFORE trigger or a slow disk would look the same";
  finding.verify =
      "With `log_lock_waits = on` the server's log names the holder; without waiting the node "
      "takes microseconds for a row.";
  finding.rollback = "Leave out the SET LOCAL, SKIP LOCKED or NO KEY.";
  finding.caveats.emplace_back(
      "Waiting depends on what ran beside it: one plan does not tell how often it happens.");
  weigh(finding, row, ms);
  findings.push_back(std::move(finding));
}

void check(const PlanRow& row, Findings& findings) {
  if (!row.figures.has_timing) return;
  for (std::size_t place = 0; place < row.plan.nodes.size(); ++place) {
    const PlanNode& node = row.plan.nodes[place];
    const bool locks = node.is("LockRows") || node.is("ModifyTable");
    if (locks && row.figures.nodes[place].executed) check_node(row, place, findings);
  }
}

}  // namespace

Findings lock_rows_wait(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
