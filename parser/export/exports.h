// Tables that people export beside the logs: pg_stat_statements, samples of pg_stat_activity and
// pg_stat_database, and PgBouncer's SHOW POOLS, SHOW STATS and SHOW DATABASES, of any version:
// columns are found by name; and its configuration. Forms: CSV with
// a header (`,` `;` TAB or `|`), psql's aligned tables, JSON in arrays, lines or documents in which
// an object's time is that of all rows below it.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/time.h"

namespace pgcounsel {

enum class ExportKind : std::uint8_t {
  kStatements,
  kActivity,
  kPools,
  kPoolStats,
  kDatabases,
  kPoolerConfig,
  kDatabaseStats
};
std::string_view name_of(ExportKind kind);  // "pg_stat_statements", "show_pools"

// A row; an empty value and one that is absent are the same.
class ExportRow {
 public:
  void add(std::string_view column, std::string value);
  std::string_view get(std::string_view column) const;
  // The first of these columns that has a value.
  std::string_view first_of(std::initializer_list<std::string_view> columns) const;
  bool has(std::string_view column) const;
  std::optional<ExportKind> kind() const;
  std::string_view time_text() const;
  // When it was sampled, as the row or what encloses it tells.
  std::optional<Time> time(const Zone& zone) const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

// What the first bytes of a file are; nothing when they are no export.
std::optional<ExportKind> recognise_export(std::string_view head);

struct ExportCounts {
  std::uint64_t rows = 0;      // of a kind
  std::uint64_t unparsed = 0;  // rows and lines that are none
};
using TakeExportRow = std::function<void(ExportKind, const ExportRow&)>;
ExportCounts read_export(std::string_view bytes, const TakeExportRow& take);

// Names of columns are compared in lower case.
std::string lower_case(std::string_view text);

// Numbers as integers; nothing where the text is none or does not fit.
std::optional<std::uint64_t> whole_number(std::string_view text);          // 12, 12.0
std::optional<Micros> milliseconds_of(std::string_view text);              // 180438.3790079998
std::optional<Micros> seconds_of(std::string_view text);                   // 2.5, 00:00:02.5
std::optional<Time> sample_time(std::string_view text, const Zone& zone);  // 1795334600.815, ISO

}  // namespace pgcounsel
