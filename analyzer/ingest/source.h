// The last stage of an ingest, and the three of them together: one input, chunk by chunk, into the
// lanes of the servers whose records stand in it.
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
  std::vector<Warning> warnings;   // also stored in the ledger
  std::uint64_t parser_calls = 0;  // of libpg_query
};

// `consumed`: bytes of the file as it lies on disk.
using SourceProgress = std::function<void(std::uint64_t consumed, std::uint64_t records)>;

struct SourceRequest {
  ServerChoice servers;
  FormatHints hints;
  std::size_t threads = 1;
  std::size_t most_memory = 0;  // bytes, as in IngestRequest
  SourceProgress progress;      // may be empty
};

Result<SourceOutcome> read_source(Store& store, const SourceRequest& request,
                                  RecognisedInput input);

}  // namespace pgcounsel
