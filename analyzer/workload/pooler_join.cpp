// How sessions are joined.
//
// Ports are used again, so a session is the one with its port that began at the time at which the
// pooler opened its connection. The clocks of two hosts may differ: for each address of a pooler
// the difference is learned first, as the one that most pairs of the same port have. Two seconds
// may lie between the two for whole seconds alone, more where the server is slow to fork.
//
//   pooler: 10:00:03 shop_ro/reader from 10.0.0.9:41000      server: 10:00:33 shop/reader, 41000
//           10:00:07 shop_ro/reader from 10.0.0.9:41010              10:00:38 shop/reader, 41010
//   difference: 30 s (30 and 31); both are joined; `shop_ro/reader` is `shop/reader`
//
// One pair may be chance. With 28,000 ports and 100 sessions a second from elsewhere about one
// connection of thirty finds a session that is not its own, so a pool is another one only where
// most of its joined sessions say so, and these are enough of all.
#include "analyzer/workload/pooler_join.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace pgcounsel {
namespace {

constexpr Micros kMostDifference = kSecond * 600;  // of clocks
constexpr Micros kAround = kSecond * 5;
constexpr std::size_t kMostLookedAt = 16;  // sessions of a port near a time

struct Opening {
  Time second{};
  ClientPort client;
  const PoolName* pool = nullptr;
};
using Openings = std::vector<Opening>;

struct Session {
  ClientPort client;
  Time second{};
  const PoolName* pool = nullptr;
  bool is_joined = false;
  std::pair<std::uint16_t, Time> place() const { return {client.port, second}; }
};

// Sessions by port, then time.
std::vector<Session> sessions_of(const ClientPorts& ports) {
  std::vector<Session> sessions;
  for (const auto& [hour, of_hour] : ports) {
    for (const auto& [pool, rows] : of_hour.sessions()) {
      for (const SessionPort& row : rows) sessions.push_back({row.client, row.second, &pool});
    }
  }
  std::sort(sessions.begin(), sessions.end(), [](const Session& a, const Session& b) {
    return std::tuple(a.place(), a.client.host, *a.pool) <
           std::tuple(b.place(), b.client.host, *b.pool);
  });
  return sessions;
}

auto first_from(std::vector<Session>& sessions, std::uint16_t port, Time time) {
  return std::lower_bound(
      sessions.begin(), sessions.end(), std::pair(port, time),
      [](const Session& session, const auto& place) { return session.place() < place; });
}

// The server's log tells of that time, and the session's port would have been kept.
bool could_be_joined(const Sums& sums, const Opening& opening) {
  const Time hour = floor_to(opening.second, kHour);
  const auto facts = sums.hours.find(hour);
  if (facts == sums.hours.end()) return false;
  const auto ports = sums.ports.find(hour);
  if (ports != sums.ports.end() && !ports->second.keeps(opening.client.port)) return false;
  return opening.second >= floor_to(facts->second.first, kSecond) &&
         opening.second <= facts->second.last;
}

// What the poolers opened, by the address that it came from, in the order of time.
struct PoolerNames {
  std::set<PoolName> pools;
  std::map<std::string, Openings, std::less<>> by_address;
};

PoolerNames openings_of(const Sums& sums) {
  PoolerNames found;
  for (const auto& [key, changes] : sums.pooler.servers) {
    const PoolName* const pool = &*found.pools.insert({key.database, key.user}).first;
    for (const PoolerServerChange& change : changes) {
      const auto address = address_of(change.local);
      if (!address) continue;
      const Opening opening{floor_to(change.time, kSecond), client_port_of(*address), pool};
      if (could_be_joined(sums, opening)) {
        found.by_address[std::string(address->host)].push_back(opening);
      }
    }
  }
  for (auto& [address, openings] : found.by_address) {
    std::sort(openings.begin(), openings.end(), [](const Opening& a, const Opening& b) {
      return std::tuple(a.second, a.client, *a.pool) < std::tuple(b.second, b.client, *b.pool);
    });
  }
  return found;
}

// How much later the server's clock shows the same moment, as most of the pairs say: those of each
// opening with the nearest session of its port before and behind it.
Micros difference_of(const Openings& openings, std::vector<Session>& sessions) {
  std::map<Micros, std::uint64_t> pairs;
  for (const Opening& opening : openings) {
    const auto next = first_from(sessions, opening.client.port, opening.second);
    const auto count = [&](const Session& session) {
      const Micros difference = session.second - opening.second;
      const bool is_near = difference <= kMostDifference && difference >= -kMostDifference;
      if (session.client.port == opening.client.port && is_near) ++pairs[difference];
    };
    if (next != sessions.end()) count(*next);
    if (next != sessions.begin()) count(*std::prev(next));
  }
  const auto around = [&pairs](Micros difference) {
    std::uint64_t count = 0;
    for (auto it = pairs.lower_bound(difference - kSecond);
         it != pairs.end() && it->first <= difference + kSecond; ++it) {
      count += it->second;
    }
    return count;
  };
  constexpr std::uint64_t kFewest = 3;  // that are no chance
  Micros best{0};
  std::uint64_t most = std::max(around(best), kFewest - 1);
  for (const auto& [difference, count] : pairs) {
    const std::uint64_t here = around(difference);
    const bool is_smaller = std::abs(difference.count()) < std::abs(best.count());
    if (here < most || (here == most && !is_smaller)) continue;
    best = difference;
    most = here;
  }
  return best;
}

// The session of the opening: from the same host if there is one, then the nearest in time.
Session* session_of(const Opening& opening, Micros difference, std::vector<Session>& sessions) {
  const Time expected = opening.second + difference;
  auto it = first_from(sessions, opening.client.port, expected - kAround);
  Session* best = nullptr;
  std::pair<bool, std::int64_t> distance;
  for (std::size_t i = 0; i < kMostLookedAt && it != sessions.end(); ++i, ++it) {
    if (it->client.port != opening.client.port || it->second > expected + kAround) break;
    const std::pair here(it->client.host != opening.client.host,
                         std::abs((it->second - expected).count()));
    if (it->is_joined || (best != nullptr && here >= distance)) continue;
    best = &*it;
    distance = here;
  }
  if (best != nullptr) best->is_joined = true;
  return best;
}

struct Span {
  Time first{Time::max()}, last{Time::min()};
  void add(Time time) {
    first = std::min(first, time);
    last = std::max(last, time);
  }
};

// The sessions of one pool of the pooler's that are those of one pool of the server's.
struct Pairs {
  std::uint64_t count = 0;
  bool is_same_host = false;          // once at least
  std::map<std::string, Span> spans;  // by address

  // Of a pooler that took over from another one the sessions do not overlap.
  std::size_t poolers() const {
    std::multiset<Time> begins, ends;
    for (const auto& [address, span] : spans) {
      begins.insert(span.first);
      ends.insert(span.last);
    }
    std::size_t most = 1, begun = 0, ended = 0;
    auto end = ends.begin();
    for (const Time begin : begins) {
      ++begun;
      for (; *end < begin; ++end) ++ended;
      most = std::max(most, begun - ended);
    }
    return most;
  }
};

struct PoolPairs {
  std::uint64_t sessions = 0, joined = 0;
  std::map<PoolName, Pairs> servers;
};

std::map<PoolName, PoolPairs> pairs_of(const PoolerNames& poolers, std::vector<Session>& sessions) {
  std::map<PoolName, PoolPairs> pairs;
  for (const auto& [address, openings] : poolers.by_address) {
    const Micros difference = difference_of(openings, sessions);
    for (const Opening& opening : openings) {
      PoolPairs& pool = pairs[*opening.pool];
      ++pool.sessions;
      const Session* const session = session_of(opening, difference, sessions);
      if (session == nullptr) continue;
      ++pool.joined;
      Pairs& found = pool.servers[*session->pool];
      ++found.count;
      found.is_same_host |= session->client.host == opening.client.host;
      found.spans[address].add(opening.second);
    }
  }
  return pairs;
}

// The server's pool that it is; nothing where that may be chance.
const std::pair<const PoolName, Pairs>* server_pool_of(const PoolPairs& pool) {
  const auto most = std::ranges::max_element(
      pool.servers, [](const auto& a, const auto& b) { return a.second.count < b.second.count; });
  if (most == pool.servers.end()) return nullptr;
  const Pairs& pairs = most->second;
  const bool is_most = pairs.count * 4 >= pool.joined * 3,
             is_much = pairs.count * 5 >= pool.sessions;
  const bool is_no_chance = pairs.count > 1 || pairs.is_same_host;
  return is_most && is_much && is_no_chance ? &*most : nullptr;
}

// What is known of a database of the pooler's. The pooler's log calls clients by their own names,
// the server connections by those of the user that all of them are given, if there is one.
struct Alias {
  std::string database;             // of the server; empty: not known, or several
  std::optional<std::string> user;  // of all its clients
};
using Aliases = std::map<std::string, Alias>;

// The newest row of a name counts.
void add_told(const Samples& samples, Aliases& aliases) {
  std::map<std::string, Time> times;
  for (const auto& [key, size] : samples.sizes) {
    if (key.name.empty() || key.name == kAnyPool) continue;
    const auto [time, is_first] = times.try_emplace(key.name, size.time);
    if (!is_first && size.time <= time->second) continue;
    time->second = size.time;
    Alias& alias = aliases[key.name];
    alias.database = key.database;
    alias.user.reset();
    if (!key.user.empty()) alias.user = key.user;
  }
}

void add_joined(const PoolerJoin& join, Aliases& aliases) {
  std::map<std::string, std::set<std::string>> databases;
  for (const auto& [server, pools] : join.pools) {
    for (const JoinedPool& pool : pools) databases[pool.name.first].insert(server.first);
  }
  for (const auto& [name, found] : databases) {
    if (found.size() == 1) aliases[name].database = *found.begin();
  }
}

// Where one user has all server connections of a database and is none of its clients, it is the
// user of all of them.
void add_forced_users(const PoolerSums& pooler, Aliases& aliases) {
  std::map<std::string, std::set<std::string>> clients, servers;
  for (const auto& [key, count] : pooler.events) {
    if (key.side == PoolerSide::kNone || key.user.empty()) continue;
    (key.side == PoolerSide::kClient ? clients : servers)[key.database].insert(key.user);
  }
  for (const auto& [database, users] : servers) {
    const auto of_clients = clients.find(database);
    if (users.size() != 1 || of_clients == clients.end()) continue;
    const std::string& user = *users.begin();
    if (!user.starts_with('(') && !of_clients->second.contains(user)) aliases[database].user = user;
  }
}

std::set<PoolName> names_in(const PoolerSums& pooler, const Samples& samples) {
  std::set<PoolName> names;
  for (const auto& [key, seconds] : pooler.refused) names.insert({key.database, key.user});
  for (const auto& [key, sample] : samples.pools) names.insert({key.database, key.user});
  for (const auto& [key, changes] : pooler.servers) names.insert({key.database, key.user});
  return names;
}

void rename(const Sums& sums, const Samples& samples, PoolerJoin& join) {
  Aliases aliases;
  add_told(samples, aliases);
  add_joined(join, aliases);
  add_forced_users(sums.pooler, aliases);
  std::map<PoolName, PoolName> by_name;
  for (const auto& [server, pools] : join.pools) {
    for (const JoinedPool& pool : pools) by_name[pool.name] = server;
  }
  const auto server_of = [&](const PoolName& name) -> PoolName {
    if (const auto joined = by_name.find(name); joined != by_name.end()) return joined->second;
    const auto alias = aliases.find(name.first);
    if (alias == aliases.end()) return name;
    if (alias->second.user) {
      const auto joined = by_name.find({name.first, *alias->second.user});
      if (joined != by_name.end()) return joined->second;
    }
    const std::string& database = alias->second.database;
    return {database.empty() ? name.first : database, alias->second.user.value_or(name.second)};
  };
  for (const PoolName& name : names_in(sums.pooler, samples)) {
    PoolName server = server_of(name);
    if (server == name) continue;
    join.renamed.insert(name);
    join.other_names[std::move(server)].push_back(name);
  }
}

void count_sessions(const std::vector<Session>& sessions, PoolerJoin& join) {
  for (const Session& session : sessions) {
    if (join.pools.contains(*session.pool)) ++join.sessions_of_server[*session.pool];
  }
}

}  // namespace

std::vector<PoolName> PoolerJoin::names_of(const PoolName& pool) const {
  std::vector<PoolName> names;
  if (!renamed.contains(pool)) names.push_back(pool);
  const auto others = other_names.find(pool);
  if (others != other_names.end()) {
    names.insert(names.end(), others->second.begin(), others->second.end());
  }
  return names;
}

const std::vector<JoinedPool>& PoolerJoin::joined_with(const PoolName& pool) const {
  static const std::vector<JoinedPool> kNone;
  const auto found = pools.find(pool);
  return found == pools.end() ? kNone : found->second;
}

bool PoolerJoin::is_behind_pooler(const PoolName& pool) const {
  std::uint64_t joined = 0;
  for (const JoinedPool& part : joined_with(pool)) joined += part.joined;
  const auto all = sessions_of_server.find(pool);
  return joined > 0 && all != sessions_of_server.end() && joined * 2 >= all->second;
}

PoolerJoin join_pooler(const Sums& sums, const Samples& samples) {
  PoolerJoin join;
  if (!sums.ports.empty() && !sums.pooler.servers.empty()) {
    const PoolerNames poolers = openings_of(sums);
    std::vector<Session> sessions = sessions_of(sums.ports);
    for (const auto& [name, pairs] : pairs_of(poolers, sessions)) {
      const auto* const server = server_pool_of(pairs);
      if (server == nullptr) continue;
      join.pools[server->first].push_back(
          {name, pairs.sessions, server->second.count, server->second.poolers()});
    }
    count_sessions(sessions, join);
  }
  rename(sums, samples, join);
  return join;
}

}  // namespace pgcounsel
