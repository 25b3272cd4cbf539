// Reads the plain-text server log: lines with a log_line_prefix, continuation lines that start with
// a tab, and DETAIL, HINT, QUERY, CONTEXT, STATEMENT lines that belong to the record before them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "parser/log/chunk.h"
#include "parser/log/prefix/prefix.h"
#include "parser/log/record.h"

namespace pgcounsel {

// Appends the complete records of `chunk` to `out` and answers how many bytes they took: a record
// is complete when the next one begins, or at the end of the file.
// Several prefixes: where log_line_prefix was changed by a reload; the first that fits is taken.
std::size_t read_stderr(std::span<const PrefixMatcher> prefixes, const Chunk& chunk,
                        ChunkRecords& out);

// Whether a line begins a record, or a DETAIL, HINT ... of one.
bool begins_stderr_entry(std::span<const PrefixMatcher> prefixes, std::string_view line);
// Whether it begins a record.
bool begins_stderr_record(std::span<const PrefixMatcher> prefixes, std::string_view line);

}  // namespace pgcounsel
