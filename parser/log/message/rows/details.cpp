// DETAIL: what the server adds to a message.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"", "lock_holders", "",
     "Process holding the lock: {holders:number}. Wait queue: {queue:pids}.",
     recorded("Process holding the lock: 6574. Wait queue: .")},
    {"", "lock_holders", "",
     "Processes holding the lock: {holders:pids}. Wait queue: {queue:pids}.",
     source_text("Processes holding the lock: 29500, 29501. Wait queue: 29513.")},
    {"", "lock_holders", "",
     "Process holding the lock: {holders:number}, Wait queue: {queue:pids}.",
     source_text("Process holding the lock: 29500, Wait queue: 29513.")},
    {"", "deadlock_cycle", "",
     "Process {pid:number} waits for {lock:words} on {object:words}; blocked by process "
     "{blocker:number}.\n{rest:statement}",
     source_text(
         "Process 77 waits for ShareLock on transaction 12; blocked by process 78.\nProcess 78 "
         "waits for ShareLock on transaction 11; blocked by process 77.\nProcess 77: UPDATE carts "
         "SET n = 1 WHERE id = 2\nProcess 78: UPDATE carts SET n = 1 WHERE id = 1")},
    {"", "deadlock_cycle", "",
     "Process {pid:number} waits for {lock:words} on {object:words}; blocked by process "
     "{blocker:number}.",
     source_text("Process 77 waits for ShareLock on transaction 12; blocked by process 78.")},
    {"", "failed_process", "", "Failed process was running: {sql:statement}",
     recorded("Failed process was running: SELECT pg_backend_pid();")},
    {"", "recovery_conflict", "",
     "User query might have needed to see row versions that must be removed.",
     source_text("User query might have needed to see row versions that must be removed.")},
    {"", "recovery_conflict", "", "User was {what:words}.",
     recorded("User was holding a relation lock for too long.")},
    {"", "recovery_conflict", "", "User transaction caused buffer deadlock with recovery.",
     source_text("User transaction caused buffer deadlock with recovery.")},
    {"", "recovery_conflicting", "", "Conflicting process: {processes:pids}.",
     source_text("Conflicting process: 77.")},
    {"", "recovery_conflicting", "", "Conflicting processes: {processes:pids}.",
     recorded("Conflicting processes: 7093, 7071.")},
    {"", "parameters", "", "parameters: {parameters:parameter}", recorded("parameters: $1 = '1'")},
    {"", "parameters", "", "Parameters: {parameters:parameter}",
     source_text("Parameters: $1 = '77'")},
    {"", "prepare", "", "prepare: {sql:statement}",
     recorded("prepare: PREPARE p1(int) AS SELECT title FROM products WHERE id = $1")},
    {"", "key_exists", "", "Key ({columns:identifier})=({values:data}) already exists.",
     recorded("Key (email)=(a@example.org) already exists.")},
    {"", "key_conflicts", "",
     "Key ({columns:identifier})=({values:data}) conflicts with {existing:data}.",
     recorded("Key (during)=([2,3)) conflicts with existing key (during)=([1,5)).")},
    {"", "key_duplicated", "", "Key ({columns:identifier})=({values:data}) is duplicated.",
     recorded("Key (n)=(0) is duplicated.")},
    {"", "key_missing", "",
     "Key ({columns:identifier})=({values:data}) is not present in table \"{table:identifier}\".",
     recorded("Key (order_id)=(77) is not present in table \"orders\".")},
    {"", "key_referenced", "",
     "Key ({columns:identifier})=({values:data}) is still referenced from table "
     "\"{table:identifier}\".",
     recorded("Key (id)=(1) is still referenced from table \"order_items\".")},
    {"", "key_referenced", "",
     "Key ({columns:identifier})=({values:data}) is referenced from table \"{table:identifier}\".",
     source_text("Key (id)=(77) is referenced from table \"order_items\".")},
    {"", "key_missing", "", "Key is not present in table \"{table:identifier}\".",
     source_text("Key is not present in table \"orders\".")},
    {"", "key_referenced", "", "Key is still referenced from table \"{table:identifier}\".",
     source_text("Key is still referenced from table \"order_items\".")},
    {"", "failing_row", "", "Failing row contains {row:data}.",
     recorded("Failing row contains (2031-01-01, 1).")},
    {"", "failing_row", "", "Partition key of the failing row contains {row:data}.",
     recorded("Partition key of the failing row contains (day) = (2031-01-01).")},
    {"", "json_token", "", "Token \"{token:data}\" is invalid.",
     recorded("Token \"abc\" is invalid.")},
    {"", "json_token", "", "Expected {what:words}, but found \"{token:data}\".",
     source_text("Expected JSON value, but found \"}\".")},
    {"", "json_token", "", "Character with value {code:number} must be escaped.",
     source_text("Character with value 0x0a must be escaped.")},
    {"", "literal", "", "Unexpected {what:other}.", source_text("Unexpected array element.")},
    {"", "literal", "", "Missing {what:other}.", recorded("Missing left parenthesis.")},
    {"", "literal", "", "Junk after {what:other}.", source_text("Junk after closing right brace.")},
    {"", "serialization", "", "Reason code: {reason:words}.",
     source_text("Reason code: Canceled on identification as a pivot, during write.")},
    {"", "dependents", "", "{object:identifier} depends on {other:identifier}",
     recorded("rule _RETURN on view orders_v depends on column \"customer_id\"")},
    {"", "hba", "", "Connection matched pg_hba.conf line {line:number}: \"{text:other}\"",
     source_text(
         "Connection matched pg_hba.conf line 97: \"host all all 127.0.0.1/32 scram-sha-256\"")},
    {"", "hba", "", "Connection matched file \"{path:path}\" line {line:number}: \"{text:other}\"",
     source_text("Connection matched file \"/etc/postgresql/16/main/pg_hba.conf\" line 97: \"host "
                 "all all 127.0.0.1/32 scram-sha-256\"")},
    {"", "login", "", "Role \"{role:identifier}\" does not exist.",
     source_text("Role \"web\" does not exist.")},
    {"", "login", "", "User \"{user:identifier}\" has no password assigned.",
     source_text("User \"web\" has no password assigned.")},
    {"", "login", "", "User \"{user:identifier}\" has an expired password.",
     source_text("User \"web\" has an expired password.")},
    {"", "login", "", "Password does not match for user \"{user:identifier}\".",
     source_text("Password does not match for user \"web\".")},
    {"", "client_address", "", "Client IP address resolved to \"{host:host}\", {lookup:words}.",
     source_text("Client IP address resolved to \"app.example.org\", forward lookup matches.")},
    {"", "column_counts", "",
     "There is a column named \"{column:identifier}\" in table \"{table:identifier}\", but it "
     "cannot be referenced from this part of the query.",
     source_text("There is a column named \"total\" in table \"orders\", but it cannot be "
                 "referenced from this part of the query.")},
    {"", "columns_given", "",
     "Returned row contains {given:number} attributes, but query expects {wanted:number}.",
     source_text("Returned row contains 3 attributes, but query expects 2.")},
    {"", "permissions", "", "Only roles with {what:other} may {action:other}.",
     source_text("Only roles with the SUPERUSER attribute may terminate processes of roles with "
                 "the SUPERUSER attribute.")},
    {"", "out_of_memory", "",
     "Failed on request of size {bytes:number} in memory context \"{context:other}\".",
     source_text("Failed on request of size 1048576 in memory context \"ExecutorState\".")},
    {"", "out_of_memory", "", "Failed on request of size {bytes:number}.",
     source_text("Failed on request of size 1048576.")},
    {"", "archive_command", "", "The failed archive command was: {command:path}",
     recorded("The failed archive command was: false")},
    {"", "other_sessions", "", "There {are:words} using the database.",
     source_text("There are 2 other sessions using the database.")},
    {"", "crash", "",
     "The postmaster has commanded this server process to roll back the current transaction and "
     "exit, because another server process exited abnormally and possibly corrupted shared memory.",
     source_text("The postmaster has commanded this server process to roll back the current "
                 "transaction and exit, because another server process exited abnormally and "
                 "possibly corrupted shared memory.")},
    {"", "collation", "",
     "The database was created using collation version {old:words}, but the operating system "
     "provides version {new:words}.",
     source_text("The database was created using collation version 2.31, but the operating system "
                 "provides version 2.36.")},
    {"", "lost_data", "", "Last completed transaction was at log time {time:words}.",
     recorded("Last completed transaction was at log time 2026-11-25 19:44:24.867394+00.")},
    {"", "logical_decoding", "",
     "Streaming transactions committing after {from:number}, reading WAL from {lsn:number}.",
     recorded("Streaming transactions committing after 0/4000060, reading WAL from 0/4000028.")},
    {"", "logical_decoding", "", "There are no running transactions.",
     recorded("There are no running transactions.")},
    {"", "slot_lag", "",
     "The slot's restart_lsn {lsn:number} exceeds the limit by {bytes:number} bytes.",
     source_text("The slot's restart_lsn 0/3000060 exceeds the limit by 1048576 bytes.")},
    {"", "numeric_limit", "",
     "A field with precision {precision:number}, scale {scale:number} must round to an absolute "
     "value less than {limit:words}.",
     recorded("A field with precision 4, scale 2 must round to an absolute value less than 10^2.")},
    {"", "referenced_table", "", "Table \"{table:identifier}\" references \"{other:identifier}\".",
     recorded("Table \"order_items\" references \"orders\".")},
    {"", "view", "", "Views containing {what:words} are not automatically updatable.",
     recorded("Views containing GROUP BY are not automatically updatable.")},
    {"", "extension", "", "Could not open extension control file \"{path:path}\": {error:words}.",
     recorded("Could not open extension control file "
              "\"/usr/share/postgresql/15/extension/no_such_extension.control\": No such file or "
              "directory.")},
    {"", "partition_bounds", "",
     "Specified lower bound ({lower:data}) is greater than or equal to upper bound ({upper:data}).",
     recorded("Specified lower bound ('2028-01-01') is greater than or equal to upper bound "
              "('2028-01-01').")},
    {"", "generated", "", "Column \"{column:identifier}\" is {how:words}.",
     recorded("Column \"number\" is an identity column defined as GENERATED ALWAYS.")},
};

}  // namespace

std::span<const MessageRow> detail_rows() {
  return kRows;
}

}  // namespace pgcounsel
