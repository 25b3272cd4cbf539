// Which ports the sessions of a server come from, by hour: a pooler's log tells the same ports with
// its own names. About 5 bytes a session; the same session told twice is one. Of an hour with very
// many sessions those of some ports are kept: which ones is a matter of the port alone, so that the
// order in which they come decides nothing.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/log/client.h"
#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

using PoolName = std::pair<std::string, std::string>;  // database, user

// `host` is a small number made of the client's host: others may have the same one.
struct ClientPort {
  std::uint16_t port = 0;
  std::uint8_t host = 0;
  auto operator<=>(const ClientPort&) const = default;
};
ClientPort client_port_of(const ClientAddress& address);

// When the session began, in whole seconds.
struct SessionPort {
  Time second{};
  ClientPort client;
  auto operator<=>(const SessionPort&) const = default;
};

class PortsOfHour {
 public:
  static constexpr std::size_t kMostSessions = 20'000;

  void add(const PoolName& names, SessionPort session);
  void merge(const PortsOfHour& other);
  // Sorts, takes out what came twice, and gives up what is too much. The same sessions give the
  // same rows and bytes, in whatever order and parts they came.
  void settle();

  // Settled ones only.
  const std::map<PoolName, std::vector<SessionPort>>& sessions() const { return sessions_; }
  // Whether sessions of that port are kept.
  bool keeps(std::uint16_t port) const { return order_of(port) < below_; }
  std::size_t count() const { return count_; }
  std::string encode() const;
  static Result<PortsOfHour> decode(std::string_view bytes, Time hour);
  bool operator==(const PortsOfHour&) const = default;

 private:
  static constexpr std::uint32_t kAllPorts = 0x10000;
  // Each port has a place of its own; neighbours are far apart.
  static std::uint32_t order_of(std::uint16_t port) { return (port * 40503U) & 0xFFFFU; }

  std::map<PoolName, std::vector<SessionPort>> sessions_;
  std::size_t count_ = 0;
  std::uint32_t below_ = kAllPorts;
};

using ClientPorts = std::map<Time, PortsOfHour>;  // by hour
void add_client_port(ClientPorts& ports, const PoolName& names, const SessionPort& session);
void merge_client_ports(ClientPorts& ports, const ClientPorts& others);

}  // namespace pgcounsel
