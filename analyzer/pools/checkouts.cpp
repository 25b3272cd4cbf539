#include "analyzer/pools/checkouts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "analyzer/pools/earlier_nights.h"
#include "analyzer/pools/holders.h"
#include "analyzer/pools/window.h"

namespace pgcounsel {
namespace {

Time end_of(const TracedHold& hold) {
  return hold.start + hold.busy + hold.idle;
}

// By the sums of hours, where the checkouts themselves are not kept.
struct CheckoutSums {
  std::map<std::uint64_t, ClassStats> classes;
  double all = 0;  // seconds
};

CheckoutSums sums_of(const PoolFacts& pool, const FullWindow& window) {
  CheckoutSums checkouts;
  for (const auto& [key, stats] : pool.sums.current.classes) {
    const bool is_its = key.kind == HoldKind::kCheckout && key.database == pool.name.first &&
                        key.user == pool.name.second && key.hour >= floor_to(window.start, kHour);
    if (!is_its) continue;
    checkouts.classes[key.id].merge(stats);
    checkouts.all += seconds_of(stats.hold);
  }
  return checkouts;
}

double used_in(const PoolUsage& usage, const FullWindow& window) {
  double used = 0;
  for (std::size_t i = 0; i < usage.used().size(); ++i) {
    const Time second = usage.second(i);
    if (second >= window.start && second < window.end) used += usage.used()[i];
  }
  return used;
}

// Their parts of what was used in the window.
std::vector<WindowHolder> holders_of(const CheckoutSums& checkouts, double used) {
  std::vector<WindowHolder> holders;
  for (const auto& [id, stats] : checkouts.classes) {
    const double seconds = seconds_of(stats.hold);
    if (seconds < kSmallWindowHolder * checkouts.all) continue;
    WindowHolder holder;
    holder.transaction = hex(Fingerprint{id});
    holder.share = seconds / checkouts.all;
    holder.hold_s = holder.share * used;
    holders.push_back(std::move(holder));
  }
  std::stable_sort(holders.begin(), holders.end(),
                   [](const auto& a, const auto& b) { return a.hold_s > b.hold_s; });
  if (holders.size() > kMostWindowHolders) holders.resize(kMostWindowHolders);
  return holders;
}

std::string kept_words(std::uint64_t count, double longest, std::uint64_t given_back) {
  return fmt::format(
      "the first holder took {} connections, kept the longest for {:.0f} s, and gave {} of them "
      "back",
      count, longest, given_back);
}

void tell_sums(const WindowFacts& facts, PoolWindow& told) {
  const CheckoutSums checkouts = sums_of(facts.pool, facts.window);
  told.holders = holders_of(checkouts, used_in(facts.pool.usage, facts.window));
  if (told.holders.empty() || told.cause != name_of(Cause::kConnectionLeak)) return;
  for (const auto& [id, stats] : checkouts.classes) {
    if (hex(Fingerprint{id}) != told.holders.front().transaction) continue;
    told.evidence.push_back(
        kept_words(stats.count, seconds_of(stats.max_hold), stats.count - stats.unfinished));
  }
}

// Those that end within a second of each other and held most of the window together.
struct EndedAtOnce {
  Time first{};
  std::size_t count = 0;
  double held = 0;  // connection-seconds in the window
};

EndedAtOnce ended_at_once(std::vector<TracedCheckout> checkouts, const SecondWeights& inside) {
  std::sort(checkouts.begin(), checkouts.end(), [](const auto& a, const auto& b) {
    return std::pair(end_of(a.hold), a) < std::pair(end_of(b.hold), b);
  });
  EndedAtOnce most;
  double held = 0;
  for (auto begin = checkouts.begin(), next = begin; begin != checkouts.end(); ++begin) {
    const Time first = end_of(begin->hold);
    for (; next != checkouts.end() && end_of(next->hold) <= first + kSecond; ++next) {
      held += inside.over(next->hold.start, end_of(next->hold));
    }
    if (held > most.held) {
      most = {first, static_cast<std::size_t>(std::distance(begin, next)), held};
    }
    held -= inside.over(begin->hold.start, first);
  }
  return most;
}

// Connections that are let go all at once were not given back: their client ended.
std::string leak_words(const std::vector<TracedCheckout>& checkouts, const FullWindow& window) {
  constexpr double kMost = 2.0 / 3;
  constexpr std::size_t kFewest = 2;
  const SecondWeights inside = weights_of(window);
  Micros longest{0};
  std::uint64_t given_back = 0;
  double held = 0;
  for (const TracedCheckout& checkout : checkouts) {
    longest = std::max(longest, checkout.hold.busy + checkout.hold.idle);
    given_back += checkout.end == CheckoutEnd::kDiscarded ? 1U : 0U;
    held += inside.over(checkout.hold.start, end_of(checkout.hold));
  }
  const EndedAtOnce at_once = ended_at_once(checkouts, inside);
  if (at_once.count < kFewest || at_once.held < kMost * held) {
    return kept_words(checkouts.size(), seconds_of(longest), given_back);
  }
  return fmt::format(
      "the first holder took {} connections and kept the longest for {:.0f} s; {} of them were let "
      "go all at once, at {}, as where their client ends or is restarted",
      checkouts.size(), seconds_of(longest), at_once.count, time_of_day(at_once.first));
}

std::vector<TracedCheckout> checkouts_in(const PoolFacts& pool, const Period& period) {
  std::vector<TracedCheckout> inside;
  std::copy_if(pool.checkouts.begin(), pool.checkouts.end(), std::back_inserter(inside),
               [&period](const TracedCheckout& checkout) {
                 return checkout.hold.start < period.until && end_of(checkout.hold) > period.since;
               });
  return inside;
}

}  // namespace

void tell_checkouts(const WindowFacts& facts, PoolWindow& told) {
  const FullWindow& window = facts.window;
  std::vector<TracedHold> holds;
  for (const TracedCheckout& checkout : checkouts_in(facts.pool, period_around(window))) {
    holds.push_back(checkout.hold);
  }
  // What one client runs in a checkout differs too much for a usual time: only waits that are
  // logged count as waits.
  const UsualBusy none;
  CalmTimes calm = calm_times_of(holds, none, facts.calm_weights);
  if (facts.has_earlier_calm) {
    if (auto earlier = calm_of_earlier(facts.pool.sums, facts.pool.name, HoldKind::kCheckout)) {
      calm = *std::move(earlier);
    }
  }
  const Decomposition parts = decompose(holds, none, window, calm);
  if (parts.classes.empty() || parts.classes.front().used.total() <= 0) {
    tell_sums(facts, told);
    return;
  }
  told.holders = holders_of(parts.classes, window);
  if (told.cause != name_of(Cause::kConnectionLeak)) return;
  std::vector<TracedCheckout> of_first = checkouts_in(facts.pool, {window.start, window.end});
  std::erase_if(of_first, [&parts](const TracedCheckout& checkout) {
    return checkout.hold.class_id != parts.classes.front().class_id;
  });
  told.evidence.push_back(leak_words(of_first, window));
}

}  // namespace pgcounsel
