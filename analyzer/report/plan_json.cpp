// Plans for scripts. Keys and their meanings are a promise; more may be added, none renamed.
#include <algorithm>
#include <array>
#include <cmath>

#include "analyzer/plans/node_words.h"
#include "analyzer/plans/redact_plan.h"
#include "analyzer/report/json_finding.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/plan_change_words.h"
#include "analyzer/report/plan_report.h"
#include "analyzer/report/view.h"
#include "parser/plan/plan_names.h"

namespace pgcounsel {
namespace {

using Amount = std::optional<double>;

// Rows and blocks are mostly whole, and are then written as such.
void write_amount(JsonWriter& json, double value) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (value >= 0 && value <= kExact && value == std::floor(value)) {
    json.number(static_cast<std::uint64_t>(value));
  } else {
    json.number(value);
  }
}

void write_amount(JsonWriter& json, const Amount& value) {
  value ? write_amount(json, *value) : json.null();
}

void write_ms(JsonWriter& json, const Amount& ms) {
  ms ? json.number(*ms) : json.null();
}

Amount printed(const PlanNumbers& numbers, PlanNumber name) {
  const double* value = numbers.find(name);
  return value != nullptr ? Amount(*value) : std::nullopt;
}

// These have keys of their own.
bool is_told_apart(PlanNumber name) {
  constexpr std::array kApart{PlanNumber::kPlanRows, PlanNumber::kActualRows,
                              PlanNumber::kActualLoops};
  return std::find(kApart.begin(), kApart.end(), name) != kApart.end();
}
bool is_told_apart(PlanText name) {
  constexpr std::array kApart{PlanText::kRelationName, PlanText::kIndexName, PlanText::kSchema,
                              PlanText::kAlias, PlanText::kSubplanName};
  return std::find(kApart.begin(), kApart.end(), name) != kApart.end();
}

// As EXPLAIN printed them: of a loop or of all, see the manual of PostgreSQL.
void write_printed(JsonWriter& json, const PlanNumbers& numbers) {
  json.open('{');
  for (const auto& [name, value] : numbers) {
    if (!is_told_apart(name)) write_amount(json.key(name_of(name)), value);
  }
  json.close('}');
}

void write_texts(JsonWriter& json, const PlanTexts& texts, bool expressions) {
  json.open('{');
  for (const auto& [name, text] : texts) {
    if (is_expression(name) != expressions || is_told_apart(name)) continue;
    json.key(name_of(name)).string(text);
  }
  json.close('}');
}

void write_figures(JsonWriter& json, const PlanFigures& all, std::size_t place) {
  const NodeFigures& figures = all.nodes[place];
  const bool timed = all.has_timing;
  write_amount(json.key("loops"), all.has_actual ? Amount(figures.loops) : std::nullopt);
  write_ms(json.key("total_ms"), timed ? Amount(figures.inclusive_ms) : std::nullopt);
  write_ms(json.key("self_ms"), timed ? Amount(figures.exclusive_ms) : std::nullopt);
  write_ms(json.key("share"), timed ? Amount(all.share(place)) : std::nullopt);
  write_amount(json.key("rows_removed"),
               all.has_actual ? Amount(figures.rows_removed) : std::nullopt);
  json.key("misestimate").number(figures.misestimate);
  json.key("underestimated").boolean(figures.underestimated);
  json.key("self_buffers").open('{');
  write_amount(json.key("shared_hit"), figures.shared_hit);
  write_amount(json.key("shared_read"), figures.shared_read);
  write_amount(json.key("shared_dirtied"), figures.shared_dirtied);
  write_amount(json.key("shared_written"), figures.shared_written);
  write_amount(json.key("temp_read"), figures.temp_read);
  write_amount(json.key("temp_written"), figures.temp_written);
  json.key("io_ms").number(figures.io_ms);
  json.close('}');
}

// Everything of a node but its children.
void write_node(JsonWriter& json, const PlanRow& row, std::size_t place) {
  const PlanNode& node = row.plan.nodes[place];
  json.key("node").number(static_cast<std::uint64_t>(place + 1));
  json.key("type").string(node.type);
  json.key("name").string(node_words(node));
  json.key("subplan").string_or_null(node.text(PlanText::kSubplanName));
  json.key("schema").string_or_null(node.text(PlanText::kSchema));
  json.key("relation").string_or_null(node.text(PlanText::kRelationName));
  json.key("alias").string_or_null(node.text(PlanText::kAlias));
  json.key("index").string_or_null(node.text(PlanText::kIndexName));
  write_amount(json.key("estimated_rows"), printed(node.numbers, PlanNumber::kPlanRows));
  const bool counted = row.figures.has_actual;
  write_amount(json.key("actual_rows"),
               counted ? Amount(row.figures.nodes[place].rows) : std::nullopt);
  write_figures(json, row.figures, place);
  json.key("conditions");
  write_texts(json, node.texts, true);
  json.key("properties");
  write_texts(json, node.texts, false);
  json.key("printed");
  write_printed(json, node.numbers);
}

// A plan may be thousands of levels deep, so what is open is kept here and not on the stack.
void write_tree(JsonWriter& json, const PlanRow& row) {
  const std::vector<PlanNode>& nodes = row.plan.nodes;
  std::vector<std::size_t> ends;
  for (std::size_t place = 0; place < nodes.size(); ++place) {
    json.open('{');
    write_node(json, row, place);
    json.key("children").open('[');
    ends.push_back(nodes[place].end);
    for (; !ends.empty() && ends.back() <= place + 1; ends.pop_back()) {
      json.close(']');
      json.close('}');
    }
  }
}

void write_jit(JsonWriter& json, const std::optional<PlanJit>& jit) {
  if (!jit) return json.null();
  json.open('{');
  write_amount(json.key("functions"), jit->functions);
  json.key("options").string_or_null(jit->options);
  write_ms(json.key("generation_ms"), jit->generation_ms);
  write_ms(json.key("inlining_ms"), jit->inlining_ms);
  write_ms(json.key("optimization_ms"), jit->optimization_ms);
  write_ms(json.key("emission_ms"), jit->emission_ms);
  write_ms(json.key("total_ms"), jit->total_ms);
  json.close('}');
}

void write_beside(JsonWriter& json, const Plan& plan) {
  json.key("jit");
  write_jit(json, plan.jit);
  json.key("triggers").open('[');
  for (const PlanTrigger& trigger : plan.triggers) {
    json.open('{');
    json.key("name").string_or_null(trigger.name);
    json.key("constraint").string_or_null(trigger.constraint);
    json.key("relation").string_or_null(trigger.relation);
    write_ms(json.key("ms"), trigger.ms);
    write_amount(json.key("calls"), trigger.calls);
    json.close('}');
  }
  json.close(']');
  json.key("settings").open('[');
  for (const PlanSetting& setting : plan.settings) {
    json.open('{');
    json.key("name").string(setting.name);
    json.key("value").string(setting.value);
    json.close('}');
  }
  json.close(']');
}

void write_side(JsonWriter& json, const NodeSide& side) {
  if (side.node == kNoNode) return json.null();
  json.open('{');
  json.key("node").number(static_cast<std::uint64_t>(side.node + 1));
  json.key("name").string(side.words);
  write_ms(json.key("self_ms"), side.ms);
  write_amount(json.key("rows"), side.rows);
  write_amount(json.key("cost"), side.cost);
  json.close('}');
}

void write_plan_side(JsonWriter& json, const PlanSide& side) {
  json.open('{');
  write_ms(json.key("ms"), side.ms);
  write_amount(json.key("cost"), side.cost);
  write_amount(json.key("rows"), side.rows);
  json.key("join_order").string_or_null(side.join_order);
  json.close('}');
}

void write_change(JsonWriter& json, const PlanChange& change) {
  json.open('{');
  json.key("same_shape").boolean(change.same_shape);
  json.key("headline").string_or_null(headline_of(change));
  json.key("before");
  write_plan_side(json, change.before);
  json.key("after");
  write_plan_side(json, change.after);
  json.key("nodes").open('[');
  for (const NodeChange& node : change.nodes) {
    json.open('{');
    json.key("kind").string(name_of(node.move));
    json.key("what").string(node.what);
    json.key("before");
    write_side(json, node.before);
    json.key("after");
    write_side(json, node.after);
    json.close('}');
  }
  json.close(']');
  json.key("left_out").number(static_cast<std::uint64_t>(change.left_out));
  json.close('}');
}

void write_section(JsonWriter& json, const PlanSection& section) {
  const Plan& plan = section.row.plan;
  json.open('{');
  json.key("file").string(section.file);
  json.key("line").number(std::uint64_t{plan.line});
  json.key("format").string(name_of(plan.format));
  write_ms(json.key("execution_ms"), plan.execution_ms);
  write_ms(json.key("planning_ms"), plan.planning_ms);
  write_ms(json.key("logged_ms"), plan.logged_ms);
  json.key("fingerprint");
  section.row.fingerprint ? json.string(hex(section.row.fingerprint)) : json.null();
  json.key("query").string_or_null(plan.query);
  json.key("parameters").string_or_null(plan.parameters);
  json.key("generic").boolean(plan.generic);
  json.key("has_actual").boolean(section.row.figures.has_actual);
  json.key("has_timing").boolean(section.row.figures.has_timing);
  write_beside(json, plan);
  json.key("root");
  write_tree(json, section.row);
  json.key("findings").open('[');
  for (const Finding& finding : ranked(section.findings)) write_finding(json, finding);
  json.close(']');
  if (section.change) {
    json.key("change");
    write_change(json, *section.change);
  }
  json.close('}');
}

}  // namespace

std::string render_plan_json(const PlanReport& report) {
  JsonWriter json;
  json.open('{');
  json.key("schema").string("pgcounsel.plan/1");
  if (!report.against.empty()) json.key("against").string(report.against);
  json.key("plans").open('[');
  for (const PlanSection& section : report.plans) write_section(json, section);
  json.close(']');
  json.close('}');
  return std::move(json).take();
}

}  // namespace pgcounsel
