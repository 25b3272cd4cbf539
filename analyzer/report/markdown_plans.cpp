// The plans of a query as auto_explain logged them: which there were and when, what changed where
// the query got another one, and the trees in a fold.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analyzer/plans/plan_change.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/plan_change_words.h"
#include "analyzer/report/plan_report.h"
#include "analyzer/report/plan_tree.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/terminal.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kPlansOfQuery = 4, kTrees = 2, kLines = 8, kOthers = 10;
constexpr std::size_t kTreeBytes = 12'000, kSqlBytes = 2000;

std::string short_hash(std::uint64_t hash) {
  return code_span(hex(Fingerprint{hash}).substr(0, 8));
}

// Whole lines of at most so many bytes.
std::string cut_tree(std::string tree) {
  if (tree.size() <= kTreeBytes) return tree;
  tree.resize(tree.rfind('\n', kTreeBytes) + 1);
  return tree + "…\n";
}

std::string fold(const std::string& title, const PlanRow& row) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", title,
                     fenced("text", cut_tree(plan_tree(row, Pen(false), kPlanWidth))));
}

std::string fold(const std::string& title, const Plan& plan) {
  PlanRow row;
  row.plan = plan;
  row.figures = figures_of(plan);
  return fold(title, row);
}

// The rows of one query, the one with most time first.
std::vector<const PlanRow*> rows_of(const Workload& workload, Fingerprint query) {
  std::vector<const PlanRow*> rows;
  const auto first = std::lower_bound(
      workload.plans.begin(), workload.plans.end(), query,
      [](const PlanRow& row, const Fingerprint& wanted) { return row.fingerprint < wanted; });
  for (auto row = first; row != workload.plans.end() && row->fingerprint == query; ++row) {
    rows.push_back(&*row);
  }
  return rows;
}

const PlanSwitch* switch_of(const Workload& workload, Fingerprint query) {
  const auto& all = workload.plan_switches;
  const auto found = std::find_if(all.begin(), all.end(), [&query](const PlanSwitch& change) {
    return change.fingerprint == query;
  });
  return found == all.end() ? nullptr : &*found;
}

std::string table_of(const std::vector<const PlanRow*>& rows) {
  std::string out =
      "| plan | logged executions | mean | slowest | first seen | last seen |\n"
      "|---|--:|--:|--:|---|---|\n";
  for (std::size_t at = 0; at < std::min(rows.size(), kPlansOfQuery); ++at) {
    const PlanRow& row = *rows[at];
    out += fmt::format(
        "| {} | {} | {} | {} | {} | {} |\n", short_hash(row.hash), unbroken(counted(row.calls)),
        unbroken(duration(mean_of(row.total, row.calls))), unbroken(duration(row.slowest)),
        minute_of(row.first_seen), minute_of(row.last_seen));
  }
  if (rows.size() > kPlansOfQuery) {
    out += fmt::format("\nand {} more plans\n", rows.size() - kPlansOfQuery);
  }
  return out + "\n";
}

// `×240 slower: 12 ms before, 2.9 s now`
std::string speed_words(const PlanSwitch& change) {
  const std::uint64_t before = count_of(mean_of(change.total_before, change.calls_before));
  const std::uint64_t after = count_of(mean_of(change.total_after, change.calls_after));
  std::string words = fmt::format(
      "{} on average before ({} logged), {} with the new plan ({})",
      duration(mean_of(change.total_before, change.calls_before)), counted(change.calls_before),
      duration(mean_of(change.total_after, change.calls_after)), counted(change.calls_after));
  if (before == 0 || after == before) return words;
  return fmt::format("{} {}: ", after > before ? ratio(after, before) : ratio(before, after),
                     after > before ? "slower" : "faster") +
         words;
}

std::string change_block(const PlanSwitch& change) {
  std::string out = fmt::format("**Another plan** since {} UTC: {} became {}; {}.\n\n",
                                plain_seconds(change.since), short_hash(change.before),
                                short_hash(change.after), speed_words(change));
  if (!change.plan_before || !change.plan_after) return out;
  const PlanChange what = compare_plans(*change.plan_before, figures_of(*change.plan_before),
                                        *change.plan_after, figures_of(*change.plan_after));
  const std::vector<std::string> lines = words_on(what);
  for (std::size_t at = 0; at < std::min(lines.size(), kLines); ++at) {
    out += fmt::format("- {}\n", markdown_text(lines[at]));
  }
  if (!lines.empty()) out += "\n";
  return out + fold("plan " + short_hash(change.before) + ", before", *change.plan_before) +
         fold("plan " + short_hash(change.after) + ", now", *change.plan_after);
}

// One row of each statement that has no section, but findings or another plan: those whose
// executions took longest.
std::vector<const PlanRow*> other_statements(const Page& page, const Anchors& anchors) {
  struct Statement {
    const PlanRow* row = nullptr;
    Micros total{};
  };
  std::vector<Statement> statements;
  for (const PlanRow& row : page.workload.plans) {
    if (!row.fingerprint) continue;
    const bool is_known =
        !statements.empty() && statements.back().row->fingerprint == row.fingerprint;
    if (!is_known) statements.push_back({&row, {}});
    statements.back().total += row.total;
  }
  std::erase_if(statements, [&](const Statement& statement) {
    const Fingerprint id = statement.row->fingerprint;
    const bool has_section =
        std::any_of(page.query_sections.begin(), page.query_sections.end(),
                    [&id](const QueryRow* query) { return query->fingerprint == id; });
    return has_section ||
           (page.findings_on(anchors, hex(id)).empty() && switch_of(page.workload, id) == nullptr);
  });
  std::stable_sort(statements.begin(), statements.end(),
                   [](const Statement& a, const Statement& b) { return a.total > b.total; });
  std::vector<const PlanRow*> rows;
  for (std::size_t at = 0; at < std::min(statements.size(), kOthers); ++at) {
    rows.push_back(statements[at].row);
  }
  return rows;
}

}  // namespace

std::string plans_of_query(const Page& page, Fingerprint query) {
  const std::vector<const PlanRow*> rows = rows_of(page.workload, query);
  if (rows.empty()) return "";
  std::string out = table_of(rows);
  const PlanSwitch* change = switch_of(page.workload, query);
  if (change != nullptr) out += change_block(*change);
  std::size_t trees = 0;
  for (const PlanRow* row : rows) {
    const bool is_shown =
        change != nullptr && (row->hash == change->before || row->hash == change->after);
    if (is_shown || trees == kTrees) continue;
    ++trees;
    out += fold(fmt::format("plan {}, {}", short_hash(row->hash), duration(row->slowest)), *row);
  }
  return out;
}

std::string plans_section(const Page& page, Anchors& anchors) {
  if (page.brief) return "";
  std::string out;
  for (const PlanRow* row : other_statements(page, anchors)) {
    const std::string see = page.findings_on(anchors, hex(row->fingerprint));
    out += anchors.heading(page.level + 1, "Q " + page.short_query(row->fingerprint),
                           page.query_id(row->fingerprint));
    if (!see.empty()) out += "**See** " + see + "\n\n";
    out += fenced("sql", laid_out_sql(row->plan.query, kSqlBytes)) + "\n";
    out += plans_of_query(page, row->fingerprint);
  }
  if (out.empty()) return "";
  return anchors.heading(page.level, "Plans of other statements", page.section("plans")) + out;
}

}  // namespace pgcounsel
