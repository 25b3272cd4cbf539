#include "parser/log/csv_quick.h"

#include <cstring>

#include "parser/csv.h"
#include "parser/lines.h"
#include "parser/log/csv_columns.h"
#include "parser/number.h"

namespace pgcounsel {
namespace {

using namespace csv_log;

// The text of each column from kDetail on; nullptr where it is not wanted.
constexpr auto kTextOf = [] {
  std::array<std::string_view LogRecord::*, kMostColumns> texts{};
  for (const auto& [column, text] : kTexts) texts[column] = text;
  return texts;
}();

std::uint32_t distance(const char* from, const char* to) {
  return static_cast<std::uint32_t>(to - from);
}

// Moves over a cell of 1 to 7 digits; false where there is none such.
bool take_small_number(CsvCells& cells, std::uint64_t& number) {
  const char* const from = cells.at() + 1;
  const std::size_t size = read_small_number(from, number);
  if (size == 0 || from[size] != ',') return false;
  cells.move_to(from + size);
  return true;
}

}  // namespace

bool QuickCsvRows::read(const char* row, const LogTime& time, LogRecord& record) {
  const char* const head = row + time.length;
  if (limit_ == nullptr || head >= limit_) return false;
  doubled_ = 0;
  has_newlines_ = false;
  CsvCells cells(head, limit_);
  Session& session = sessions_.at(head, limit_);
  if (!read_head(cells, session, record) || !read_state(cells, record) ||
      !read_message(cells, record) || !read_rest(cells, session, record)) {
    return false;
  }
  set_time(record, time);
  if (doubled_ != 0) unquote_texts(record);
  row_end_ = cells.at() + 1;
  lines_ = has_newlines_ || cells.has_newlines() ? count_of('\n', {row, row_end_}) : 1;
  return true;
}

[[gnu::always_inline]] inline bool QuickCsvRows::read_head(CsvCells& cells, Session& session,
                                                           LogRecord& record) {
  if (session.head == nullptr || !cells.stands_here(session.head, session.head_size)) {
    const char* const end = read_new_head(cells.at(), session, record);
    if (end == nullptr) return false;
    cells.move_to(end);
    return true;
  }
  cells.move_to(cells.at() + session.head_size - 1);
  sessions_.set_pid_at(session.pid_at);
  record.user = session.user;
  record.database = session.database;
  record.host = session.host;
  record.pid = session.pid;
  record.session = session.key;
  return true;
}

[[gnu::noinline]] const char* QuickCsvRows::read_new_head(const char* at, Session& session,
                                                          LogRecord& record) {
  CsvCells cells(at, limit_);
  const auto next = [&cells] { return cells.next() && !cells.at_row_end(); };
  session.head = session.tail = nullptr;
  if (!next()) return nullptr;
  record.user = cells.text();
  note_doubled(cells, kUser);
  if (!next()) return nullptr;
  record.database = cells.text();
  note_doubled(cells, kDatabase);
  const std::uint32_t pid_at = distance(at, cells.at());
  sessions_.set_pid_at(pid_at);
  if (!next()) return nullptr;
  record.pid = number_of<std::uint32_t>(cells.text());
  if (!next()) return nullptr;
  record.host = cells.text();
  if (!next()) return nullptr;
  set_session(record, cells.text());
  has_newlines_ = cells.has_newlines();
  if (doubled_ != 0 || has_newlines_) return cells.at();
  session.head = at;
  session.head_size = distance(at, cells.at() + 1);
  session.pid_at = pid_at;
  session.pid = record.pid;
  session.user = record.user;
  session.database = record.database;
  session.host = record.host;
  session.key = record.session;
  return cells.at();
}

// Up to the transaction's id.
[[gnu::always_inline]] inline bool QuickCsvRows::read_state(CsvCells& cells, LogRecord& record) {
  const auto next = [&cells] { return cells.next() && !cells.at_row_end(); };
  if (!take_small_number(cells, record.session_line)) {
    if (!next()) return false;
    record.session_line = number_of<std::uint64_t>(cells.text());
  }
  if (!next() || !next() || !next()) return false;  // what it does, since when it is there, ...
  set_virtual_xid(record, cells.text());
  return next();
}

[[gnu::always_inline]] inline bool QuickCsvRows::read_message(CsvCells& cells, LogRecord& record) {
  constexpr std::string_view kUsual = ",LOG,00000,";
  if (cells.stands_here(kUsual.data(), kUsual.size())) {
    record.severity = Severity::kLog;
    record.sqlstate = {cells.at() + 5, 5};
    cells.move_to(cells.at() + kUsual.size() - 1);
  } else {
    if (!cells.next() || !set_severity(record, cells.text()) || cells.at_row_end()) return false;
    if (!cells.next() || cells.at_row_end()) return false;
    record.sqlstate = cells.text();
  }
  if (!cells.next()) return false;
  record.message = cells.text();
  note_doubled(cells, kMessage);
  return true;
}

// From behind the message to the end of the row.
[[gnu::always_inline]] inline bool QuickCsvRows::read_rest(CsvCells& cells, Session& session,
                                                           LogRecord& record) {
  std::size_t column = kDetail;
  while (!cells.at_row_end()) {
    column += cells.skip_empty();
    if (column == kApplication && session.tail != nullptr &&
        cells.stands_here(session.tail, session.tail_size)) {
      cells.move_to(cells.at() + session.tail_size - 1);
      record.application = session.application;
      column = kQueryId;
    } else if (column == kApplication) {
      keep_tail(cells.at(), session);
    }
    if (column >= kMostColumns || !cells.next()) return false;
    if (column == kQueryId) {
      record.query_id = number_of<std::int64_t>(cells.text());
    } else if (const auto text = kTextOf[column]; text != nullptr) {
      record.*text = cells.text();
      note_doubled(cells, column);
    }
    ++column;
  }
  return column >= kFewestColumns;
}

// The application, the kind of process and its leader.
[[gnu::noinline]] void QuickCsvRows::keep_tail(const char* at, Session& session) {
  CsvCells cells(at, limit_);
  session.tail = nullptr;
  const auto next = [&cells] { return cells.next() && !cells.is_doubled() && !cells.at_row_end(); };
  if (!next()) return;
  const std::string_view application = cells.text();
  if (!next() || !next() || cells.has_newlines()) return;
  session.tail = at;
  session.tail_size = distance(at, cells.at() + 1);
  session.application = application;
}

[[gnu::noinline]] void QuickCsvRows::unquote_texts(LogRecord& record) {
  for (const auto& [column, text] : kTexts) {
    if ((doubled_ >> column & 1) != 0) record.*text = unquoted(record.*text, arena_);
  }
}

}  // namespace pgcounsel
