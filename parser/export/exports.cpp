#include "parser/export/exports.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "parser/csv.h"
#include "parser/export/export_aligned.h"
#include "parser/export/export_json.h"
#include "parser/export/pooler_config.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

using Columns = std::vector<std::string>;

constexpr std::string_view kTimes[] = {"sampled_at",    "ts",           "sample_time",
                                       "now",           "collected_at", "captured_at",
                                       "snapshot_time", "timestamp",    "time"};

// What makes a kind: all of the first, one of the second.
struct Signature {
  ExportKind kind;
  std::vector<std::string_view> all, any;
};

const std::vector<Signature>& signatures() {
  static const std::vector<Signature> list = {
      {ExportKind::kStatements, {"query", "calls"}, {"total_exec_time", "total_time"}},
      {ExportKind::kPools, {"database", "cl_active", "cl_waiting", "sv_active"}, {}},
      {ExportKind::kPoolStats, {"database"}, {"total_xact_count", "total_query_count"}},
      {ExportKind::kDatabases, {"name", "pool_size"}, {"force_user", "pool_mode"}},
      {ExportKind::kDatabaseStats, {"xact_commit", "xact_rollback"}, {}},
      {ExportKind::kActivity,
       {"pid", "state"},
       {"xact_start", "query_start", "state_change", "backend_start", "xact_age_s", "xact_age",
        "state_age_s", "state_age", "wait_event"}},
  };
  return list;
}

template <class Has>
std::optional<ExportKind> kind_by(const Has& has) {
  for (const Signature& signature : signatures()) {
    const bool all = std::all_of(signature.all.begin(), signature.all.end(), has);
    const bool any =
        signature.any.empty() || std::any_of(signature.any.begin(), signature.any.end(), has);
    if (all && any) return signature.kind;
  }
  return std::nullopt;
}

std::optional<ExportKind> kind_of(const Columns& columns) {
  return kind_by([&](std::string_view name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  });
}

std::string_view first_line(std::string_view bytes) {
  return bytes.substr(0, bytes.find('\n'));
}

std::string_view without_blank_lines(std::string_view bytes) {
  const std::size_t begin = bytes.find_first_not_of("\r\n");
  return begin == std::string_view::npos ? std::string_view{} : bytes.substr(begin);
}

Columns header_of(const std::vector<std::string>& fields) {
  Columns columns;
  for (const std::string& field : fields) columns.push_back(lower_case(trimmed(field)));
  return columns;
}

// The header is the first line, whatever quotes stand open at its end.
struct Delimited {
  char delimiter;
  ExportKind kind;
  Columns columns;
};
std::optional<Delimited> delimited(std::string_view bytes) {
  const std::size_t second = first_line(bytes).size() + 1;
  if (second < bytes.size() && bytes.substr(second).starts_with("---")) return std::nullopt;
  std::vector<std::string> fields;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    CsvReader(first_line(bytes), delimiter).next(fields);
    Columns columns = header_of(fields);
    if (const auto kind = kind_of(columns)) return Delimited{delimiter, *kind, std::move(columns)};
  }
  return std::nullopt;
}

ExportCounts read_delimited(std::string_view bytes, const Delimited& form,
                            const TakeExportRow& take) {
  ExportCounts counts;
  const Columns& columns = form.columns;
  CsvReader reader(bytes.substr(std::min(first_line(bytes).size() + 1, bytes.size())),
                   form.delimiter);
  std::vector<std::string> fields;
  while (reader.next(fields)) {
    if (fields.size() == 1 && trimmed(fields.front()).empty()) continue;
    if (fields.size() != columns.size()) {
      ++counts.unparsed;
      continue;
    }
    if (header_of(fields) == columns) continue;  // `\watch` repeats it
    ExportRow row;
    for (std::size_t i = 0; i < columns.size(); ++i) row.add(columns[i], std::move(fields[i]));
    ++counts.rows;
    take(form.kind, row);
  }
  return counts;
}

ExportCounts read_aligned(std::string_view bytes, const TakeExportRow& take) {
  ExportCounts counts;
  AlignedTable table(bytes);
  const Columns columns = header_of(table.header());
  const auto kind = kind_of(columns);
  std::vector<std::string> cells;
  while (kind && table.next(cells)) {
    ExportRow row;
    for (std::size_t i = 0; i < columns.size(); ++i) row.add(columns[i], std::move(cells[i]));
    ++counts.rows;
    take(*kind, row);
  }
  counts.unparsed = table.strays();
  return counts;
}

// The keys of the objects of a head that may be cut off anywhere.
std::optional<ExportKind> kind_of_json_head(std::string_view head) {
  std::vector<Columns> open;
  for (std::size_t at = 0; at < head.size(); ++at) {
    const char c = head[at];
    if (c == '{' || c == '[') {
      open.emplace_back();
    } else if ((c == '}' || c == ']') && !open.empty()) {
      if (const auto kind = kind_of(open.back())) return kind;
      open.pop_back();
    } else if (c == '"') {
      const std::size_t begin = ++at;
      while (at < head.size() && head[at] != '"') at += head[at] == '\\' ? 2U : 1U;
      if (at >= head.size()) break;
      const std::string_view text = head.substr(begin, at - begin);
      const std::size_t next = head.find_first_not_of(" \t\r\n", at + 1);
      const bool is_key = next != std::string_view::npos && head[next] == ':';
      if (is_key && !open.empty() && text.size() < 64 && open.back().size() < 256) {
        open.back().push_back(lower_case(text));
      }
    }
  }
  for (const Columns& columns : open) {
    if (const auto kind = kind_of(columns)) return kind;
  }
  return std::nullopt;
}

bool is_json(std::string_view bytes) {
  return bytes.starts_with('[') || bytes.starts_with('{');
}

// `123.4567` as millionths of `unit` micros; what is finer is cut off.
std::optional<Micros> decimal(std::string_view text, std::int64_t unit) {
  text = trimmed(text);
  const std::size_t point = text.find('.');
  std::uint64_t whole = 0, part = 0;
  const std::string_view digits = text.substr(0, point);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return std::nullopt;
  std::uint64_t scale = 1'000'000;
  if (point != std::string_view::npos) {
    for (const char c : text.substr(point + 1)) {
      if (c < '0' || c > '9') return std::nullopt;
      if (scale == 1) continue;
      scale /= 10;
      part += scale * static_cast<std::uint64_t>(c - '0');
    }
  }
  const auto micros_per_unit = static_cast<std::uint64_t>(unit);
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  if (whole > kMost / micros_per_unit - 1) return std::nullopt;
  return Micros{
      static_cast<Micros::rep>(whole * micros_per_unit + part * micros_per_unit / 1'000'000)};
}

}  // namespace

std::string_view name_of(ExportKind kind) {
  constexpr std::string_view kNames[] = {"pg_stat_statements", "pg_stat_activity", "show_pools",
                                         "show_stats",         "show_databases",   "pgbouncer.ini",
                                         "pg_stat_database"};
  return kNames[static_cast<std::size_t>(kind)];
}

void ExportRow::add(std::string_view column, std::string value) {
  values_.emplace_back(column, std::move(value));
}

std::string_view ExportRow::get(std::string_view column) const {
  for (const auto& [name, value] : values_) {
    if (name == column) return value;
  }
  return {};
}

std::string_view ExportRow::first_of(std::initializer_list<std::string_view> columns) const {
  for (const std::string_view column : columns) {
    const std::string_view value = get(column);
    if (!value.empty()) return value;
  }
  return {};
}

bool ExportRow::has(std::string_view column) const {
  return std::any_of(values_.begin(), values_.end(),
                     [&](const auto& value) { return value.first == column; });
}

std::optional<ExportKind> ExportRow::kind() const {
  return kind_by([&](std::string_view name) { return has(name); });
}

std::string_view ExportRow::time_text() const {
  for (const std::string_view name : kTimes) {
    const std::string_view text = get(name);
    if (!text.empty()) return text;
  }
  return {};
}

std::optional<Time> ExportRow::time(const Zone& zone) const {
  for (const std::string_view name : kTimes) {
    if (const auto time = sample_time(get(name), zone)) return time;
  }
  return std::nullopt;
}

std::optional<ExportKind> recognise_export(std::string_view head) {
  head = without_blank_lines(head);
  if (is_pooler_config(head)) return ExportKind::kPoolerConfig;
  if (is_json(head)) return kind_of_json_head(head);
  if (const auto form = delimited(head)) return form->kind;
  return kind_of(header_of(AlignedTable(head).header()));
}

ExportCounts read_export(std::string_view bytes, const TakeExportRow& take) {
  bytes = without_blank_lines(bytes);
  if (is_pooler_config(bytes)) return read_pooler_config(bytes, take);
  if (is_json(bytes)) return read_json_export(bytes, take);
  if (const auto form = delimited(bytes)) return read_delimited(bytes, *form, take);
  return read_aligned(bytes, take);
}

std::string lower_case(std::string_view text) {
  std::string out;
  for (const char c : text) out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c);
  return out;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  const auto value = decimal(text, 1);
  if (!value) return std::nullopt;
  return static_cast<std::uint64_t>(value->count());
}

std::optional<Micros> milliseconds_of(std::string_view text) {
  return decimal(text, 1000);
}

std::optional<Micros> seconds_of(std::string_view text) {
  text = trimmed(text);
  if (text.find(':') != std::string_view::npos) return parse_clock_duration(text);
  return decimal(text, kSecond.count());
}

std::optional<Time> sample_time(std::string_view text, const Zone& zone) {
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  if (const auto time = parse_log_time(text, zone)) return time->time;
  const auto seconds = seconds_of(text);
  if (!seconds || text.find(':') != std::string_view::npos) return std::nullopt;
  // Seconds, milliseconds or microseconds since 1970, by their size.
  constexpr Micros kYear3000 = kDay * 376'000;
  Micros since = *seconds;
  for (int i = 0; i < 2 && since > kYear3000; ++i) since /= 1000;
  if (since > kYear3000) return std::nullopt;
  return Time{since};
}

}  // namespace pgcounsel
