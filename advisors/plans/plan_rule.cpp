#include "advisors/plans/plan_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "advisors/figures.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostOfAPlan = 3;

struct Step {
  Level level;
  double ms, share;
};
constexpr Step kSteps[] = {{Level::kCritical, 10'000, 0.80},
                           {Level::kHigh, 100, 0.40},
                           {Level::kMedium, 10, 0.10},
                           {Level::kLow, 1, 0.05}};

bool weighs_more(const Finding& a, const Finding& b) {
  if (a.level != b.level) return a.level > b.level;
  return a.weight > b.weight;
}

// `events`, `events e`; joined by + for what stands above several scans.
std::string object_of(const PlanRow& row, std::size_t place) {
  constexpr std::size_t kMostNames = 6, kMostNodes = 500;
  const Plan& plan = row.plan;
  const PlanNode& node = plan.nodes[place];
  std::string own = relation_of(plan, place);
  const std::string_view alias = node.text(PlanText::kAlias);
  if (!own.empty()) return alias.empty() || alias == own ? own : fmt::format("{} {}", own, alias);
  std::vector<std::string> names;
  const std::size_t end = std::min(node.end, place + kMostNodes);
  for (std::size_t i = place + 1; i < end && names.size() < kMostNames; ++i) {
    const std::string_view name = plan.nodes[i].text(PlanText::kRelationName);
    if (!name.empty()) names.emplace_back(name);
  }
  return fmt::format("{}({})", node.type, fmt::join(names, "+"));
}

// Two nodes of one plan may read the same: the second gets a number.
void number_keys(Findings& findings) {
  std::map<std::string, int> seen;
  for (Finding& finding : findings) {
    const int count = ++seen[finding.key];
    if (count > 1) finding.key += fmt::format(":{}", count);
  }
}

// The weightiest stay, in the order in which the nodes stand.
void keep_weightiest(Findings& findings) {
  number_keys(findings);
  if (findings.size() <= kMostOfAPlan) return;
  const std::size_t left_out = findings.size() - kMostOfAPlan;
  std::ranges::stable_sort(findings, weighs_more);
  findings.resize(kMostOfAPlan);
  findings.front().caveats.push_back(
      fmt::format("{} more {} of this plan {} the same, with less at stake.",
                  rows_words(static_cast<double>(left_out)), left_out == 1 ? "node" : "nodes",
                  left_out == 1 ? "has" : "have"));
}

// What the logged executions of the plan spent where the finding points to. No finding is more
// urgent than the connections that it costs.
void weigh_period(Finding& finding, const PlanRow& row, const Workload& workload) {
  if (row.calls == 0 || row.figures.total_ms <= 0 || finding.weight <= 0) return;
  if (finding.level == Level::kInfo || finding.gain) return;
  const double part = std::min(1.0, finding.weight / row.figures.total_ms);
  const double spent = static_cast<double>(row.total.count()) * part;
  const Micros held{static_cast<std::int64_t>(spent)};
  const double seconds = per_day(held, workload.coverage);
  finding.gain = Gain{0, seconds};
  // A log with nothing but plans does not tell what else was held.
  const Micros all = workload.totals.hold;
  cap(finding, level_of_held(seconds, all > Micros{0} ? share(held, all) : 1));
}

// `known`: the places of the keys in `all`.
void take(Findings& all, std::map<std::string, std::size_t>& known, Finding&& finding) {
  const auto [place, is_new] = known.try_emplace(finding.key, all.size());
  if (is_new) {
    all.push_back(std::move(finding));
  } else if (weighs_more(finding, all[place->second])) {
    all[place->second] = std::move(finding);
  }
}

void fill_confidence(Finding& finding, const PlanFigures& figures) {
  if (figures.has_timing) {
    finding.confidence = Confidence::kHigh;
    finding.confidence_because = "rows and times were measured in this execution";
  } else if (figures.has_actual) {
    finding.confidence = Confidence::kMedium;
    finding.confidence_because = "rows were measured in this execution, times were not";
  } else {
    finding.confidence = Confidence::kLow;
    finding.confidence_because = "the query was not executed: these are the planner's estimates";
  }
}

}  // namespace

Findings review_plans(const Brief& brief, void (*check)(const PlanRow&, Findings&)) {
  Findings all;
  std::map<std::string, std::size_t> known;
  for (const PlanRow& row : brief.workload.plans) {
    if (row.plan.nodes.empty() || row.figures.nodes.size() != row.plan.nodes.size()) continue;
    Findings found;
    check(row, found);
    keep_weightiest(found);
    for (Finding& finding : found) {
      weigh_period(finding, row, brief.workload);
      take(all, known, std::move(finding));
    }
  }
  return all;
}

Finding plan_finding(const PlanRow& row, std::string_view rule, std::size_t node) {
  Finding finding;
  finding.rule = rule;
  const std::string query = row.fingerprint ? hex(row.fingerprint) : std::string();
  const std::size_t place = node == kNoNode ? 0 : node;
  const std::string words = node_words(row.plan.nodes[place]);
  finding.key = fmt::format("{}:{}{}{}", rule, query, query.empty() ? "" : ":",
                            node == kNoNode ? "plan" : object_of(row, node));
  finding.subject = query.empty() ? Subject{"node", words} : Subject{"query", query};
  if (node != kNoNode) {
    finding.evidence.push_back(of_node("node", words, node));
    const NodeFigures& figures = row.figures.nodes[node];
    if (row.figures.has_timing && row.figures.total_ms > 0) {
      finding.evidence.push_back(of_node(
          "own time",
          fmt::format("{} of {} ({})", plan_ms(figures.exclusive_ms), plan_ms(row.figures.total_ms),
                      share_words(figures.exclusive_ms, row.figures.total_ms)),
          node));
    }
  }
  fill_confidence(finding, row.figures);
  finding.verify = "`EXPLAIN (ANALYZE, BUFFERS)` of the query before and after.";
  return finding;
}

void weigh(Finding& finding, const PlanRow& row, double ms, Level structural) {
  const PlanFigures& figures = row.figures;
  finding.weight = ms;
  if (!figures.has_timing || figures.total_ms <= 0) {
    finding.level = structural;
    finding.caveats.emplace_back(
        figures.has_actual
            ? "The plan has no times, so what this costs is not known: run `EXPLAIN (ANALYZE, "
              "BUFFERS)`."
            : "The plan has estimates only; whether it costs time shows `EXPLAIN (ANALYZE, "
              "BUFFERS)`.");
    return;
  }
  finding.level = Level::kInfo;
  for (const Step& step : kSteps) {
    if (ms < step.ms || ms < step.share * figures.total_ms) continue;
    finding.level = step.level;
    return;
  }
}

void lower(Finding& finding) {
  if (finding.level == Level::kInfo) return;
  finding.level = static_cast<Level>(static_cast<int>(finding.level) - 1);
}

void cap(Finding& finding, Level most) {
  finding.level = std::min(finding.level, most);
}

bool is_reviewable(const PlanRow& row, std::size_t node) {
  return !row.figures.has_actual || row.figures.nodes[node].executed;
}

bool takes_share(const PlanRow& row, std::size_t node, double least) {
  if (!row.figures.has_timing || row.figures.total_ms <= 0) return true;
  return row.figures.share(node) >= least;
}

void blame(Finding& finding, const PlanRow& row, std::size_t cause) {
  if (cause == kNoNode) return;
  const NodeFigures& figures = row.figures.nodes[cause];
  finding.evidence.push_back(
      of_node("cause",
              fmt::format("{}: {} ({} off)", node_words(row.plan.nodes[cause]),
                          estimate_words(figures), times_words(figures.misestimate)),
              cause));
  lower(finding);
}

}  // namespace pgcounsel
