// Reads one input, chunk by chunk, into the lanes of the servers whose records stand in it.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/ingest/lane.h"
#include "analyzer/ingest/recognised.h"
#include "parser/log/chunk.h"

namespace pgcounsel {

// Which server a record belongs to.
struct ServerChoice {
  std::optional<std::string> told;  // by the user: all records belong to it
  std::string otherwise;            // of records whose envelope names no host
};

struct SourceOutcome {
  SourceCoverage coverage;
  std::vector<Warning> warnings;  // also stored in the ledger
};

using SourceProgress = std::function<void(const InputStream&, std::uint64_t records)>;

Result<SourceOutcome> read_source(Store& store, const ServerChoice& servers,
                                  const FormatHints& hints, RecognisedInput input,
                                  const SourceProgress& progress);

}  // namespace pgcounsel
