// The rows of a pooler's log in the ledger. Internal to it: Store calls these inside its commits
// and views, and turns what SQLite throws into errors.
#pragma once
#include <cstdint>

#include "analyzer/ledger/sql.h"
#include "analyzer/workload/pooler_sums.h"

namespace pgcounsel {

void write_pooler(SQLite::Database& database, std::int64_t server, const PoolerSums& sums);
PoolerSums read_pooler(SQLite::Database& database, std::int64_t server, Time since, Time until);
// Gives up the server connections of older days.
void forget_pooler(SQLite::Database& database, std::int64_t server, Retention retention);

}  // namespace pgcounsel
