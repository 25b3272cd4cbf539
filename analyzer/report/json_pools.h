// The report's key `pools`. Internal to the JSON report.
#pragma once
#include "analyzer/report/json_writer.h"
#include "analyzer/workload.h"

namespace pgcounsel {

void write_pool(JsonWriter& json, const PoolRow& pool);
// The server's own limit and the burst of new sessions, where there are any.
void write_limits(JsonWriter& json, const Workload& workload);

}  // namespace pgcounsel
