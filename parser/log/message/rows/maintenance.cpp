// Checkpoints, temporary files, autovacuum, wraparound.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"temp_file", "temp_file", "", "temporary file: path \"{path:path}\", size {bytes:number}",
     recorded("temporary file: path \"base/pgsql_tmp/pgsql_tmp26893.19\", size 37492")},
    {"checkpoint_start", "checkpoint_start", "", "checkpoint starting: {reason:words}",
     recorded("checkpoint starting: time")},
    {"checkpoint", "checkpoint", "",
     "checkpoint complete: wrote {buffers:number} buffers ({percent:number}%){files:words} "
     "recycled; write={write_s:number} s, sync={sync_s:number} s, total={total_s:number} "
     "s{rest:words}",
     recorded("checkpoint complete: wrote 3 buffers (0.0%); 0 WAL file(s) added, 0 removed, 0 "
              "recycled; write=0.001 s, sync=0.001 s, total=0.009 s; sync files=0, longest=0.000 "
              "s, average=0.000 s; distance=0 kB, estimate=0 kB")},
    {"checkpoint", "checkpoint", "", "checkpoint complete: {rest:words}",
     shortened("checkpoint complete: wrote 44 buffers (0.3%); 0 WAL file(s) added, 0 removed, 0 "
               "recycled")},
    {"checkpoint_too_frequent", "checkpoint_too_frequent", "",
     "checkpoints are occurring too frequently ({seconds:number} second{apart:words} apart)",
     recorded("checkpoints are occurring too frequently (1 second apart)")},
    {"restartpoint_start", "restartpoint_start", "", "restartpoint starting: {reason:words}",
     recorded("restartpoint starting: immediate wait")},
    {"restartpoint", "restartpoint", "",
     "restartpoint complete: wrote {buffers:number} buffers ({percent:number}%){rest:words}",
     recorded("restartpoint complete: wrote 7 buffers (0.0%); 0 WAL file(s) added, 0 removed, 1 "
              "recycled; write=0.002 s, sync=0.001 s, total=0.007 s; sync files=0, longest=0.000 "
              "s, average=0.000 s; distance=16408 kB, estimate=16408 kB")},
    {"restartpoint", "restartpoint", "", "restartpoint complete: {rest:words}",
     shortened("restartpoint complete: write=0.001 s")},
    {"", "restartpoint_at", "", "recovery restart point at {lsn:number}",
     recorded("recovery restart point at 0/3006140")},
    {"autovacuum", "autovacuum", "",
     "automatic vacuum of table \"{table:identifier}\": {report:other}",
     source_text("automatic vacuum of table \"shop.public.carts\": index scans: 1")},
    {"autovacuum", "autovacuum", "",
     "automatic aggressive vacuum of table \"{table:identifier}\": {report:other}",
     source_text("automatic aggressive vacuum of table \"shop.public.carts\": index scans: 0")},
    {"autovacuum", "autovacuum_wraparound", "",
     "automatic aggressive vacuum to prevent wraparound of table \"{table:identifier}\": "
     "{report:other}",
     source_text("automatic aggressive vacuum to prevent wraparound of table "
                 "\"shop.public.carts\": index scans: 0")},
    {"autovacuum", "autovacuum_wraparound", "",
     "automatic vacuum to prevent wraparound of table \"{table:identifier}\": {report:other}",
     source_text(
         "automatic vacuum to prevent wraparound of table \"shop.public.carts\": index scans: 0")},
    {"autoanalyze", "autoanalyze", "",
     "automatic analyze of table \"{table:identifier}\"{report:other}",
     recorded("automatic analyze of table \"shop.public.jobs\"\navg read rate: 0.000 MB/s, avg "
              "write rate: 0.000 MB/s\nbuffer usage: 107 hits, 0 misses, 0 dirtied\nsystem usage: "
              "CPU: user: 0.00 s, system: 0.00 s, elapsed: 0.02 s")},
    {"autovacuum_launcher", "autovacuum_started", "", "autovacuum launcher started",
     source_text("autovacuum launcher started")},
    {"autovacuum_launcher", "autovacuum_stopped", "", "autovacuum launcher shutting down",
     source_text("autovacuum launcher shutting down")},
    {"", "autovacuum_slow_start", "01000", "autovacuum worker took too long to start; canceled",
     source_text("autovacuum worker took too long to start; canceled")},
    {"", "autovacuum_slow_start", "01000", "worker took too long to start; canceled",
     source_text("worker took too long to start; canceled")},
    {"", "autovacuum_orphan", "", "autovacuum: dropping orphan temp table \"{table:identifier}\"",
     source_text("autovacuum: dropping orphan temp table \"shop.pg_temp_3.carts\"")},
    {"vacuum_skipped", "vacuum_skipped", "",
     "skipping vacuum of \"{table:identifier}\" --- {why:words}",
     recorded("skipping vacuum of \"customers\" --- lock not available")},
    {"analyze_skipped", "analyze_skipped", "",
     "skipping analyze of \"{table:identifier}\" --- {why:words}",
     source_text("skipping analyze of \"carts\" --- lock not available")},
    {"", "maintenance_denied", "01000",
     "skipping \"{table:identifier}\" --- only table or database owner can {command:words}",
     recorded("skipping \"pgbench_tellers\" --- only table or database owner can analyze it")},
    {"", "maintenance_denied", "01000", "skipping \"{table:identifier}\" --- {why:words}",
     recorded("skipping \"pg_authid\" --- only superuser can vacuum it")},
    {"", "maintenance_denied", "01000",
     "permission denied to {command:words} \"{table:identifier}\", skipping it",
     source_text("permission denied to vacuum \"pg_database\", skipping it")},
    {"wraparound_warning", "wraparound_warning", "01000",
     "database \"{database:identifier}\" must be vacuumed {limit:words}",
     source_text("database \"shop\" must be vacuumed within 39985967 transactions")},
    {"wraparound_warning", "wraparound_warning", "01000",
     "database with OID {oid:number} must be vacuumed {limit:words}",
     source_text("database with OID 16384 must be vacuumed within 39985967 transactions")},
    {"wraparound_stop", "wraparound_stop", "54000",
     "database is not accepting commands {which:words} in database \"{database:identifier}\"",
     source_text(
         "database is not accepting commands to avoid wraparound data loss in database \"shop\"")},
    {"wraparound_stop", "wraparound_stop", "54000",
     "database is not accepting commands {which:words} in database with OID {oid:number}",
     source_text("database is not accepting commands to avoid wraparound data loss in database "
                 "with OID 16384")},
    {"wraparound_stop", "wraparound_stop", "54000", "multixact \"members\" limit exceeded",
     source_text("multixact \"members\" limit exceeded")},
    {"wraparound_warning", "old_xmin", "01000", "oldest {what:words} is far in the past",
     source_text("oldest xmin is far in the past")},
    {"wraparound_warning", "old_xmin", "01000", "cutoff for {what:words} is far in the past",
     source_text("cutoff for removing and freezing tuples is far in the past")},
    {"wraparound_warning", "vacuum_failsafe", "01000",
     "bypassing nonessential maintenance of table \"{table:identifier}\" as a failsafe after "
     "{index_scans:number} index scans",
     source_text("bypassing nonessential maintenance of table \"shop.public.carts\" as a failsafe "
                 "after 0 index scans")},
    {"", "wrap_limit", "",
     "transaction ID wrap limit is {limit:number}, limited by database {database:other}",
     source_text("transaction ID wrap limit is 2147484377, limited by database with OID 1")},
    {"", "wrap_limit", "",
     "MultiXactId wrap limit is {limit:number}, limited by database {database:other}",
     source_text("MultiXactId wrap limit is 2147483648, limited by database with OID 1")},
};

}  // namespace

std::span<const MessageRow> maintenance_rows() {
  return kRows;
}

}  // namespace pgcounsel
