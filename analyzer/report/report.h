// The report of one or several servers as a page (markdown), as data for scripts (JSON) or as a
// summary for a terminal (text). The same report always gives the same bytes: no clock, no host,
// no path, no locale. Whatever bytes a log brought along, the output is valid UTF-8 in which they
// cannot end a table, a fence or a tag, nor steer a terminal.
#pragma once
#include <string>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/workload.h"

namespace pgcounsel {

struct ServerReport {
  Workload workload;
  Findings findings;  // in any order; they are printed as rank() orders them
};

struct Report {
  std::vector<ServerReport> servers;  // in the order of the output, by name
  std::vector<RuleInfo> rules;        // to explain a finding's rule in words; may be empty
};

// GitHub flavoured markdown; it also reads well in GitLab and unrendered.
std::string render_markdown(const Report& report);
// `pgcounsel.report/1`. One server: its object. Several: the first one's keys at the top, and
// `servers` with all of them.
std::string render_json(const Report& report);
// At most about 40 lines of at most 100 columns for each server.
std::string render_text(const Report& report, bool color);

}  // namespace pgcounsel
