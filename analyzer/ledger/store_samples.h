// The rows of exports in the ledger. Internal to it: Store calls these inside its commits and
// views.
#pragma once
#include <cstdint>

#include "analyzer/ledger/sql.h"
#include "analyzer/samples.h"

namespace pgcounsel {

void write_samples(SQLite::Database& database, std::int64_t server, const Samples& samples);
// Those of the period and those without a time; texts are with the statements of the ledger.
Samples load_samples(SQLite::Database& database, std::int64_t server, Period period);

}  // namespace pgcounsel
