// Logs into a ledger: files -> chunks -> records -> the new ones -> sums and session fragments ->
// commits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/coverage.h"
#include "analyzer/ledger/store.h"
#include "analyzer/samples.h"
#include "analyzer/stopwatch.h"
#include "parser/log/reader.h"
#include "parser/result.h"

namespace pgcounsel {

struct IngestProgress {
  std::string input;
  std::uint64_t bytes_done = 0, bytes_total = 0;  // on disk, all inputs; total 0: not known
  std::uint64_t records = 0;
};

struct IngestRequest {
  std::vector<std::string> inputs;  // files, directories, `-`
  // Absent: the host that an envelope names, else the only one of the run, else `default`.
  std::optional<std::string> server;
  FormatHints hints;
  std::size_t threads = 1;
  // Bytes that sums and open sessions may take, about; beyond them they are left to the ledger,
  // which changes no result.
  std::size_t most_memory = std::size_t{256} << 20;
  // As --pool-size tells them, of all servers that the inputs name.
  std::map<PoolSizeKey, PoolSize> pool_sizes;
  std::function<void(const IngestProgress&)> progress;  // may be empty; of any thread
};

struct IngestOutcome {
  std::uint64_t bytes = 0, records = 0, unparsed = 0, duplicates = 0;
  std::vector<Warning> warnings;        // also stored in the ledger
  std::vector<SourceCoverage> sources;  // what each input was read as
  std::vector<Phase> phases;            // how long it took
  std::uint64_t parser_calls = 0;       // of libpg_query
};

// An input that cannot be used is a warning as long as another can; else the error of the first.
Result<IngestOutcome> ingest(Store& store, const IngestRequest& request);

}  // namespace pgcounsel
