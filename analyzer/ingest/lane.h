// The records of one server in one input, on their way into the ledger: the new ones are told from
// those that are known, summed, and committed with the record of what was read. Where the clock of
// the log jumps back another piece of it begins, which may repeat what was read of this one.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/coverage.h"
#include "analyzer/ledger/identity.h"
#include "analyzer/ledger/store.h"
#include "analyzer/workload/builder.h"
#include "parser/log/record.h"
#include "parser/result.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {

class ServerLane {
 public:
  // `source` names the input and its format. Store and book outlive the lane.
  ServerLane(Store& store, std::int64_t server, StatementBook& book, SourceCoverage source);
  ServerLane(const ServerLane&) = delete;
  ServerLane& operator=(const ServerLane&) = delete;

  // Records in the order of time. `ends`: the input ends here. What cannot be told yet is held back
  // (copied) until the next call.
  Result<void> add(std::span<const LogRecord> records, bool ends);
  // The next records are older than these: exports that begin with the newest.
  Result<void> start_again();

  // What only the input as a whole knows; goes into the next commit.
  void note(std::uint64_t bytes, std::uint64_t unparsed, std::uint64_t foreign);
  void note_rows(std::uint64_t rows) { batch_.source.records += rows; }
  // Messages that the carrier dropped, and those of which parts lack, up to `time`.
  void note_lost(Time time, std::uint64_t dropped, std::uint64_t torn) {
    builder_.note_lost(time, dropped, torn);
  }
  void warn(Warning warning) { batch_.warnings.push_back(std::move(warning)); }
  Result<void> commit();
  const SourceCoverage& total() const { return total_; }  // of all commits

 private:
  RecordFilter make_filter();
  Result<void> begin_run();
  Result<void> add_decided(std::span<const LogRecord> records, std::span<const RecordKey> keys,
                           bool ends);
  void add_piece(std::span<const LogRecord> records, std::span<const RecordKey> keys, bool ends);
  void hold(std::span<const LogRecord> records);

  Store& store_;
  std::int64_t server_;
  WorkloadBuilder builder_;
  RecordFilter filter_;
  LedgerBatch batch_;
  SourceCoverage total_;
  std::vector<LogRecord> held_;
  TextArena held_texts_;
  std::optional<Time> last_time_;
  bool begun_ = false;
  std::optional<Error> fault_;  // of a fetch inside the filter
};

}  // namespace pgcounsel
