#include "analyzer/ledger/store_ports.h"

#include "analyzer/ledger/sql.h"

namespace pgcounsel {

void write_ports(SQLite::Database& database, std::int64_t server, const ClientPorts& ports) {
  Statement select(database, "SELECT ports FROM session_port_hour WHERE server = ? AND hour = ?");
  Statement replace(database, "REPLACE INTO session_port_hour VALUES (?,?,?)");
  for (const auto& [hour, added] : ports) {
    PortsOfHour all;
    Binder(select).put(server).put(hour);
    if (select.executeStep()) {
      all = intact(PortsOfHour::decode(blob_of(select.getColumn(0)), hour));
    }
    all.merge(added);
    Binder(replace).put(server).put(hour).put_blob(all.encode()).run();
  }
}

ClientPorts read_ports(SQLite::Database& database, std::int64_t server, Time since, Time until) {
  ClientPorts ports;
  auto rows = select_period(
      database,
      "SELECT hour, ports FROM session_port_hour WHERE server = ?1 AND hour >= ?2 AND hour < ?3",
      server, since, until);
  while (rows.executeStep()) {
    const Time hour = time_of(rows.getColumn(0));
    ports[hour] = intact(PortsOfHour::decode(blob_of(rows.getColumn(1)), hour));
  }
  return ports;
}

void forget_ports(SQLite::Database& database, std::int64_t server, Retention retention) {
  Statement ports(database,
                  "DELETE FROM session_port_hour WHERE server = ?1 AND hour < "
                  "(SELECT max(hour) FROM log_hour WHERE server = ?1) - ?2");
  Binder(ports).put(server).put(kDay * std::int64_t{retention.trace_days}).run();
}

}  // namespace pgcounsel
