// Tables beside the logs: pg_stat_statements, pg_stat_activity, SHOW POOLS, SHOW STATS and SHOW
// DATABASES, and a configuration of PgBouncer.
#include "parser/export/exports.h"

#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

void look_at(std::string_view text) {
  whole_number(text);
  milliseconds_of(text);
  seconds_of(text);
  sample_time(text, Zone{});
}

}  // namespace

void fuzz_exports(std::string_view bytes) {
  const auto kind = recognise_export(bytes);
  std::uint64_t rows = 0;
  const auto take = [&rows](ExportKind row_kind, const ExportRow& row) {
    ++rows;
    // A configuration has no columns: its rows look like those of SHOW DATABASES.
    const bool is_config = row_kind == ExportKind::kPoolerConfig;
    expect(row.kind() == (is_config ? ExportKind::kDatabases : row_kind),
           "a row is of the kind that it is given out as");
    row.time(Zone{});
    for (const std::string_view column :
         {"calls", "total_exec_time", "mean_exec_time", "rows", "xact_start", "state_change",
          "cl_waiting", "maxwait", "total_wait_time", "active_time", "xact_commit", "stats_reset",
          "pool_size"}) {
      look_at(row.get(column));
    }
  };
  const ExportCounts counts = read_export(bytes, take);
  expect(counts.rows == rows, "each row is given out once");
  expect(!kind || !name_of(*kind).empty(), "a kind has a name");
  look_at(bytes);
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_exports);
