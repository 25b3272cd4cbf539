// What was read, what was not understood, and what the log settings hide. Every report carries it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parser/time.h"

namespace pgcounsel {

struct SourceCoverage {
  std::string name;         // as given on the command line, base name only
  std::string format;       // "stderr", "csv"
  std::uint64_t bytes = 0;  // decompressed
  std::uint64_t records = 0;
  std::uint64_t unparsed_records = 0;
  std::uint64_t duplicate_records = 0;  // records that the ledger already had
  std::string prefix;                   // log_line_prefix of a stderr log
  std::uint64_t foreign_entries = 0;    // of other programs in the same envelopes, left out
};

struct Warning {
  std::string code;     // snake_case, stable: "no_session_id", "truncated_input", ...
  std::string message;  // one sentence, no user's values
  bool operator==(const Warning&) const = default;
};

// What the log shows of the server's settings; an absent value is not known.
struct LogSettings {
  bool all_statements = false;               // statements below 1 ms were logged with their text
  bool durations_without_text = false;       // bare durations whose statement is not in the log
  bool connections = false;                  // log_connections
  bool disconnections = false;               // log_disconnections
  bool lock_waits = false;                   // at least one lock line was seen
  bool session_ids = false;                  // %c or session_id
  bool milliseconds = false;                 // %m
  bool in_transaction = false;               // %v or virtual_transaction_id
  bool names = false;                        // %u and %d, or csvlog
  bool application = false;                  // %a, or csvlog
  std::optional<Micros> shortest_statement;  // shortest duration of a statement with text
  bool statements_without_duration = false;  // log_statement without log_duration: no time is known
};

struct Coverage {
  std::uint64_t bytes = 0, records = 0, statements = 0, unparsed_records = 0, duplicate_records = 0;
  std::optional<Time> from, to;  // of the records in the report's period
  std::vector<SourceCoverage> sources;
  std::vector<Warning> warnings;
  LogSettings settings;
};

}  // namespace pgcounsel
