// What rules about the server's messages share: a figure of a class of messages, and how a client
// is called.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/workload.h"

namespace pgcounsel {

// The figure of one class and object; zeros where the log has none.
EventMeasureRow measure_of(const Workload& workload, std::string_view event_class,
                           std::string_view measure, std::string_view object = {});
// Its figures of all objects, the largest total first.
std::vector<EventMeasureRow> measures_of(const Workload& workload, std::string_view event_class,
                                         std::string_view measure);

// `web@shop/checkout`; `?` for what the log does not tell; "clients without a name".
std::string client_name(std::string_view user, std::string_view database,
                        std::string_view application);

// `count` in the covered span as an amount a day; a log shorter than an hour counts as an hour.
double count_per_day(std::uint64_t count, const Coverage& coverage);

// Adds scaling_caveat() where there is one.
void add_scaling_caveat(Finding& finding, const Coverage& coverage);

}  // namespace pgcounsel
