// Reads a row of csvlog straight into a record, where it is as a server writes it and stands before
// the last newline of the bytes. All others are left to the reader that knows all rows.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/csv_cells.h"
#include "parser/log/chunk.h"
#include "parser/log/session_memory.h"
#include "parser/time.h"

namespace pgcounsel {

class QuickCsvRows {
 public:
  QuickCsvRows(std::string_view bytes, ChunkRecords& out)
      : limit_(last_row_end(bytes)), arena_(out.arena) {}

  // The row that begins at `row` with a time without quotes and a comma behind it. False where it
  // is left to the other reader; what is then in the record means nothing.
  bool read(const char* row, const LogTime& time, LogRecord& record);

  // Of the last row: behind its newline, and how many lines it takes.
  const char* row_end() const { return row_end_; }
  std::uint64_t lines() const { return lines_; }

 private:
  // A session's rows have the same bytes from the comma behind the time to the one behind the
  // session's id, and most often from the one before its application to the one behind its leader.
  // Cells mean the same wherever the same bytes stand behind a cell, so they are read only once.
  struct Session {
    const char* head = nullptr;
    const char* tail = nullptr;
    std::uint32_t head_size = 0, tail_size = 0;  // with both commas
    std::uint32_t pid_at = 0;                    // in the head
    std::uint32_t pid = 0;
    std::string_view user, database, host, application;
    SessionKey key;
  };

  // Each moves over its cells; false where some are not as expected. A row is read in one function,
  // so that what is known of it stays in registers; what seldom happens is not part of it.
  bool read_head(CsvCells& cells, Session& session, LogRecord& record);
  bool read_state(CsvCells& cells, LogRecord& record);
  bool read_message(CsvCells& cells, LogRecord& record);
  bool read_rest(CsvCells& cells, Session& session, LogRecord& record);
  // The end of the head that begins at `at`; nullptr where it is none.
  const char* read_new_head(const char* at, Session& session, LogRecord& record);
  void keep_tail(const char* at, Session& session);
  void note_doubled(const CsvCells& cells, std::size_t column) {
    doubled_ |= std::uint32_t{cells.is_doubled()} << column;
  }
  void unquote_texts(LogRecord& record);

  const char* const limit_;  // nullptr where there is none
  TextArena& arena_;
  const char* row_end_ = nullptr;
  std::uint64_t lines_ = 0;
  bool has_newlines_ = false;  // in the head
  std::uint32_t doubled_ = 0;  // the columns that hold doubled quotes, the first one lowest
  SessionMemory<Session> sessions_;
  static_assert(kSessionMargin <= kCsvMargin);
};

}  // namespace pgcounsel
