#include "parser/log/csv_log.h"

#include <cstring>
#include <optional>

#include "parser/csv.h"
#include "parser/csv_rows.h"
#include "parser/number.h"
#include "parser/time.h"

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

// The texts in which a server may double quotes, which are taken out only where they stand.
struct TextColumn {
  Column column;
  std::string_view LogRecord::*text;
};
constexpr TextColumn kTexts[] = {
    {kUser, &LogRecord::user},
    {kDatabase, &LogRecord::database},
    {kMessage, &LogRecord::message},
    {kDetail, &LogRecord::detail},
    {kHint, &LogRecord::hint},
    {kQuery, &LogRecord::query},
    {kContext, &LogRecord::context},
    {kStatement, &LogRecord::statement},
    {kApplication, &LogRecord::application},
};

std::string_view text_of(const CsvRow& row, Column column) {
  return row.cells[column].text;
}

std::string_view text_of(const PlainCsvRow& row, Column column) {
  return row.text(column);
}

bool has_quotes(const CsvRow& row, Column column) {
  return row.cells[column].has_quotes;
}

bool has_quotes(const PlainCsvRow& row, Column column) {
  return row.has_quotes(column);
}

bool may_have_quotes(const CsvRow&) {
  return true;
}

bool may_have_quotes(const PlainCsvRow& row) {
  return row.doubled != 0;
}

template <class Row>
void unquote_texts(const Row& row, LogRecord& record, ChunkRecords& out) {
  for (const auto& [column, text] : kTexts) {
    if (column < row.count && has_quotes(row, column)) {
      record.*text = unquoted(record.*text, out.arena);
    }
  }
}

template <class Row>
bool record_of(const LogTime& time, const Row& row, LogRecord& record, ChunkRecords& out) {
  const auto text = [&row](Column column) { return text_of(row, column); };
  const std::string_view severity = text(kSeverity);
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
  record.user = text(kUser);
  record.database = text(kDatabase);
  record.host = text(kHost);
  record.pid = number_of<std::uint32_t>(text(kPid));
  const std::string_view session_id = text(kSessionId);
  if (std::uint64_t id = 0; read_hex_pair(session_id, id) && id >> 32 != 0) {
    record.session.id = id;
  } else if (const auto session = session_of_id(session_id)) {
    record.session = *session;
  } else if (record.pid != 0) {
    record.session = session_of_pid(record.pid);
  }
  record.session_line = number_of<std::uint64_t>(text(kSessionLine));
  const std::string_view xid = text(kVirtualXid);
  if (!xid.empty()) record.in_transaction = !xid.ends_with("/0");
  record.sqlstate = text(kSqlstate);
  record.message = text(kMessage);
  record.detail = text(kDetail);
  record.hint = text(kHint);
  record.query = text(kQuery);
  record.context = text(kContext);
  record.statement = text(kStatement);
  if (row.count > kApplication) record.application = text(kApplication);
  if (row.count > kQueryId) record.query_id = number_of<std::int64_t>(text(kQueryId));
  if (may_have_quotes(row)) unquote_texts(row, record, out);
  return true;
}

const char* line_end(const char* at, const char* end) {
  const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
  return newline == nullptr ? end : static_cast<const char*>(newline) + 1;
}

// The time that is the first field of a row; nothing where no row begins.
std::optional<LogTime> time_in_front(std::string_view line, LogTimes& times) {
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
    if (is_patient() && *at_ != '"' && rows_.read(at_, time->length, plain_)) {
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
  LogTimes times_;
  PlainCsvRows rows_;
  PlainCsvRow plain_;
  CsvRow row_;
};

}  // namespace

bool looks_like_csv(std::string_view line) {
  const Zone zone;
  LogTimes times(zone);
  return time_in_front(line, times).has_value();
}

std::size_t read_csv(const Zone& zone, const Chunk& chunk, ChunkRecords& out) {
  return RowReader(zone, chunk, out).run();
}

}  // namespace pgcounsel
