// The records of one server in one input, on their way into the ledger: the new ones are told from
// those that are known, summed, and committed with the record of what was read. Where the clock of
// the log jumps back another piece of it begins, which may repeat what was read of this one.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/coverage.h"
#include "analyzer/ledger/identity.h"
#include "analyzer/ledger/store.h"
#include "analyzer/workload/builder.h"
#include "analyzer/workload/reading.h"
#include "parser/log/record.h"
#include "parser/result.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {

// Records with what was made of each.
struct PreparedRecords {
  std::span<const LogRecord> records;
  std::span<const RecordKey> keys;
  std::span<const RecordReading> readings;
  std::uint64_t lines_before = 0;  // in the input, before the piece in which records count lines

  PreparedRecords part(std::size_t begin, std::size_t count) const {
    return {records.subspan(begin, count), keys.subspan(begin, count),
            readings.subspan(begin, count), lines_before};
  }
};

class ServerLane {
 public:
  // `source` names the input and its format. The store outlives the lane.
  ServerLane(Store& store, std::int64_t server, SourceCoverage source);
  ServerLane(const ServerLane&) = delete;
  ServerLane& operator=(const ServerLane&) = delete;

  // Records in the order of time. `ends`: the input ends here. What cannot be told yet is held back
  // (copied) until the next call.
  Result<void> add(const PreparedRecords& records, bool ends);
  // The texts of the statements that the readings of some records point to.
  void note_texts(std::span<const SharedFacts> facts) { builder_.note_texts(facts); }
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
  // About how much memory is held until the next commit, and for sessions that are open.
  std::size_t bytes_of_batch() const { return builder_.bytes_of_sums() + filter_.bytes(); }
  std::size_t bytes_of_sessions() const { return builder_.bytes_of_sessions(); }
  // Leaves the sessions that are open to the ledger, after a commit: those that go on begin anew.
  void let_go_of_sessions() { builder_.let_go(); }
  const SourceCoverage& total() const { return total_; }  // of all commits

 private:
  RecordFilter make_filter();
  Result<void> begin_run();
  Result<void> add_all(const PreparedRecords& records, bool ends);
  Result<void> add_decided(const PreparedRecords& records, bool ends);
  void add_piece(const PreparedRecords& records, bool ends);
  void hold(const PreparedRecords& records);

  Store& store_;
  std::int64_t server_;
  WorkloadBuilder builder_;
  RecordFilter filter_;
  LedgerBatch batch_;
  SourceCoverage total_;
  struct Held {
    std::vector<LogRecord> records;
    std::vector<RecordKey> keys;
    std::vector<RecordReading> readings;
    TextArena texts;
    StatementBook book;
    ReadingFacts facts;
  };
  std::unique_ptr<Held> held_;
  std::optional<Time> last_time_;
  bool begun_ = false;
  std::optional<Error> fault_;  // of a fetch inside the filter
};

}  // namespace pgcounsel
