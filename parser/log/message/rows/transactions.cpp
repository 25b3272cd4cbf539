// Transactions: order of commands, conflicts, read-only states.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"", "transaction_aborted", "25P02",
     "current transaction is aborted, commands ignored until end of transaction block",
     recorded("current transaction is aborted, commands ignored until end of transaction block")},
    {"", "transaction_active", "25001", "there is already a transaction in progress",
     recorded("there is already a transaction in progress")},
    {"", "no_transaction", "25P01", "there is no transaction in progress",
     recorded("there is no transaction in progress")},
    {"", "no_transaction", "25P01", "{command:words} can only be used in transaction blocks",
     recorded("SAVEPOINT can only be used in transaction blocks")},
    {"", "in_transaction_block", "25001", "{command:words} cannot run inside a transaction block",
     recorded("CREATE INDEX CONCURRENTLY cannot run inside a transaction block")},
    {"", "in_transaction_block", "25001", "{command:words} cannot be executed from a function",
     source_text("VACUUM cannot be executed from a function")},
    {"", "in_transaction_block", "25001",
     "SET TRANSACTION ISOLATION LEVEL must be called before any query",
     recorded("SET TRANSACTION ISOLATION LEVEL must be called before any query")},
    {"", "read_only_transaction", "25006",
     "cannot execute {command:words} in a read-only transaction",
     recorded("cannot execute UPDATE in a read-only transaction")},
    {"", "read_only_transaction", "25006", "cannot execute {command:words} during recovery",
     source_text("cannot execute UPDATE during recovery")},
    {"", "serialization_failure", "40001", "could not serialize access due to {cause:words}",
     recorded("could not serialize access due to concurrent update")},
    {"", "serialization_failure", "40001",
     "tuple to be {how:words} was already moved to another partition due to concurrent update",
     source_text(
         "tuple to be locked was already moved to another partition due to concurrent update")},
    {"", "row_changed_by_trigger", "27000",
     "tuple to be {how:words} was already modified by an operation triggered by the current "
     "command",
     source_text("tuple to be updated was already modified by an operation triggered by the "
                 "current command")},
    {"", "concurrent_catalog_change", "XX000", "tuple concurrently {how:words}",
     source_text("tuple concurrently updated")},
    {"", "snapshot_too_old", "72000", "snapshot too old", source_text("snapshot too old")},
    {"", "no_savepoint", "3B001", "savepoint \"{savepoint:identifier}\" does not exist",
     recorded("savepoint \"s1\" does not exist")},
    {"", "no_savepoint", "3B001", "no such savepoint", source_text("no such savepoint")},
    {"", "invalid_termination", "2D000", "invalid transaction termination",
     source_text("invalid transaction termination")},
    {"", "prepared_transaction", "42704",
     "prepared transaction with identifier \"{gid:other}\" does not exist",
     recorded("prepared transaction with identifier \"order 7\" does not exist")},
    {"", "prepared_transaction", "42710",
     "transaction identifier \"{gid:other}\" is already in use",
     source_text("transaction identifier \"order 7\" is already in use")},
    {"", "prepared_transaction", "55000", "prepared transactions are disabled",
     recorded("prepared transactions are disabled")},
    {"", "prepared_transaction", "53200", "maximum number of prepared transactions reached",
     source_text("maximum number of prepared transactions reached")},
};

}  // namespace

std::span<const MessageRow> transaction_rows() {
  return kRows;
}

}  // namespace pgcounsel
