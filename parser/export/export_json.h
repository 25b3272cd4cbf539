// The rows of a JSON export: an array of objects, objects one after the other, or a document with
// arrays and objects inside. For files of samples, not for logs.
#pragma once
#include <string_view>

#include "parser/export/exports.h"

namespace pgcounsel {

// Calls `take` for each object that is a row of a kind; its time is its own or that of what
// encloses it. What is broken, or deeper than 32 levels, is counted.
ExportCounts read_json_export(std::string_view bytes, const TakeExportRow& take);

}  // namespace pgcounsel
