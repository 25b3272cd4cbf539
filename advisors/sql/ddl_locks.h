// Which locks a statement takes on tables that are there already, and what it does to their rows
// while it holds them: PostgreSQL's documentation as a table.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// From weak to strong.
enum class LockMode : std::uint8_t {
  kNone,
  kAccessShare,
  kRowShare,
  kRowExclusive,
  kShareUpdateExclusive,  // only other DDL, VACUUM and ANALYZE wait
  kShare,                 // writes wait
  kShareRowExclusive,     // writes wait
  kExclusive,             // writes and SELECT ... FOR UPDATE wait
  kAccessExclusive,       // reads wait, too
};
std::string_view name_of(LockMode mode);  // "ACCESS EXCLUSIVE"
inline bool stops_writes(LockMode mode) {
  return mode >= LockMode::kShare;
}

struct TableLock {
  Node table;  // RangeVar, or a List of names as DROP has it
  LockMode mode = LockMode::kNone;
};

// Locks of DDL, TRUNCATE, CLUSTER, REFRESH, VACUUM FULL and LOCK; none for queries. Of an index
// that is named the table is not known: it is left out.
std::vector<TableLock> locks_of(Node statement);
// Of one command of ALTER TABLE on its own table.
LockMode lock_of_command(Node alter_table_cmd);

// Whether the statement reads or writes many rows: while it runs, what is locked stays locked.
bool takes_time(Node statement);

// Name and schema of a RangeVar, or of a List of names.
std::string_view relation_name(Node table);
std::string_view relation_schema(Node table);
// `schema.name` as a reader knows it.
std::string relation_path(Node table);

}  // namespace pgcounsel
