// Recognises what a log is and reads it chunk by chunk. The format is told from the first bytes
// alone; what does not fit it further down is counted as unparsed.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/log/chunk.h"
#include "parser/log/prefix.h"
#include "parser/result.h"

namespace pgcounsel {

struct StderrFormat {
  std::vector<PrefixMatcher> prefixes;  // more than one where it changed inside the log
};
struct CsvFormat {
  Zone zone;
};
using LogFormat = std::variant<CsvFormat, StderrFormat>;  // the richest first

std::string name_of(const LogFormat& format);    // "csv", "stderr"
std::string prefix_of(const LogFormat& format);  // log_line_prefix of a stderr log, else empty

struct FormatHints {
  std::optional<std::string> log_line_prefix;  // forces stderr with this prefix
  Zone zone;
  bool zone_is_told = false;  // by the user, not assumed
};

// What `head`, the first bytes of a log (whole, if `complete`), is; nothing when no format fits.
Result<std::optional<LogFormat>> recognise(std::string_view head, bool complete,
                                           const FormatHints& hints);

// Lines that did not fit may have another log_line_prefix: adds it to the format, if so.
bool learn_prefix(LogFormat& format, const ChunkRecords& read, const Zone& zone);

// The complete records at the start of the chunk; answers the bytes they took.
std::size_t read_chunk(const LogFormat& format, const Chunk& chunk, ChunkRecords& out);

}  // namespace pgcounsel
