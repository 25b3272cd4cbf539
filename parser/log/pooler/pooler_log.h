// Reads PgBouncer's log, 1.9 to 1.25: `time pid LEVEL text` or `time [pid] LEVEL text`, one record
// a line. What is said of one connection begins with `C-0x7f..: database/user@address:port ` (a
// client) or `S-0x7f..: ` (a server connection); these become fields and the text behind them the
// message. Records carry no session: a pooler's process is not a session of the server.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/log/chunk.h"
#include "parser/time.h"

namespace pgcounsel {

// What a line begins with. Inside envelopes (syslog, journald, containers) the time and the process
// stand outside of it, and syslog carries the level too.
enum class PoolerLine : std::uint8_t { kTime, kLevel, kText };

// Reads one line that begins as told, or with more. A line of kTime without a time is refused.
bool parse_pooler_line(std::string_view line, PoolerLine least, const Zone& zone,
                       LogRecord& record);

// Appends the complete records of `chunk` to `out` and answers how many bytes they took. `least`:
// what its lines begin with at least.
std::size_t read_pooler(const Zone& zone, PoolerLine least, const Chunk& chunk, ChunkRecords& out);

// Whether a line could be a pooler's, with its time or, in an envelope, without.
bool looks_like_pooler(std::string_view line);

}  // namespace pgcounsel
