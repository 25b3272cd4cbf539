#include "advisors/error_classes.h"

#include <algorithm>
#include <iterator>

namespace pgcounsel {
namespace {

constexpr ErrorClass kClasses[] = {
    {"53300", 5, 10, Level::kMedium, "connections refused: no slot was free",
     "Find who held the connections: the findings about idle transactions and the section on "
     "holders in this report. Then let the pools of all applications together stay below "
     "max_connections minus the reserved ones, with PgBouncer in transaction mode where that is "
     "not "
     "enough. Raising max_connections moves the queue into the server.",
     "Clients that try again at once multiply the refusals: one full minute can look like a "
     "storm."},
    {"53", 2, 5, Level::kHigh, "errors for want of memory or disk",
     "Free the resource first: disk (`pg_wal`, temporary files, logs) or memory (`work_mem` × "
     "connections). Then bound it: `temp_file_limit` for a role, a smaller `work_mem`, an alarm on "
     "the disk.",
     ""},
    {"57014", 5, 20, Level::kMedium, "statements cancelled",
     "Look at the statement that was cancelled: a plan that changed, missing statistics, or a lock "
     "it "
     "waited for (the lock lines of the same minutes). Raise the timeout only where the statement "
     "may "
     "take that long; a client that retries what timed out doubles the load.",
     "A user's own cancel has this code too."},
    {"40P01", 3, 10, Level::kMedium, "deadlocks",
     "Take locks in one order everywhere: sort the keys before updating several rows, and touch "
     "tables in the same order in all transactions. The DETAIL and CONTEXT of the log lines name "
     "the two statements. Retry the transaction that lost; keep transactions short.",
     ""},
    {"40001", 20, 60, Level::kLow, "serialization failures",
     "Retry the whole transaction with a growing, random pause, and a limit. Make it shorter, read "
     "what it will write with FOR UPDATE, and use SERIALIZABLE or REPEATABLE READ only where it is "
     "needed.",
     "Some of them are the price of these levels: the retries count, not the errors."},
    {"55P03", 10, 30, Level::kMedium, "locks not obtained",
     "Find who held the lock (the lock lines of the same minutes, long and idle transactions in "
     "this "
     "report). For queues use FOR UPDATE SKIP LOCKED; for DDL a short lock_timeout with retries is "
     "right, at a quiet hour.",
     "NOWAIT and lock_timeout are often set so that this error comes: then it is no fault."},
    {"25P02", 20, 60, Level::kLow, "statements sent into a failed transaction",
     "The first error of the transaction is the one to mend; the client went on as if nothing had "
     "been. Roll back on every error, in code or by the pool, and look for an error that is caught "
     "and dropped.",
     ""},
    {"25P03", 5, 10, Level::kMedium, "idle transactions ended by their timeout",
     "See the findings about idle transactions: something outside the database is waited for "
     "inside "
     "a transaction. The timeout only contains it.",
     ""},
    {"28P01", 10, 30, Level::kLow, "logins with a wrong password",
     "Find the host (log_connections, %h in log_line_prefix): one with many tries is a job with an "
     "old password, many names and hosts are an attack. Mend the secret or stop the job; against "
     "an "
     "attack close the port to that network (firewall, pg_hba.conf) and use scram-sha-256.",
     "Each try costs a process and a connection slot for its time."},
    {"28", 10, 30, Level::kLow, "logins refused",
     "Find the host (log_connections, %h in log_line_prefix) and the line of pg_hba.conf that it "
     "misses: a forgotten job, an address that changed, a client without TLS, or somebody trying "
     "names.",
     "Each try costs a process and a connection slot for its time."},
    {"57P03", 20, 60, Level::kLow, "connections while the server started or stopped",
     "Clients should wait a growing, random pause before they try again. If the restart was not "
     "planned, look for a crash before it in the log.",
     "They end by themselves when the server is up."},
    {"57P01", 20, 60, Level::kLow, "sessions ended by an administrator",
     "Somebody, or a tool, called pg_terminate_backend, or the server was stopped. Make sure that "
     "it "
     "was meant; clients must be able to connect anew.",
     ""},
    {"23505", 30, 100, Level::kLow, "duplicate keys",
     "Where a row may be there already, say so: INSERT ... ON CONFLICT DO NOTHING, or DO UPDATE. "
     "Where two clients race for a new key, the same. Stop retries of a request that can never "
     "succeed.",
     "Each failed INSERT leaves a dead row and uses up a number of the sequence."},
    {"23", 30, 100, Level::kLow, "violated constraints",
     "Check the values before they are sent, and the order in which rows are written (the parent "
     "first). If it began with a release, its code and the schema disagree.",
     ""},
    {"42", 30, 100, Level::kMedium, "statements that do not fit the schema",
     "A table, column, function or privilege is not what the statement expects: a release before "
     "its "
     "migration or after it, a wrong search_path, or a missing GRANT. The first minute of the "
     "burst "
     "tells which.",
     ""},
    {"08", 20, 60, Level::kLow, "connections broken or not understood",
     "With a pooler in transaction mode and prepared statements: switch them off in the driver, or "
     "set `max_prepared_statements` of PgBouncer 1.21 and later. Else look at the network, "
     "timeouts "
     "of load balancers, and clients that were killed.",
     ""},
    {"", 30, 100, Level::kLow, "errors",
     "Look at the statement and the client below, and at what changed when the burst began: a "
     "release, a job, another service that failed.",
     ""},
};

}  // namespace

const ErrorClass& error_class_of(std::string_view sqlstate) {
  return *std::ranges::find_if(
      kClasses, [sqlstate](const ErrorClass& row) { return sqlstate.starts_with(row.sqlstate); });
}

}  // namespace pgcounsel
