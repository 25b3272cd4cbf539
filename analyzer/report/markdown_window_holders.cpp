// Who held the connections while a pool was full, and how that moved against calm times.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_incident.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kApplications = 6, kLabelLength = 46;
constexpr double kLeastShare = 0.01;

Micros micros_of(double seconds) {
  constexpr double kMost = 1e12;
  return Micros{std::llround(std::clamp(seconds, 0.0, kMost) * 1e6)};
}

std::string share_cell(double share) {
  const Micros part = micros_of(share);
  return fmt::format("{}\u00A0{}", code_span(share_bar(part, kSecond)),
                     unbroken(percent(part, kSecond)));
}

std::string holder_row(const Page& page, const Anchors& anchors, std::size_t number,
                       const WindowHolder& holder) {
  const TransactionRow* row = row_of(page.workload, holder);
  const std::string name =
      row == nullptr ? code_cell(holder.transaction.substr(0, 8)) : page.to_holder(anchors, *row);
  const std::string label = holder_label(page.workload, holder, kLabelLength);
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} · {} · {} |\n", number, name,
                     label.empty() ? "" : code_cell(label), share_cell(holder.share),
                     unbroken(whole_seconds(micros_of(holder.hold_s))),
                     times_words(holder.arrival_ratio), times_words(holder.hold_ratio),
                     times_words(holder.busy_ratio), times_words(holder.idle_ratio),
                     times_words(holder.lock_ratio));
}

std::string by_application(const Page& page, const PoolWindow& window) {
  std::string list;
  std::size_t shown = 0;
  for (const auto& [name, share] : share_by_application(page.workload, window)) {
    if (share < kLeastShare || shown == kApplications) break;
    list += fmt::format("{}{} {}", shown++ > 0 ? " · " : "", code_span(shortened(name, 40)),
                        unbroken(percent(micros_of(share), kSecond)));
  }
  return list.empty() ? "" : "By application, where it is one alone: " + list + "\n\n";
}

}  // namespace

std::string window_holders_block(const Page& page, Anchors& anchors, const PoolIncident& incident,
                                 int level) {
  const PoolWindow& window = *incident.window;
  if (window.holders.empty()) return "";
  std::string out =
      anchors.heading(level, "Who held the pool meanwhile",
                      page.section("holders of " + incident.pool->database + "/" +
                                   incident.pool->user + plain_seconds(window.start)));
  out +=
      "| # | holder | what | share | held | arrivals | each held | running · idle · lock |\n"
      "|--:|---|---|---|--:|--:|--:|---|\n";
  std::size_t number = 0;
  double told = 0;
  for (const WindowHolder& holder : window.holders) {
    out += holder_row(page, anchors, ++number, holder);
    told += holder.share;
  }
  if (1 - told >= kLeastShare) {
    out += fmt::format("| {} | others | | {} | | | | |\n", ++number, share_cell(1 - told));
  }
  out += "\n";
  const bool compares =
      std::any_of(window.holders.begin(), window.holders.end(),
                  [](const WindowHolder& holder) { return holder.arrival_ratio.has_value(); });
  if (compares) out += "× is against the calm times around it; — where these do not know it.\n\n";
  return out + by_application(page, window);
}

}  // namespace pgcounsel
