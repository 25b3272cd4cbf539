// The report's keys `pooler` and `samples`. Internal to the JSON report.
#pragma once
#include "analyzer/pooler.h"
#include "analyzer/report/json_writer.h"

namespace pgcounsel {

void write_pooler(JsonWriter& json, const PoolerReport& pooler);
void write_samples(JsonWriter& json, const SamplesReport& samples);

}  // namespace pgcounsel
