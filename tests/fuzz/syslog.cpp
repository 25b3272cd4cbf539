// Logs in envelopes of lines (syslog with and without frames, journald, CRI, logplex, aws), taken
// off and put together.
#include <vector>

#include "parser/log/envelope/text_envelope.h"
#include "parser/log/envelope/unwrap.h"
#include "parser/log/pooler/pooler_log.h"
#include "parser/log/stderr_log.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

// A server's log and a pooler's.
class Inside {
 public:
  Inside() : prefixes_{*PrefixMatcher::compile("%q%u@%d ")} {
    server_.read = [this](const Chunk& chunk, ChunkRecords& out) {
      return read_stderr(prefixes_, chunk, out);
    };
    server_.begins_entry = [this](std::string_view line) {
      return begins_stderr_entry(prefixes_, line);
    };
    pooler_.read = [](const Chunk& chunk, ChunkRecords& out) {
      return read_pooler(Zone{}, PoolerLine::kText, chunk, out);
    };
    logs_ = [this](std::string_view program) -> const InnerLog* {
      if (program == "pgbouncer") return &pooler_;
      return program.empty() || program == "postgres" ? &server_ : nullptr;
    };
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  const InnerLogs& logs() const { return logs_; }

 private:
  std::vector<PrefixMatcher> prefixes_;
  InnerLog server_, pooler_;
  InnerLogs logs_;
};

std::vector<TextEnvelopeFormat> formats() {
  std::vector<TextEnvelopeFormat> all;
  for (const auto kind :
       {TextEnvelopeKind::kSyslog, TextEnvelopeKind::kJournaldExport, TextEnvelopeKind::kCri,
        TextEnvelopeKind::kLogplex, TextEnvelopeKind::kAwsTail}) {
    TextEnvelopeFormat format;
    format.kind = kind;
    format.dialect.start = SyslogStart{2026, 11, 22, false};
    all.push_back(format);
  }
  TextEnvelopeFormat framed = all.front();
  framed.has_frames = true;
  all.push_back(framed);
  return all;
}

}  // namespace

void fuzz_syslog(std::string_view bytes) {
  static const Inside inside;
  static const std::vector<TextEnvelopeFormat> kFormats = formats();
  for (const TextEnvelopeFormat& format : kFormats) {
    const auto read = [&format](const Chunk& chunk, ChunkRecords& out) {
      Envelopes envelopes;
      const std::size_t taken = read_text_envelopes(format, chunk, envelopes);
      const Chunk enveloped{chunk.bytes.substr(0, taken), chunk.first_line, chunk.last};
      return unwrap(envelopes, enveloped, inside.logs(), out);
    };
    expect_same_in_pieces(read, bytes);
  }
  recognise_text_envelope(bytes);
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_syslog);
