#include "parser/log/csv_log.h"

#include <cstring>

#include "parser/csv.h"
#include "parser/log/csv_columns.h"
#include "parser/log/csv_quick.h"
#include "parser/number.h"
#include "parser/time.h"

namespace pgcounsel {
namespace {

using namespace csv_log;

// How many times its bytes a chunk may be scanned again behind rows that were none.
constexpr std::size_t kPatience = 4;

// False where it is no row of a log.
bool record_of(const LogTime& time, const CsvRow& row, LogRecord& record, TextArena& arena) {
  if (row.count < kFewestColumns || row.count > kMostColumns) return false;
  const auto text = [&row](Column column) { return row.cells[column].text; };
  if (!set_severity(record, text(kSeverity))) return false;
  set_time(record, time);
  record.pid = number_of<std::uint32_t>(text(kPid));
  record.host = text(kHost);
  set_session(record, text(kSessionId));
  record.session_line = number_of<std::uint64_t>(text(kSessionLine));
  set_virtual_xid(record, text(kVirtualXid));
  record.sqlstate = text(kSqlstate);
  if (row.count > kQueryId) record.query_id = number_of<std::int64_t>(text(kQueryId));
  for (const auto& [column, field] : kTexts) {
    if (column >= row.count) continue;
    const CsvCell& cell = row.cells[column];
    record.*field = cell.has_quotes ? unquoted(cell.text, arena) : cell.text;
  }
  return true;
}

const char* line_end(const char* at, const char* end) {
  const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
  return newline == nullptr ? end : static_cast<const char*>(newline) + 1;
}

// The time that is the first field of a row; nothing where no row begins.
const LogTime* time_in_front(std::string_view line, LogTimes& times) {
  if (line.starts_with('"')) line.remove_prefix(1);
  const LogTime* const time = times.next(line);
  if (time == nullptr) return nullptr;
  line.remove_prefix(time->length);
  if (line.starts_with('"')) line.remove_prefix(1);
  return line.starts_with(',') ? time : nullptr;
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
        quick_(chunk.bytes, out) {}

  std::size_t run() {
    while (at_ < end_ && read_next()) {
    }
    out_.lines += line_ - chunk_.first_line;
    return static_cast<std::size_t>(at_ - begin_);
  }

 private:
  // False where the rest is left for the next chunk.
  bool read_next() {
    const LogTime* const time = time_in_front(view(at_, end_), times_);
    if (time == nullptr) return skip_line();
    // A quote may stand before the time or behind it.
    const bool is_bare = *at_ != '"' && at_[time->length] == ',';
    return (is_bare && is_patient() && read_quickly(*time)) || read_slowly(*time);
  }

  bool read_quickly(const LogTime& time) {
    LogRecord& record = new_record();
    if (!quick_.read(at_, time, record)) {
      out_.records.pop_back();
      return false;
    }
    at_ = quick_.row_end();
    line_ += quick_.lines();
    return true;
  }

  bool read_slowly(const LogTime& time) {
    const char* const limit = is_patient() ? end_ : line_end(at_, end_);
    const CsvEnd row_end = scan_csv_row(view(at_, limit), CsvForm{}, row_);
    const bool cut = row_end == CsvEnd::kOpen || row_end == CsvEnd::kBytes;
    if (cut && limit == end_ && !chunk_.last) return false;
    if (row_end == CsvEnd::kBroken && line_goes_on()) return false;
    if (row_end == CsvEnd::kNewline || row_end == CsvEnd::kBytes) {
      take(time, row_.end);
    } else {
      count_line_unparsed(row_end == CsvEnd::kOpen ? limit : row_.end);
    }
    return true;
  }

  void take(const LogTime& time, const char* end) {
    if (!record_of(time, row_, new_record(), out_.arena)) {
      out_.records.pop_back();
      return count_line_unparsed(end);
    }
    at_ = end;
    line_ += row_.lines;
  }

  LogRecord& new_record() {
    LogRecord& record = out_.records.emplace_back();
    record.line = line_;
    record.offset = static_cast<std::size_t>(at_ - begin_);
    return record;
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
  QuickCsvRows quick_;
  CsvRow row_;
};

}  // namespace

bool looks_like_csv(std::string_view line) {
  const Zone zone;
  LogTimes times(zone);
  return time_in_front(line, times) != nullptr;
}

std::size_t read_csv(const Zone& zone, const Chunk& chunk, ChunkRecords& out) {
  return RowReader(zone, chunk, out).run();
}

}  // namespace pgcounsel
