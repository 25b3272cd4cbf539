#include "analyzer/report/incident_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "analyzer/report/escape.h"
#include "analyzer/report/units.h"
#include "analyzer/report/view.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kToldInFull = 3, kInnocents = 3, kNameLength = 40, kStatementLength = 60;
constexpr std::string_view kBegin = "BEGIN; ", kCommit = "; COMMIT";

// The five causes first; people suspect them in this order.
struct SuspectWords {
  std::string_view id, name, denied;
};

constexpr std::size_t kCauses = 5;  // stand first
constexpr std::array<SuspectWords, 17> kSuspects{{
    {"traffic_surge", "traffic surge", "a traffic surge"},
    {"slow_query", "slow queries", "slow queries"},
    {"lock_wait", "lock waits", "lock waits"},
    {"idle_in_transaction", "idle in transaction", "idle transactions"},
    {"connection_leak", "connections not given back", "a connection leak"},
    {"attack", "DDoS, bots", "a DDoS"},
    {"retry_storm", "clients that try again", "retries"},
    {"deploy", "deploy / new statements", "a deploy"},
    {"schema_change", "schema change", "a schema change"},
    {"plan_change", "changed plan", "a changed plan"},
    {"autovacuum", "autovacuum", "autovacuum"},
    {"autoanalyze", "new statistics (autoanalyze)", "new statistics"},
    {"checkpoint", "disk / checkpoints", "checkpoints"},
    {"temporary_files", "disk / temporary files", "temporary files"},
    {"deadlock", "deadlocks", "deadlocks"},
    {"restart", "restart or reload", "a restart"},
    {"starved_host", "CPU and disks of the host", "a starved host"},
}};
// What people suspect first, and lose hours on.
constexpr std::array<std::string_view, 3> kSuspectedFirst{"attack", "deploy", "traffic_surge"};

const SuspectWords* words_on(std::string_view suspect) {
  const auto found = std::find_if(kSuspects.begin(), kSuspects.end(),
                                  [&](const SuspectWords& words) { return words.id == suspect; });
  return found == kSuspects.end() ? nullptr : &*found;
}

// `lock_wait` is not a word of `log_lock_waits`.
bool is_name_part(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string with_blanks(std::string_view id) {
  std::string words = shortened(id, kNameLength);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

Micros time_of_union(std::vector<PoolIncident> incidents) {
  std::sort(incidents.begin(), incidents.end(), [](const PoolIncident& a, const PoolIncident& b) {
    return a.window->start < b.window->start;
  });
  Micros sum{};
  Time told{};
  for (const PoolIncident& incident : incidents) {
    const Time from = std::max(incident.window->start, told);
    sum += std::max(incident.window->end - from, Micros::zero());
    told = std::max(told, incident.window->end);
  }
  return sum;
}

std::size_t pools_in(const std::vector<PoolIncident>& incidents) {
  std::vector<const PoolRow*> pools;
  for (const PoolIncident& incident : incidents) pools.push_back(incident.pool);
  std::sort(pools.begin(), pools.end());
  return static_cast<std::size_t>(std::unique(pools.begin(), pools.end()) - pools.begin());
}

std::string several_pools(const std::vector<PoolIncident>& incidents, std::size_t count) {
  const bool has_server =
      std::any_of(incidents.begin(), incidents.end(),
                  [](const PoolIncident& incident) { return incident.pool->is_server; });
  if (!has_server) return fmt::format("{} pools", count);
  return (count == 2 ? std::string("A pool") : fmt::format("{} pools", count - 1)) +
         " and the whole server";
}

// The part of its holds that the cause is about.
struct PartMoved {
  std::string_view cause, name;
  std::optional<double> WindowHolder::*ratio;
};
constexpr std::array<PartMoved, 3> kParts{{
    {"slow_query", "running", &WindowHolder::busy_ratio},
    {"idle_in_transaction", "idle in transaction", &WindowHolder::idle_ratio},
    {"lock_wait", "waiting for locks", &WindowHolder::lock_ratio},
}};

}  // namespace

std::vector<PoolIncident> incidents_of(const Workload& workload) {
  std::vector<PoolIncident> incidents;
  for (const PoolRow& pool : workload.pools) {
    for (const PoolWindow& window : pool.windows) incidents.push_back({&pool, &window});
  }
  std::stable_sort(incidents.begin(), incidents.end(),
                   [](const PoolIncident& a, const PoolIncident& b) {
                     if (a.length() != b.length()) return a.length() > b.length();
                     return a.window->start < b.window->start;
                   });
  return incidents;
}

IncidentStories stories_of(const Workload& workload) {
  IncidentStories stories;
  for (const PoolIncident& incident : incidents_of(workload)) {
    const auto same = [&incident](const PoolIncident& told) {
      return told.pool == incident.pool && told.window->cause == incident.window->cause;
    };
    const bool is_first = stories.told.empty();
    const bool is_told = is_first || (stories.told.size() < kToldInFull &&
                                      incident.length() * 3 >= stories.told.front().length() &&
                                      std::none_of(stories.told.begin(), stories.told.end(), same));
    (is_told ? stories.told : stories.others).push_back(incident);
  }
  std::stable_sort(stories.others.begin(), stories.others.end(),
                   [](const PoolIncident& a, const PoolIncident& b) {
                     return a.window->start < b.window->start;
                   });
  return stories;
}

Micros full_pool_time(const Workload& workload) {
  return time_of_union(incidents_of(workload));
}

std::optional<std::uint64_t> refused_in_windows(const Workload& workload) {
  std::optional<std::uint64_t> sum;
  for (const PoolIncident& incident : incidents_of(workload)) {
    // The server's own refusals are told beside: a client may meet both.
    if (incident.pool->is_server) continue;
    if (incident.window->refused) sum = sum.value_or(0) + *incident.window->refused;
  }
  return sum;
}

std::string full_pool_headline(const Workload& workload) {
  const std::vector<PoolIncident> incidents = incidents_of(workload);
  if (incidents.empty()) return "";
  const PoolIncident& longest = incidents.front();
  const std::size_t pools = pools_in(incidents);
  std::string line = pools > 1                 ? several_pools(incidents, pools)
                     : longest.pool->is_server ? std::string("The server")
                                               : "Pool " + pool_name(*longest.pool);
  line += " full for " + span(full_pool_time(workload));
  const std::string when = clock_span(*longest.window, workload.period) + " UTC";
  if (incidents.size() > 1) {
    line +=
        fmt::format(" in {} windows, the longest {}{} ({})", counted(incidents.size()),
                    pools > 1 ? pool_name(*longest.pool) + " " : "", span(longest.length()), when);
  } else {
    line += fmt::format(" ({})", when);
  }
  if (const std::uint64_t refused = refused_in_windows(workload).value_or(0); refused > 0) {
    line += fmt::format(", {} client{} refused", counted(refused), refused == 1 ? "" : "s");
  }
  return line + ": " + cause_words(*longest.window) + ".";
}

std::string pool_name(const PoolRow& pool) {
  if (pool.is_server) return "the whole server";
  return fmt::format("{} · {}", shortened(pool.database, kNameLength),
                     shortened(pool.user, kNameLength));
}

std::string suspect_words(std::string_view suspect) {
  const SuspectWords* words = words_on(suspect);
  return words == nullptr ? with_blanks(suspect) : std::string(words->name);
}

std::string cause_words(const PoolWindow& window) {
  const bool is_low = window.confidence == "low";
  if (window.cause == "mixed" || window.cause.empty()) {
    return is_low ? "the log does not tell why" : "several causes, none of them alone";
  }
  return (is_low ? "probably " : "") + suspect_words(window.cause) +
         (window.waits_for_forgotten ? ", with locks that others wait for" : "");
}

std::string with_words_for_causes(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < kCauses; ++i) {
    const SuspectWords& words = kSuspects.at(i);
    std::size_t at = 0;
    while ((at = out.find(words.id, at)) != out.npos) {
      const std::size_t end = at + words.id.size();
      const bool is_whole =
          (at == 0 || !is_name_part(out[at - 1])) && (end == out.size() || !is_name_part(out[end]));
      if (is_whole) out.replace(at, words.id.size(), words.name);
      at += is_whole ? words.name.size() : 1;
    }
  }
  return out;
}

std::string clock_span(const PoolWindow& window, const Period& period) {
  const std::string start = plain_seconds(window.start), end = plain_seconds(window.end);
  if (period.until - period.since <= kDay) return start.substr(11) + "–" + end.substr(11);
  const bool same_day = date_of(window.start) == date_of(window.end);
  return start + "–" + (same_day ? end.substr(11) : end);
}

std::string innocent_words(const PoolWindow& window) {
  std::vector<const ClearedSuspect*> cleared;
  for (const ClearedSuspect& entry : window.ruled_out) cleared.push_back(&entry);
  const auto rank_of = [](const ClearedSuspect* entry) {
    const auto first = std::find(kSuspectedFirst.begin(), kSuspectedFirst.end(), entry->suspect);
    if (first != kSuspectedFirst.end()) return first - kSuspectedFirst.begin();
    const SuspectWords* words = words_on(entry->suspect);
    const auto last = static_cast<std::ptrdiff_t>(kSuspectedFirst.size() + kSuspects.size());
    return words == nullptr
               ? last
               : (words - kSuspects.data()) + static_cast<std::ptrdiff_t>(kSuspectedFirst.size());
  };
  std::stable_sort(cleared.begin(), cleared.end(),
                   [&](const auto* a, const auto* b) { return rank_of(a) < rank_of(b); });
  cleared.resize(std::min(cleared.size(), kInnocents));
  std::string line;
  for (const ClearedSuspect* entry : cleared) {
    const SuspectWords* words = words_on(entry->suspect);
    line += line.empty() ? "Not " : ", not ";
    line += words == nullptr ? with_blanks(entry->suspect) : std::string(words->denied);
  }
  return line;
}

std::string open_words(const PoolWindow& window) {
  std::string line;
  for (const std::string& evidence : window.evidence) {
    const Suspicion told = taken_apart(evidence);
    if (!told.is_open) continue;
    line += line.empty() ? "Not ruled out: " : ", ";
    line += suspect_words(told.suspect);
  }
  return line;
}

std::string forgotten_words(const PoolWindow& window) {
  if (!window.waits_for_forgotten || window.blockers.empty()) return "";
  const WindowBlocker& first = window.blockers.front();
  if (first.transaction.empty()) return "";
  std::string_view label = first.label;
  if (label.starts_with(kBegin)) label.remove_prefix(kBegin.size());
  if (label.ends_with(kCommit)) label.remove_suffix(kCommit.size());
  const std::string user =
      first.user.empty() ? ""
                         : fmt::format(" of the user `{}`", shortened(first.user, kNameLength));
  return fmt::format(
      "{:.0f} % of the time that others waited for locks was for a transaction left open: `{}`{}, "
      "idle for {:.0f} % of its time",
      100 * first.blocked_s / std::max(window.lock_wait_s, first.blocked_s),
      shortened(label, kStatementLength), user, 100 * first.idle_share);
}

Suspicion taken_apart(std::string_view evidence) {
  constexpr std::string_view kOpen = "not ruled out: ";
  Suspicion told;
  told.is_open = evidence.starts_with(kOpen);
  const std::string_view text = evidence.substr(told.is_open ? kOpen.size() : 0);
  const std::size_t colon = text.find(": ");
  const std::string_view head = text.substr(0, colon);
  const bool is_id = colon != text.npos && !head.empty() && head.find(' ') == head.npos;
  if (is_id) told.suspect = head;
  told.because = is_id ? text.substr(colon + 2) : text;
  return told;
}

std::vector<Innocents> innocents_of(const PoolWindow& window) {
  std::vector<Innocents> told;
  for (const ClearedSuspect& entry : window.ruled_out) {
    const auto same = std::find_if(told.begin(), told.end(), [&entry](const Innocents& known) {
      return known.because == entry.because;
    });
    if (same != told.end()) {
      same->names += ", " + suspect_words(entry.suspect);
    } else {
      told.push_back({suspect_words(entry.suspect), entry.because});
    }
  }
  return told;
}

std::string times_words(const std::optional<double>& factor) {
  constexpr double kMost = 1e9;
  if (!factor || !std::isfinite(*factor) || *factor < 0) return "—";
  const double thousandths = std::round(std::min(*factor, kMost) * 1000);
  return ratio(static_cast<std::uint64_t>(thousandths), 1000);
}

std::string move_words(const WindowHolder& holder, const PoolWindow& window) {
  if (!holder.arrival_ratio) return "";
  constexpr std::string_view kSame = "×1.0";
  const std::string often = times_words(holder.arrival_ratio);
  std::string line = often == kSame ? "came as often" : fmt::format("came {} as often", often);
  if (!holder.hold_ratio) return line;
  const std::string held = times_words(holder.hold_ratio);
  if (held == kSame) return line + ", each held as long as then";
  line += fmt::format(", each held {} as long", held);
  const std::string_view cause =
      window.waits_for_forgotten ? std::string_view("lock_wait") : std::string_view(window.cause);
  for (const PartMoved& part : kParts) {
    if (part.cause != cause || !(holder.*part.ratio)) continue;
    line += fmt::format(" ({} {})", part.name, times_words(holder.*part.ratio));
  }
  return line;
}

const TransactionRow* row_of(const Workload& workload, const WindowHolder& holder) {
  const auto row = std::find_if(
      workload.transactions.begin(), workload.transactions.end(),
      [&holder](const TransactionRow& known) { return known.id == holder.transaction; });
  return row == workload.transactions.end() ? nullptr : &*row;
}

std::string holder_label(const Workload& workload, const WindowHolder& holder, std::size_t limit) {
  const TransactionRow* row = row_of(workload, holder);
  return row == nullptr ? shortened(holder.label, limit) : brief_label(*row, limit);
}

std::vector<std::pair<std::string, double>> share_by_application(const Workload& workload,
                                                                 const PoolWindow& window) {
  std::map<std::string, double> sums;
  for (const WindowHolder& holder : window.holders) {
    const TransactionRow* row = row_of(workload, holder);
    if (row == nullptr || row->applications.size() != 1 || row->applications.front().empty()) {
      continue;
    }
    sums[row->applications.front()] += holder.share;
  }
  std::vector<std::pair<std::string, double>> sorted(sums.begin(), sums.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

std::vector<WindowEvent> timeline_of(const PoolIncident& incident) {
  std::vector<WindowEvent> events = incident.window->events;
  const bool knows_full = std::any_of(events.begin(), events.end(), [](const WindowEvent& event) {
    return event.kind == WindowEvent::Kind::kPool && event.until;
  });
  if (!knows_full) {
    WindowEvent full;
    full.kind = WindowEvent::Kind::kPool;
    full.time = incident.window->start;
    full.until = incident.window->end;
    full.text = incident.pool->size ? fmt::format("all {} connections in use", *incident.pool->size)
                                    : "all connections in use";
    events.push_back(full);
  }
  std::stable_sort(events.begin(), events.end(), [](const WindowEvent& a, const WindowEvent& b) {
    return std::tie(a.time, a.kind) < std::tie(b.time, b.kind);
  });
  return events;
}

std::string peak_words(const PoolRow& pool) {
  const auto tenths = static_cast<std::uint64_t>(std::llround(std::max(pool.peak, 0.0) * 10));
  std::string words = fmt::format("{}.{}", tenths / 10, tenths % 10);
  if (!pool.size) return words;
  return fmt::format("{} of {}{}", words, pool.is_size_certain ? "" : "at least ", *pool.size);
}

}  // namespace pgcounsel
