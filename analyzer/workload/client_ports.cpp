#include "analyzer/workload/client_ports.h"

#include <algorithm>
#include <iterator>

#include "parser/bytes.h"

namespace pgcounsel {
namespace {

constexpr std::uint32_t kHosts = 128;  // one byte of a blob

std::uint8_t number_of_host(std::string_view host) {
  std::uint32_t hash = 2166136261U;
  for (const char c : host) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::uint8_t>((hash ^ hash >> 15) % kHosts);
}

}  // namespace

ClientPort client_port_of(const ClientAddress& address) {
  return {address.port, number_of_host(address.host)};
}

void PortsOfHour::add(const PoolName& names, SessionPort session) {
  if (!keeps(session.client.port)) return;
  sessions_[names].push_back(session);
  if (++count_ >= 4 * kMostSessions) settle();
}

void PortsOfHour::merge(const PortsOfHour& other) {
  below_ = std::min(below_, other.below_);
  for (const auto& [names, sessions] : other.sessions_) {
    std::vector<SessionPort>& mine = sessions_[names];
    mine.insert(mine.end(), sessions.begin(), sessions.end());
  }
  settle();
}

// Those of the ports that come first in their order are kept, as many as there is room for: all
// sessions of a port, or none. What a part of the sessions gives up, all of them give up, too.
void PortsOfHour::settle() {
  std::vector<std::uint32_t> orders;
  for (auto& [names, sessions] : sessions_) {
    std::sort(sessions.begin(), sessions.end());
    sessions.erase(std::unique(sessions.begin(), sessions.end()), sessions.end());
    for (const SessionPort& session : sessions) orders.push_back(order_of(session.client.port));
  }
  if (orders.size() > kMostSessions) {
    const auto first_too_many = orders.begin() + kMostSessions;
    std::nth_element(orders.begin(), first_too_many, orders.end());
    below_ = std::min(below_, *first_too_many);
  }
  count_ = 0;
  for (auto& [names, sessions] : sessions_) {
    if (below_ < kAllPorts) {
      std::erase_if(sessions, [this](const auto& session) { return !keeps(session.client.port); });
    }
    count_ += sessions.size();
  }
  std::erase_if(sessions_, [](const auto& entry) { return entry.second.empty(); });
}

std::string PortsOfHour::encode() const {
  ByteWriter out;
  out.put(kAllPorts - below_);
  for (const auto& [names, sessions] : sessions_) {
    out.put_text(names.first);
    out.put_text(names.second);
    out.put(sessions.size());
    std::int64_t previous = floor_to(sessions.front().second, kHour).time_since_epoch() / kSecond;
    for (const SessionPort& session : sessions) {
      out.put_distance(session.second.time_since_epoch() / kSecond, previous);
      out.put(session.client.port);
      out.put(session.client.host);
    }
  }
  return out.take();
}

Result<PortsOfHour> PortsOfHour::decode(std::string_view bytes, Time hour) {
  const Error damaged{"damaged ports of sessions"};
  PortsOfHour ports;
  ByteReader in(bytes);
  const std::uint64_t given_up = in.get();
  if (!in.ok() || given_up > kAllPorts) return damaged;
  ports.below_ = kAllPorts - static_cast<std::uint32_t>(given_up);
  const std::int64_t first = hour.time_since_epoch() / kSecond;
  while (!in.at_end()) {
    std::string database(in.get_text()), user(in.get_text());
    std::vector<SessionPort>& sessions = ports.sessions_[{std::move(database), std::move(user)}];
    std::int64_t second = first;
    for (std::uint64_t left = in.get(); left > 0 && in.ok(); --left) {
      in.get_distance(second);
      const std::uint64_t port = in.get(), host = in.get();
      const bool is_inside = second >= first && second < first + kHour / kSecond;
      if (!in.ok() || !is_inside || port > 0xFFFF || host > 0xFF) return damaged;
      sessions.push_back({Time{kSecond * second},
                          {static_cast<std::uint16_t>(port), static_cast<std::uint8_t>(host)}});
    }
    if (!in.ok()) return damaged;
  }
  ports.settle();
  return ports;
}

void add_client_port(ClientPorts& ports, const PoolName& names, const SessionPort& session) {
  ports[floor_to(session.second, kHour)].add(names, session);
}

void merge_client_ports(ClientPorts& ports, const ClientPorts& others) {
  for (const auto& [hour, other] : others) ports[hour].merge(other);
}

}  // namespace pgcounsel
