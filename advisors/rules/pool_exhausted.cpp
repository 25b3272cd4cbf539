// A pool whose connections were all in use: how long, why, and what to change first. The windows
// and their causes are those of analyzer/pools; this rule weighs them and says what follows.
//
// What a window had more than calm times is known per class: a hold that became n times as long
// held hold_s × (1 - 1/n) more than the same transactions would have held before. The sum over the
// classes that got longer is what the remedy can give back.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/full_pools.h"
#include "advisors/messages.h"
#include "analyzer/report/incident_view.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kShownHolders = 3;

struct CauseAdvice {
  Cause cause;
  std::string_view first;   // what to change first; {} is the first holder's statement
  std::string_view larger;  // whether a larger pool helps
};

constexpr std::array<CauseAdvice, 6> kAdvice{{
    {Cause::kSlowQuery,
     "Make `{}` as fast as it was: compare its plan with that of calm times (EXPLAIN), look for an "
     "index that was dropped, for statistics that are old (ANALYZE) and for a release of that "
     "hour. "
     "First aid: pg_cancel_backend for its sessions, and a statement_timeout for the role "
     "(`missing_timeouts`).",
     "A larger pool is not the cure: more of the same slow statement would run at once, and the "
     "server gets slower for all."},
    {Cause::kLockWait,
     "Shorten what is done between taking the lock and COMMIT in the transaction around `{}`; see "
     "`lock_convoy`.",
     "A larger pool is not the cure: more clients would wait for the same rows."},
    {Cause::kIdleInTransaction,
     "Take what the client does inside of the transaction around `{}` out of it: a call to another "
     "service, a queue, rendering; see `idle_in_transaction` for the place.",
     "A larger pool is not the cure: it only takes longer to fill, and the locks and snapshots of "
     "paused transactions stay."},
    {Cause::kConnectionLeak,
     "Give the connection back on every path after `{}`; see `connection_leak`.",
     "A larger pool is not the cure: it only takes longer to run empty."},
    {Cause::kTrafficSurge,
     "Carry the traffic, or keep it in front of the pool; `{}` used most. See `traffic_surge`.",
     ""},
    {Cause::kMixed,
     "Begin with the first holder, `{}`: what it did more than in calm times stands in the "
     "evidence. Several things grew at once, so look at the window again when it is mended.",
     "A larger pool is not the first thing to try: part of the connections were in use because "
     "holds got longer or because the log cannot tell, and these fill any pool."},
}};

// Where several causes were told, the one of most time.
Cause cause_of(const FullPool& pool) {
  std::map<std::string, Micros> by_word;
  for (const PoolWindow* window : pool.windows) {
    by_word[window->cause] += window->end - window->start;
  }
  Cause first = Cause::kMixed;
  Micros most{-1};
  for (const CauseAdvice& advice : kAdvice) {
    const auto found = by_word.find(std::string(name_of(advice.cause)));
    if (found == by_word.end() || found->second <= most) continue;
    first = advice.cause;
    most = found->second;
  }
  return first;
}

std::string causes_of(const FullPool& pool) {
  std::string text;
  for (const CauseAdvice& advice : kAdvice) {
    const FullPool part{pool.row, [&] {
                          std::vector<const PoolWindow*> windows = pool.windows;
                          std::erase_if(windows, [&](const PoolWindow* window) {
                            return window->cause != name_of(advice.cause);
                          });
                          return windows;
                        }()};
    if (part.windows.empty()) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", words_of(advice.cause),
                        span(full_time(part)));
  }
  return text;
}

bool has_other_names(const PoolRow& row, const PoolOfPooler& part) {
  return row.pooler.size() > 1 || part.database != row.database || part.user != row.user;
}

std::vector<Evidence> evidence_of(const FullPool& pool, const std::vector<PoolHolder>& holders,
                                  Cause cause, const Workload& workload) {
  const PoolRow& row = *pool.row;
  std::vector<Evidence> evidence{{"full", when_full(pool), "log"}};
  if (pool.windows.size() > 1) evidence.push_back({"causes", causes_of(pool), "log"});
  if (row.size) {
    evidence.push_back(
        {"size", fmt::format("{}{}", row.is_size_certain ? "" : "at least ", grouped(*row.size)),
         row.size_source});
  }
  for (const PoolOfPooler& part : row.pooler) {
    if (!has_other_names(row, part)) continue;
    evidence.push_back({"pool of the pooler",
                        fmt::format("{}/{}, {} of its {} sessions joined by port", part.database,
                                    part.user, grouped(part.joined), grouped(part.sessions)),
                        "pooler's log"});
  }
  for (std::size_t at = 0; at < std::min(holders.size(), kShownHolders); ++at) {
    evidence.push_back({at == 0 ? "first holder" : "next holder",
                        fmt::format("`{}`: {}", statement_of(holders[at], cause, workload),
                                    holder_words(holders[at])),
                        "log"});
  }
  for (const std::string& figure : longest_window(pool).evidence) {
    const Suspicion told = taken_apart(figure);
    const std::string name =
        told.suspect.empty() ? std::string() : suspect_words(told.suspect) + ": ";
    evidence.push_back({told.is_open ? "not ruled out" : "what grew",
                        name + with_words_for_causes(told.because), "log"});
  }
  const std::optional<std::uint64_t> refused = refused_by_pooler(pool);
  evidence.push_back(
      {"clients refused", refused ? grouped(*refused) : "not known", "pooler's log"});
  return evidence;
}

constexpr std::string_view kSlowHost =
    "All statements became slower, not one: look at the host first (CPU, disks, neighbours, a "
    "backup), then at the statements.";

bool is_host_slow(const PoolWindow& window) {
  return std::ranges::any_of(window.evidence, [](const std::string& line) {
    const Suspicion told = taken_apart(line);
    return told.is_open && told.suspect == "starved_host";
  });
}

// A change of the schema just before, which the window's summary tells.
std::string began_after(const PoolWindow& window) {
  constexpr std::string_view kLead = "; it began ";
  const std::size_t at = window.summary.find(kLead);
  if (at == window.summary.npos) return "";
  return fmt::format("It began {}: see first whether that is the reason, and take it back. ",
                     window.summary.substr(at + kLead.size()));
}

std::string forgotten_text(const PoolWindow& window) {
  return fmt::format(
      "End the transaction that was left open, not those that wait for it: pg_blocking_pids finds "
      "it. {}.\nSo that it ends by itself: idle_in_transaction_session_timeout for the role that "
      "left it open. So that the others give up instead of filling the pool: lock_timeout for "
      "theirs. If a program left it open: COMMIT or ROLLBACK on every path, and no call to another "
      "service in between.",
      forgotten_words(window));
}

std::string remedy_text(const FullPool& pool, const std::vector<PoolHolder>& holders, Cause cause,
                        const Workload& workload) {
  const CauseAdvice& advice = *std::ranges::find(kAdvice, cause, &CauseAdvice::cause);
  if (longest_window(pool).waits_for_forgotten) {
    return fmt::format("{}\n{}", forgotten_text(longest_window(pool)), advice.larger);
  }
  const PoolHolder* holder = holder_for(holders, cause);
  const std::string statement = holder == nullptr ? std::string("the statements of the window")
                                                  : statement_of(*holder, cause, workload);
  std::string text = fmt::format(fmt::runtime(advice.first), statement);
  if (cause == Cause::kSlowQuery) text = began_after(longest_window(pool)) + text;
  if (is_host_slow(longest_window(pool))) text = fmt::format("{}\n{}", kSlowHost, text);
  if (cause != Cause::kTrafficSurge) return fmt::format("{}\n{}", text, advice.larger);
  return fmt::format(
      "{}\nA larger pool helps here, as far as the server has processors and connections for it: "
      "{} at least, more if clients were kept waiting in front of it.",
      text, least_size(pool));
}

// None where it would be the noise of a busy server, or where arrivals were the cause.
std::optional<Gain> gain_of(const FullPool& pool, Cause cause, const Coverage& coverage) {
  if (cause == Cause::kTrafficSurge) return std::nullopt;
  double most = 0, all = 0;
  for (const PoolWindow* window : pool.windows) {
    for (const WindowHolder& holder : window->holders) {
      if (holder.hold_ratio.value_or(0) < kLongerHold) continue;
      const double extra = holder.hold_s * (1 - 1 / *holder.hold_ratio);
      most = std::max(most, extra);
      all += extra;
    }
  }
  const auto daily = [&coverage](double seconds) {
    return per_day(Micros{static_cast<std::int64_t>(seconds * 1e6)}, coverage);
  };
  if (daily(all) < kNegligiblePerDay) return std::nullopt;
  return Gain{daily(most), daily(all)};
}

Finding finding_for(const FullPool& pool, const Workload& workload) {
  const Cause cause = cause_of(pool);
  const std::vector<PoolHolder> holders = holders_of(pool, workload);
  Finding finding;
  finding.rule = "pool_exhausted";
  finding.key = fmt::format("{}:{}", finding.rule, pool_id(*pool.row));
  finding.level = level_of_full(pool);
  finding.subject = {"pool", pool_id(*pool.row)};
  finding.title =
      fmt::format("{} was full for {}: {}",
                  pool.row->is_server ? std::string("The server") : "Pool " + pool_title(*pool.row),
                  pool.windows.size() == 1
                      ? when_full(*pool.windows.front())
                      : fmt::format("{} in {} windows", span(full_time(pool)), pool.windows.size()),
                  words_of(cause));
  finding.evidence = evidence_of(pool, holders, cause, workload);
  finding.remedy = {"code", remedy_text(pool, holders, cause, workload)};
  set_confidence(finding, pool);
  finding.gain = gain_of(pool, cause, workload.coverage);
  finding.verify =
      "In the next report the pool has no window. Now: PgBouncer's `SHOW POOLS;` has `cl_waiting` "
      "0; on the server `SELECT usename, state, wait_event_type, count(*), max(now() - xact_start) "
      "FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 4 DESC;`";
  finding.rollback = "Revert the change; this finding itself changes nothing in the database.";
  finding.caveats = {
      "A full pool lets fewer requests through than there were: what clients waited for in front "
      "of it is not in the server's log."};
  if (finding.gain) add_scaling_caveat(finding, workload.coverage);
  return finding;
}

}  // namespace

Findings pool_exhausted(const Brief& brief) {
  Findings findings;
  for (const FullPool& pool : full_pools(brief.workload)) {
    findings.push_back(finding_for(pool, brief.workload));
  }
  return findings;
}

}  // namespace pgcounsel
