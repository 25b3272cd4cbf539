// A piece of a log in the envelope that carried it: a syslog or journald entry, a line of a
// container's log, an event of a cloud's export. What stands inside is a log of its own (stderr,
// csv, json, pgbouncer); the envelope tells which host and process it came from, and when.
// Readers of envelopes are functions of a chunk alone; all views point into the chunk or `arena`.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parser/log/chunk.h"
#include "parser/time.h"

namespace pgcounsel {

struct Envelope {
  std::string_view text;  // the payload without the newline at its end; may hold several lines
  std::optional<LogTime> time;  // when the envelope says that it was written
  std::string_view host;        // host, pod or instance; empty where the envelope does not tell
  std::string_view program;     // "postgres", "pgbouncer"; empty where the envelope does not tell
  std::string_view stream;      // tells streams of one program apart ("stdout"); may be empty
  std::uint32_t pid = 0;        // of the process that wrote it; 0: not told
  // Syslog's [message-part]: parts of one message of one process are joined; 0: not numbered.
  std::uint64_t message = 0, part = 0;
  bool goes_on = false;             // the next piece of its stream goes on in the same line
  std::uint64_t line = 0;           // 1-based line of the file where it begins
  std::size_t offset = 0, end = 0;  // of its bytes in the chunk
};

struct Envelopes {
  std::vector<Envelope> list;  // in the order of the file
  TextArena arena;             // texts that had to be unescaped
  std::uint64_t lines = 0;     // lines consumed
  std::uint64_t foreign = 0;   // envelopes of other logs, which are left out
  // Lines that are no envelope, in order: where they begin (offset) and what they are.
  struct Stray {
    std::uint64_t line = 0;
    std::size_t offset = 0;
    std::string_view text;
  };
  std::vector<Stray> strays;
  // Messages that the carrier says it dropped (rate limits), and where it says so (offset).
  struct Loss {
    std::size_t offset = 0;
    std::uint64_t messages = 0;
  };
  std::vector<Loss> losses;
};

}  // namespace pgcounsel
