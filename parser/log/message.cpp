#include "parser/log/message.h"

#include <array>
#include <vector>

namespace pgcounsel {
namespace {

// Texts of PostgreSQL 9.0 to 18. Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    // Locks
    {"lock_wait", "", "process * still waiting for * after * ms",
     "process 29513 still waiting for ShareLock on transaction 1042 after 200.123 ms"},
    {"lock_acquired", "", "process * acquired * after * ms",
     "process 29513 acquired ShareLock on transaction 1042 after 734.501 ms"},
    {"deadlock_wait", "", "process * detected deadlock while waiting for * after * ms",
     "process 77 detected deadlock while waiting for ShareLock on transaction 12 after 1000.051 "
     "ms"},
    {"deadlock_avoided", "",
     "process * avoided deadlock for * by rearranging queue order after * ms",
     "process 77 avoided deadlock for ShareLock on transaction 12 by rearranging queue order after "
     "1000.051 ms"},
    {"deadlock", "40P01", "deadlock detected", "deadlock detected"},
    {"lock_timeout", "55P03", "canceling statement due to lock timeout",
     "canceling statement due to lock timeout"},
    {"", "55P03", "could not obtain lock on row in relation \"*\"",
     "could not obtain lock on row in relation \"carts\""},
    {"", "55P03", "could not obtain lock on relation \"*\"",
     "could not obtain lock on relation \"carts\""},
    // Cancelled statements and ended sessions
    {"statement_timeout", "57014", "canceling statement due to statement timeout",
     "canceling statement due to statement timeout"},
    {"user_cancel", "57014", "canceling statement due to user request",
     "canceling statement due to user request"},
    {"recovery_conflict", "40001", "canceling statement due to conflict with recovery",
     "canceling statement due to conflict with recovery"},
    {"autovacuum_cancel", "57014", "canceling autovacuum task", "canceling autovacuum task"},
    {"", "57014", "canceling authentication due to timeout",
     "canceling authentication due to timeout"},
    {"idle_in_transaction_timeout", "25P03",
     "terminating connection due to idle-in-transaction timeout",
     "terminating connection due to idle-in-transaction timeout"},
    {"transaction_timeout", "25P04", "terminating connection due to transaction timeout",
     "terminating connection due to transaction timeout"},
    {"idle_session_timeout", "57P05", "terminating connection due to idle-session timeout",
     "terminating connection due to idle-session timeout"},
    {"terminated", "57P01", "terminating connection due to administrator command",
     "terminating connection due to administrator command"},
    {"terminated", "57P01", "terminating background worker \"*\" due to administrator command",
     "terminating background worker \"parallel worker\" due to administrator command"},
    {"", "57P01", "terminating autovacuum process due to administrator command",
     "terminating autovacuum process due to administrator command"},
    {"", "57P02", "terminating connection because of crash of another server process",
     "terminating connection because of crash of another server process"},
    // Connections
    {"connection_received", "", "connection received: *",
     "connection received: host=127.0.0.1 port=41798"},
    {"connection_authenticated", "", "connection authenticated: *",
     "connection authenticated: identity=\"web\" method=scram-sha-256 "
     "(/etc/postgresql/15/main/pg_hba.conf:12)"},
    {"connection_authorized", "", "connection authorized: *",
     "connection authorized: user=web database=shop application_name=puma"},
    {"connection_authorized", "", "replication connection authorized: *",
     "replication connection authorized: user=replica"},
    {"connection_ready", "", "connection ready: *",
     "connection ready: setup total=6.560 ms, fork=0.242 ms, authentication=4.813 ms"},
    {"disconnection", "", "disconnection: session time: *",
     "disconnection: session time: 0:00:00.393 user=web database=shop host=127.0.0.1 port=41798"},
    {"refused", "53300", "sorry, too many clients already", "sorry, too many clients already"},
    {"refused", "53300", "remaining connection slots are reserved for *",
     "remaining connection slots are reserved for non-replication superuser connections"},
    {"refused", "53300", "too many connections for role \"*\"",
     "too many connections for role \"limited\""},
    {"refused", "53300", "too many connections for database \"*\"",
     "too many connections for database \"shop\""},
    {"refused", "53300", "number of requested standby connections exceeds max_wal_senders *",
     "number of requested standby connections exceeds max_wal_senders (currently 10)"},
    {"refused", "57P03", "the database system is *", "the database system is starting up"},
    {"refused", "28P01", "password authentication failed for user \"*\"",
     "password authentication failed for user \"web\""},
    {"refused", "28000", "* authentication failed for user \"*\"",
     "Peer authentication failed for user \"web\""},
    {"refused", "28000", "no pg_hba.conf entry for *",
     "no pg_hba.conf entry for host \"10.0.0.1\", user \"web\", database \"shop\", no encryption"},
    {"refused", "28000", "pg_hba.conf rejects *",
     "pg_hba.conf rejects connection for host \"127.0.0.1\", user \"web\", database \"shop\", no "
     "encryption"},
    {"refused", "28000", "role \"*\" is not permitted to log in",
     "role \"web\" is not permitted to log in"},
    {"connection_lost", "08006", "connection to client lost", "connection to client lost"},
    {"connection_lost", "08006", "could not receive data from client: *",
     "could not receive data from client: Connection reset by peer"},
    {"connection_lost", "08006", "could not send data to client: *",
     "could not send data to client: Broken pipe"},
    {"connection_lost", "08006", "unexpected EOF on client connection with an open transaction",
     "unexpected EOF on client connection with an open transaction"},
    {"", "08P01", "terminating connection because protocol synchronization was lost",
     "terminating connection because protocol synchronization was lost"},
    {"", "08P01", "incomplete startup packet", "incomplete startup packet"},
    {"", "08P01", "invalid length of startup packet", "invalid length of startup packet"},
    {"", "08P01", "invalid frontend message type *", "invalid frontend message type 71"},
    {"", "08P01", "incomplete message from client", "incomplete message from client"},
    {"", "0A000", "unsupported frontend protocol *",
     "unsupported frontend protocol 65363.19778: server supports 3.0 to 3.0"},
    {"", "08P01", "could not accept SSL connection: *",
     "could not accept SSL connection: EOF detected"},
    // Files, checkpoints, maintenance
    {"temp_file", "", "temporary file: path \"*\", size *",
     "temporary file: path \"base/pgsql_tmp/pgsql_tmp26893.19\", size 37492"},
    {"checkpoint_start", "", "checkpoint starting: *", "checkpoint starting: time"},
    {"checkpoint", "", "checkpoint complete: *",
     "checkpoint complete: wrote 44 buffers (0.3%); 0 WAL file(s) added, 0 removed, 0 recycled"},
    {"checkpoint_too_frequent", "", "checkpoints are occurring too frequently *",
     "checkpoints are occurring too frequently (1 second apart)"},
    {"restartpoint", "", "restartpoint complete: *",
     "restartpoint complete: wrote 3 buffers (0.0%)"},
    {"restartpoint_start", "", "restartpoint starting: *", "restartpoint starting: time"},
    {"autovacuum", "", "automatic vacuum of table \"*\": *",
     "automatic vacuum of table \"shop.public.carts\": index scans: 1"},
    {"autovacuum", "", "automatic aggressive vacuum of table \"*\": *",
     "automatic aggressive vacuum of table \"shop.public.carts\": index scans: 0"},
    {"autovacuum", "", "automatic aggressive vacuum to prevent wraparound of table \"*\": *",
     "automatic aggressive vacuum to prevent wraparound of table \"shop.public.carts\": index "
     "scans: 0"},
    {"autovacuum", "", "automatic vacuum to prevent wraparound of table \"*\": *",
     "automatic vacuum to prevent wraparound of table \"shop.public.carts\": index scans: 0"},
    {"autoanalyze", "", "automatic analyze of table \"*\"*",
     "automatic analyze of table \"shop.public.carts\" system usage: CPU: user: 0.01 s"},
    {"", "01000", "skipping \"*\" --- only table or database owner can *",
     "skipping \"pgbench_tellers\" --- only table or database owner can analyze it"},
    {"", "", "skipping vacuum of \"*\" --- *",
     "skipping vacuum of \"carts\" --- lock not available"},
    {"", "", "skipping analyze of \"*\" --- *",
     "skipping analyze of \"carts\" --- lock not available"},
    {"", "", "archive command failed with exit code *", "archive command failed with exit code 1"},
    // The server's life
    {"server_start", "", "starting PostgreSQL *",
     "starting PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu"},
    {"server_ready", "", "database system is ready to accept *",
     "database system is ready to accept connections"},
    {"server_down", "", "database system was *",
     "database system was interrupted; last known up at 2026-11-22 07:48:37 UTC"},
    {"server_down", "", "all server processes terminated; reinitializing",
     "all server processes terminated; reinitializing"},
    {"server_down", "", "received * shutdown request", "received fast shutdown request"},
    {"server_down", "", "database system is shut down", "database system is shut down"},
    {"crash", "", "* was terminated by signal *",
     "server process (PID 26910) was terminated by signal 9: Killed"},
    {"", "", "terminating any other active server processes",
     "terminating any other active server processes"},
    {"", "", "server process (PID *) exited with exit code *",
     "server process (PID 77) exited with exit code 1"},
    {"reload", "", "received SIGHUP, reloading configuration files",
     "received SIGHUP, reloading configuration files"},
    {"parameter_changed", "", "parameter \"*\" changed to \"*\"",
     "parameter \"work_mem\" changed to \"64MB\""},
    // Constraints
    {"", "23505", "duplicate key value violates unique constraint \"*\"",
     "duplicate key value violates unique constraint \"customers_email_uq\""},
    {"", "23505", "could not create unique index \"*\"",
     "could not create unique index \"c_email\""},
    {"", "23503", "insert or update on table \"*\" violates foreign key constraint \"*\"",
     "insert or update on table \"order_items\" violates foreign key constraint "
     "\"order_items_order_id_fkey\""},
    {"", "23503",
     "update or delete on table \"*\" violates foreign key constraint \"*\" on table \"*\"",
     "update or delete on table \"orders\" violates foreign key constraint \"i_fkey\" on table "
     "\"order_items\""},
    {"", "23502", "null value in column \"*\" of relation \"*\" violates not-null constraint",
     "null value in column \"email\" of relation \"customers\" violates not-null constraint"},
    {"", "23502", "null value in column \"*\" violates not-null constraint",
     "null value in column \"email\" violates not-null constraint"},
    {"", "23514", "new row for relation \"*\" violates check constraint \"*\"",
     "new row for relation \"orders\" violates check constraint \"orders_total_check\""},
    {"", "23514", "no partition of relation \"*\" found for row",
     "no partition of relation \"events\" found for row"},
    {"", "23514", "value for domain * violates check constraint \"*\"",
     "value for domain email violates check constraint \"email_check\""},
    {"", "23P01", "conflicting key value violates exclusion constraint \"*\"",
     "conflicting key value violates exclusion constraint \"no_overlap\""},
    {"", "42501", "new row violates row-level security policy *",
     "new row violates row-level security policy for table \"orders\""},
    {"", "44000", "new row violates check option for view \"*\"",
     "new row violates check option for view \"v\""},
    // Transactions
    {"", "25P02", "current transaction is aborted, commands ignored until end of transaction block",
     "current transaction is aborted, commands ignored until end of transaction block"},
    {"", "25001", "there is already a transaction in progress",
     "there is already a transaction in progress"},
    {"", "25P01", "there is no transaction in progress", "there is no transaction in progress"},
    {"", "25001", "* cannot run inside a transaction block",
     "CREATE INDEX CONCURRENTLY cannot run inside a transaction block"},
    {"", "25006", "cannot execute * in a read-only transaction",
     "cannot execute UPDATE in a read-only transaction"},
    {"", "25006", "cannot execute * during recovery", "cannot execute UPDATE during recovery"},
    {"", "40001", "could not serialize access due to *",
     "could not serialize access due to concurrent update"},
    {"", "3B001", "savepoint \"*\" does not exist", "savepoint \"s1\" does not exist"},
    // Statements
    {"", "42601", "syntax error at or near \"*\"", "syntax error at or near \"SELEC\""},
    {"", "42601", "syntax error at end of input", "syntax error at end of input"},
    {"", "42601", "unterminated * at or near \"*\"",
     "unterminated quoted string at or near \"'unterminated\""},
    {"", "42601", "INSERT has more * than *", "INSERT has more expressions than target columns"},
    {"", "42601", "cannot insert multiple commands into a prepared statement",
     "cannot insert multiple commands into a prepared statement"},
    {"", "42601", "subquery in FROM must have an alias", "subquery in FROM must have an alias"},
    {"", "42803",
     "column \"*\" must appear in the GROUP BY clause or be used in an aggregate function",
     "column \"o.id\" must appear in the GROUP BY clause or be used in an aggregate function"},
    {"", "42702", "column reference \"*\" is ambiguous", "column reference \"id\" is ambiguous"},
    {"", "42P01", "missing FROM-clause entry for table \"*\"",
     "missing FROM-clause entry for table \"o\""},
    {"", "42P01", "invalid reference to FROM-clause entry for table \"*\"",
     "invalid reference to FROM-clause entry for table \"o\""},
    {"", "42P02", "there is no parameter $*", "there is no parameter $1"},
    {"", "26000", "prepared statement \"*\" does not exist",
     "prepared statement \"P_0\" does not exist"},
    {"", "26000", "unnamed prepared statement does not exist",
     "unnamed prepared statement does not exist"},
    {"", "42P05", "prepared statement \"*\" already exists",
     "prepared statement \"P_0\" already exists"},
    {"", "08P01", "bind message supplies * parameters, but prepared statement \"*\" requires *",
     "bind message supplies 1 parameters, but prepared statement \"s\" requires 2"},
    {"", "34000", "cursor \"*\" does not exist", "cursor \"c1\" does not exist"},
    {"", "34000", "portal \"*\" does not exist", "portal \"C_1\" does not exist"},
    {"", "0A000", "cached plan must not change result type",
     "cached plan must not change result type"},
    {"", "42P10",
     "there is no unique or exclusion constraint matching the ON CONFLICT specification",
     "there is no unique or exclusion constraint matching the ON CONFLICT specification"},
    {"", "21000", "ON CONFLICT DO UPDATE command cannot affect row a second time",
     "ON CONFLICT DO UPDATE command cannot affect row a second time"},
    {"", "21000", "more than one row returned by a subquery used as an expression",
     "more than one row returned by a subquery used as an expression"},
    // Objects
    {"", "42703", "column \"*\" of relation \"*\" does not exist",
     "column \"nope\" of relation \"orders\" does not exist"},
    {"", "42703", "column * does not exist", "column \"nope\" does not exist"},
    {"", "42703", "record \"*\" has no field \"*\"", "record \"new\" has no field \"nope\""},
    {"", "42704", "constraint \"*\" of relation \"*\" does not exist",
     "constraint \"c\" of relation \"orders\" does not exist"},
    {"", "42P01", "relation \"*\" does not exist", "relation \"no_such_table\" does not exist"},
    {"", "42P01", "table \"*\" does not exist", "table \"no_such_table\" does not exist"},
    {"", "42P01", "view \"*\" does not exist", "view \"v\" does not exist"},
    {"", "42P01", "sequence \"*\" does not exist", "sequence \"s\" does not exist"},
    {"", "42883", "function * does not exist", "function no_such_func(integer) does not exist"},
    {"", "42883", "procedure * does not exist", "procedure p(integer) does not exist"},
    {"", "42883", "operator does not exist: *", "operator does not exist: text = integer"},
    {"", "42725", "operator is not unique: *", "operator is not unique: unknown - unknown"},
    {"", "42725", "function * is not unique", "function f(unknown) is not unique"},
    {"", "3F000", "schema \"*\" does not exist", "schema \"s\" does not exist"},
    {"", "42704", "type \"*\" does not exist", "type \"t\" does not exist"},
    {"", "42704", "index \"*\" does not exist", "index \"i\" does not exist"},
    {"", "42704", "unrecognized configuration parameter \"*\"",
     "unrecognized configuration parameter \"app.user\""},
    {"", "42P07", "relation \"*\" already exists", "relation \"orders\" already exists"},
    {"", "42701", "column \"*\" of relation \"*\" already exists",
     "column \"a\" of relation \"orders\" already exists"},
    {"", "42P06", "schema \"*\" already exists", "schema \"s\" already exists"},
    {"", "42710", "role \"*\" already exists", "role \"web\" already exists"},
    {"", "2BP01", "cannot drop * because other objects depend on it",
     "cannot drop table orders because other objects depend on it"},
    {"", "42501", "permission denied for *", "permission denied for table secret"},
    {"", "42501", "permission denied to *", "permission denied to create role"},
    {"", "42501", "must be owner of *", "must be owner of table orders"},
    {"", "42501", "must be superuser *",
     "must be superuser or have privileges of the pg_read_server_files role to COPY from a file"},
    // Values
    {"", "22012", "division by zero", "division by zero"},
    {"", "22P02", "invalid input syntax for *", "invalid input syntax for type integer: \"abc\""},
    {"", "22P02", "invalid input value for enum *", "invalid input value for enum mood: \"x\""},
    {"", "22P02", "malformed array literal: *", "malformed array literal: \"x\""},
    {"", "22P02", "malformed record literal: *", "malformed record literal: \"x\""},
    {"", "22003", "value \"*\" is out of range for type *",
     "value \"99999999999\" is out of range for type integer"},
    {"", "22003", "numeric field overflow", "numeric field overflow"},
    {"", "22008", "date/time field value out of range: *",
     "date/time field value out of range: \"2026-02-30\""},
    {"", "22008", "timestamp out of range", "timestamp out of range"},
    {"", "22008", "interval out of range", "interval out of range"},
    {"", "22008", "date out of range*", "date out of range: \"9999999-01-01\""},
    {"", "22003", "* out of range", "integer out of range"},
    {"", "22007", "invalid value \"*\" for \"*\"", "invalid value \"99\" for \"MM\""},
    {"", "22001", "value too long for type *", "value too long for type character varying(10)"},
    {"", "22021", "invalid byte sequence for encoding \"*\": *",
     "invalid byte sequence for encoding \"UTF8\": 0xff"},
    {"", "22P05",
     "character with byte sequence * in encoding \"*\" has no equivalent in encoding \"*\"",
     "character with byte sequence 0xe2 in encoding \"UTF8\" has no equivalent in encoding "
     "\"LATIN1\""},
    {"", "2201B", "invalid regular expression: *",
     "invalid regular expression: parentheses () not balanced"},
    {"", "22000", "range lower bound must be less than or equal to range upper bound",
     "range lower bound must be less than or equal to range upper bound"},
    {"", "42804", "column \"*\" is of type * but expression is of type *",
     "column \"a\" is of type integer but expression is of type text"},
    {"", "42804", "* types * and * cannot be matched",
     "UNION types integer and text cannot be matched"},
    {"", "42804", "column \"*\" cannot be cast automatically to type *",
     "column \"a\" cannot be cast automatically to type integer"},
    // Resources and damage
    {"out_of_memory", "53200", "out of memory", "out of memory"},
    {"out_of_memory", "53200", "out of shared memory", "out of shared memory"},
    {"disk_full", "53100", "could not extend file \"*\": No space left on device",
     "could not extend file \"base/5/16384\": No space left on device"},
    {"disk_full", "53100", "could not write to file \"*\": No space left on device",
     "could not write to file \"base/pgsql_tmp/pgsql_tmp1.0\": No space left on device"},
    {"", "53400", "temporary file size exceeds temp_file_limit *",
     "temporary file size exceeds temp_file_limit (1024kB)"},
    {"", "54001", "stack depth limit exceeded", "stack depth limit exceeded"},
    {"damage", "XX001", "invalid page in block * of relation *",
     "invalid page in block 7 of relation base/5/16384"},
    // Roles and databases come last: they share words with rows above.
    {"refused", "28000", "role \"*\" does not exist", "role \"no_such_role\" does not exist"},
    {"refused", "3D000", "database \"*\" does not exist", "database \"no_such_db\" does not exist"},
};

bool matches(std::string_view pattern, std::string_view text) {
  const auto first = pattern.find('*');
  if (first == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, first))) return false;
  text.remove_prefix(first);
  pattern.remove_prefix(first + 1);
  while (true) {
    const auto next = pattern.find('*');
    const std::string_view piece = pattern.substr(0, next);
    if (next == std::string_view::npos) return piece.empty() || text.ends_with(piece);
    const auto found = text.find(piece);
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + piece.size());
    pattern.remove_prefix(next + 1);
  }
}

// Rows by the first byte of their text; rows that begin with a value are tried for every message.
struct Index {
  std::array<std::vector<const MessageRow*>, 256> by_first;
  Index() {
    for (const MessageRow& row : kRows) {
      const auto first = static_cast<unsigned char>(row.text.front());
      if (first != '*') by_first[first].push_back(&row);
    }
    for (const MessageRow& row : kRows) {
      if (row.text.front() != '*') continue;
      for (auto& rows : by_first) rows.push_back(&row);
    }
  }
};

}  // namespace

std::span<const MessageRow> message_table() {
  return kRows;
}

const MessageRow* find_message(std::string_view message) {
  static const Index index;
  if (message.empty()) return nullptr;
  for (const MessageRow* row : index.by_first[static_cast<unsigned char>(message.front())]) {
    if (matches(row->text, message)) return row;
  }
  return nullptr;
}

std::string folded_text(const MessageRow& row) {
  std::string text;
  for (const char c : row.text) {
    if (c == '*') {
      text += "…";
    } else {
      text.push_back(c);
    }
  }
  return text;
}

}  // namespace pgcounsel
