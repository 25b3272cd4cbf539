#include "parser/log/csv_log.h"

#include <cstring>
#include <optional>

#include "parser/csv.h"
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

std::string_view text_of(const CsvRow& row, Column column, ChunkRecords& out) {
  if (column >= row.count) return {};
  const CsvCell& cell = row.cells[column];
  return cell.has_quotes ? unquoted(cell.text, out.arena) : cell.text;
}

bool record_of(const LogTime& time, const CsvRow& row, LogRecord& record, ChunkRecords& out) {
  record.severity = severity_named(row.cells[kSeverity].text);
  record.localised = !is_english_severity(row.cells[kSeverity].text);
  if (record.severity == Severity::kUnknown) return false;
  record.time = time.time;
  record.has_time = true;
  record.has_fraction = time.has_fraction;
  record.zone_is_certain = time.zone_is_certain;
  record.user = text_of(row, kUser, out);
  record.database = text_of(row, kDatabase, out);
  record.application = text_of(row, kApplication, out);
  record.host = row.cells[kHost].text;
  record.pid = number_of<std::uint32_t>(row.cells[kPid].text);
  if (const auto session = session_of_id(row.cells[kSessionId].text)) {
    record.session = *session;
  } else if (record.pid != 0) {
    record.session = session_of_pid(record.pid);
  }
  record.session_line = number_of<std::uint64_t>(row.cells[kSessionLine].text);
  const std::string_view xid = row.cells[kVirtualXid].text;
  if (!xid.empty()) record.in_transaction = !xid.ends_with("/0");
  record.sqlstate = row.cells[kSqlstate].text;
  record.message = text_of(row, kMessage, out);
  record.detail = text_of(row, kDetail, out);
  record.hint = text_of(row, kHint, out);
  record.query = text_of(row, kQuery, out);
  record.context = text_of(row, kContext, out);
  record.statement = text_of(row, kStatement, out);
  if (row.count > kQueryId) record.query_id = number_of<std::int64_t>(row.cells[kQueryId].text);
  return true;
}

const char* line_end(const char* at, const char* end) {
  const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
  return newline == nullptr ? end : static_cast<const char*>(newline) + 1;
}

// The time that is the first field of a row; nothing where no row begins.
std::optional<LogTime> time_in_front(std::string_view line, const Zone& zone) {
  if (line.starts_with('"')) line.remove_prefix(1);
  const auto time = parse_log_time(line, zone);
  if (!time) return std::nullopt;
  line.remove_prefix(time->length);
  if (line.starts_with('"')) line.remove_prefix(1);
  return line.starts_with(',') ? time : std::nullopt;
}

}  // namespace

bool looks_like_csv(std::string_view line) {
  return time_in_front(line, Zone{}).has_value();
}

std::size_t read_csv(const Zone& zone, const Chunk& chunk, ChunkRecords& out) {
  const char* const begin = chunk.bytes.data();
  const char* const end = begin + chunk.bytes.size();
  const char* at = begin;
  std::uint64_t line = chunk.first_line;
  std::size_t wasted = 0;
  CsvRow row;
  while (at < end) {
    const char* const next_line = line_end(at, end);
    const std::string_view first(at, static_cast<std::size_t>(next_line - at));
    const auto time = time_in_front(first, zone);
    if (!time) {
      if (next_line == end && !chunk.last && first.back() != '\n') break;
      if (first.find_first_not_of("\r\n") != std::string_view::npos) out.count_unparsed(line);
      at = next_line;
      ++line;
      continue;
    }
    const bool patient = wasted <= kPatience * chunk.bytes.size();
    const char* const limit = patient ? end : next_line;
    const CsvEnd row_end = scan_csv_row({at, static_cast<std::size_t>(limit - at)}, CsvForm{}, row);
    const bool cut = row_end == CsvEnd::kOpen || row_end == CsvEnd::kBytes;
    if (cut && limit == end && !chunk.last) break;
    const bool is_line = first.back() == '\n' || chunk.last;
    if (row_end == CsvEnd::kBroken && !is_line) break;  // the line goes on in the next chunk
    const bool whole = row_end == CsvEnd::kNewline || row_end == CsvEnd::kBytes;
    LogRecord record;
    record.line = line;
    record.offset = static_cast<std::size_t>(at - begin);
    if (whole && is_column_count(row.count) && record_of(*time, row, record, out)) {
      out.records.push_back(record);
      at = row.end;
      line += row.lines;
    } else {
      wasted += static_cast<std::size_t>((row_end == CsvEnd::kOpen ? limit : row.end) - at);
      out.count_unparsed(line);
      at = next_line;
      ++line;
    }
  }
  out.lines += line - chunk.first_line;
  return static_cast<std::size_t>(at - begin);
}

}  // namespace pgcounsel
