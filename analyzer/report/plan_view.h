// What both readable forms of a plan say around its tree, in the same words.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/report/plan_report.h"

namespace pgcounsel {

// `planning 0.31 ms · execution 1.23 s · triggers 27 s · JIT 120 ms (10 %)`; empty: none is known.
std::string times_of(const PlanRow& row);

// That the plan has no times or was never executed, and what that means; empty for a full plan.
std::string limits_of(const PlanFigures& figures);

// `trg_ref_fkey on orders: 27 s, 1,000 calls`, the slowest first.
std::vector<std::string> triggers_of(const Plan& plan);

// `work_mem = 64kB, enable_seqscan = off`; empty: none.
std::string settings_of(const Plan& plan);

// What is said where the advisors found nothing.
std::string_view nothing_found(const PlanFigures& figures);

// A remedy's lines, commands joined with the commands around them: they are copied as they are, all
// else is prose.
struct RemedyPart {
  bool commands = false;
  std::string text;
};
std::vector<RemedyPart> parts_of(const Remedy& remedy);

// `node 5: Seq Scan on events`, `own time: 1.2 s of 1.3 s (92 %)`: each with the node that it is
// of, where that is another than the first one's.
std::vector<std::pair<std::string, std::string>> evidence_of(const Finding& finding);

}  // namespace pgcounsel
