// Reads server logs whose records are JSON objects: jsonlog of PostgreSQL 15 and later, and
// csvlog's columns inside an object, as CloudNativePG writes them (`{"record": {...}}`). Both give
// the records that csvlog gives. Objects of other programs in the same file are counted as foreign.
#pragma once
#include <cstddef>
#include <string_view>

#include "parser/log/chunk.h"
#include "parser/time.h"

namespace pgcounsel {

// Appends the complete records of `chunk` to `out` and answers how many bytes they took.
std::size_t read_json(const Zone& zone, const Chunk& chunk, ChunkRecords& out);

// Whether a line is a whole record.
bool looks_like_json_log(std::string_view line);

}  // namespace pgcounsel
