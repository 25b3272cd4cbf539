// A log as the server or the pooler itself writes it, without an envelope around it: csvlog,
// jsonlog, stderr with some log_line_prefix, PgBouncer's. The format is told from the first bytes
// alone; what does not fit it further down is counted as unparsed.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/log/chunk.h"
#include "parser/log/pooler/pooler_log.h"
#include "parser/log/prefix/prefix.h"
#include "parser/result.h"

namespace pgcounsel {

struct StderrFormat {
  std::vector<PrefixMatcher> prefixes;  // more than one where it changed inside the log
};
struct CsvFormat {
  Zone zone;
};
struct JsonFormat {
  Zone zone;
};
struct PoolerFormat {
  Zone zone;
  PoolerLine least = PoolerLine::kTime;  // what its lines have at least
};
// The richest first.
using PlainFormat = std::variant<CsvFormat, JsonFormat, StderrFormat, PoolerFormat>;

std::string name_of(const PlainFormat& format);    // "csv", "json", "stderr", "pgbouncer"
std::string prefix_of(const PlainFormat& format);  // log_line_prefix of a stderr log, else empty

struct PlainHints {
  std::optional<std::string> log_line_prefix;  // forces stderr with this prefix
  Zone zone;
  std::optional<std::string_view> forced;  // the name of a format
  bool in_envelope = false;                // time and process may stand outside of the lines
};

// What `head`, the first bytes of a log (whole, if `complete`), is; nothing when no format fits.
Result<std::optional<PlainFormat>> recognise_plain(std::string_view head, bool complete,
                                                   const PlainHints& hints);

// Lines that did not fit may have another log_line_prefix: adds it to the format, if so.
bool learn_prefix(PlainFormat& format, const ChunkRecords& read, const Zone& zone);

// The complete records at the start of the chunk; answers the bytes they took.
std::size_t read_plain(const PlainFormat& format, const Chunk& chunk, ChunkRecords& out);

}  // namespace pgcounsel
