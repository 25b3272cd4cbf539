// Recognises what a file of logs is and reads it chunk by chunk: a plain log of a server or pooler,
// or envelopes (syslog, containers, clouds) with one inside. The format is told from the first
// bytes alone; what does not fit it further down is counted as unparsed.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/log/chunk.h"
#include "parser/log/envelope/format.h"
#include "parser/log/plain.h"
#include "parser/result.h"

namespace pgcounsel {

// The log of one program in envelopes; without an envelope there is one, without a name.
struct ProgramLog {
  std::string program;
  PlainFormat format;
};
struct LogFormat {
  std::optional<EnvelopeFormat> envelope;
  std::vector<ProgramLog> logs;  // never empty
  bool newest_first =
      false;  // the envelopes; the records of a chunk come oldest first all the same
};

// "csv", "stderr"; in an envelope "syslog", or "docker/csv" where it is not stderr.
std::string name_of(const LogFormat& format);
std::string prefix_of(const LogFormat& format);  // log_line_prefix of a stderr log, else empty
const StderrFormat* stderr_of(const LogFormat& format);
int rank_of(const LogFormat& format);  // of two logs of one server the lower tells more

struct FormatHints {
  std::optional<std::string> log_line_prefix;  // forces stderr with this prefix
  Zone zone;
  bool zone_is_told = false;                // by the user, not assumed
  std::optional<std::string> input_format;  // forces one of input_formats()
  std::optional<int> year;                  // in which a syslog begins whose lines carry none
  Time modified{};                          // of the file: no line of it is much newer
};

// The names of formats: of logs, and of envelopes around them.
const std::vector<std::string_view>& input_formats();

// What `head`, the first bytes of a log (whole, if `complete`), is; nothing when no format fits.
Result<std::optional<LogFormat>> recognise(std::string_view head, bool complete,
                                           const FormatHints& hints);

// Whether `head` is in envelopes at all, whatever programs wrote what is in them.
bool is_enveloped(std::string_view head, const FormatHints& hints);

// Lines that did not fit may have another log_line_prefix: adds it to the format, if so.
bool learn_prefix(LogFormat& format, const ChunkRecords& read, const Zone& zone);

// The complete records at the start of the chunk; answers the bytes they took.
std::size_t read_chunk(const LogFormat& format, const Chunk& chunk, ChunkRecords& out);

}  // namespace pgcounsel
