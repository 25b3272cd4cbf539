#include "analyzer/plans/plan_switch.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace pgcounsel {
namespace {

// So many executions with the new plan, and with the old one, are no chance; more of them where the
// query had several plans before, which it may have again.
constexpr std::uint64_t kEnough = 3, kEnoughOfMany = 10;
constexpr std::uint64_t kHardly = 20;  // one in so many

struct Use {
  std::uint64_t hash = 0;
  PlanStats all;                 // with what was known before the period
  std::vector<PlanStats> hours;  // of the period
  bool is_new = false;
};
using Uses = std::vector<Use>;

std::map<std::uint64_t, Uses> uses_by_query(const PlanSums& current, const PlanHistory& before) {
  std::map<PlanId, Use> uses;
  for (const auto& [id, stats] : before.uses) {
    Use& use = uses[id];
    use.hash = id.hash;
    use.all = stats;
  }
  for (const auto& [key, stats] : current.hours) {
    const PlanId id{key.fingerprint, key.hash};
    Use& use = uses[id];
    use.hash = id.hash;
    use.is_new = !before.uses.contains(id);
    use.all.merge(stats);
    use.hours.push_back(stats);
  }
  std::map<std::uint64_t, Uses> by_query;
  for (auto& [id, use] : uses) {
    if (id.fingerprint != 0) by_query[id.fingerprint].push_back(std::move(use));
  }
  return by_query;
}

// Executions that began after `time`, as far as hours tell. Those under way at that time end later.
std::uint64_t calls_after(const Use& use, Time time) {
  std::uint64_t calls = 0;
  for (const PlanStats& hour : use.hours) {
    const Time limit = time + hour.slowest;
    if (hour.last <= limit) continue;
    const auto length = static_cast<double>((hour.last - hour.first).count());
    const auto later = static_cast<double>((hour.last - std::max(hour.first, limit)).count());
    const double part = length > 0 ? later / length : 1;
    const auto of_hour = static_cast<std::uint64_t>(part * static_cast<double>(hour.calls));
    calls += std::clamp<std::uint64_t>(of_hour, 1, hour.calls);
  }
  return calls;
}

std::optional<PlanSwitch> switch_to(const Use& now, const Uses& uses) {
  if (!now.is_new || now.all.calls < kEnough) return std::nullopt;
  const Time since = now.all.first;
  const Use* most = nullptr;
  std::uint64_t before = 0, after = 0;
  for (const Use& use : uses) {
    if (use.hash == now.hash) continue;
    after += calls_after(use, since);
    if (use.all.first >= since) continue;
    before += use.all.calls;
    if (most == nullptr || use.all.calls > most->all.calls) most = &use;
  }
  if (most == nullptr || before < kEnough || after * kHardly > now.all.calls) return std::nullopt;
  const bool had_several = (before - most->all.calls) * kHardly > before;
  if (had_several && now.all.calls < kEnoughOfMany) return std::nullopt;
  PlanSwitch found;
  found.before = most->hash;
  found.after = now.hash;
  found.since = since;
  found.calls_before = most->all.calls;
  found.total_before = most->all.total;
  found.calls_after = now.all.calls;
  found.total_after = now.all.total;
  return found;
}

// The latest.
std::optional<PlanSwitch> switch_of(Uses& uses) {
  std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) {
    return std::tie(b.all.first, b.hash) < std::tie(a.all.first, a.hash);
  });
  for (const Use& use : uses) {
    if (auto found = switch_to(use, uses)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::vector<PlanSwitch> plan_switches(const PlanSums& current, const PlanHistory& before) {
  std::vector<PlanSwitch> switches;
  for (auto& [fingerprint, uses] : uses_by_query(current, before)) {
    auto found = switch_of(uses);
    if (!found) continue;
    found->fingerprint = Fingerprint{fingerprint};
    switches.push_back(*std::move(found));
  }
  std::sort(switches.begin(), switches.end(), [](const PlanSwitch& a, const PlanSwitch& b) {
    return std::tie(a.since, a.fingerprint) < std::tie(b.since, b.fingerprint);
  });
  return switches;
}

}  // namespace pgcounsel
