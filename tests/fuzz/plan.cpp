// Plans in any form, and what is pasted around them.
#include <algorithm>

#include "parser/lines.h"
#include "parser/plan/pasted.h"
#include "parser/plan/plan_forms.h"
#include "parser/plan/plan_reader.h"
#include "tests/fuzz/plan_shown.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

void expect_tree(const Plan& plan) {
  expect(!plan.nodes.empty(), "a plan has a node");
  for (std::size_t place = 0; place < plan.nodes.size(); ++place) {
    const PlanNode& node = plan.nodes[place];
    expect(node.end > place && node.end <= plan.nodes.size(), "a subtree ends in the plan");
    expect((node.parent == kNoNode) == (place == 0), "only the root has no parent");
    if (place == 0) continue;
    expect(node.parent < place, "a parent stands before its children");
    const PlanNode& parent = plan.nodes[node.parent];
    expect(node.depth == parent.depth + 1, "a child is one deeper than its parent");
    expect(node.end <= parent.end, "a child's subtree lies in its parent's");
  }
}

std::string all_shown(const PlanRead& read) {
  std::string all;
  for (const Plan& plan : read.plans) all += shown(plan, true);
  if (read.trouble) all += fmt::format("!{} {}", read.trouble->line, read.trouble->message);
  return all;
}

// What a form's reader took is the same plan by itself.
void expect_stable(PlanRead (*read)(std::string_view), std::string_view bytes) {
  const PlanRead first = read(bytes);
  expect(first.taken <= bytes.size(), "no more bytes are taken than there are");
  expect(first.plans.empty() || !first.trouble, "a plan is whole or in trouble");
  for (const Plan& plan : first.plans) expect_tree(plan);
  if (first.plans.empty()) return;
  const ExactBytes taken(bytes.substr(0, first.taken));
  expect_equal(all_shown(first), all_shown(read(taken.view())), "what was taken is the plan");
}

}  // namespace

void fuzz_plan(std::string_view bytes) {
  for (const auto read : {read_json_plan, read_yaml_plan, read_xml_plan, read_text_plan}) {
    expect_stable(read, bytes);
  }
  const Undecorated pasted = undecorated(bytes);
  expect(newlines_in(pasted.text) == pasted.lines.size(), "each line has its number");
  expect(std::is_sorted(pasted.lines.begin(), pasted.lines.end()), "lines keep their order");
  const std::size_t lines = newlines_in(bytes) + 1;
  for (const std::uint32_t line : pasted.lines) {
    expect(line > 0 && line <= lines, "a line is one of the input");
  }
  const PlansRead read = read_plans(bytes);
  for (const Plan& plan : read.plans) {
    expect_tree(plan);
    for (const PlanNode& node : plan.nodes) expect(node.line <= lines, "a node has a line");
  }
  for (const PlanTrouble& trouble : read.troubles) {
    expect(trouble.line > 0 && trouble.line <= lines, "a trouble has a line");
    expect(!trouble.message.empty(), "a trouble says what is wrong");
  }
  if (const auto plan = read_logged_plan(bytes)) expect_tree(*plan);
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_plan);
