// The client of a session: the host and port that its connection comes from, which a pooler's log
// names as its own. Sessions through a unix socket have no port.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/log/record.h"

namespace pgcounsel {

struct ClientAddress {
  std::string_view host;
  std::uint16_t port = 0;
  bool operator==(const ClientAddress&) const = default;
};

// `127.0.0.1:41798`, `::1:41798` or `[::1]:41798`.
std::optional<ClientAddress> address_of(std::string_view text);
// What the fields of the record tell: %r, connection_from, remote_host with remote_port.
std::optional<ClientAddress> client_of(const LogRecord& record);
// `connection received: host=127.0.0.1 port=41798`, in any language.
std::optional<ClientAddress> client_received(std::string_view message);

}  // namespace pgcounsel
