// The slow queries as a table, then each query and each transaction with its figures.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kSqlBytes = 2000, kSteps = 20, kNames = 6;

std::string moved_total(const Page& page, const QueryRow& query) {
  if (query.is_new) return "new";
  if (!page.workload.previous || query.previous_calls == 0) return "";
  return unbroken(moved(count_of(query.total), count_of(query.previous_total)));
}

std::string who(const std::vector<std::string>& applications, const std::vector<std::string>& users,
                const std::vector<std::string>& databases) {
  std::string line;
  const auto add = [&](std::string_view word, const std::vector<std::string>& names) {
    if (names.empty()) return;
    line += fmt::format("{}{} {}", line.empty() ? "" : " · ", word, name_list(names, kNames));
  };
  add("application", applications);
  add("user", users);
  add("database", databases);
  return line;
}

// The figures that are worth a word only where they are not 0.
std::string remarks(const QueryRow& query) {
  std::string line;
  const auto add = [&](const std::string& words) { line += (line.empty() ? "" : " · ") + words; };
  if (query.idle > Micros::zero()) {
    add("**idle in transaction after it** " + whole_seconds(query.idle));
  }
  if (query.lock_wait > Micros::zero()) add("**lock wait** " + whole_seconds(query.lock_wait));
  if (query.temp_bytes > 0) add("**temporary files** " + byte_size(query.temp_bytes));
  if (query.errors > 0) add("**errors** " + counted(query.errors));
  if (query.run_count > 0) {
    add(fmt::format("**runs of the same statement** {} with {} calls, the longest of {}",
                    counted(query.run_count), counted(query.run_calls),
                    counted(query.longest_run)));
  }
  return line.empty() ? "" : line + "\n\n";
}

std::string figures(const Page& page, const QueryRow& query) {
  std::string out =
      "| period | calls | mean | p50 | p95 | p99 | max | total | held |\n"
      "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  out += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                     period_name(page.workload.period), counted(query.calls),
                     duration(mean_of(query.total, query.calls)), duration(query.p50),
                     duration(query.p95), duration(query.p99), duration(query.max),
                     whole_seconds(query.total), whole_seconds(query.hold));
  if (query.previous_calls > 0) {
    out += fmt::format("| before | {} | {} | | | | | {} | {} |\n", counted(query.previous_calls),
                       duration(mean_of(query.previous_total, query.previous_calls)),
                       whole_seconds(query.previous_total), whole_seconds(query.previous_hold));
  }
  return out + "\n";
}

std::string query_section(const Page& page, Anchors& anchors, const QueryRow& query) {
  std::string out = anchors.heading(page.level + 1, "Q " + page.short_query(query.fingerprint),
                                    page.query_id(query.fingerprint));
  const std::string names = who(query.applications, query.users, query.databases);
  out += query.is_new ? "**New** since " : "First seen ";
  out += minute_of(query.first_seen) + " UTC";
  if (!names.empty()) out += " · " + names;
  const std::string see = page.findings_about(anchors, query);
  if (!see.empty()) out += " · **see** " + see;
  out += "\n\n" + fenced("sql", laid_out_sql(query.text, kSqlBytes)) + "\n";
  if (query.calls > 0) out += figures(page, query);
  return out + remarks(query) + plans_of_query(page, query.fingerprint);
}

std::string transaction_section(const Page& page, Anchors& anchors, const TransactionRow& row) {
  std::string out =
      anchors.heading(page.level + 1, "T " + page.short_transaction(row), page.transaction_id(row));
  out += fmt::format(
      "**{}** of the connection time ({}) · {} time{} · held {} on average, p50 {}, p99 {}, "
      "longest {}",
      percent(row.hold, total_hold(page.workload)), spent_on(row), counted(row.count),
      row.count == 1 ? "" : "s", duration(mean_of(row.hold, row.count)), duration(row.hold_p50),
      duration(row.hold_p99), duration(row.hold_max));
  if (row.unfinished > 0) out += fmt::format(" · {} without an end", counted(row.unfinished));
  if (row.previous_count > 0) {
    out += fmt::format(" · the period before: {} times, {} held", counted(row.previous_count),
                       whole_seconds(row.previous_hold));
  }
  const std::string names = who(row.applications, row.users, row.databases);
  if (!names.empty()) out += " · " + names;
  const std::string see = page.findings_on(anchors, row.id);
  if (!see.empty()) out += " · **see** " + see;
  out += "\n\n";
  for (std::size_t at = 0; at < std::min(row.steps.size(), kSteps); ++at) {
    const TransactionStep& step = row.steps[at];
    out += fmt::format("{}. {}", at + 1, code_span(brief_sql(step.text, 110)));
    if (anchors.has(page.query_id(step.fingerprint))) {
      out += " → " + page.to_query(anchors, step.fingerprint);
    }
    out += "\n";
  }
  if (row.steps.size() > kSteps) {
    out += fmt::format("\nand {} more statements\n", row.steps.size() - kSteps);
  }
  return out + "\n";
}

}  // namespace

std::string queries_section(const Page& page, Anchors& anchors) {
  if (page.slow.empty() && page.query_sections.empty()) return "";
  std::string out = anchors.heading(page.level, "Top slow queries", page.section("queries"));
  const bool compared = page.workload.previous.has_value();
  if (!page.slow.empty()) {
    out += compared ? "| query | what | calls | mean | p95 | total | Δ total | see |\n"
                      "|---|---|--:|--:|--:|--:|--:|---|\n"
                    : "| query | what | calls | mean | p95 | total | see |\n"
                      "|---|---|--:|--:|--:|--:|---|\n";
  }
  for (const QueryRow* query : page.slow) {
    out += fmt::format("| {} | {} | {} | {} | {} | {} |{} {} |\n",
                       page.to_query(anchors, query->fingerprint),
                       code_cell(brief_sql(query->text, 64)), unbroken(counted(query->calls)),
                       unbroken(duration(mean_of(query->total, query->calls))),
                       unbroken(duration(query->p95)), unbroken(whole_seconds(query->total)),
                       compared ? fmt::format(" {} |", moved_total(page, *query)) : "",
                       page.findings_about(anchors, *query));
  }
  out += "\n";
  for (const QueryRow* query : page.query_sections) out += query_section(page, anchors, *query);
  return out;
}

std::string transactions_section(const Page& page, Anchors& anchors) {
  if (page.transaction_sections.empty()) return "";
  std::string out = anchors.heading(page.level, "Transactions", page.section("transactions"));
  for (const TransactionRow* row : page.transaction_sections) {
    out += transaction_section(page, anchors, *row);
  }
  return out;
}

}  // namespace pgcounsel
