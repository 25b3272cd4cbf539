// Recognises and reads logs whose lines were carried by syslog, journald, a container runtime, or
// a cloud's log stream, each line in a text envelope. Only the envelope is taken off; what stands
// inside is put together and read by unwrap.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/log/chunk.h"
#include "parser/log/envelope/envelope.h"
#include "parser/log/envelope/syslog_line.h"

namespace pgcounsel {

enum class TextEnvelopeKind : std::uint8_t { kSyslog, kJournaldExport, kCri, kLogplex, kAwsTail };

std::string_view name_of(TextEnvelopeKind kind);  // "syslog"

struct TextEnvelopeFormat {
  TextEnvelopeKind kind = TextEnvelopeKind::kSyslog;
  SyslogDialect dialect;     // of syslog and logplex; only its zone for others
  bool has_frames = false;   // most entries begin with their length (syslog_frame.h)
  bool lacks_years = false;  // the caller has to find the start (syslog_year.h)
};

// What the first bytes of a log are; nothing when most lines are in no such envelope.
std::optional<TextEnvelopeFormat> recognise_text_envelope(std::string_view head,
                                                          const Zone& zone = {});

// Appends the complete entries of `chunk` to `out`; answers the bytes they took. A line that begins
// with a blank or a tab goes on in the entry before it.
std::size_t read_text_envelopes(const TextEnvelopeFormat& format, const Chunk& chunk,
                                Envelopes& out);

}  // namespace pgcounsel
