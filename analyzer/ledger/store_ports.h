// The table of the ports that sessions come from. Internal to the ledger.
#pragma once
#include <cstdint>

#include "analyzer/ledger/store_state.h"
#include "analyzer/workload/client_ports.h"

namespace pgcounsel {

void write_ports(SQLite::Database& database, std::int64_t server, const ClientPorts& ports);
ClientPorts read_ports(SQLite::Database& database, std::int64_t server, Time since, Time until);
void forget_ports(SQLite::Database& database, std::int64_t server, Retention retention);

}  // namespace pgcounsel
