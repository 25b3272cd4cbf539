#include "advisors/full_pools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "advisors/messages.h"
#include "analyzer/pools/windows.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"
#include "analyzer/workload/event_sums.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kShownGist = 60;
constexpr double kComfortable = 0.8;  // of a pool in use; above, clients wait

// What all classes held, from the share of one.
double held_in(const PoolWindow& window) {
  for (const WindowHolder& holder : window.holders) {
    if (holder.share > 0) return holder.hold_s / holder.share;
  }
  return 0;
}

const TransactionRow* transaction_of(const Workload& workload, const std::string& id) {
  const auto row = std::ranges::find(workload.transactions, id, &TransactionRow::id);
  return row == workload.transactions.end() ? nullptr : &*row;
}

// Steps that say nothing about what a transaction does.
bool is_control(std::string_view text) {
  constexpr std::array<std::string_view, 8> kWords{"BEGIN", "COMMIT",  "ROLLBACK", "START",
                                                   "SET",   "DISCARD", "RESET",    "END"};
  const std::string_view word = text.substr(0, text.find_first_of(" ;\n\t"));
  return std::ranges::find(kWords, word) != kWords.end();
}

Micros weight_of(const QueryRow& query, Cause cause) {
  if (cause == Cause::kLockWait) return query.lock_wait;
  return cause == Cause::kIdleInTransaction ? query.idle : query.total;
}

std::string named_or(std::string_view name) {
  return name.empty() ? "?" : shortened(name, 24);
}

}  // namespace

std::vector<FullPool> full_pools(const Workload& workload) {
  std::vector<FullPool> pools;
  for (const PoolRow& row : workload.pools) {
    FullPool pool{&row, {}};
    for (const PoolWindow& window : row.windows) pool.windows.push_back(&window);
    if (!pool.windows.empty()) pools.push_back(std::move(pool));
  }
  return pools;
}

std::vector<FullPool> full_pools(const Workload& workload, Cause cause) {
  std::vector<FullPool> pools = full_pools(workload);
  for (FullPool& pool : pools) {
    std::erase_if(pool.windows,
                  [cause](const PoolWindow* w) { return w->cause != name_of(cause); });
  }
  std::erase_if(pools, [](const FullPool& pool) { return pool.windows.empty(); });
  return pools;
}

std::vector<PoolHolder> holders_of(const FullPool& pool, const Workload& workload) {
  std::map<std::string_view, PoolHolder> by_class;
  double held = 0;
  for (const PoolWindow* window : pool.windows) {
    held += held_in(*window);
    for (const WindowHolder& holder : window->holders) {
      PoolHolder& sum = by_class[holder.transaction];
      sum.hold_s += holder.hold_s;
      if (sum.most == nullptr || holder.hold_s > sum.most->hold_s) sum.most = &holder;
    }
  }
  std::vector<PoolHolder> holders;
  for (auto& [id, holder] : by_class) {
    holder.row = transaction_of(workload, holder.most->transaction);
    holder.share = held > 0 ? holder.hold_s / held : 0;
    holders.push_back(holder);
  }
  std::ranges::stable_sort(holders, std::ranges::greater{}, &PoolHolder::hold_s);
  return holders;
}

Micros full_time(const FullPool& pool) {
  Micros sum{0};
  for (const PoolWindow* window : pool.windows) sum += window->end - window->start;
  return sum;
}

const PoolWindow& longest_window(const FullPool& pool) {
  const auto length = [](const PoolWindow* window) { return window->end - window->start; };
  return **std::ranges::max_element(pool.windows, {}, length);
}

std::optional<std::uint64_t> refused_by_pooler(const FullPool& pool) {
  std::optional<std::uint64_t> sum;
  for (const PoolWindow* window : pool.windows) {
    if (window->refused) sum = sum.value_or(0) + *window->refused;
  }
  return sum;
}

double load_with_calm_holds(const PoolWindow& window) {
  const double seconds = seconds_of(window.end - window.start);
  if (seconds <= 0) return 0;
  double load = 0;
  for (const WindowHolder& holder : window.holders) {
    load += holder.hold_s / std::max(holder.hold_ratio.value_or(1), 1.0);
  }
  return load / seconds;
}

std::uint64_t least_size(const FullPool& pool) {
  double load = 0;
  for (const PoolWindow* window : pool.windows)
    load = std::max(load, load_with_calm_holds(*window));
  const auto carrying = static_cast<std::uint64_t>(std::ceil(load / kComfortable));
  return std::max(carrying, pool.row->size.value_or(0) + 1);
}

Level level_of_full(const FullPool& pool) {
  const Micros full = full_time(pool);
  const std::uint64_t refused = refused_by_pooler(pool).value_or(0);
  if (refused >= 10 || full >= kMinute * 10) return Level::kCritical;
  if (refused >= 1 || full >= kMinute) return Level::kHigh;
  return full >= kSecond * 10 ? Level::kMedium : Level::kLow;
}

Level level_of_advice(const FullPool& pool) {
  return std::min(level_of_full(pool), Level::kHigh);
}

void set_confidence(Finding& finding, const FullPool& pool) {
  const std::string& told = longest_window(pool).confidence;
  finding.confidence = told == "high"     ? Confidence::kHigh
                       : told == "medium" ? Confidence::kMedium
                                          : Confidence::kLow;
  finding.confidence_because =
      told == "high"     ? "the log has each hold, and calm times to compare it with"
      : told == "medium" ? "the log has each hold, but what grew does not point to one cause alone"
                         : "that the pool was full is measured; the cause is not certain, because "
                           "the log lacks calm times or short statements to compare with";
}

std::string pool_title(const PoolRow& row) {
  if (row.is_server) return "the whole server";
  return fmt::format("{}/{}", named_or(row.database), named_or(row.user));
}

std::string_view words_of(Cause cause) {
  switch (cause) {
    case Cause::kTrafficSurge:
      return "traffic surge";
    case Cause::kSlowQuery:
      return "slow query";
    case Cause::kLockWait:
      return "lock wait";
    case Cause::kIdleInTransaction:
      return "idle in transaction";
    case Cause::kConnectionLeak:
      return "connection leak";
    case Cause::kMixed:
      break;
  }
  return "several causes";
}

std::string when_full(const PoolWindow& window) {
  return fmt::format("{} from {} UTC", span(window.end - window.start), minute_of(window.start));
}

std::string when_full(const FullPool& pool) {
  if (pool.windows.size() == 1) return when_full(*pool.windows.front());
  return fmt::format("{} in {} windows, longest {}", span(full_time(pool)), pool.windows.size(),
                     when_full(longest_window(pool)));
}

std::string times(double factor) {
  if (!(factor > 0)) return "×0";
  return ratio(static_cast<std::uint64_t>(std::min(std::round(factor * 1000), 1e15)), 1000);
}

std::string how_it_moved(const WindowHolder& holder) {
  if (!holder.arrival_ratio && !holder.hold_ratio) return "not compared with calm times";
  std::string text;
  const auto add = [&text](std::string_view name, const std::optional<double>& factor) {
    if (factor) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, times(*factor));
  };
  add("arrivals", holder.arrival_ratio);
  add("hold", holder.hold_ratio);
  if (holder.hold_ratio.value_or(0) < kLongerHold) return text;
  // The part of the hold that grew most, where one grew more than the whole.
  std::pair<std::string_view, double> grew{"", holder.hold_ratio.value_or(0)};
  for (const auto& [name, factor] : {std::pair{"statements", holder.busy_ratio},
                                     {"pauses", holder.idle_ratio},
                                     {"lock waits", holder.lock_ratio}}) {
    if (factor && *factor > grew.second * 1.01) grew = {name, *factor};
  }
  if (!grew.first.empty()) add(grew.first, grew.second);
  return text;
}

const PoolHolder* holder_for(const std::vector<PoolHolder>& holders, Cause cause) {
  const auto time_of = [cause](const TransactionRow& row) {
    if (cause == Cause::kSlowQuery) return row.busy - row.lock_wait;
    return cause == Cause::kLockWait ? row.lock_wait : row.hold;
  };
  for (const PoolHolder& holder : holders) {
    if (holder.row != nullptr && time_of(*holder.row) * 2 >= holder.row->hold) return &holder;
  }
  return holders.empty() ? nullptr : holders.data();
}

std::string statement_of(const PoolHolder& holder, Cause cause, const Workload& workload) {
  const TransactionStep* best = nullptr;
  Micros most{-1};
  const std::vector<TransactionStep> none;
  for (const TransactionStep& step : holder.row == nullptr ? none : holder.row->steps) {
    if (is_control(step.text)) continue;
    const auto query =
        std::ranges::find(workload.queries, step.fingerprint, &QueryRow::fingerprint);
    const Micros weight = query == workload.queries.end() ? Micros{0} : weight_of(*query, cause);
    if (weight > most) best = &step;
    most = std::max(most, weight);
  }
  if (best != nullptr) return gist_of_sql(best->text, kShownGist);
  const std::string& label = holder.most == nullptr ? holder.row->label : holder.most->label;
  return label.empty() ? std::string("a transaction without a label")
                       : brief_sql(label, kShownGist);
}

std::string holder_words(const PoolHolder& holder) {
  return fmt::format("{:.0f} % of what was held, {:.0f} connection-seconds; {}", 100 * holder.share,
                     holder.hold_s, how_it_moved(*holder.most));
}

std::uint64_t errors_of(const PoolRow& row, const Workload& workload, std::string_view sqlstate,
                        std::string_view part_of_message) {
  std::uint64_t count = 0;
  for (const ErrorSourceRow& error : workload.error_sources) {
    const bool is_its = (error.user.empty() || error.user == row.user) &&
                        (error.database.empty() || error.database == row.database);
    if (!is_its || error.sqlstate != sqlstate) continue;
    if (error.message.find(part_of_message) != std::string::npos) count += error.count;
  }
  return count;
}

std::uint64_t errors_in(const FullPool& pool, const Workload& workload) {
  std::uint64_t count = 0;
  for (const ErrorMinuteRow& row : workload.error_minutes) {
    const bool inside = std::ranges::any_of(pool.windows, [&row](const PoolWindow* window) {
      return row.minute < window->end && row.minute + kMinute > window->start;
    });
    if (inside) count += row.count;
  }
  return count;
}

}  // namespace pgcounsel
