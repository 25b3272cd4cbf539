// Reads csvlog of PostgreSQL 8.4 to 18: 22, 23, 24 or 26 columns, RFC 4180 quotes, newlines inside
// quotes. Lines that are no record (raw messages of a starting server, a cut end) are counted, one
// by one, and reading goes on at the next line.
#pragma once
#include <cstddef>
#include <string_view>

#include "parser/log/chunk.h"
#include "parser/time.h"

namespace pgcounsel {

// Appends the complete records of `chunk` to `out` and answers how many bytes they took.
std::size_t read_csv(const Zone& zone, const Chunk& chunk, ChunkRecords& out);

// Whether a line could be the start of a csvlog record.
bool looks_like_csv(std::string_view line);

}  // namespace pgcounsel
