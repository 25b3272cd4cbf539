// Logs in envelopes that begin with their newest entry, as consoles of clouds export them. What a
// record is made of may have come in several envelopes, so these must be turned round before they
// are put together. Its first piece stands last: a chunk is whole at its beginning, not at its end.
#pragma once
#include <cstddef>

#include "parser/log/chunk.h"
#include "parser/log/envelope/envelope.h"
#include "parser/log/envelope/unwrap.h"

namespace pgcounsel {

// Whether the times of the envelopes fall.
bool is_newest_first(const Envelopes& envelopes);

// The oldest comes first then. Offsets count from the end of the `size` bytes.
void turn_round(Envelopes& envelopes, std::size_t size);

// As unwrap; the records come with the oldest first, and their offsets count from the end of what
// was taken.
std::size_t unwrap_newest_first(Envelopes& envelopes, const Chunk& chunk, const InnerLogs& logs,
                                ChunkRecords& out);

}  // namespace pgcounsel
