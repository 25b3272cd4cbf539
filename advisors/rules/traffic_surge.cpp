// A pool that was full because more requests came, each of them as fast as ever.
//
// By Little's law the connections in use are arrivals × hold. With H_k what class k would have held
// in the window with the holds of calm times, and r_k how its arrivals grew, the traffic grew by
// sum(H_k) / sum(H_k / r_k): weighted by connections, because a thousand fast requests more fill no
// pool. A full pool keeps arrivals back, so all of it is a lower bound.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/full_pools.h"
#include "advisors/messages.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr Cause kCause = Cause::kTrafficSurge;
constexpr std::uint64_t kManyErrors = 20;  // in the window's minutes: clients may be trying again
constexpr std::size_t kShownClasses = 3;

double calm_hold_s(const WindowHolder& holder) {
  return holder.hold_s / std::max(holder.hold_ratio.value_or(1), 1.0);
}

// 0 where calm times know none of the classes.
double growth_of(const PoolWindow& window) {
  double now = 0, calm = 0;
  for (const WindowHolder& holder : window.holders) {
    if (!holder.arrival_ratio || *holder.arrival_ratio <= 0) continue;
    now += calm_hold_s(holder);
    calm += calm_hold_s(holder) / *holder.arrival_ratio;
  }
  return calm > 0 ? now / calm : 0;
}

// By the connections that their new arrivals brought.
std::vector<PoolHolder> grown_most(std::vector<PoolHolder> holders) {
  const auto added = [](const PoolHolder& holder) {
    const double factor = std::max(holder.most->arrival_ratio.value_or(1e9), 1.0);
    return calm_hold_s(*holder.most) * (1 - 1 / factor);
  };
  std::ranges::stable_sort(holders, std::ranges::greater{}, added);
  if (holders.size() > kShownClasses) holders.resize(kShownClasses);
  return holders;
}

bool looks_like_retries(const FullPool& pool, const Workload& workload) {
  return refused_by_pooler(pool).value_or(0) > 0 || errors_in(pool, workload) >= kManyErrors;
}

std::vector<Evidence> evidence_of(const FullPool& pool, const std::vector<PoolHolder>& grown,
                                  const Workload& workload) {
  const PoolWindow& longest = longest_window(pool);
  std::vector<Evidence> evidence{{"full", when_full(pool), "log"}};
  if (const double growth = growth_of(longest); growth > 0) {
    evidence.push_back(
        {"traffic",
         fmt::format("at least {} of calm times, weighted by connections", times(growth)), "log"});
  }
  for (const PoolHolder& holder : grown) {
    evidence.push_back({"grew",
                        fmt::format("`{}`: {}", statement_of(holder, kCause, workload),
                                    how_it_moved(*holder.most)),
                        "log"});
  }
  evidence.push_back({"connections that this traffic needs",
                      fmt::format("{:.1f} on average at least, so a pool of {} and more",
                                  load_with_calm_holds(longest), least_size(pool)),
                      "log"});
  evidence.push_back({"errors in these minutes",
                      fmt::format("{}, of the whole server", grouped(errors_in(pool, workload))),
                      "log"});
  for (const std::string& figure : longest.evidence) {
    evidence.push_back({"what grew", figure, "log"});
  }
  return evidence;
}

std::string remedy_text(const FullPool& pool, const std::vector<PoolHolder>& grown,
                        const Workload& workload) {
  const std::string hottest =
      grown.empty() ? "the hottest reads"
                    : fmt::format("`{}`", statement_of(grown.front(), kCause, workload));
  std::string text = fmt::format(
      "If this traffic is welcome: a pool of at least {} (default_pool_size or pool_size in "
      "PgBouncer, maximumPoolSize in the application), as far as the server has processors for it "
      "(about twice its cores can work at once) and max_connections holds the pools of all.\nCache "
      "the answers of {}, even for a second: it grew most.\nIf it is not, or comes in bursts: "
      "limit "
      "or queue the requests in front of the application, so that they wait there and not with a "
      "connection.",
      least_size(pool), hottest);
  if (looks_like_retries(pool, workload)) {
    text +=
        "\nClients met errors or refusals in these minutes, so part of it may be the same requests "
        "tried again: let them wait a growing, random pause, and give up after a few tries.";
  }
  return text;
}

Finding finding_for(const FullPool& pool, const Workload& workload) {
  const PoolRow& row = *pool.row;
  const std::vector<PoolHolder> grown = grown_most(holders_of(pool, workload));
  const double growth = growth_of(longest_window(pool));
  Finding finding;
  finding.rule = "traffic_surge";
  finding.key = fmt::format("{}:{}", finding.rule, pool_id(row));
  finding.level = level_of_advice(pool);
  finding.subject = {"pool", pool_id(row)};
  finding.title =
      growth > 0
          ? fmt::format("Traffic of {} rose to at least {} times, more than its pool carries",
                        pool_title(row), times(growth).substr(std::string_view("×").size()))
          : fmt::format("New traffic of {} was more than its pool carries", pool_title(row));
  finding.evidence = evidence_of(pool, grown, workload);
  finding.remedy = {"code", remedy_text(pool, grown, workload)};
  set_confidence(finding, pool);
  finding.verify =
      "In the next report the same traffic makes no window. Now: `SHOW POOLS;` of PgBouncer has "
      "`cl_waiting` 0, and `SELECT datname, xact_commit + xact_rollback AS transactions FROM "
      "pg_stat_database;` twice, a minute apart, tells the traffic.";
  finding.rollback =
      "Set the pool's size to what it was and reload; revert the change of the code.";
  finding.caveats = {
      "A full pool keeps arrivals back: the true traffic was larger than the log shows, and the "
      "size is a lower bound.",
      "More connections help only while the server has processors and disk to spare."};
  if (looks_like_retries(pool, workload)) {
    finding.caveats.emplace_back("Part of the traffic may be requests that were tried again.");
  }
  return finding;
}

}  // namespace

Findings traffic_surge(const Brief& brief) {
  Findings findings;
  for (const FullPool& pool : full_pools(brief.workload, kCause)) {
    findings.push_back(finding_for(pool, brief.workload));
  }
  return findings;
}

}  // namespace pgcounsel
