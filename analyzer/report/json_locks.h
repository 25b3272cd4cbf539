// The locks of one server in the JSON report.
#pragma once
#include "analyzer/report/json_writer.h"
#include "analyzer/workload.h"

namespace pgcounsel {

// The keys `locks`, `lock_roots`, `lock_totals` and `deadlocks`, into the object that is open.
void write_locks(JsonWriter& json, const LockReport& locks);
void write_window_locks(JsonWriter& json, const PoolWindow& window);

}  // namespace pgcounsel
