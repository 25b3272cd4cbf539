// The report's key `pools`. Internal to the JSON report.
#pragma once
#include "analyzer/pools.h"
#include "analyzer/report/json_writer.h"

namespace pgcounsel {

void write_pool(JsonWriter& json, const PoolRow& pool);

}  // namespace pgcounsel
