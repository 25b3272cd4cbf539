// What the rules about plans share: a walk over the plans of a brief, and the parts of a finding
// that all of them fill alike. A rule is `Findings id(const Brief&)` that hands review_plans() a
// function over one plan.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "advisors/advisor.h"
#include "analyzer/finding.h"
#include "analyzer/plans.h"
#include "analyzer/plans/node_words.h"

namespace pgcounsel {

// Calls `check` for every plan.
Findings review_plans(const Brief& brief, void (*check)(const PlanRow&, Findings&));

// A finding about one node (kNoNode: the plan as a whole): key, rule, subject, evidence of the node
// and of its share of the time, confidence and way to verify are filled; title, further evidence,
// remedy and caveats are the rule's own. Subject: the query where its fingerprint is known, else
// the node (`Seq Scan on events`). The key holds the fingerprint and what the node reads, never a
// line or a place in the tree.
Finding plan_finding(const PlanRow& row, std::string_view rule, std::size_t node);

// The weight that decides among findings of one level: milliseconds of one execution at stake. Sets
// `level` too: by `ms` as a part of the plan's time and by its length: below 1 ms and 5 % info;
// low from there, medium from 10 ms and 10 %, high from 100 ms and 40 %, critical from 10 s and
// 80 %. A plan without times: `structural` (low by default), said in a caveat.
void weigh(Finding& finding, const PlanRow& row, double ms, Level structural = Level::kLow);

// The deepest misestimated node (10 times and more, its children within 10) in the subtree of
// `node`, kNoNode where there is none: the cause that symptoms above it (loops, spills) have. A
// symptom with such a cause names it and stays a level below the cause's finding.
std::size_t misestimate_below(const PlanRow& row, std::size_t node);

}  // namespace pgcounsel
