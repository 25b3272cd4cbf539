// The half of WorkloadBuilder that notes where sessions come from, apart from what most records
// take.
#include "analyzer/workload/builder.h"
#include "parser/log/client.h"

namespace pgcounsel {
namespace {

// A session id tells when the session began.
Time begin_of(const LogRecord& record) {
  if (!record.session.has_start()) return floor_to(record.time, kSecond);
  return Time{kSecond * static_cast<std::int64_t>(record.session.id >> 32)};
}

}  // namespace

// Any line of a session tells when it began, where from and whose it is, or else its authorization.
void WorkloadBuilder::note_client(const LogRecord& record, std::string_view database,
                                  std::string_view user, Session& session) {
  if (!record.session.has_start() || known_name(database).empty() || known_name(user).empty()) {
    return;
  }
  session.is_client_noted = true;
  if (const auto client = client_of(record)) add_client(record, database, user, *client);
}

void WorkloadBuilder::add_client(const LogRecord& record, std::string_view database,
                                 std::string_view user, const ClientAddress& client) {
  add_client_port(sums_.rest.ports, {std::string(database), std::string(user)},
                  {begin_of(record), client_port_of(client)});
}

void WorkloadBuilder::note_received(const LogRecord& record, Session& session) {
  latest_ = nullptr;              // the next line may tell whose it is
  if (client_of(record)) return;  // its other lines tell it, too
  if (const auto client = client_received(record.message)) {
    client_told(session.fragment, client_port_of(*client));
  }
}

void WorkloadBuilder::note_authorized(const LogRecord& record, const ConnectionEvent& event,
                                      Session& session) {
  if (event.database.empty() || event.user.empty()) return;
  const auto client = client_of(record);
  if (!client) {
    client_named(session.fragment, begin_of(record), session.dimension, output());
  } else if (!session.is_client_noted) {
    add_client(record, event.database, event.user, *client);
  }
}

}  // namespace pgcounsel
