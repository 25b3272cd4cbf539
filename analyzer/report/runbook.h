// What a person does when the pool is full again: the steps by the cause it was full of, in the
// order in which they help, with the names, statements and limits of this server. Every command can
// be pasted: it looks first, and what ends a session says which.
#pragma once
#include <string>
#include <vector>

#include "analyzer/report/incident_view.h"

namespace pgcounsel {

struct RunbookStep {
  std::string title;  // "See what the connections do"
  std::string text;   // prose, `code` between backticks
  std::string look;   // SQL for psql, or for PgBouncer's console, that changes nothing
  std::string act;    // SQL that ends something or sets something; at least one is there
};

std::vector<RunbookStep> runbook_of(const Workload& workload, const PoolIncident& incident);

// The smallest customary timeout that would have ended none or under 0.1 % of the healthy
// transactions, by the count of those that took longer; absent where that is not known.
using CutBy = std::uint64_t TimeoutStep::*;
std::optional<TimeoutStep> harmless_limit(const PoolRow& pool, CutBy cut, Micros lowest = {});

}  // namespace pgcounsel
