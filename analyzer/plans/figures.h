// Where the time of a plan went: per node what is printed per loop is added up over loops and
// parallel processes, and what is printed including the children is made exclusive. The only place
// that does such arithmetic: rules, tree and report read these figures.
#pragma once
#include <cstddef>
#include <vector>

#include "parser/plan/plan.h"

namespace pgcounsel {

// Of one node, over all its loops. Times are milliseconds of the clock: where processes ran side
// by side their times are folded (divided by how many there were).
struct NodeFigures {
  bool executed = false;  // false: never executed, or a plan without ANALYZE
  double loops = 0;
  double inclusive_ms = 0, exclusive_ms = 0;
  double rows = 0;              // returned, all loops
  double estimated_rows = 0;    // for all loops
  double rows_removed = 0;      // by filter, join filter and recheck, all loops
  double misestimate = 1;       // how many times the estimate was off, at least 1
  bool underestimated = false;  // more rows came than were estimated
  // Exclusive, in blocks of 8 kB and milliseconds.
  double shared_hit = 0, shared_read = 0, shared_dirtied = 0, shared_written = 0;
  double temp_read = 0, temp_written = 0;
  double io_ms = 0;
};

struct PlanFigures {
  std::vector<NodeFigures> nodes;  // by their place in Plan::nodes
  bool has_actual = false;         // ANALYZE
  bool has_timing = false;         // and not TIMING OFF
  double total_ms = 0;             // what shares are of: execution time, else the root's time
  double triggers_ms = 0, jit_ms = 0;
  // The node's own time as a part of the whole, 0..1; 0 where times are not known.
  double share(std::size_t place) const {
    return total_ms > 0 ? nodes[place].exclusive_ms / total_ms : 0;
  }
};

PlanFigures figures_of(const Plan& plan);

}  // namespace pgcounsel
