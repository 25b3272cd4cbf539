// When a pool was full, why, what it was not, and who held the connections.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

std::string pool_title(const PoolRow& pool) {
  return fmt::format("{} · {}", markdown_text(pool.database), markdown_text(pool.user));
}

std::string holder_rows(const Page& page, const Anchors& anchors, const PoolWindow& window) {
  std::string rows;
  const auto times = [](const std::optional<double>& ratio) {
    return ratio ? fmt::format("×{:.2f}", *ratio) : std::string("—");
  };
  for (const WindowHolder& holder : window.holders) {
    const auto& all = page.workload.transactions;
    const auto row = std::find_if(all.begin(), all.end(), [&holder](const TransactionRow& known) {
      return known.id == holder.transaction;
    });
    const std::string name = row == all.end() ? code_span(holder.transaction.substr(0, 8))
                                              : page.to_holder(anchors, *row);
    rows +=
        fmt::format("| {} | {:.0f}\u00A0% | {:.1f} | {} | {} | {} | {} |\n", name,
                    100 * holder.share, holder.hold_s, times(holder.arrival_ratio),
                    times(holder.busy_ratio), times(holder.idle_ratio), times(holder.lock_ratio));
  }
  if (rows.empty()) return {};
  return "| holder | share | held s | arrivals | running | idle in transaction | lock wait |\n"
         "|---|--:|--:|--:|--:|--:|--:|\n" +
         rows + "\n";
}

std::string window_text(const Page& page, const Anchors& anchors, const PoolRow& pool,
                        const PoolWindow& window) {
  std::string text =
      fmt::format("**{} to {}, {}: `{}`** ({} confidence). {}.\n\n", plain_seconds(window.start),
                  plain_seconds(window.end), pool_title(pool), window.cause, window.confidence,
                  markdown_prose(window.summary));
  for (const std::string& line : window.evidence) {
    text += fmt::format("- {}\n", markdown_prose(line));
  }
  for (const ClearedSuspect& entry : window.ruled_out) {
    text += fmt::format("- not `{}`: {}\n", entry.suspect, markdown_prose(entry.because));
  }
  for (const UnknownSuspect& entry : window.not_known) {
    text += fmt::format("- not known: `{}` (lacks: {})\n", entry.suspect,
                        markdown_prose(entry.missing));
  }
  return text + "\n" + holder_rows(page, anchors, window);
}

}  // namespace

std::string pools_section(const Page& page, Anchors& anchors) {
  std::string text;
  for (const PoolRow& pool : page.workload.pools) {
    for (const PoolWindow& window : pool.windows) {
      text += window_text(page, anchors, pool, window);
    }
  }
  if (text.empty()) return {};
  return anchors.heading(page.level, "Full pools", page.section("pools")) + text;
}

}  // namespace pgcounsel
