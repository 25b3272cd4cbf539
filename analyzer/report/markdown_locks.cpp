// Who waited for whose locks, and what was caught in deadlocks.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/units.h"
#include "parser/log/lock_line.h"

namespace pgcounsel {
namespace {

constexpr Micros kWorthTelling = kSecond;
constexpr std::size_t kEdges = 12, kDeadlocks = 5, kNameLength = 80;

std::string blocker_name(const Page& page, const Anchors& anchors, const std::string& id,
                         const std::string& label) {
  if (id.empty()) return markdown_prose(label);
  const auto& all = page.workload.transactions;
  const auto row = std::find_if(all.begin(), all.end(),
                                [&id](const TransactionRow& known) { return known.id == id; });
  if (row != all.end()) return page.to_holder(anchors, *row);
  return code_cell(label.empty() ? id.substr(0, 8) : shortened(label, kNameLength));
}

std::string victim_name(const Page& page, const Anchors& anchors, Fingerprint fingerprint) {
  return fingerprint ? page.to_query(anchors, fingerprint) : std::string("not told");
}

// In the words of a reader: a row is locked by the transaction that changed it, and who comes
// second waits in line for the tuple.
std::string object_of(const LockEdge& edge) {
  if (edge.object == name_of(LockTarget::kAdvisory)) return "advisory lock";
  if (edge.relation.empty()) return edge.object;
  const std::string name = code_cell(edge.relation);
  if (edge.object == name_of(LockTarget::kTransaction)) return "row of " + name;
  if (edge.object == name_of(LockTarget::kTuple)) return "row of " + name + ", in line";
  if (edge.object == name_of(LockTarget::kRelation)) return name;
  return edge.object + " of " + name;
}

std::string edge_table(const Page& page, const Anchors& anchors) {
  const std::vector<LockEdge>& edges = page.workload.locks.edges;
  std::string rows;
  for (std::size_t at = 0; at < std::min(edges.size(), kEdges); ++at) {
    const LockEdge& edge = edges[at];
    rows += fmt::format("| {} | {} | {} | {} | {} | {} |\n",
                        blocker_name(page, anchors, edge.blocker, edge.blocker_label),
                        victim_name(page, anchors, edge.victim), counted(edge.waits),
                        unbroken(duration(edge.blocked)), unbroken(duration(edge.longest)),
                        object_of(edge));
  }
  if (rows.empty()) return {};
  std::string table =
      "| blocker | victims | waits | blocked | longest | object |\n|---|---|--:|--:|--:|---|\n" +
      rows;
  if (edges.size() > kEdges) table += fmt::format("\nand {} more\n", edges.size() - kEdges);
  return table + "\n";
}

// The totals, and who stood at the root of most of them.
std::string head_of(const Page& page, const Anchors& anchors) {
  const LockReport& locks = page.workload.locks;
  std::string text = fmt::format("{} waits for locks blocked connections for {}{}.",
                                 counted(locks.waits), unbroken(duration(locks.blocked)),
                                 locks.is_sample ? " (a sample: there were more)" : "");
  if (!locks.roots.empty()) {
    const RootBlocker& root = locks.roots.front();
    text += fmt::format(" At the root of {} of that time stood {}",
                        unbroken(percent(root.blocked, locks.blocked)),
                        blocker_name(page, anchors, root.transaction, root.label));
    if (!root.transaction.empty()) {
      text += fmt::format(", idle in transaction for {:.0f}\u00A0% of its own time",
                          100 * root.idle_share);
    }
    text += ".";
  }
  return text + "\n\n";
}

std::string deadlock_list(const Page& page, const Anchors& anchors) {
  const std::vector<DeadlockRow>& deadlocks = page.workload.locks.deadlocks;
  std::string text;
  for (std::size_t at = 0; at < std::min(deadlocks.size(), kDeadlocks); ++at) {
    const DeadlockRow& deadlock = deadlocks[at];
    std::string between;
    for (const DeadlockStatement& statement : deadlock.statements) {
      between += (between.empty() ? "" : " and ") + page.to_query(anchors, statement.fingerprint);
    }
    text += fmt::format("- {} {}{}{}, first at {}\n", counted(deadlock.count),
                        deadlock.count == 1 ? "deadlock" : "deadlocks",
                        between.empty() ? "" : " between " + between,
                        deadlock.relation.empty() ? "" : " on " + code_span(deadlock.relation),
                        plain_seconds(deadlock.first));
  }
  return text.empty() ? text : text + "\n";
}

}  // namespace

std::string locks_section(const Page& page, Anchors& anchors) {
  if (page.workload.locks.blocked < kWorthTelling) return {};
  const std::string heading = anchors.heading(page.level, "Locks", page.section("locks"));
  return heading + head_of(page, anchors) + edge_table(page, anchors) +
         deadlock_list(page, anchors);
}

}  // namespace pgcounsel
