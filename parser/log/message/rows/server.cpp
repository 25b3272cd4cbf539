// The server's life: start, stop, crash, recovery, configuration.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"server_start", "server_start", "", "starting PostgreSQL {version:words}",
     recorded("starting PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled "
              "by gcc (Debian 12.2.0-14+deb12u1) 12.2.0, 64-bit")},
    {"server_ready", "server_ready", "", "database system is ready to accept {what:words}",
     recorded("database system is ready to accept connections")},
    {"server_down", "server_shutdown", "", "received {mode:words} shutdown request",
     recorded("received fast shutdown request")},
    {"", "shutdown_aborts", "", "aborting any active transactions",
     recorded("aborting any active transactions")},
    {"", "shutdown_begins", "", "shutting down", recorded("shutting down")},
    {"server_down", "server_stopped", "", "database system is shut down",
     recorded("database system is shut down")},
    {"server_down", "server_unclean", "", "database system was {how:words}",
     recorded("database system was shut down at 2026-11-22 07:47:52 UTC")},
    {"server_down", "server_unclean", "",
     "database system shutdown was interrupted; last known up at {time:words}",
     source_text(
         "database system shutdown was interrupted; last known up at 2026-11-22 07:48:37 UTC")},
    {"server_down", "server_reinitialize", "", "all server processes terminated; reinitializing",
     recorded("all server processes terminated; reinitializing")},
    {"", "crash_terminates", "", "terminating any other active server processes",
     recorded("terminating any other active server processes")},
    {"", "crash_shuts_down", "", "shutting down because restart_after_crash is off",
     source_text("shutting down because restart_after_crash is off")},
    {"", "startup_failed", "", "{what:words} due to startup process failure",
     source_text("aborting startup due to startup process failure")},
    {"", "children_killed", "", "issuing {signal:words} to recalcitrant children",
     source_text("issuing SIGKILL to recalcitrant children")},
    {"archive_failure", "archive_killed", "",
     "archive command was terminated by signal {signal:words}",
     source_text("archive command was terminated by signal 9: Killed")},
    {"crash", "crash", "", "{process:other} was terminated by signal {signal:words}",
     recorded("server process (PID 6687) was terminated by signal 9: Killed")},
    {"crash", "crash", "", "{process:other} was terminated by exception {code:number}",
     source_text("server process (PID 26910) was terminated by exception 0xC0000005")},
    {"crash", "segmentation_fault", "", "Segmentation fault", source_text("Segmentation fault")},
    {"", "worker_exit", "",
     "background worker \"{worker:other}\" (PID {pid:number}) exited with exit code {code:number}",
     recorded(
         "background worker \"logical replication worker\" (PID 7416) exited with exit code 1")},
    {"", "worker_exit", "",
     "worker process: {worker:other} (PID {pid:number}) exited with exit code {code:number}",
     source_text("worker process: logical replication launcher (PID 77) exited with exit code 1")},
    {"process_exit", "process_exit", "",
     "{process:other} (PID {pid:number}) exited with exit code {code:number}",
     source_text("server process (PID 77) exited with exit code 1")},
    {"", "listen", "", "listening on {family:words} address \"{address:host}\", port {port:number}",
     recorded("listening on IPv4 address \"127.0.0.1\", port 41917")},
    {"", "listen", "", "listening on Unix socket \"{path:path}\"",
     source_text("listening on Unix socket \"/var/run/postgresql/.s.PGSQL.5432\"")},
    {"", "listen_failed", "",
     "could not bind {family:words} address \"{address:host}\": {error:words}",
     source_text("could not bind IPv4 address \"127.0.0.1\": Address already in use")},
    {"", "log_to_collector", "", "redirecting log output to logging collector process",
     source_text("redirecting log output to logging collector process")},
    {"", "log_ends", "", "ending log output to {where:words}",
     recorded("ending log output to stderr")},
    {"", "lock_file", "F0001", "lock file \"{path:path}\" already exists",
     source_text("lock file \"postmaster.pid\" already exists")},
    {"reload", "reload", "", "received SIGHUP, reloading configuration files",
     recorded("received SIGHUP, reloading configuration files")},
    {"parameter_changed", "parameter_changed", "",
     "parameter \"{parameter:identifier}\" changed to \"{value:other}\"",
     recorded("parameter \"work_mem\" changed to \"5MB\"")},
    {"parameter_changed", "parameter_removed", "",
     "parameter \"{parameter:identifier}\" removed from configuration file, reset to default",
     source_text("parameter \"work_mem\" removed from configuration file, reset to default")},
    {"", "parameter_pending", "55P02",
     "parameter \"{parameter:identifier}\" cannot be changed without restarting the server",
     recorded("parameter \"shared_buffers\" cannot be changed without restarting the server")},
    {"configuration_error", "configuration_error", "F0000",
     "configuration file \"{path:path}\" contains errors{effect:words}",
     source_text("configuration file \"/etc/postgresql/15/main/postgresql.conf\" contains errors; "
                 "unaffected changes were applied")},
    {"configuration_error", "hba_not_loaded", "", "pg_{file:words}.conf was not reloaded",
     source_text("pg_hba.conf was not reloaded")},
    {"configuration_error", "hba_not_loaded", "", "pg_{file:words}.conf not reloaded",
     source_text("pg_hba.conf not reloaded")},
    {"configuration_error", "hba_invalid", "F0000",
     "invalid authentication method \"{method:other}\"",
     source_text("invalid authentication method \"trusty\"")},
    {"stats_timeout", "stats_stale", "",
     "using stale statistics instead of current ones because stats collector is not responding",
     source_text("using stale statistics instead of current ones because stats collector is not "
                 "responding")},
    {"stats_timeout", "stats_timeout", "01000", "pgstat wait timeout",
     source_text("pgstat wait timeout")},
    {"collation_mismatch", "collation_mismatch", "01000",
     "database \"{database:identifier}\" has a collation version mismatch",
     source_text("database \"shop\" has a collation version mismatch")},
};

}  // namespace

std::span<const MessageRow> server_rows() {
  return kRows;
}

}  // namespace pgcounsel
