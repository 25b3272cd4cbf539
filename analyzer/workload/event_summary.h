// The part of the frozen Workload that is made from EventSums.
#pragma once
#include "analyzer/workload.h"
#include "analyzer/workload/event_sums.h"

namespace pgcounsel {

// Fills event_measures, error_minutes, error_sources, sessions and lost.
void summarise_events(const EventSums& sums, Workload& workload);

}  // namespace pgcounsel
