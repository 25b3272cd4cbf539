// Reads what `journalctl -o export` writes: blocks of `FIELD=value` lines with a blank line behind
// each block. A value that is not plain text has its name on a line, then its length in 8 bytes,
// the lowest first, then its bytes.
#pragma once
#include <cstddef>
#include <string_view>

#include "parser/log/chunk.h"
#include "parser/log/envelope/envelope.h"
#include "parser/log/envelope/message_number.h"

namespace pgcounsel {

bool looks_like_journald_export(std::string_view head);

// Appends the complete entries of `chunk`; answers the bytes they took.
std::size_t read_journald_export(MessageNumbers numbers, const Chunk& chunk, Envelopes& out);

}  // namespace pgcounsel
