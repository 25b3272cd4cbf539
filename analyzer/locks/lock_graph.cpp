#include "analyzer/locks/lock_graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "analyzer/locks/blocker.h"
#include "parser/number.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostRows = 100;

// Tables by the statements that waited for their rows, where each waited for one table only: the
// lines that tell a number (`relation 16434`) can be given its name.
class RelationNames {
 public:
  explicit RelationNames(const std::vector<BlockedWait>& waits) {
    for (const BlockedWait& entry : waits) {
      const LockWait& wait = entry.wait;
      if (!wait.relation.empty() && !is_number(wait.relation)) {
        names_[wait.victim].insert(wait.relation);
      }
    }
  }
  std::string of(const LockWait& wait) const {
    const bool is_of_row =
        wait.target == LockTarget::kTuple || wait.target == LockTarget::kTransaction;
    if (!is_number(wait.relation) || !is_of_row || wait.victim == 0) return wait.relation;
    const auto names = names_.find(wait.victim);
    if (names == names_.end() || names->second.size() != 1) return wait.relation;
    return *names->second.begin();
  }

 private:
  static bool is_number(std::string_view relation) { return relation.starts_with("relation "); }
  std::map<std::uint64_t, std::set<std::string>> names_;
};

std::string text_of(const Sums& sums, std::uint64_t fingerprint) {
  const auto text = sums.texts.find(fingerprint);
  return text == sums.texts.end() ? std::string() : text->second.text;
}

std::optional<SourceLine> place_of(const std::string& source, std::uint64_t line) {
  if (line == 0) return std::nullopt;
  return SourceLine{source, line};
}

struct EdgeKey {
  std::uint64_t victim = 0;
  Blocker blocker;
  LockTarget target = LockTarget::kUnknown;
  std::string relation;
  auto operator<=>(const EdgeKey&) const = default;
};
struct EdgeSums {
  std::uint64_t waits = 0;
  Micros blocked{}, longest{Micros{-1}};
  std::string source;
  std::uint64_t line = 0;
  std::set<std::uint32_t> pids;
};

template <class Row>
void sort_rows(std::vector<Row>& rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.blocked > b.blocked; });
  if (rows.size() > kMostRows) rows.resize(kMostRows);
}

void add_edge(EdgeSums& edge, const BlockedWait& entry, std::uint32_t pid, Micros part) {
  ++edge.waits;
  edge.blocked += part;
  edge.pids.insert(pid);
  const LockWait& wait = entry.wait;
  if (entry.blocked < edge.longest) return;
  if (entry.blocked == edge.longest &&
      std::tie(wait.source, wait.line) >= std::tie(edge.source, edge.line)) {
    return;
  }
  edge.longest = entry.blocked;
  edge.source = wait.source;
  edge.line = wait.line;
}

std::vector<LockEdge> edges_of(const std::vector<BlockedWait>& waits, const Sums& sums) {
  const RelationNames relations(waits);
  std::map<EdgeKey, EdgeSums> edges;
  for (const BlockedWait& entry : waits) {
    EdgeKey key{entry.wait.victim, {}, entry.wait.target, relations.of(entry.wait)};
    const std::size_t parts = std::max<std::size_t>(entry.holders.size(), 1);
    for (std::size_t i = 0; i < parts; ++i) {
      const LockingProcess holder = entry.holders.empty() ? LockingProcess{} : entry.holders[i];
      key.blocker = blocker_of(holder);
      add_edge(edges[key], entry, holder.pid, part_of(entry.blocked, parts, i));
    }
  }
  std::vector<LockEdge> rows;
  for (const auto& [key, edge] : edges) {
    LockEdge row;
    row.victim = Fingerprint{key.victim};
    row.victim_text = text_of(sums, key.victim);
    row.blocker = id_of(key.blocker);
    row.blocker_label = label_of(key.blocker, edge.pids, sums);
    row.object = name_of(key.target);
    row.relation = key.relation;
    row.waits = edge.waits;
    row.blocked = edge.blocked;
    row.longest = edge.longest;
    row.line = place_of(edge.source, edge.line);
    rows.push_back(std::move(row));
  }
  sort_rows(rows);
  return rows;
}

struct RootSums {
  std::uint64_t waits = 0;
  std::set<std::pair<std::uint32_t, Time>> holds;
  std::set<std::uint32_t> pids;
  Micros blocked{}, longest{};
  double idle = 0;  // seconds of `blocked`
};

std::vector<RootBlocker> roots_of(const std::vector<BlockedWait>& waits, const Sums& sums) {
  std::map<Blocker, RootSums> roots;
  for (const BlockedWait& entry : waits) {
    for (std::size_t i = 0; i < entry.roots.size(); ++i) {
      const LockingProcess& process = entry.roots[i];
      RootSums& root = roots[blocker_of(process)];
      const Micros part = part_of(entry.blocked, entry.roots.size(), i);
      ++root.waits;
      root.pids.insert(process.pid);
      root.blocked += part;
      root.longest = std::max(root.longest, entry.blocked);
      if (process.hold == nullptr) continue;
      root.holds.emplace(process.pid, process.hold->start);
      root.idle += static_cast<double>(part.count()) * idle_share_of(*process.hold);
    }
  }
  std::vector<RootBlocker> rows;
  for (const auto& [blocker, root] : roots) {
    RootBlocker row;
    row.transaction = id_of(blocker);
    row.label = label_of(blocker, root.pids, sums);
    row.waits = root.waits;
    row.holds = blocker.is_known ? root.holds.size() : 0;
    row.blocked = root.blocked;
    row.longest = root.longest;
    const auto blocked = static_cast<double>(root.blocked.count());
    row.idle_share = blocked > 0 ? root.idle / blocked : 0;
    rows.push_back(std::move(row));
  }
  sort_rows(rows);
  return rows;
}

std::vector<DeadlockRow> deadlocks_of(const Sums& sums) {
  std::map<std::pair<std::string, std::string>, DeadlockStats> all;
  for (const auto& [key, stats] : sums.locks.deadlocks) {
    all[{key.statements, key.relation}].merge(stats);
  }
  std::vector<DeadlockRow> rows;
  for (const auto& [key, stats] : all) {
    DeadlockRow row;
    constexpr std::size_t kDigits = 16;
    for (std::size_t at = 0; at + kDigits <= key.first.size(); at += kDigits + 1) {
      const auto id =
          whole_text_number<std::uint64_t>(std::string_view(key.first).substr(at, kDigits), 16);
      if (id) row.statements.push_back({Fingerprint{*id}, text_of(sums, *id)});
    }
    row.relation = key.second;
    row.count = stats.count;
    row.first = stats.first;
    row.line = place_of(stats.source, stats.line);
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const DeadlockRow& a, const DeadlockRow& b) { return a.count > b.count; });
  if (rows.size() > kMostRows) rows.resize(kMostRows);
  return rows;
}

}  // namespace

LockReport lock_graph(const PeriodSums& sums) {
  const std::vector<BlockedWait> waits = blocked_waits(sums.current.locks, sums.long_holds);
  LockReport report;
  report.waits = waits.size();
  for (const BlockedWait& entry : waits) {
    report.blocked += entry.blocked;
    report.longest = std::max(report.longest, entry.blocked);
  }
  for (const auto& [hour, of_hour] : sums.current.locks.hours) {
    report.is_sample |= of_hour.is_cut();
  }
  report.edges = edges_of(waits, sums.current);
  report.roots = roots_of(waits, sums.current);
  report.deadlocks = deadlocks_of(sums.current);
  return report;
}

}  // namespace pgcounsel
