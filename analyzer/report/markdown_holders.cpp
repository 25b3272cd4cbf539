// Who held the connections: transactions by held time, and the day's curve.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kHolders = 8, kHoldersOfQuietNight = 3, kApplications = 6;
constexpr std::size_t kLabelLength = 64;

std::string holder_row(std::size_t number, std::string_view holder, std::string_view what,
                       const TransactionRow& row, const Workload& workload) {
  const Micros total = total_hold(workload);
  std::string holds = unbroken(duration(mean_of(row.hold, row.count)));
  if (row.hold_p99 > Micros::zero()) holds += " / " + unbroken(duration(row.hold_p99));
  return fmt::format("| {} | {} | {} | {} | {}\u00A0{} | {} | {} | {} |\n", number, holder, what,
                     average_connections(row.hold, covered(workload)),
                     code_span(share_bar(row.hold, total)), unbroken(percent(row.hold, total)),
                     unbroken(split_of(row)), counted(row.count), holds);
}

// What one bar of the curve stands for.
struct Bucket {
  Time start;
  Micros hold{}, idle{};
};

// How long a bar is, and how many of them have room for their names side by side.
struct Scale {
  int hours;
  int most;
};

Micros bucket_length(const std::vector<HourRow>& hours) {
  constexpr std::array<Scale, 11> kScales{{{1, 24},
                                           {2, 12},
                                           {3, 12},
                                           {4, 12},
                                           {6, 12},
                                           {12, 12},
                                           {24, 14},
                                           {48, 14},
                                           {96, 14},
                                           {168, 14},
                                           {336, 14}}};
  const auto needed = (hours.back().hour - hours.front().hour) / kHour + 1;
  for (const Scale& scale : kScales) {
    if (needed <= scale.hours * scale.most) return kHour * scale.hours;
  }
  return kDay * (needed / 24 / 10 + 1);
}

std::vector<Bucket> buckets_of(const std::vector<HourRow>& hours) {
  const Micros length = bucket_length(hours);
  std::vector<Bucket> buckets;
  const Time first = length >= kDay ? floor_to(hours.front().hour, kDay) : hours.front().hour;
  for (Time at = first; at <= hours.back().hour; at += length) buckets.push_back({at, {}, {}});
  for (const HourRow& hour : hours) {
    Bucket& bucket = buckets[static_cast<std::size_t>((hour.hour - first) / length)];
    bucket.hold += hour.hold;
    bucket.idle += hour.idle;
  }
  // From sums to averages: connection-seconds by the seconds of the bucket.
  const auto seconds = length / kSecond;
  for (Bucket& bucket : buckets) {
    bucket.hold /= seconds;
    bucket.idle /= seconds;
  }
  return buckets;
}

// Bars need names that differ: the hour within a day, else the day and hour, else the date.
std::string bucket_name(const Bucket& bucket, const std::vector<Bucket>& all) {
  const Micros length = all[1].start - all[0].start;
  const std::string minute = minute_of(bucket.start);
  if (length == kHour) return minute.substr(11, 2);
  if (length < kDay) return minute.substr(8, 5) + "h";
  return all.back().start - all.front().start < 360 * kDay ? minute.substr(5, 5)
                                                           : minute.substr(2, 8);
}

std::string chart_figure(Micros average) {
  const std::uint64_t hundredths = (count_of(average) + 5'000) / 10'000;
  return fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
}

std::string curve(const Workload& workload) {
  if (workload.hours.size() < 2) return "";
  const std::vector<Bucket> buckets = buckets_of(workload.hours);
  if (buckets.size() < 2) return "";
  std::string names, holds, idles;
  Micros most{}, hold_sum{}, idle_sum{};
  for (const Bucket& bucket : buckets) {
    const std::string_view comma = names.empty() ? "" : ", ";
    names += fmt::format("{}\"{}\"", comma, bucket_name(bucket, buckets));
    holds += fmt::format("{}{}", comma, chart_figure(bucket.hold));
    idles += fmt::format("{}{}", comma, chart_figure(bucket.idle));
    most = std::max(most, bucket.hold);
    hold_sum += bucket.hold;
    idle_sum += bucket.idle;
  }
  const bool with_idle = idle_sum > Micros::zero() && idle_sum >= hold_sum / 100;
  return fmt::format(
      "```mermaid\n---\nconfig:\n  themeVariables:\n    xyChart:\n"
      "      plotColorPalette: \"#4c78a8, #d62728\"\n---\n"
      "xychart-beta\n  title \"Connections held on average, UTC (bars){}\"\n  x-axis [{}]\n"
      "  y-axis \"connections\" 0 --> {}\n  bar [{}]\n{}```\n\n",
      with_idle ? ", of these idle in transaction (line)" : "", names,
      count_of(most) / 1'000'000 + 1, holds, with_idle ? fmt::format("  line [{}]\n", idles) : "");
}

// `, 60.0 in the busiest hour (12:00)`
std::string busiest_hour(const Workload& workload) {
  if (workload.hours.size() < 2) return "";
  const auto most =
      std::max_element(workload.hours.begin(), workload.hours.end(),
                       [](const HourRow& a, const HourRow& b) { return a.hold < b.hold; });
  const std::string when = minute_of(most->hour);
  const bool one_day = workload.period.until - workload.period.since <= kDay;
  return fmt::format(", {} in the busiest hour ({})", average_connections(most->hold, kHour),
                     one_day ? when.substr(11) : when);
}

std::string by_application(const Workload& workload) {
  const Micros total = total_hold(workload);
  std::string list;
  std::size_t shown = 0;
  for (const auto& [name, hold] : hold_by_application(workload)) {
    if (name.empty() || count_of(hold) < count_of(total) / 100 || shown == kApplications) continue;
    list += fmt::format("{}{} {}", shown++ > 0 ? " · " : "", code_span(shortened(name, 40)),
                        unbroken(percent(hold, total)));
  }
  return shown < 2 ? "" : "By application, where it is one alone: " + list + "\n\n";
}

}  // namespace

std::string holders_section(const Page& page, Anchors& anchors) {
  const Workload& workload = page.workload;
  const Holders holders = holders_of(workload, page.brief ? kHoldersOfQuietNight : kHolders);
  if (holders.top.empty()) return "";
  std::string out =
      anchors.heading(page.level, "Who held the connections", page.section("holders"));
  if (!page.brief) {
    out += fmt::format(
        "{} connections in use on average over {}{}. A transaction holds its connection while it "
        "runs, idles between its statements, and waits for locks.\n\n",
        average_connections(total_hold(workload), covered(workload)), span(covered(workload)),
        busiest_hour(workload));
  }
  out +=
      "| # | holder | what | conns | share | running · idle · lock % | count | hold mean / p99 |\n"
      "|--:|---|---|--:|---|---|--:|--:|\n";
  std::size_t number = 0;
  for (const TransactionRow* row : holders.top) {
    out += holder_row(++number, page.to_holder(anchors, *row),
                      code_cell(brief_label(*row, kLabelLength)), *row, workload);
  }
  if (holders.other_classes > 0 && holders.others.hold > Micros::zero()) {
    const std::string others = fmt::format("{} other{}", grouped(holders.other_classes),
                                           holders.other_classes == 1 ? "" : "s");
    out += holder_row(++number, others, "", holders.others, workload);
  }
  out += "\n";
  if (page.brief) return out;
  return out + by_application(workload) + curve(workload);
}

}  // namespace pgcounsel
