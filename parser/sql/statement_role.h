// What a statement does to its session's transaction, told from its first words alone.
#pragma once
#include <cstdint>
#include <string_view>

namespace pgcounsel {

enum class StatementRole : std::uint8_t {
  kOther,        // also ROLLBACK TO, SAVEPOINT, COMMIT PREPARED, and messages whose control nets to
                 // nothing
  kBegin,        // BEGIN, START TRANSACTION; also a message such as `BEGIN; SELECT 1`
  kCommit,       // COMMIT, END, PREPARE TRANSACTION
  kRollback,     // ROLLBACK, ABORT
  kCommitChain,  // COMMIT/ROLLBACK AND CHAIN: ends one transaction, begins the next
  kPoolerSet,    // SET application_name = ..., which PgBouncer sends before a transaction
  kDiscardAll,   // DISCARD ALL, which ends a checkout in session pooling
};

// For a message of several statements the role is its net effect at the end.
StatementRole role_of(std::string_view sql);

}  // namespace pgcounsel
