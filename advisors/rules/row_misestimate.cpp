// Nodes whose number of rows the planner guessed ten times wrong and more, where the error begins:
// their children were guessed right. What the wrong number misled above (loops, spills) decides the
// level. Scans of whole tables are told by stale_statistics.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "advisors/plans/filter_columns.h"
#include "advisors/plans/misled.h"
#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

constexpr double kVeryWrong = 100, kUtterlyWrong = 1000;

// Columns that the node's conditions speak of, the plainly compared ones first.
struct Conditions {
  std::vector<std::string> plain, rest, expressions;
};

void add(std::vector<std::string>& to, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (std::ranges::find(to, name) == to.end()) to.push_back(name);
  }
}

Conditions conditions_of(const Plan& plan, std::size_t place) {
  const PlanNode& node = plan.nodes[place];
  const std::string relation = relation_of(plan, place);
  Conditions found;
  const auto read = [&](std::string_view condition) {
    if (condition.empty()) return;
    const FilterColumns columns = filter_columns(condition, relation, node.text(PlanText::kAlias));
    add(found.plain, columns.equal);
    add(found.plain, columns.range);
    add(found.rest, columns.rest);
    add(found.expressions, columns.expressions);
  };
  read(is_index_scan(node) ? index_condition(plan, place) : node.text(PlanText::kIndexCond));
  read(node.text(PlanText::kFilter));
  std::erase_if(found.rest, [&](const std::string& name) {
    return std::ranges::find(found.plain, name) != found.plain.end();
  });
  return found;
}

// The relation as it stands in a command; of a bitmap it is that of the heap scan above.
std::string relation_in_command(const Plan& plan, std::size_t place) {
  const PlanNode& node = plan.nodes[place];
  if (node.has(PlanText::kRelationName)) return relation_identifier(node);
  const std::string relation = relation_of(plan, place);
  return relation.empty() ? std::string() : identifier(relation);
}

std::string quoted(const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (const std::string& name : names) parts.push_back(identifier(name));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// `customers_city_zip`
std::string statistics_name(const Plan& plan, std::size_t place,
                            const std::vector<std::string>& columns) {
  return identifier(fmt::format("{}_{}", relation_of(plan, place), fmt::join(columns, "_")));
}

void fill_scan_remedy(Finding& finding, const Plan& plan, std::size_t place,
                      const std::string& relation) {
  constexpr std::size_t kMostColumns = 8;  // of CREATE STATISTICS
  Conditions conditions = conditions_of(plan, place);
  if (conditions.plain.size() > kMostColumns) conditions.plain.resize(kMostColumns);
  if (conditions.plain.size() > 1) {
    const std::string name = statistics_name(plan, place, conditions.plain);
    finding.remedy = {"sql", fmt::format("CREATE STATISTICS {0} ON {1} FROM {2};\nANALYZE {2};",
                                         name, quoted(conditions.plain), relation)};
    finding.rollback = fmt::format("`DROP STATISTICS {};`", name);
    finding.caveats.emplace_back(
        "The planner multiplies the selectivities of the conditions as if the columns had nothing "
        "to do with each other; extended statistics tell it otherwise. They do not help where the "
        "values are not known when planning.");
    return;
  }
  if (conditions.plain.size() == 1) {
    finding.remedy = {
        "sql", fmt::format("ALTER TABLE {0} ALTER COLUMN {1} SET STATISTICS 1000;\nANALYZE {0};",
                           relation, identifier(conditions.plain.front()))};
    finding.rollback = fmt::format("`ALTER TABLE {} ALTER COLUMN {} SET STATISTICS -1;`", relation,
                                   identifier(conditions.plain.front()));
    finding.caveats.emplace_back(
        "Plain ANALYZE may be enough where the data changed since the last one. A value compared "
        "with a parameter that is not known when planning is guessed by the average.");
    return;
  }
  if (!conditions.expressions.empty()) {
    const std::string name = statistics_name(plan, place, {"expression"});
    finding.remedy = {"sql", fmt::format("CREATE STATISTICS {0} ON ({1}) FROM {2};\nANALYZE {2};",
                                         name, conditions.expressions.front(), relation)};
    finding.rollback = fmt::format("`DROP STATISTICS {};`", name);
    finding.caveats.emplace_back(
        "Conditions on an expression are guessed by a constant, unless there are statistics on "
        "that "
        "very expression (PostgreSQL 14), or an index on it.");
    return;
  }
  finding.remedy = {"sql", fmt::format("ANALYZE {};", relation)};
  finding.rollback = "ANALYZE needs no way back.";
  if (!conditions.rest.empty()) {
    finding.caveats.push_back(fmt::format(
        "Conditions on an expression of {} are guessed by a constant. Statistics on that very "
        "expression tell (`CREATE STATISTICS name ON (expression) FROM {};`), so does an index on "
        "it, or the condition written so that the column stands alone.",
        quoted(conditions.rest), relation));
  }
}

std::string_view advice_for(const PlanNode& node) {
  if (node.is("Table Function Scan")) {
    return "The rows of XMLTABLE and JSON_TABLE are always guessed as 100. Put them into a "
           "temporary table and ANALYZE it before joining.";
  }
  if (node.is("Function Scan") || node.is("ProjectSet")) {
    return "The planner takes a function's own word for its rows: `ALTER FUNCTION ... ROWS n;`, or "
           "a support function; for a few rows put them into a temporary table and ANALYZE it.";
  }
  if (node.is("Aggregate") || node.is("Unique") || node.is("Group")) {
    return "The number of groups is guessed from each column's distinct values. For several "
           "columns "
           "`CREATE STATISTICS name (ndistinct) ON a, b FROM t; ANALYZE t;`, for one whose count "
           "is "
           "wrong `ALTER TABLE t ALTER COLUMN a SET (n_distinct = ...); ANALYZE t;`.";
  }
  if (node.is("CTE Scan") || node.is("Subquery Scan")) {
    return "A filter on the rows of a subquery is guessed without statistics: write the condition "
           "inside of it, or put its rows into a temporary table and ANALYZE that.";
  }
  return "The join's sides are guessed right, how many of their rows belong together is not: "
         "ANALYZE both tables, raise the statistics target of the joined columns; a join by "
         "several "
         "columns, or to a filtered side, is guessed as if they were independent. Joining in two "
         "steps with a temporary table and ANALYZE between them always helps.";
}

void fill_remedy(Finding& finding, const PlanRow& row, std::size_t place) {
  const std::string relation = relation_in_command(row.plan, place);
  if (!relation.empty()) return fill_scan_remedy(finding, row.plan, place, relation);
  finding.remedy = {"code", std::string(advice_for(row.plan.nodes[place]))};
  finding.rollback = "Drop the new statistics, or revert the change of the query.";
}

std::string_view degree_of(double misestimate) {
  if (misestimate >= kUtterlyWrong) return "1,000 times and more";
  return misestimate >= kVeryWrong ? "100 times and more" : "10 times and more";
}

void add_conditions(Finding& finding, const PlanNode& node, std::size_t place) {
  constexpr std::pair<PlanText, std::string_view> kShown[] = {
      {PlanText::kIndexCond, "index condition"}, {PlanText::kFilter, "filter"},
      {PlanText::kHashCond, "hash condition"},   {PlanText::kMergeCond, "merge condition"},
      {PlanText::kJoinFilter, "join filter"},    {PlanText::kGroupKey, "group key"}};
  for (const auto& [text, name] : kShown) {
    if (node.has(text))
      finding.evidence.push_back(
          of_node(std::string(name), expression_words(node.text(text)), place));
  }
}

Finding finding_for(const PlanRow& row, std::size_t place) {
  const PlanNode& node = row.plan.nodes[place];
  const NodeFigures& figures = row.figures.nodes[place];
  const Misled misled = misled_by(row, place);
  Finding finding = plan_finding(row, "row_misestimate", place);
  weigh(finding, row, misled.ms, misled.nodes.empty() ? Level::kInfo : Level::kLow);
  finding.title = fmt::format("{} is {} {}: {}", node_words(node),
                              figures.underestimated ? "underestimated" : "overestimated",
                              times_words(figures.misestimate), estimate_words(figures));
  finding.evidence.push_back(of_node("estimate", estimate_words(figures), place));
  finding.evidence.push_back(of_node("off by", std::string(degree_of(figures.misestimate)), place));
  if (figures.loops > 1)
    finding.evidence.push_back(of_node("loops", rows_words(figures.loops), place));
  add_conditions(finding, node, place);
  add_misled(finding, row, misled);
  fill_remedy(finding, row, place);
  finding.confidence = misled.nodes.empty() ? Confidence::kMedium : Confidence::kHigh;
  finding.confidence_because =
      misled.nodes.empty()
          ? "estimate and rows are in the plan; that it led to a worse plan does not show in it"
          : "estimate, rows and what was misled are in the plan";
  finding.verify = fmt::format("`EXPLAIN (ANALYZE)`: the estimated rows of {} come near {}.",
                               node_words(node), rows_words(figures.rows));
  return finding;
}

// Of the members of one Append, which are mostly the same scan of each partition, the worst.
std::vector<std::size_t> worst_of_appends(const PlanRow& row,
                                          const std::vector<std::size_t>& places) {
  std::vector<std::size_t> kept;
  std::map<std::size_t, std::size_t> known;  // place in `kept` by the Append
  for (const std::size_t place : places) {
    const std::size_t parent = row.plan.nodes[place].parent;
    const bool member = parent != kNoNode && row.plan.nodes[parent].type.ends_with("Append");
    if (!member) {
      kept.push_back(place);
      continue;
    }
    const auto [at, is_first] = known.try_emplace(parent, kept.size());
    if (is_first) {
      kept.push_back(place);
    } else if (row.figures.nodes[place].misestimate >
               row.figures.nodes[kept[at->second]].misestimate) {
      kept[at->second] = place;
    }
  }
  return kept;
}

void check(const PlanRow& row, Findings& findings) {
  for (const std::size_t place : worst_of_appends(row, misestimates(row))) {
    if (!reads_whole_table(row.plan.nodes[place])) findings.push_back(finding_for(row, place));
  }
}

}  // namespace

Findings row_misestimate(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
