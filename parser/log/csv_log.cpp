#include "parser/log/csv_log.h"

#include <cstring>
#include <optional>

#include "parser/csv.h"
#include "parser/csv_rows.h"
#include "parser/log/time_memo.h"
#include "parser/number.h"

namespace pgcounsel {
namespace {

// Columns of csvlog, counted from 0, the time.
enum Column : std::size_t {
  kUser = 1,
  kDatabase = 2,
  kPid = 3,
  kHost = 4,
  kSessionId = 5,
  kSessionLine = 6,
  kVirtualXid = 9,
  kSeverity = 11,
  kSqlstate = 12,
  kMessage = 13,
  kDetail = 14,
  kHint = 15,
  kQuery = 16,
  kContext = 18,
  kStatement = 19,
  kApplication = 22,
  kQueryId = 25
};

// How many times its bytes a chunk may be scanned again behind rows that were none.
constexpr std::size_t kPatience = 4;

// From 8.4 on; some tools write one column less than the server.
bool is_column_count(std::size_t count) {
  return count >= 22 && count <= 26;
}

CsvCell cell_of(const CsvRow& row, Column column) {
  return row.cells[column];
}

CsvCell cell_of(const PlainCsvRow& row, Column column) {
  return row.cell(column);
}

std::string_view text_of(const CsvCell& cell, ChunkRecords& out) {
  return cell.has_quotes ? unquoted(cell.text, out.arena) : cell.text;
}

template <class Row>
std::string_view text_of(const Row& row, Column column, ChunkRecords& out) {
  if (column >= row.count) return {};
  const CsvCell cell = cell_of(row, column);
  return cell.text.empty() ? std::string_view{} : text_of(cell, out);
}

template <class Row>
bool record_of(const LogTime& time, const Row& row, LogRecord& record, ChunkRecords& out) {
  const auto plain_text = [&row](Column column) { return cell_of(row, column).text; };
  const std::string_view severity = plain_text(kSeverity);
  if (severity == "LOG") {
    record.severity = Severity::kLog;
  } else {
    record.severity = severity_named(severity);
    record.localised = !is_english_severity(severity);
  }
  if (record.severity == Severity::kUnknown) return false;
  record.time = time.time;
  record.has_time = true;
  record.has_fraction = time.has_fraction;
  record.zone_is_certain = time.zone_is_certain;
  record.user = text_of(row, kUser, out);
  record.database = text_of(row, kDatabase, out);
  record.application = text_of(row, kApplication, out);
  record.host = plain_text(kHost);
  record.pid = number_of<std::uint32_t>(plain_text(kPid));
  if (const auto session = session_of_id(plain_text(kSessionId))) {
    record.session = *session;
  } else if (record.pid != 0) {
    record.session = session_of_pid(record.pid);
  }
  record.session_line = number_of<std::uint64_t>(plain_text(kSessionLine));
  const std::string_view xid = plain_text(kVirtualXid);
  if (!xid.empty()) record.in_transaction = !xid.ends_with("/0");
  record.sqlstate = plain_text(kSqlstate);
  record.message = text_of(row, kMessage, out);
  record.detail = text_of(row, kDetail, out);
  record.hint = text_of(row, kHint, out);
  record.query = text_of(row, kQuery, out);
  record.context = text_of(row, kContext, out);
  record.statement = text_of(row, kStatement, out);
  if (row.count > kQueryId) record.query_id = number_of<std::int64_t>(plain_text(kQueryId));
  return true;
}

const char* line_end(const char* at, const char* end) {
  const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
  return newline == nullptr ? end : static_cast<const char*>(newline) + 1;
}

// The time that is the first field of a row; nothing where no row begins.
std::optional<LogTime> time_in_front(std::string_view line, TimeMemo& times) {
  if (line.starts_with('"')) line.remove_prefix(1);
  const auto time = times.read(line);
  if (!time) return std::nullopt;
  line.remove_prefix(time->length);
  if (line.starts_with('"')) line.remove_prefix(1);
  return line.starts_with(',') ? time : std::nullopt;
}

std::string_view view(const char* from, const char* to) {
  return {from, static_cast<std::size_t>(to - from)};
}

class RowReader {
 public:
  RowReader(const Zone& zone, const Chunk& chunk, ChunkRecords& out)
      : chunk_(chunk),
        out_(out),
        begin_(chunk.bytes.data()),
        end_(begin_ + chunk.bytes.size()),
        at_(begin_),
        line_(chunk.first_line),
        times_(zone),
        rows_(chunk.bytes) {}

  std::size_t run() {
    while (at_ < end_ && read_next()) {
    }
    out_.lines += line_ - chunk_.first_line;
    return static_cast<std::size_t>(at_ - begin_);
  }

 private:
  // False where the rest is left for the next chunk.
  bool read_next() {
    const auto time = time_in_front(view(at_, end_), times_);
    if (!time) return skip_line();
    if (is_patient() && rows_.read(at_, plain_)) {
      take(*time, plain_, plain_.end);
      return true;
    }
    return read_slowly(*time);
  }

  bool read_slowly(const LogTime& time) {
    const char* const limit = is_patient() ? end_ : line_end(at_, end_);
    const CsvEnd row_end = scan_csv_row(view(at_, limit), CsvForm{}, row_);
    const bool cut = row_end == CsvEnd::kOpen || row_end == CsvEnd::kBytes;
    if (cut && limit == end_ && !chunk_.last) return false;
    if (row_end == CsvEnd::kBroken && line_goes_on()) return false;
    if (row_end == CsvEnd::kNewline || row_end == CsvEnd::kBytes) {
      take(time, row_, row_.end);
    } else {
      count_line_unparsed(row_end == CsvEnd::kOpen ? limit : row_.end);
    }
    return true;
  }

  template <class Row>
  void take(const LogTime& time, const Row& row, const char* end) {
    LogRecord& record = out_.records.emplace_back();
    record.line = line_;
    record.offset = static_cast<std::size_t>(at_ - begin_);
    if (!is_column_count(row.count) || !record_of(time, row, record, out_)) {
      out_.records.pop_back();
      return count_line_unparsed(end);
    }
    at_ = end;
    line_ += row.lines;
  }

  bool skip_line() {
    const char* const next = line_end(at_, end_);
    const std::string_view line = view(at_, next);
    if (next == end_ && !chunk_.last && line.back() != '\n') return false;
    if (line.find_first_not_of("\r\n") != std::string_view::npos) out_.count_unparsed(line_);
    at_ = next;
    ++line_;
    return true;
  }

  // Goes on at the next line; up to `looked_at` the bytes are looked at in vain.
  void count_line_unparsed(const char* looked_at) {
    wasted_ += static_cast<std::size_t>(looked_at - at_);
    out_.count_unparsed(line_);
    at_ = line_end(at_, end_);
    ++line_;
  }

  // In the next chunk.
  bool line_goes_on() const {
    return !chunk_.last && line_end(at_, end_) == end_ && end_[-1] != '\n';
  }

  bool is_patient() const { return wasted_ <= kPatience * chunk_.bytes.size(); }

  const Chunk& chunk_;
  ChunkRecords& out_;
  const char* const begin_;
  const char* const end_;
  const char* at_;
  std::uint64_t line_;
  std::size_t wasted_ = 0;
  TimeMemo times_;
  CsvRows rows_;
  PlainCsvRow plain_;
  CsvRow row_;
};

}  // namespace

bool looks_like_csv(std::string_view line) {
  const Zone zone;
  TimeMemo times(zone);
  return time_in_front(line, times).has_value();
}

std::size_t read_csv(const Zone& zone, const Chunk& chunk, ChunkRecords& out) {
  return RowReader(zone, chunk, out).run();
}

}  // namespace pgcounsel
