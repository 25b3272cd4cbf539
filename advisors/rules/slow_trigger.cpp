// Triggers that take a good part of a statement's time. Their time lies outside the tree of nodes.
// A slow trigger of a foreign key that is asked once for each deleted or updated row searches the
// referencing table: without an index there it reads the whole table for every row.
#include <fmt/format.h>

#include "advisors/plans/plan_rule.h"
#include "analyzer/report/sql_quote.h"

namespace pgcounsel {
namespace {

constexpr double kShareOfTime = 0.10;
constexpr double kShortest = 1;    // ms
constexpr double kLookupMs = 0.1;  // a lookup by index takes less, usually a tenth of it

std::string_view operation_of(const Plan& plan) {
  for (const PlanNode& node : plan.nodes) {
    if (node.is("ModifyTable")) return node.text(PlanText::kOperation);
  }
  return {};
}

// Prints the command that makes the index, for the columns of the constraint.
std::string index_for(const PlanTrigger& trigger) {
  return fmt::format(
      "SELECT format('CREATE INDEX CONCURRENTLY ON %s (%s);', c.conrelid::regclass,\n"
      "              string_agg(quote_ident(a.attname), ', ' ORDER BY k.place))\n"
      "FROM pg_constraint c\n"
      "CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)\n"
      "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum\n"
      "WHERE c.contype = 'f' AND c.conname = {}\n"
      "GROUP BY c.oid, c.conrelid \\gexec",
      quoted_literal(trigger.constraint));
}

std::string name_words(const PlanTrigger& trigger) {
  if (trigger.constraint.empty()) return fmt::format("Trigger {}", trigger.name);
  return fmt::format("Trigger for constraint {}", trigger.constraint);
}

void fill_remedy(Finding& finding, const PlanRow& row, const PlanTrigger& trigger) {
  const std::string_view operation = operation_of(row.plan);
  const double per_call = trigger.calls > 0 ? trigger.ms.value_or(0) / trigger.calls : 0;
  if (trigger.constraint.empty()) {
    finding.remedy = {
        "code",
        "Look at the statements of the trigger's function (auto_explain.log_nested_statements "
        "shows "
        "their plans). A WHEN condition keeps it from running where nothing is to do; FOR EACH "
        "STATEMENT with transition tables does for all rows at once what FOR EACH ROW does one by "
        "one."};
    finding.rollback = "Put the former trigger back in place.";
    return;
  }
  if (operation == "Insert" || per_call < kLookupMs) {
    finding.remedy = {
        "code",
        "Each row costs one lookup of the foreign key, and these are fast: the time is in their "
        "number. Load fewer rows at once, or for a load of everything drop the constraint, load, "
        "and "
        "add it again with NOT VALID and VALIDATE CONSTRAINT."};
    finding.rollback = "Add the constraint again.";
    cap(finding, Level::kMedium);
    return;
  }
  finding.remedy = {"sql", index_for(trigger)};
  finding.rollback = "`DROP INDEX CONCURRENTLY` of the new index.";
  finding.caveats.emplace_back(
      "The referencing side of the foreign key lacks an index: each deleted or updated row of the "
      "referenced table reads the whole referencing table. The command makes the index in psql "
      "(\\gexec runs what the query prints); elsewhere run the printed line.");
}

void check(const PlanRow& row, Findings& findings) {
  const PlanFigures& figures = row.figures;
  if (figures.total_ms <= 0) return;
  for (const PlanTrigger& trigger : row.plan.triggers) {
    const double ms = trigger.ms.value_or(0);
    if (ms < kShortest || ms < kShareOfTime * figures.total_ms) continue;
    Finding finding = plan_finding(row, "slow_trigger", kNoNode);
    finding.key +=
        fmt::format(":{}", trigger.constraint.empty() ? trigger.name : trigger.constraint);
    weigh(finding, row, ms);
    finding.title = fmt::format("{} takes {} of {} ({}) in {} calls", name_words(trigger),
                                plan_ms(ms), plan_ms(figures.total_ms),
                                share_words(ms, figures.total_ms), rows_words(trigger.calls));
    finding.evidence = {{"time in the trigger", plan_ms(ms), "triggers"},
                        {"calls", rows_words(trigger.calls), "triggers"}};
    if (trigger.calls > 0) {
      finding.evidence.push_back({"a call", plan_ms(ms / trigger.calls), "triggers"});
    }
    fill_remedy(finding, row, trigger);
    finding.verify =
        "`EXPLAIN (ANALYZE)` of the statement in a transaction that is rolled back: the trigger's "
        "time below the tree.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace

Findings slow_trigger(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
