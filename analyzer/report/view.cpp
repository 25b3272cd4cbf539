#include "analyzer/report/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analyzer/report/escape.h"
#include "analyzer/report/refusals.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kShortest = 8;

// How the judgement of a figure reads that should not grow; below `least` no growth is a worry.
void judge_growth(HeadFigure& measure, std::uint64_t now, std::uint64_t before,
                  std::uint64_t least) {
  measure.verdict = moved(now, before);
  if (is_usual(now, before)) {
    measure.mark = Mark::kGood;
  } else if (now >= least) {
    measure.mark = now / 2 >= before ? Mark::kBad : Mark::kWarn;
  }
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

constexpr std::size_t kLongestGist = 40;

// The label writes a loop of one statement as `(statement)×n`.
bool is_loop(const TransactionRow& row, const TransactionStep& step) {
  constexpr std::size_t kHead = 30;
  const std::size_t begin = row.label.find("(" + step.text.substr(0, kHead));
  if (begin == row.label.npos) return false;
  const std::size_t end = row.label.find(")×n", begin);
  return end != row.label.npos && row.label.find("; ", begin) > end;
}

// What a session pool sends between two clients.
bool is_of_the_pool(std::string_view text) {
  return text == "DISCARD ALL" || text.starts_with("SET application_name");
}

}  // namespace

bool is_usual(std::uint64_t now, std::uint64_t before) {
  return now <= before + before / 4;
}

Findings ranked(const Findings& findings) {
  Findings sorted = findings;
  rank(sorted);
  return sorted;
}

std::vector<const Finding*> plan_findings_on(const Findings& findings, Fingerprint query) {
  std::vector<const Finding*> found;
  if (!query) return found;
  const std::string id = hex(query);
  for (const Finding& finding : findings) {
    if (finding.subject.id != id) continue;
    const bool is_of_plan = finding.key == fmt::format("{}:{}:plan", finding.rule, id);
    const bool is_of_node =
        std::any_of(finding.evidence.begin(), finding.evidence.end(),
                    [](const Evidence& evidence) { return evidence.source.starts_with("node "); });
    if (is_of_plan || is_of_node) found.push_back(&finding);
  }
  return found;
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

std::vector<HeadFigure> measures_of(const Workload& workload) {
  const Totals& now = workload.totals;
  const bool compared = workload.previous.has_value();
  const Totals before = workload.previous.value_or(Totals{});
  const Micros length = covered(workload);
  std::vector<HeadFigure> rows;
  if (workload.coverage.records == 0 && !compared) return rows;
  // Adds a row; `judge` sees it only when there is something to compare with.
  const auto add = [&](std::string name, std::string value, std::string was, auto judge) {
    HeadFigure row{std::move(name), std::move(value), compared ? std::move(was) : "", Mark::kNone,
                   ""};
    if (compared) judge(row);
    rows.push_back(std::move(row));
  };
  const auto growth = [](std::uint64_t a, std::uint64_t b, std::uint64_t least) {
    return [=](HeadFigure& row) { judge_growth(row, a, b, least); };
  };

  if (is_partial(workload)) {
    rows.push_back({"Time that the log covers", span(length), "", Mark::kNone, ""});
  }
  if (const Micros full = full_pool_time(workload); full > Micros::zero()) {
    rows.push_back({"Time with a full pool", span(full), "", Mark::kBad, "limit hit"});
  }
  // Where the log has no statement the load is not known: it may be logged nowhere.
  const bool shows_load = now.statements + before.statements > 0 || now.hold > Micros::zero() ||
                          before.hold > Micros::zero();
  if (!shows_load) rows.push_back({"Statements", "not logged", "", Mark::kNone, ""});
  if (shows_load) {
    add("Connection-seconds held", counted(count_of(now.hold) / 1'000'000),
        counted(count_of(before.hold) / 1'000'000),
        growth(count_of(now.hold), count_of(before.hold), 60'000'000));
    add("Connections in use, mean / peak",
        average_connections(now.hold, length) + " / " +
            average_connections(now.peak_in_use, kSecond),
        "", growth(count_of(now.peak_in_use), count_of(before.peak_in_use), 1'000'000));
    add("Statements", counted(now.statements), counted(before.statements), [&](HeadFigure& row) {
      row.verdict = moved(now.statements, before.statements);
      row.mark = row.verdict.ends_with("%") ? Mark::kGood : Mark::kWarn;
    });
    add("p95 / p99 duration", duration(now.p95) + " / " + duration(now.p99),
        duration(before.p95) + " / " + duration(before.p99),
        growth(count_of(now.p99), count_of(before.p99), 10'000));
  }
  add("Errors", counted(now.errors), counted(before.errors), growth(now.errors, before.errors, 10));
  add("Refused connections", counted(now.refused), counted(before.refused),
      growth(now.refused, before.refused, 1));
  if (now.refused > 0) {
    HeadFigure& row = rows.back();
    const Refusals refusals = refusals_of(workload);
    if (refusals.full > 0) row.mark = Mark::kBad;
    if (refusals.full == 0 && row.mark == Mark::kBad) row.mark = Mark::kWarn;
    row.verdict += (row.verdict.empty() ? "" : " · ") + kinds_of(refusals, now.refused);
  }
  if (workload.pooler && workload.pooler->refused > 0) {
    rows.push_back(
        {"Clients refused by PgBouncer", counted(workload.pooler->refused), "", Mark::kBad, ""});
  }
  add("Peak sessions", peak_words(now.peak_sessions), peak_words(before.peak_sessions),
      [&](HeadFigure& row) {
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

bool is_begin_or_end(std::string_view text) {
  constexpr std::array<std::string_view, 5> kWords{"BEGIN", "START TRANSACTION", "COMMIT", "END",
                                                   "ROLLBACK"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return text.starts_with(word); });
}

std::string brief_label(const TransactionRow& row, std::size_t limit) {
  constexpr std::size_t kLongestName = 24;
  std::string name;
  if (row.applications.size() == 1 && !row.applications.front().empty()) {
    name = shortened(row.applications.front(), kLongestName) + ": ";
  }
  const std::size_t room = limit - std::min(limit, length_of(name));
  if (row.steps.size() == 1) return name + brief_sql(row.steps.front().text, room);
  const std::string whole = one_line(row.label);
  if (length_of(whole) <= room || row.steps.empty()) return name + shortened(whole, room);
  std::string gist;
  for (const TransactionStep& step : row.steps) {
    if (is_begin_or_end(step.text) || is_of_the_pool(step.text)) continue;
    gist += (gist.empty() ? "" : "; ") + gist_of_sql(step.text, kLongestGist);
    if (is_loop(row, step)) gist += " ×n";
  }
  return name + shortened(gist.empty() ? whole : gist, room);
}

std::string gain_words(const Finding& finding, const Workload& workload) {
  if (!finding.gain) return "";
  // From a day back to what the log shows; a log shorter than an hour was taken for an hour.
  const Coverage& coverage = workload.coverage;
  const Micros length = coverage.from && coverage.to ? *coverage.to - *coverage.from : kDay;
  const double part =
      static_cast<double>(std::max(length, kHour).count()) / static_cast<double>(kDay.count());
  const auto seconds = [](double value) {
    return static_cast<std::uint64_t>(std::llround(std::clamp(value, 0.0, 1e15)));
  };
  const std::uint64_t low = seconds(finding.gain->connection_s_per_day_low * part);
  const std::uint64_t high = seconds(finding.gain->connection_s_per_day_high * part);
  const std::uint64_t held = count_of(total_hold(workload)) / 1'000'000;
  std::string words = low == high ? grouped(high) : grouped(low) + " to " + grouped(high);
  if (high <= held) words += " of the " + grouped(held);
  return words + " connection-seconds held";
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

bool is_partial(const Workload& workload) {
  if (workload.coverage.records == 0) return false;
  const Micros period = workload.period.until - workload.period.since;
  return covered(workload) < period - period / 10;
}

std::string bounds_of(const Period& period) {
  return fmt::format("{} – {} UTC", minute_of(period.since), minute_of(period.until));
}

}  // namespace pgcounsel
