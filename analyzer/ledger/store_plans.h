// The tables of PlanSums. Internal to the ledger.
#pragma once
#include <cstdint>

#include "analyzer/ledger/store_state.h"

namespace pgcounsel {

void write_plans(SQLite::Database& database, std::int64_t server, const PlanSums& plans);
PlanSums read_plans(SQLite::Database& database, std::int64_t server, Time since, Time until);
// What was known before `since` of the plans of the queries in `current`.
PlanHistory read_plan_history(SQLite::Database& database, std::int64_t server, Time since,
                              const PlanSums& current);
// Of plans that are older than identities of records are kept the newest execution stays, ten
// times as long.
void forget_plans(SQLite::Database& database, std::int64_t server, Retention retention);

}  // namespace pgcounsel
