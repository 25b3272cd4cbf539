// The records of a log, one after the other, for what looks at each of them alone and keeps no
// memory of sessions.
#pragma once
#include <cstdint>
#include <functional>

#include "analyzer/ingest/recognised.h"
#include "parser/log/record.h"

namespace pgcounsel {

// Calls `take` with every record that is understood and the line of the input, from 1, in which it
// begins. The record is a view that is good during the call. What the log tells of its prefix on
// the way is learned.
void read_log_records(RecognisedInput& input, const FormatHints& hints,
                      const std::function<void(const LogRecord&, std::uint64_t line)>& take);

}  // namespace pgcounsel
