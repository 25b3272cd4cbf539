// Pools that together want more connections than the server gives. The balance is
//
//   sum of (pool_size + reserve_pool_size) × instances of the pooler
//     + connections that bypass it
//     + superuser_reserved_connections (+ reserved_connections, PostgreSQL 16)  <=  max_connections
//
// When it does not hold, every pool is within its own size and clients are refused all the same
// (SQLSTATE 53300). The pool that gives something back is the one that has most connections which
// it does not use even in its fullest second; where all are used, one that no pooler limits.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/full_pools.h"
#include "advisors/messages.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kFewRefused = 5, kManyRefused = 50;
constexpr std::uint64_t kSparePart = 10;  // a tenth of the slots is to be free
constexpr std::size_t kShownPools = 5;

struct Refusals {
  std::uint64_t by_server = 0, by_limit = 0;  // by the CONNECTION LIMIT of a role or database
};

Refusals refusals_of(const Workload& workload) {
  Refusals refusals;
  for (const ErrorRow& row : workload.errors) {
    if (row.sqlstate != "53300" || row.message.find("standby") != std::string::npos) continue;
    const bool is_limit = row.message.find("for role") != std::string::npos ||
                          row.message.find("for database") != std::string::npos;
    (is_limit ? refusals.by_limit : refusals.by_server) += row.count;
  }
  return refusals;
}

const PoolRow* pool_of(const SessionShare& sessions, const Workload& workload) {
  const auto row = std::ranges::find_if(workload.pools, [&sessions](const PoolRow& pool) {
    return pool.database == sessions.database && pool.user == sessions.user;
  });
  return row == workload.pools.end() ? nullptr : &*row;
}

// Which pool is to give back how many of its sessions.
struct Shrink {
  const SessionShare* sessions = nullptr;
  std::uint64_t unused = 0;  // even in the fullest second
  std::uint64_t keep = 0;
};

std::uint64_t all_sessions(const ConnectionLimit& limit) {
  std::uint64_t sum = 0;
  for (const SessionShare& sessions : limit.sessions) sum += sessions.sessions;
  return sum;
}

std::optional<Shrink> shrink_of(const Workload& workload) {
  const ConnectionLimit& limit = *workload.connection_limit;
  std::optional<Shrink> best;
  std::tuple<std::uint64_t, bool, std::uint64_t> best_rank;
  for (const SessionShare& sessions : limit.sessions) {
    const PoolRow* row = pool_of(sessions, workload);
    // The usual superuser, whom no limit holds.
    if (row == nullptr || sessions.user == "postgres" || sessions.sessions < 2) continue;
    const auto used = static_cast<std::uint64_t>(std::ceil(std::max(row->peak, 0.0)));
    const std::uint64_t unused = sessions.sessions - std::min(used, sessions.sessions);
    const auto rank = std::tuple(unused, row->mode == "none", sessions.sessions);
    if (best && rank <= best_rank) continue;
    const std::uint64_t all = std::max(all_sessions(limit), limit.limit);
    const std::uint64_t give = (all + kSparePart - 1) / kSparePart;
    const auto floor = static_cast<std::uint64_t>(std::ceil(row->offered_load)) + 1;
    const std::uint64_t keep =
        std::max(sessions.sessions - std::min(give, sessions.sessions), floor);
    if (keep >= sessions.sessions) continue;
    best = Shrink{&sessions, unused, keep};
    best_rank = rank;
  }
  return best;
}

// `shop@shop 16, batch@shop 9 and 2 more`
std::string listed(const std::vector<SessionShare>& all) {
  std::string text;
  for (std::size_t at = 0; at < std::min(all.size(), kShownPools); ++at) {
    text += fmt::format("{}{} {}", at == 0 ? "" : ", ",
                        client_name(all[at].user, all[at].database, {}), grouped(all[at].sessions));
  }
  if (all.size() > kShownPools) text += fmt::format(" and {} more", all.size() - kShownPools);
  return text;
}

// What the pools whose size is certain can have.
struct Sizes {
  std::uint64_t sum = 0;
  std::string text;
};

Sizes certain_sizes(const Workload& workload) {
  Sizes sizes;
  for (const PoolRow& row : workload.pools) {
    if (!row.is_size_certain || !row.size) continue;
    sizes.sum += *row.size + row.reserve.value_or(0);
    sizes.text += fmt::format("{}{} {}", sizes.text.empty() ? "" : ", ",
                              client_name(row.user, row.database, {}), grouped(*row.size));
    if (row.reserve) sizes.text += fmt::format(" + {} in reserve", grouped(*row.reserve));
  }
  return sizes;
}

std::string when_refused(const ConnectionLimit& limit) {
  if (!limit.first || !limit.last) return {};
  if (*limit.first == *limit.last) return fmt::format("{} UTC", minute_of(*limit.first));
  return fmt::format("{} to {} UTC", minute_of(*limit.first), minute_of(*limit.last));
}

std::vector<Evidence> evidence_of(std::uint64_t refused, const Workload& workload) {
  std::vector<Evidence> evidence{{"refused (53300)", grouped(refused), "log"}};
  if (workload.connection_limit) {
    const ConnectionLimit& limit = *workload.connection_limit;
    if (std::string when = when_refused(limit); !when.empty()) {
      evidence.push_back({"when", when, "log"});
    }
    if (!limit.sessions.empty()) {
      evidence.push_back(
          {"sessions at that time",
           fmt::format("{}: {}", grouped(all_sessions(limit)), listed(limit.sessions)), "log"});
    }
    if (limit.limit > 0) {
      evidence.push_back({"limit, as it showed itself", grouped(limit.limit), "log"});
    }
  }
  if (const Sizes sizes = certain_sizes(workload); sizes.sum > 0) {
    evidence.push_back(
        {"sizes of the pools", fmt::format("{}: {}", grouped(sizes.sum), sizes.text), "log"});
  }
  return evidence;
}

constexpr std::string_view kBalance =
    "The balance that must hold: the sum of (pool_size + reserve_pool_size) × instances of the "
    "pooler, plus what connects without it, plus superuser_reserved_connections (and from "
    "PostgreSQL 16 on reserved_connections), is at most max_connections.";
constexpr std::string_view kPrice =
    "Raise max_connections only where the server has room: it takes a restart (of the standbys "
    "first), about 10 MB for each session and work_mem for each sort in them, and more statements "
    "at once than it has processors only make each slower.";

std::string shrink_words(const Shrink& shrink) {
  const std::string name = client_name(shrink.sessions->user, shrink.sessions->database, {});
  const std::string why =
      shrink.unused > 0
          ? fmt::format("{} of its {} connections were not used even in its fullest second",
                        grouped(shrink.unused), grouped(shrink.sessions->sessions))
          : fmt::format("it had {} and used them all, so shorten its holds as well",
                        grouped(shrink.sessions->sessions));
  std::string text = fmt::format("{}\nBegin with {}: {}. Let it have {}", kBalance, name, why,
                                 grouped(shrink.keep));
  if (!is_usable_role(shrink.sessions->user)) return fmt::format("{}.\n{}", text, kPrice);
  return fmt::format(
      "{}, in its pool's configuration; as first aid:\n{}\n{}", text,
      alter_roles({shrink.sessions->user}, fmt::format("CONNECTION LIMIT {}", shrink.keep)),
      kPrice);
}

std::string rollback_of(const std::optional<Shrink>& shrink) {
  if (!shrink || !is_usable_role(shrink->sessions->user)) {
    return "Set the sizes of the pools to what they were and reload the pooler.";
  }
  return fmt::format(
      "`{}` (or the limit that `SELECT rolname, rolconnlimit FROM pg_roles;` showed before).",
      alter_roles({shrink->sessions->user}, "CONNECTION LIMIT -1"));
}

Finding over_server_limit(std::uint64_t refused, const Workload& workload) {
  const bool knows_who = workload.connection_limit && !workload.connection_limit->sessions.empty();
  const std::optional<Shrink> shrink = knows_who ? shrink_of(workload) : std::nullopt;
  Finding finding;
  finding.key = "pool_over_max_connections:max_connections";
  finding.subject = {"setting", "max_connections"};
  finding.title = fmt::format("{} connections refused: the pools want more than max_connections",
                              grouped(refused));
  finding.remedy = {"code",
                    shrink ? shrink_words(*shrink) : fmt::format("{}\n{}", kBalance, kPrice)};
  finding.rollback = rollback_of(shrink);
  finding.confidence = knows_who ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      knows_who ? "the server says that no slot was free, and who had them is in the log"
                : "the server says that no slot was free; who had them is not in the log";
  finding.caveats = {
      "A CONNECTION LIMIT refuses clients, too, but those of one role: the others get through.",
      "Leave superuser_reserved_connections at 3 or more, or nobody can look when it is full.",
      "Why the pools were full comes first: see `pool_exhausted`, and the idle transactions."};
  return finding;
}

Finding over_role_limit(std::uint64_t refused) {
  Finding finding;
  finding.key = "pool_over_max_connections:connection_limit";
  finding.subject = {"setting", "CONNECTION LIMIT"};
  finding.title = fmt::format(
      "{} connections refused by the CONNECTION LIMIT of a role or database", grouped(refused));
  finding.remedy = {
      "code",
      "Let the pools of that role or database together be smaller than its limit: pool_size + "
      "reserve_pool_size, × instances of the pooler; or raise the limit (ALTER ROLE or ALTER "
      "DATABASE ... CONNECTION LIMIT) if max_connections has room for it.\n" +
          std::string(kBalance)};
  finding.rollback =
      "Set the limit to what `pg_roles.rolconnlimit` or `pg_database.datconnlimit` "
      "showed before.";
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = "the server says which kind of limit refused them";
  finding.caveats = {"The limit may be meant: then the client that is refused is the one to mend."};
  return finding;
}

void complete(Finding& finding, std::uint64_t refused, const Workload& workload) {
  finding.rule = "pool_over_max_connections";
  finding.level = refused >= kManyRefused ? Level::kHigh : Level::kMedium;
  finding.evidence = evidence_of(refused, workload);
  finding.verify =
      "In the next report no connection is refused. Now: `SELECT usename, datname, count(*) FROM "
      "pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1, 2 ORDER BY 3 DESC;` "
      "against `SHOW max_connections;`";
}

}  // namespace

Findings pool_over_max_connections(const Brief& brief) {
  const Workload& workload = brief.workload;
  const Refusals refusals = refusals_of(workload);
  Findings findings;
  if (refusals.by_server >= kFewRefused) {
    findings.push_back(over_server_limit(refusals.by_server, workload));
    complete(findings.back(), refusals.by_server, workload);
  }
  if (refusals.by_limit >= kFewRefused) {
    findings.push_back(over_role_limit(refusals.by_limit));
    complete(findings.back(), refusals.by_limit, workload);
  }
  return findings;
}

}  // namespace pgcounsel
