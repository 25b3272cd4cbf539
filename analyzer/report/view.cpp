#include "analyzer/report/view.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kShortest = 8;

std::string sentence(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '!' && text.back() != '?') text += '.';
  return text;
}

std::string refused_words(const Workload& workload) {
  const std::uint64_t refused = workload.totals.refused;
  return fmt::format("{} connection{} refused", counted(refused), refused == 1 ? "" : "s");
}

// How the judgement of a figure reads that should not grow; below `least` no growth is a worry.
void judge_growth(Measure& measure, std::uint64_t now, std::uint64_t before, std::uint64_t least) {
  measure.verdict = moved(now, before);
  const bool grown = now > before + before / 4 && now >= least;
  measure.mark = !grown ? Mark::kGood : now / 2 >= before ? Mark::kBad : Mark::kWarn;
}

// Thousandths, for shares of the held time.
std::uint64_t thousandths(Micros part, Micros whole) {
  return count_of(part) / std::max<std::uint64_t>(count_of(whole) / 1000, 1);
}

std::string peak_words(const std::optional<std::uint64_t>& peak) {
  return peak ? counted(*peak) : "not logged";
}

std::string temp_words(std::uint64_t bytes) {
  return bytes == 0 ? "0" : byte_size(bytes);
}

}  // namespace

Findings ranked(const Findings& findings) {
  Findings sorted = findings;
  rank(sorted);
  return sorted;
}

ShortIds::ShortIds(std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const auto shared = [](const std::string& a, const std::string& b) {
    return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                                    a.begin());
  };
  for (std::size_t at = 0; at < ids.size(); ++at) {
    std::size_t length = kShortest;
    if (at > 0) length = std::max(length, shared(ids[at], ids[at - 1]) + 1);
    if (at + 1 < ids.size()) length = std::max(length, shared(ids[at], ids[at + 1]) + 1);
    short_[ids[at]] = ids[at].substr(0, length);
  }
}

std::string ShortIds::of(const std::string& id) const {
  const auto found = short_.find(id);
  return found == short_.end() ? id.substr(0, kShortest) : found->second;
}

Verdict verdict_of(const Workload& workload, const Findings& findings) {
  Verdict verdict;
  if (!workload.transactions.empty()) verdict.holder = &workload.transactions.front();
  if (!findings.empty() && findings.front().level >= Level::kMedium) {
    verdict.finding = &findings.front();
    verdict.mark = verdict.finding->level == Level::kMedium ? Mark::kWarn : Mark::kBad;
    verdict.headline = sentence(shortened(verdict.finding->title, 160));
  }
  if (workload.totals.refused > 0) {
    verdict.mark = Mark::kBad;
    verdict.headline =
        refused_words(workload) + "." + (verdict.headline.empty() ? "" : " " + verdict.headline);
  }
  if (!verdict.headline.empty()) return verdict;
  if (workload.coverage.records == 0) {
    verdict.mark = Mark::kWarn;
    verdict.headline = "No log records in this period, so nothing is known about it.";
    return verdict;
  }
  if (workload.totals.statements == 0) {
    verdict.mark = Mark::kWarn;
    verdict.headline = "The log shows no statements, so nobody can say who held the connections.";
    return verdict;
  }
  for (const Measure& measure : measures_of(workload)) {
    if (measure.mark != Mark::kBad) continue;
    verdict.mark = Mark::kWarn;
    verdict.headline = fmt::format("No advice, but {} went from {} to {}.", measure.name,
                                   measure.before, measure.now);
    return verdict;
  }
  verdict.quiet = true;
  verdict.headline = workload.previous ? "A quiet night." : "Nothing to act on.";
  return verdict;
}

std::vector<Measure> measures_of(const Workload& workload) {
  const Totals& now = workload.totals;
  const bool compared = workload.previous.has_value();
  const Totals before = workload.previous.value_or(Totals{});
  const Micros length = covered(workload);
  std::vector<Measure> rows;
  // Adds a row; `judge` sees it only when there is something to compare with.
  const auto add = [&](std::string name, std::string value, std::string was, auto judge) {
    Measure row{std::move(name), std::move(value), compared ? std::move(was) : "", Mark::kNone, ""};
    if (compared) judge(row);
    rows.push_back(std::move(row));
  };
  const auto growth = [](std::uint64_t a, std::uint64_t b, std::uint64_t least) {
    return [=](Measure& row) { judge_growth(row, a, b, least); };
  };

  add("Connection-seconds held", counted(count_of(now.hold) / 1'000'000),
      counted(count_of(before.hold) / 1'000'000),
      growth(count_of(now.hold), count_of(before.hold), 60'000'000));
  add("Connections in use, average", average_connections(now.hold, length), "", [](Measure&) {});
  add("Statements", counted(now.statements), counted(before.statements), [&](Measure& row) {
    row.verdict = moved(now.statements, before.statements);
    row.mark = row.verdict.ends_with("%") ? Mark::kGood : Mark::kWarn;
  });
  add("p95 / p99 duration", duration(now.p95) + " / " + duration(now.p99),
      duration(before.p95) + " / " + duration(before.p99),
      growth(count_of(now.p99), count_of(before.p99), 10'000));
  add("Errors", counted(now.errors), counted(before.errors), growth(now.errors, before.errors, 10));
  add("Refused connections", counted(now.refused), counted(before.refused),
      growth(now.refused, before.refused, 1));
  if (now.refused > 0) rows.back().mark = Mark::kBad;
  add("Peak sessions", peak_words(now.peak_sessions), peak_words(before.peak_sessions),
      [&](Measure& row) {
        if (!now.peak_sessions || !before.peak_sessions) return;
        judge_growth(row, *now.peak_sessions, *before.peak_sessions, 10);
      });
  if (now.lock_wait > Micros::zero() || before.lock_wait > Micros::zero()) {
    add("Lock wait", whole_seconds(now.lock_wait), whole_seconds(before.lock_wait),
        growth(count_of(now.lock_wait), count_of(before.lock_wait), 10'000'000));
  }
  if (now.idle > Micros::zero() || before.idle > Micros::zero()) {
    add("Idle in transaction, share of held", percent(now.idle, now.hold),
        percent(before.idle, before.hold),
        growth(thousandths(now.idle, now.hold), thousandths(before.idle, before.hold), 50));
  }
  if (now.temp_bytes > 0 || before.temp_bytes > 0) {
    add("Temporary files", temp_words(now.temp_bytes), temp_words(before.temp_bytes),
        growth(now.temp_bytes, before.temp_bytes, 100 << 20));
  }
  return rows;
}

Micros covered(const Workload& workload) {
  const Coverage& coverage = workload.coverage;
  const Time from = coverage.from.value_or(workload.period.since);
  const Time to = coverage.to.value_or(workload.period.until);
  Micros sum{};
  for (const HourRow& hour : workload.hours) {
    const Micros part = std::min(to, hour.hour + kHour) - std::max(from, hour.hour);
    sum += std::max(part, Micros::zero());
  }
  if (workload.hours.empty()) sum = to - from;
  return std::max(sum, kSecond);
}

Micros total_hold(const Workload& workload) {
  Micros sum{};
  for (const TransactionRow& row : workload.transactions) sum += row.hold;
  return std::max(sum, workload.totals.hold);
}

Holders holders_of(const Workload& workload, std::size_t limit) {
  Holders holders;
  const Micros total = total_hold(workload);
  for (const TransactionRow& row : workload.transactions) {
    const bool large = count_of(row.hold) >= count_of(total) / 100;
    if (row.hold > Micros::zero() && large && holders.top.size() < limit) {
      holders.top.push_back(&row);
      continue;
    }
    TransactionRow& others = holders.others;
    ++holders.other_classes;
    others.count += row.count;
    others.hold += row.hold;
    others.busy += row.busy;
    others.idle += row.idle;
    others.lock_wait += row.lock_wait;
  }
  return holders;
}

std::string split_of(const TransactionRow& row) {
  if (row.hold <= Micros::zero()) return "";
  const auto share = [&](Micros part) {
    const std::uint64_t hundred = 100;
    return (count_of(part) / 10 * hundred + count_of(row.hold) / 20) /
           std::max<std::uint64_t>(count_of(row.hold) / 10, 1);
  };
  return fmt::format("{} · {} · {}", share(row.busy - row.lock_wait), share(row.idle),
                     share(row.lock_wait));
}

std::string spent_on(const TransactionRow& row) {
  std::vector<std::pair<Micros, std::string_view>> parts{{row.busy - row.lock_wait, "running"},
                                                         {row.idle, "idle in transaction"},
                                                         {row.lock_wait, "waiting for locks"}};
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string words;
  for (const auto& [part, name] : parts) {
    if (count_of(part) < count_of(row.hold) / 100 || part <= Micros::zero()) continue;
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", percent(part, row.hold), name);
  }
  return words;
}

std::string brief_label(const TransactionRow& row, std::size_t limit) {
  if (row.steps.size() == 1) return brief_sql(row.steps.front().text, limit);
  const std::string whole = one_line(row.label);
  if (length_of(whole) <= limit || row.steps.empty()) return shortened(whole, limit);
  // `BEGIN` and its like stay whole; the statements share the room that is left.
  constexpr std::size_t kControl = 12, kLeast = 22;
  std::size_t room = limit, statements = 0;
  for (const TransactionStep& step : row.steps) {
    const std::size_t length = length_of(one_line(step.text));
    const std::size_t used = (length <= kControl ? length : 0) + 2;
    room -= std::min(room, used);
    statements += length > kControl;
  }
  std::string label;
  for (const TransactionStep& step : row.steps) {
    if (!label.empty()) label += "; ";
    label += brief_sql(step.text, std::max(room / std::max<std::size_t>(statements, 1), kLeast));
  }
  return shortened(label, limit);
}

std::vector<std::pair<std::string, Micros>> hold_by_application(const Workload& workload) {
  std::map<std::string, Micros> sums;
  for (const TransactionRow& row : workload.transactions) {
    sums[row.applications.size() == 1 ? row.applications.front() : ""] += row.hold;
  }
  std::vector<std::pair<std::string, Micros>> sorted(sums.begin(), sums.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    if (a.first.empty() != b.first.empty()) return b.first.empty();
    return a.second > b.second;
  });
  return sorted;
}

std::string period_name(const Period& period) {
  const std::string length = span(period.until - period.since);
  return period.until - period.since == kDay ? "last 24 h" : "these " + length;
}

std::string period_before_name(const Period& period) {
  return "the " + span(period.until - period.since) + " before";
}

std::string day_of(const Period& period) {
  return date_with_day(std::max(period.since, period.until - Micros{1}));
}

std::string bounds_of(const Period& period) {
  return fmt::format("{} – {} UTC", minute_of(period.since), minute_of(period.until));
}

}  // namespace pgcounsel
