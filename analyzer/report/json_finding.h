// A finding in the JSON of every command: the same keys wherever it stands. One about a checked
// file also has its place, one that knows other SQL has it as `rewrite`.
#pragma once
#include "analyzer/finding.h"
#include "analyzer/report/json_writer.h"

namespace pgcounsel {

void write_finding(JsonWriter& json, const Finding& finding);

}  // namespace pgcounsel
