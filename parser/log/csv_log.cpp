#include "parser/log/csv_log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "parser/csv.h"
#include "parser/lines.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMaxColumns = 26;

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

struct Field {
  std::string_view text;    // without the quotes around it
  bool has_quotes = false;  // "" inside stands for one quote
};

struct Row {
  std::array<Field, kMaxColumns> fields;
  std::size_t count = 0;
  const char* end = nullptr;  // behind the newline
  std::uint64_t lines = 0;
};

// kIncomplete: the data ends inside a field; kEnd: it ends behind a field, without a newline.
enum class Scan { kRecord, kNotRecord, kIncomplete, kEnd };

// From 8.4 on; some tools write one column less than the server.
bool is_column_count(std::size_t count) {
  return count >= 22 && count <= kMaxColumns;
}

// Scans one row from `at`.
Scan scan_row(const char* at, const char* end, Row& row) {
  row.count = 0;
  row.lines = 0;
  while (true) {
    Field field;
    if (at < end && *at == '"') {
      const char* begin = ++at;
      while (true) {
        const void* found = std::memchr(at, '"', static_cast<std::size_t>(end - at));
        if (found == nullptr) return Scan::kIncomplete;
        at = static_cast<const char*>(found);
        if (at + 1 < end && at[1] == '"') {
          field.has_quotes = true;
          at += 2;
          continue;
        }
        break;
      }
      field.text = std::string_view(begin, static_cast<std::size_t>(at - begin));
      row.lines += newlines_in(field.text);
      ++at;
    } else {
      const char* begin = at;
      while (at < end && *at != ',' && *at != '\n') ++at;
      field.text = std::string_view(begin, static_cast<std::size_t>(at - begin));
    }
    if (row.count < kMaxColumns) row.fields[row.count] = field;
    ++row.count;
    if (at == end) {
      row.end = end;
      ++row.lines;
      return Scan::kEnd;
    }
    if (*at == '\r' && at + 1 < end && at[1] == '\n') ++at;
    if (*at == '\n') {
      row.end = at + 1;
      ++row.lines;
      const Field& last = row.fields[std::min(row.count, kMaxColumns) - 1];
      if (!last.has_quotes && last.text.ends_with('\r')) {
        row.fields[std::min(row.count, kMaxColumns) - 1].text.remove_suffix(1);
      }
      return is_column_count(row.count) ? Scan::kRecord : Scan::kNotRecord;
    }
    if (*at != ',') return Scan::kNotRecord;
    ++at;
  }
}

std::string_view text_of(const Row& row, Column column, ChunkRecords& out) {
  if (column >= row.count) return {};
  const Field& field = row.fields[column];
  return field.has_quotes ? with_single_quotes(field.text, out.arena) : field.text;
}

template <class Number>
Number number_of(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool record_of(const LogTime& time, const Row& row, LogRecord& record, ChunkRecords& out) {
  record.severity = severity_named(row.fields[kSeverity].text);
  record.localised = !is_english_severity(row.fields[kSeverity].text);
  if (record.severity == Severity::kUnknown) return false;
  record.time = time.time;
  record.has_time = true;
  record.has_fraction = time.has_fraction;
  record.zone_is_certain = time.zone_is_certain;
  record.user = text_of(row, kUser, out);
  record.database = text_of(row, kDatabase, out);
  record.application = text_of(row, kApplication, out);
  record.host = row.fields[kHost].text;
  record.pid = number_of<std::uint32_t>(row.fields[kPid].text);
  if (const auto session = session_of_id(row.fields[kSessionId].text)) {
    record.session = *session;
  } else if (record.pid != 0) {
    record.session = session_of_pid(record.pid);
  }
  record.session_line = number_of<std::uint64_t>(row.fields[kSessionLine].text);
  const std::string_view xid = row.fields[kVirtualXid].text;
  if (!xid.empty()) record.in_transaction = !xid.ends_with("/0");
  record.sqlstate = row.fields[kSqlstate].text;
  record.message = text_of(row, kMessage, out);
  record.detail = text_of(row, kDetail, out);
  record.hint = text_of(row, kHint, out);
  record.query = text_of(row, kQuery, out);
  record.context = text_of(row, kContext, out);
  record.statement = text_of(row, kStatement, out);
  if (row.count > kQueryId) record.query_id = number_of<std::int64_t>(row.fields[kQueryId].text);
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
  Row row;
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
    Scan scan = scan_row(at, end, row);
    if (!chunk.last && (scan == Scan::kIncomplete || scan == Scan::kEnd)) break;
    if (scan == Scan::kEnd && is_column_count(row.count)) scan = Scan::kRecord;
    LogRecord record;
    record.line = line;
    record.offset = static_cast<std::size_t>(at - begin);
    if (scan == Scan::kRecord && record_of(*time, row, record, out)) {
      out.records.push_back(record);
      at = row.end;
      line += row.lines;
    } else {
      out.count_unparsed(line);
      at = next_line;
      ++line;
    }
  }
  out.lines += line - chunk.first_line;
  return static_cast<std::size_t>(at - begin);
}

}  // namespace pgcounsel
