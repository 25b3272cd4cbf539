// Timeouts that would have cut a full window short and spare what is healthy.
//
// Each customary limit (1 s .. 1 h) comes with the number of transactions of calm seconds that took
// longer: in statements, in pauses, in lock waits, in all. The limit that is proposed is the
// smallest that is twice the longest healthy one, or, where 100,000 and more healthy transactions
// were seen, that fewer than one in 10,000 exceeded: with fewer, one in 10,000 is no observation.
//
// What the limit would have ended is bounded from the times of the classes that held the
// connections: a class of n transactions whose hold is at most m exceeds a limit L by no more than
// n × p × (m - L) in all, p being 1/2 from the median on, 1/100 from the 99th percentile on.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/full_pools.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kFewHealthy = 50, kManyHealthy = 10'000;
constexpr std::uint64_t kEnoughForRare = 100'000, kRare = 10'000;  // fewer than one in kRare
constexpr double kMargin = 2;
constexpr double kMostly = 0.5;
constexpr std::size_t kLookedAt = 3;  // holders that tell what a mixed window was about

struct Timeout {
  std::string_view setting;
  Cause cause;    // that it bears on
  Micros lowest;  // a lower limit ends what is only slow
  std::uint64_t TimeoutStep::*longer;
  Micros HealthyHolds::*longest;
  Micros TransactionRow::*state;
  std::string_view sqlstate, message;  // of the error that shows that it is set
  std::string_view what;
};

// lock_timeout stays above deadlock_timeout (1 s): else deadlocks and waits are not logged.
constexpr std::array<Timeout, 4> kTimeouts{{
    {"idle_in_transaction_session_timeout", Cause::kIdleInTransaction, kSecond * 5,
     &TimeoutStep::idle, &HealthyHolds::longest_idle, &TransactionRow::idle, "25P03", "", "pauses"},
    {"statement_timeout", Cause::kSlowQuery, kSecond * 5, &TimeoutStep::running,
     &HealthyHolds::longest_running, &TransactionRow::busy, "57014", "statement timeout",
     "statements"},
    {"lock_timeout", Cause::kLockWait, kSecond * 2, &TimeoutStep::waiting,
     &HealthyHolds::longest_wait, &TransactionRow::lock_wait, "55P03", "lock timeout",
     "lock waits"},
    {"transaction_timeout", Cause::kMixed, kSecond * 10, &TimeoutStep::held,
     &HealthyHolds::longest_hold, &TransactionRow::hold, "25P04", "", "transactions"},
}};
constexpr std::string_view kNewest = "transaction_timeout";  // from PostgreSQL 17 on

struct Proposal {
  const Timeout* timeout = nullptr;
  TimeoutStep step;
  bool bears = false;           // on what filled the pool
  std::optional<double> ended;  // of what was held in the windows, at most
  bool was_exceeded = false;    // in the period, so it cannot have been set as low
};

std::string text_of(Micros limit) {
  if (limit % kHour == Micros{0}) return fmt::format("{}h", limit / kHour);
  if (limit % (kSecond * 60) == Micros{0}) return fmt::format("{}min", limit / (kSecond * 60));
  return fmt::format("{}s", limit / kSecond);
}

const TimeoutStep* limit_for(const Timeout& timeout, const HealthyHolds& healthy) {
  for (const TimeoutStep& step : healthy.steps) {
    if (step.limit < timeout.lowest) continue;
    const double longest = static_cast<double>((healthy.*timeout.longest).count());
    if (static_cast<double>(step.limit.count()) >= kMargin * longest) return &step;
    const bool rare = healthy.transactions >= kEnoughForRare &&
                      step.*timeout.longer * kRare < healthy.transactions;
    if (rare) return &step;
  }
  return nullptr;
}

// What a class did most: the cause that its holds speak for.
Cause state_of(const TransactionRow& row) {
  if (share(row.lock_wait, row.hold) >= kMostly) return Cause::kLockWait;
  return share(row.idle, row.hold) >= kMostly ? Cause::kIdleInTransaction : Cause::kSlowQuery;
}

bool bears_on(const Timeout& timeout, const FullPool& pool,
              const std::vector<PoolHolder>& holders) {
  const auto has_window = [&pool](Cause cause) {
    return std::ranges::any_of(pool.windows, [cause](const PoolWindow* window) {
      // Of another role's forgotten transaction this one's pauses are innocent.
      if (window->waits_for_forgotten && cause == Cause::kLockWait) return true;
      if (window->waits_for_forgotten && !window->blockers.front().user.empty()) return false;
      return window->cause == name_of(cause);
    });
  };
  if (timeout.setting == kNewest) return false;
  if (has_window(timeout.cause)) return true;
  if (!has_window(Cause::kMixed)) return false;
  const std::size_t looked_at = std::min(holders.size(), kLookedAt);
  return std::any_of(holders.begin(), holders.begin() + static_cast<std::ptrdiff_t>(looked_at),
                     [&timeout](const PoolHolder& holder) {
                       return holder.row != nullptr && state_of(*holder.row) == timeout.cause;
                     });
}

// Seconds that a limit would have ended of what a class held, at most.
double ended_of(const TransactionRow& row, const Timeout& timeout, Micros limit) {
  if (limit >= row.hold_max) return 0;
  const double part = limit >= row.hold_p99 ? 0.01 : limit >= row.hold_p50 ? 0.5 : 1;
  const double beyond =
      static_cast<double>((row.hold_max - limit).count()) * static_cast<double>(row.count) * part;
  return std::min(beyond, static_cast<double>((row.*timeout.state).count())) / 1e6;
}

void weigh(Proposal& proposal, const std::vector<PoolHolder>& holders) {
  double ended = 0, held = 0;
  for (const PoolHolder& holder : holders) {
    // Of a checkout the time outside of transactions is no timeout's affair.
    if (holder.row == nullptr || holder.row->checkout || holder.share <= 0) continue;
    const TransactionRow& row = *holder.row;
    held = std::max(held, holder.hold_s / holder.share);
    ended += std::min(ended_of(row, *proposal.timeout, proposal.step.limit), holder.hold_s);
    proposal.was_exceeded |=
        row.hold_max > proposal.step.limit && state_of(row) == proposal.timeout->cause;
  }
  if (held > 0) proposal.ended = std::min(ended / held, 1.0);
}

std::vector<Proposal> proposals_for(const FullPool& pool, const Workload& workload) {
  const HealthyHolds& healthy = *pool.row->healthy;
  const std::vector<PoolHolder> holders = holders_of(pool, workload);
  std::vector<Proposal> proposals;
  for (const Timeout& timeout : kTimeouts) {
    if (errors_of(*pool.row, workload, timeout.sqlstate, timeout.message) > 0) continue;
    const TimeoutStep* step = limit_for(timeout, healthy);
    if (step == nullptr) continue;
    Proposal proposal{&timeout, *step, bears_on(timeout, pool, holders), {}, false};
    weigh(proposal, holders);
    proposals.push_back(proposal);
  }
  std::ranges::stable_partition(proposals, [](const Proposal& p) { return p.bears; });
  return proposals;
}

std::string cut_words(const Proposal& proposal, const HealthyHolds& healthy) {
  const std::uint64_t longer = proposal.step.*proposal.timeout->longer;
  if (longer == 0) return fmt::format("none of {}", grouped(healthy.transactions));
  return fmt::format("at most {} of {} ({:.2g} %)", grouped(longer), grouped(healthy.transactions),
                     100 * static_cast<double>(longer) / static_cast<double>(healthy.transactions));
}

std::string ended_words(const Proposal& proposal) {
  if (!proposal.ended) return "what it would have ended is not known";
  if (*proposal.ended < 0.005) return "it would have ended nothing of it: a net against worse";
  return fmt::format("it would have ended at most {:.0f} % of what was held",
                     100 * *proposal.ended);
}

std::vector<Evidence> evidence_of(const FullPool& pool, const std::vector<Proposal>& proposals) {
  const HealthyHolds& healthy = *pool.row->healthy;
  std::vector<Evidence> evidence{
      {"full", when_full(pool), "log"},
      {"healthy transactions", grouped(healthy.transactions), "log, calm seconds of this pool"}};
  for (const Proposal& proposal : proposals) {
    const Timeout& timeout = *proposal.timeout;
    evidence.push_back({fmt::format("`{}` = {}", timeout.setting, text_of(proposal.step.limit)),
                        fmt::format("cuts {} healthy transactions, whose longest {} took {}; {}",
                                    cut_words(proposal, healthy), timeout.what,
                                    duration(healthy.*timeout.longest), ended_words(proposal)),
                        "log"});
  }
  return evidence;
}

// `change` makes the words after the name of a setting.
template <class Change>
std::string commands(const PoolRow& row, const std::vector<Proposal>& proposals, Change change) {
  std::string text, newest;
  for (const Proposal& proposal : proposals) {
    const std::string words = change(proposal);
    const std::string line = is_usable_role(row.user) ? alter_roles({row.user}, words) : words;
    if (proposal.timeout->setting == kNewest) {
      newest = "-- PostgreSQL 17 and later: " + line;
    } else {
      text += fmt::format("{}{}", text.empty() ? "" : "\n", line);
    }
  }
  if (newest.empty()) return text;
  return fmt::format("{}{}{}", text, text.empty() ? "" : "\n", newest);
}

Remedy remedy_of(const PoolRow& row, const std::vector<Proposal>& proposals) {
  std::string text = commands(row, proposals, [](const Proposal& proposal) {
    return fmt::format("SET {} = '{}'", proposal.timeout->setting, text_of(proposal.step.limit));
  });
  if (is_usable_role(row.user)) return {"setting", text};
  return {"code", "For the roles of these connections (`ALTER ROLE ...`):\n" + text};
}

std::string title_of(const PoolRow& row, const std::vector<Proposal>& proposals) {
  const Proposal& first = proposals.front();
  const std::string others =
      proposals.size() == 1 ? "" : fmt::format(" and {} more", proposals.size() - 1);
  return fmt::format("{} shows no sign of {}{}", pool_title(row), first.timeout->setting, others);
}

void set_confidence(Finding& finding, const HealthyHolds& healthy, const Proposal& first) {
  constexpr std::uint64_t kSome = 1'000;
  if (healthy.transactions < kSome) {
    finding.confidence = Confidence::kLow;
    finding.confidence_because = fmt::format(
        "only {} healthy transactions were seen: rare long ones may be missing among them",
        grouped(healthy.transactions));
    return;
  }
  const bool sure = first.was_exceeded && healthy.transactions >= kManyHealthy;
  finding.confidence = sure ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      first.was_exceeded
          ? fmt::format(
                "{} healthy transactions were measured, and those of the window went on for "
                "longer than the limit, so it is not set",
                grouped(healthy.transactions))
          : fmt::format(
                "{} healthy transactions were measured; that no such timeout is set is told "
                "only by its error missing in the log",
                grouped(healthy.transactions));
}

Finding finding_for(const FullPool& pool, const std::vector<Proposal>& proposals) {
  const PoolRow& row = *pool.row;
  Finding finding;
  finding.rule = "missing_timeouts";
  finding.key = fmt::format("{}:{}", finding.rule, pool_id(row));
  finding.level = proposals.front().bears ? Level::kMedium : Level::kLow;
  finding.subject = {"pool", pool_id(row)};
  finding.title = title_of(row, proposals);
  finding.evidence = evidence_of(pool, proposals);
  finding.remedy = remedy_of(row, proposals);
  set_confidence(finding, *row.healthy, proposals.front());
  finding.verify = fmt::format(
      "`SHOW {};` in a new session of this role. In the next report the errors of these timeouts "
      "(25P03, 57014, 55P03, 25P04) come from no healthy statement.",
      proposals.front().timeout->setting);
  finding.rollback = fmt::format("`{}`", commands(row, proposals, [](const Proposal& proposal) {
                                   return fmt::format("RESET {}", proposal.timeout->setting);
                                 }));
  finding.caveats = {
      "A timeout bounds how long one transaction keeps a connection; it does not mend the cause.",
      "It holds for new sessions: behind a pooler after `RECONNECT`. The client must expect the "
      "error, and roll back.",
      "If migrations, reports or backups use this role, give them one of their own, or `SET "
      "LOCAL`.",
      "The figures are of whole transactions: all statements, pauses or waits of one are added up, "
      "so a timeout, which counts each, cuts fewer."};
  return finding;
}

}  // namespace

Findings missing_timeouts(const Brief& brief) {
  Findings findings;
  const std::vector<FullPool> full = full_pools(brief.workload);
  for (const FullPool& pool : full) {
    if (pool.row->is_server && full.size() > 1) continue;  // its pools have their own
    if (!pool.row->healthy || pool.row->healthy->transactions < kFewHealthy) continue;
    const std::vector<Proposal> proposals = proposals_for(pool, brief.workload);
    if (!proposals.empty()) findings.push_back(finding_for(pool, proposals));
  }
  return findings;
}

}  // namespace pgcounsel
