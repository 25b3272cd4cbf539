// The tables of LockSums and of long holds. Internal to the ledger.
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "analyzer/ledger/store_state.h"

namespace pgcounsel {

void write_locks(SQLite::Database& database, std::int64_t server, const Sums& sums);
LockSums read_locks(SQLite::Database& database, std::int64_t server, Time since, Time until);
// The long holds that touch an hour in which somebody waited, in any order. `folded`: what cut
// sessions add.
std::map<PoolKey, std::vector<LongHold>> read_long_holds(SQLite::Database& database,
                                                         std::int64_t server, const LockSums& locks,
                                                         const Sums& folded);
// As the traces of holds, and after them: hours whose traces are kept keep their waits. Long holds
// with which nobody waited go after a day.
void forget_locks(SQLite::Database& database, std::int64_t server, Retention retention);

}  // namespace pgcounsel
