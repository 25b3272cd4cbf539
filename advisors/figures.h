// How advisors weigh held connections, so that all of them agree, and the commands they share.
// Figures are written by analyzer/report/units.
// Durations are microseconds; an amount a day is connection-seconds.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/report/sql_quote.h"
#include "analyzer/workload.h"
#include "parser/time.h"

namespace pgcounsel {

// The time that the period's records cover; zero when it is not known.
Micros covered_span(const Coverage& coverage);

// Connection-seconds a day, from what was held in the covered span. A log shorter than an hour is
// taken as if the rest of the hour had been empty: it cannot tell a minute's event from a day's.
double per_day(Micros held, const Coverage& coverage);

// `part` of `whole`, 0 where there is no whole.
double share(Micros part, Micros whole);

// What held time deserves, by its amount a day and its share of all held time. Below 60 s a day no
// advisor speaks. low: 60 s; medium: 600 s and 10 %; high: 3,600 s and 25 %; critical: 86,400 s
// (one connection around the clock) and 50 %.
constexpr double kNegligiblePerDay = 60;
Level level_of_held(double seconds_per_day, double share_of_all);

// The power of two, in MB, from which `bytes` fit in work_mem; `least` is a power of two, too.
std::uint64_t work_mem_megabytes(double bytes, std::uint64_t least);

// For confidence: what is wrong with scaling this log to a day, empty when nothing is.
std::string scaling_caveat(const Coverage& coverage);

// Whether a name can stand in a command: it is known, and has no control characters.
bool is_usable_role(std::string_view role);

// `ALTER ROLE "a" SET parameter = 'value';`, a line for each role; for all roles when none is
// known.
std::string alter_roles(const std::vector<std::string>& roles, std::string_view change);

}  // namespace pgcounsel
