#include "analyzer/pools/window.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "analyzer/pools/checkouts.h"
#include "analyzer/pools/earlier_nights.h"
#include "analyzer/pools/holders.h"
#include "analyzer/pools/outside_evidence.h"
#include "analyzer/pools/slices.h"
#include "analyzer/pools/suspects.h"
#include "analyzer/pools/timeline.h"
#include "analyzer/pools/unseen_waits.h"

namespace pgcounsel {
namespace {

constexpr double kMostSlices = 2.0 / 3;
constexpr double kMostGrown = 3;
constexpr Micros kLongSilence = kSecond * 600;

// What is said of a suspect: how the thing that it stands for moved.
std::string figure_of(const Suspect& suspect, const WindowFacts& facts) {
  const Decomposition& parts = facts.parts;
  const std::string extra = added_words(suspect.extra, facts.verdict.grown);
  switch (suspect.cause) {
    case Cause::kTrafficSurge:
      return fmt::format("{:.1f} transactions a second against {:.1f} in calm times: {}",
                         window_arrivals_of(parts), calm_arrivals_of(parts), extra);
    case Cause::kSlowQuery:
      return "the time that statements ran: " + extra;
    case Cause::kLockWait:
      if (facts.counts_waits_as_idle) {
        return "they are the consequence: they were behind a forgotten transaction, whose pause "
               "they count to";
      }
      if (facts.verdict.cause == Cause::kLockWait && suspect.is_cleared) {
        return "the log shows none; they stand in the time that statements ran";
      }
      return "the time that statements waited for locks: " + extra;
    case Cause::kIdleInTransaction:
      return (facts.counts_waits_as_idle
                  ? "the time that transactions paused, or waited for one that did: "
                  : "the time that transactions paused: ") +
             extra;
    case Cause::kConnectionLeak:
      return "connections kept outside of transactions: " + extra;
    case Cause::kMixed:
      break;
  }
  return extra;
}

// Those that can reach into the period: none that counts is longer than the period itself.
std::span<const TracedHold> holds_in(const std::vector<TracedHold>& holds, const Period& period) {
  const auto is_before = [](const TracedHold& hold, Time time) { return hold.start < time; };
  const auto begin = std::lower_bound(holds.begin(), holds.end(),
                                      period.since - (period.until - period.since), is_before);
  const auto end = std::lower_bound(begin, holds.end(), period.until, is_before);
  return {begin, end};
}

OutsideUse outside_of(const PoolUsage& usage, const FullWindow& window, const SecondWeights& calm) {
  OutsideUse outside;
  if (!usage.counts_outside()) return outside;
  const double length = seconds_of(window.length());
  for (std::size_t i = 0; i < usage.kept.size(); ++i) {
    const double kept = std::max(usage.kept[i] - usage.in_transaction[i], 0.0);
    const Time second = usage.second(i);
    if (second >= window.start && second < window.end) outside.window += kept / length;
    outside.calm += kept * calm.at(second);
  }
  outside.calm = calm.total() > 0 ? outside.calm / calm.total() : 0;
  return outside;
}

// A jump of the clock tears holds: a pool then grows by far more than it has, or it is full for
// long without calm times and without transactions that begin.
bool are_times_torn(const WindowFacts& facts) {
  const PoolUsage& usage = facts.pool.usage;
  if (facts.verdict.grown > kMostGrown * static_cast<double>(usage.size)) return true;
  if (!facts.verdict.lacks_calm || facts.window.length() < kLongSilence) return false;
  Micros::rep with_arrivals = 0;
  for (std::size_t i = 0; i < usage.arrivals.size(); ++i) {
    const Time second = usage.second(i);
    const bool is_inside = second >= facts.window.start && second < facts.window.end;
    with_arrivals += is_inside && usage.arrivals[i] > 0 ? 1 : 0;
  }
  return with_arrivals * 10 < facts.window.length() / kSecond;
}

WindowFacts facts_of(const PoolFacts& pool, const FullWindow& window) {
  const Period period = period_around(window);
  const std::span<const TracedHold> holds = holds_in(pool.holds, period);
  WindowFacts facts{pool,
                    window,
                    holds,
                    usual_busy_of(holds),
                    calm_weights(window, period.since, period.until, pool.usage.first, pool.calm),
                    {},
                    false,
                    {},
                    {},
                    false,
                    {},
                    false};
  facts.calm = calm_times_of(holds, facts.usual_busy, facts.calm_weights);
  if (facts.calm.seconds < kFewCalmSeconds) {
    if (auto earlier = calm_of_earlier(pool.sums, pool.name, HoldKind::kTransaction)) {
      facts.calm = *std::move(earlier);
      facts.has_earlier_calm = true;
    }
  }
  facts.parts = decompose(holds, facts.usual_busy, window, facts.calm,
                          outside_of(pool.usage, window, facts.calm_weights));
  facts.locks = window_locks(pool.waits, pool.name, window, facts.parts, pool.sums.current);
  facts.counts_waits_as_idle = count_as_idle(facts.locks, facts.parts);
  facts.verdict = verdict_of(facts.parts);
  facts.is_torn = are_times_torn(facts);
  if (facts.is_torn) {
    facts.verdict.cause = Cause::kMixed;
    facts.verdict.lacks_calm = true;
  }
  return facts;
}

std::string summary_of(const WindowFacts& facts) {
  const Verdict& verdict = facts.verdict;
  const Suspect& first = verdict.suspects.front();
  const std::string full = fmt::format("All {} connections were in use for {} s",
                                       facts.pool.usage.size, facts.window.length() / kSecond);
  if (facts.is_torn) {
    return full +
           ": the log's times do not fit together, as where the clock jumps, so no cause "
           "can be told from it";
  }
  if (verdict.cause == Cause::kMixed) {
    return full + (verdict.lacks_calm
                       ? ": without calm seconds to compare with, a surge and slower statements "
                         "look the same"
                       : fmt::format(": {} brought most of what was added, {:.0f} %, and is not "
                                     "alone",
                                     name_of(first.cause), 100 * first.share));
  }
  std::string words = full + fmt::format(": {} brought {:.0f} % of the connections that were added",
                                         name_of(verdict.cause), 100 * first.share);
  const auto change = schema_change_before(facts);
  if (change && verdict.cause == Cause::kSlowQuery) {
    words += fmt::format("; it began {} s after `{}`",
                         (facts.window.start - change->mark.first) / kSecond, change->statement);
  }
  return words;
}

void tell_suspects(const WindowFacts& facts, const std::vector<OtherSuspect>& others,
                   PoolWindow& told) {
  const Verdict& verdict = facts.verdict;
  for (const Suspect& suspect : verdict.suspects) {
    std::string figure = figure_of(suspect, facts);
    std::string name(name_of(suspect.cause));
    const bool is_unseen =
        suspect.cause == Cause::kConnectionLeak && !facts.pool.usage.counts_outside();
    if (is_unseen) {
      told.not_known.push_back(
          {std::move(name),
           "how long clients keep connections between transactions, which only their pool knows"});
    } else if (suspect.cause == verdict.cause || !suspect.is_cleared) {
      told.evidence.push_back(name + ": " + figure);
    } else if (!verdict.lacks_calm) {
      told.ruled_out.push_back({std::move(name), std::move(figure)});
    }
  }
  if (verdict.lacks_calm) {
    told.not_known.push_back({"traffic_surge", "calm seconds in the log before the window"});
  }
  for (const auto& [state, suspect, text] : others) {
    switch (state) {
      case OtherSuspect::State::kCleared:
        told.ruled_out.push_back({suspect, text});
        break;
      case OtherSuspect::State::kOpen:
        told.evidence.push_back(fmt::format("not ruled out: {}: {}", suspect, text));
        break;
      case OtherSuspect::State::kUnknown:
        told.not_known.push_back({suspect, text});
        break;
    }
  }
}

// Where clients try again what failed, more transactions are the consequence: the cause is what
// the pool was full of at first.
bool are_retries(const WindowFacts& facts, const Slices& slices) {
  if (facts.verdict.lacks_calm) return false;
  const bool is_traffic = facts.verdict.suspects.front().cause == Cause::kTrafficSurge;
  const bool is_open =
      facts.verdict.cause == Cause::kTrafficSurge || facts.verdict.cause == Cause::kMixed;
  if (!is_traffic || !is_open) return false;
  if (slices.first == Cause::kTrafficSurge || slices.first == Cause::kMixed) return false;
  return !surge_came_first(facts) && failures_in(facts) > 0;
}

std::string retries_summary(const WindowFacts& facts) {
  return fmt::format(
      "All {} connections were in use for {} s: it began with {}; more transactions came only "
      "after {} statements and clients had failed, as clients that try again",
      facts.pool.usage.size, facts.window.length() / kSecond, name_of(facts.verdict.cause),
      failures_in(facts));
}

// `9 slow_query, 2 mixed`
std::string votes_of(const Slices& slices) {
  std::vector<std::pair<std::size_t, Cause>> votes;
  for (const auto& [cause, count] : slices.votes) votes.emplace_back(count, cause);
  std::stable_sort(votes.begin(), votes.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string words;
  for (const auto& [count, cause] : votes) {
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, name_of(cause));
  }
  return words;
}

std::string_view confidence_of(const WindowFacts& facts, const Slices& slices) {
  if (facts.verdict.lacks_calm) return "low";
  const bool is_sure = facts.verdict.cause != Cause::kMixed && !facts.has_earlier_calm &&
                       slices.share_of(facts.verdict.cause) >= kMostSlices;
  return is_sure ? "high" : "medium";
}

}  // namespace

Period period_around(const FullWindow& window) {
  const Micros reach = std::max(kHour, window.length());
  return {floor_to(window.start - reach, kHour), floor_to(window.end + reach, kHour) + kHour};
}

PoolWindow explain_window(const PoolFacts& pool, const FullWindow& window) {
  WindowFacts facts = facts_of(pool, window);
  const Slices slices = slices_of(facts);
  PoolWindow told;
  told.start = window.start;
  told.end = window.end;
  told.summary = summary_of(facts);
  told.confidence = confidence_of(facts, slices);
  if (are_retries(facts, slices)) {
    facts.verdict.cause = slices.first;
    told.confidence = "medium";
    told.summary = retries_summary(facts);
  }
  const UnseenWaits unseen = unseen_waits_of(facts);
  const bool has_unseen_waits = unseen != UnseenWaits::kNone;
  if (has_unseen_waits) {
    facts.verdict.cause = Cause::kLockWait;
    told.confidence = "low";
    told.summary = unseen_waits_summary(facts, unseen);
  }
  told.cause = name_of(facts.verdict.cause);
  const std::vector<OtherSuspect> others = other_suspects(facts);
  tell_suspects(facts, others, told);
  tell_locks(std::move(facts.locks), facts.counts_waits_as_idle, told);
  if (has_unseen_waits) told.not_known.push_back(unseen_waits_lack());
  if (facts.has_earlier_calm) {
    told.evidence.push_back(
        "the log has no calm part beside the window: it is compared with earlier hours");
  }
  if (slices.count > 1) {
    told.evidence.push_back("parts of the window, each judged for itself: " + votes_of(slices));
  }
  tell_outside_evidence(facts, told);
  if (pool.usage.mode == PoolMode::kSession) {
    tell_checkouts(facts, told);
  } else {
    told.holders = holders_of(facts.parts.classes, window);
  }
  told.events = timeline_of(facts, others);
  return told;
}

}  // namespace pgcounsel
