// What the rules about plans share: a walk over the plans of a brief, and the parts of a finding
// that all of them fill alike. A rule is `Findings id(const Brief&)` that hands review_plans() a
// function over one plan.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "advisors/advisor.h"
#include "advisors/plans/misestimate.h"
#include "advisors/plans/plan_words.h"
#include "analyzer/finding.h"
#include "analyzer/plans.h"
#include "analyzer/plans/node_words.h"

namespace pgcounsel {

// Calls `check` for every plan. Of a rule's findings in one plan the three that weigh most stay;
// the first of them says how many more there were. Of findings with one key (several plans of one
// query) the weightier stays. Where executions were logged, the gain is filled from the
// weight, and the level is at most what that gain deserves (see level_of_held()).
Findings review_plans(const Brief& brief, void (*check)(const PlanRow&, Findings&));

// A finding about one node (kNoNode: the plan as a whole): key, rule, subject, evidence of the node
// and of its share of the time, confidence and way to verify are filled; title, further evidence,
// remedy, rollback and caveats are the rule's own. Subject: the query where its fingerprint is
// known, else the node (`Seq Scan on events`). The key holds the fingerprint and what the node
// reads, never a line or a place in the tree.
Finding plan_finding(const PlanRow& row, std::string_view rule, std::size_t node);

// The weight that decides among findings of one level: milliseconds of one execution at stake. Sets
// `level` too: by `ms` as a part of the plan's time and by its length: below 1 ms and 5 % info;
// low from there, medium from 10 ms and 10 %, high from 100 ms and 40 %, critical from 10 s and
// 80 %. A plan without times: `structural` (low by default), said in a caveat.
void weigh(Finding& finding, const PlanRow& row, double ms, Level structural = Level::kLow);

// One level less, not below info.
void lower(Finding& finding);
// No more than `most`.
void cap(Finding& finding, Level most);

// Whether a rule may speak of the node: it ran, or nothing did (a plan without ANALYZE).
bool is_reviewable(const PlanRow& row, std::size_t node);

// The node's own time is at least this part of the whole; true where times are not known.
bool takes_share(const PlanRow& row, std::size_t node, double least);

// Names `cause` in the symptom's evidence and lowers its level; nothing where it is kNoNode.
void blame(Finding& finding, const PlanRow& row, std::size_t cause);

}  // namespace pgcounsel
