// The report of an incident: only what somebody needs who is in it or writes about it afterwards.
// The windows of full pools that touch a time, and of everything else what explains them. Sums are
// kept by the hour, so figures of transactions are those of the whole hours around that time.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/report/report.h"

namespace pgcounsel {

// Where a bound is absent it is that of the report's period.
struct IncidentTime {
  std::optional<Time> since, until;
};

struct IncidentReport {
  Report report;
  IncidentTime time;
  std::vector<std::string> outside;  // of each server: full at other times of the same hours
};

// Takes away the windows that lie outside of [since, until), and the findings that say nothing
// about the first of those that stay.
IncidentReport only_incidents(Report report, const IncidentTime& time);

std::string render_incident_markdown(const IncidentReport& incident);
// `pgcounsel.incident/1`: of each pool with windows what the report's key `pools` has.
std::string render_incident_json(const IncidentReport& incident);
std::string render_incident_text(const IncidentReport& incident, bool color);

// `2026-11-25 16:00 – 2026-11-25 16:45 UTC`
std::string asked_bounds(const Workload& workload, const IncidentTime& time);
// `No pool was full.` and what else is to be said of such a time; `outside`: see above.
std::string no_incident_words(const Workload& workload, const std::string& outside);
// Pools with some load, the fullest first.
std::vector<const PoolRow*> fullest_pools(const Workload& workload, std::size_t limit);

}  // namespace pgcounsel
