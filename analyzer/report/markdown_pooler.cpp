// PgBouncer: who got no connection, how long the others waited, what broke. And what samples of
// pg_stat_activity and pg_stat_statements add to the log.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/pooler_words.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kEvents = 12, kPools = 10, kStatements = 5, kStates = 6;

// ` (2026-11-22 08:21:03 UTC)`
std::string at_time(const std::optional<Time>& time) {
  return time ? " (" + plain_seconds(*time) + " UTC)" : "";
}

std::string pool_name(const std::string& database, const std::string& user) {
  if (database.empty() && user.empty()) return "—";
  if (database.empty()) return "user " + code_cell(user);
  return code_cell(database + "/" + user);
}

// What the log is, and how often clients came.
std::string log_line(const PoolerReport& pooler) {
  std::uint64_t logins = 0;
  for (const PoolerEventRow& row : pooler.events) {
    if (row.message_class == "login_attempt") logins += row.count;
  }
  std::string line = "PgBouncer";
  for (std::size_t at = 0; at < pooler.versions.size(); ++at) {
    line += fmt::format("{} {}", at > 0 ? "," : "", markdown_text(pooler.versions[at]));
  }
  line += fmt::format(": {} lines in {}", counted(pooler.records),
                      span(std::max(pooler.last - pooler.first, kSecond)));
  const auto seconds =
      static_cast<std::uint64_t>(std::max<Micros::rep>(1, (pooler.last - pooler.first) / kSecond));
  if (logins > 0) line += fmt::format(", {} logins of clients", counted(logins));
  if (logins >= seconds * 2) line += fmt::format(" ({} a second)", counted(logins / seconds));
  return line + ".";
}

std::string refused_line(const PoolerReport& pooler) {
  if (pooler.refused == 0) return "No client was refused.";
  std::string kinds;
  for (const auto& [name, count] : refused_by_class(pooler)) {
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", code_span(name), counted(count));
    if (name == "max_client_conn" && pooler.max_client_conn > 0) {
      kinds += fmt::format(" (the limit is {})", pooler.max_client_conn);
    }
  }
  std::string line = fmt::format("**{} client{} refused**: {}.", counted(pooler.refused),
                                 pooler.refused == 1 ? " was" : "s were", kinds);
  if (pooler.most_refused > 1) {
    line += fmt::format(" Most in one second: {}{}.", counted(pooler.most_refused),
                        at_time(pooler.most_refused_at));
  }
  return line;
}

std::string waits_line(const PoolerReport& pooler) {
  const PoolerWaits& waits = *pooler.waits;
  std::string line;
  if (waits.mean_wait) {
    line = fmt::format(
        "A transaction waited {} for its server connection on average, of {} from its first "
        "packet to its end.",
        duration(*waits.mean_wait), duration(waits.mean_transaction));
    if (waits.worst_wait > Micros{0}) {
      line += fmt::format(" In the worst minute, {} UTC, it waited **{}**",
                          minute_of(waits.worst_minute), duration(waits.worst_wait));
      // Thousandths of clients, as connection-microseconds of a millisecond.
      if (waits.worst_waiting.value_or(0) >= 100) {
        line +=
            fmt::format("; in the fullest, {} clients stood in line at once",
                        average_connections(Micros{static_cast<Micros::rep>(*waits.worst_waiting)},
                                            Micros{1000}));
      }
      line += ".";
    }
    const auto refused = refused_by_class(pooler);
    const bool gave_up = std::any_of(refused.begin(), refused.end(), [](const auto& kind) {
      return kind.first == "query_wait_timeout";
    });
    if (gave_up) line += " Clients that hit query\\_wait\\_timeout are not part of these waits.";
  } else if (waits.lines > waits.lines_without_meaning) {
    line = "The stats lines show no transactions.";
  }
  if (waits.lines_without_meaning > 0) {
    line += fmt::format(
        "{}{} stats lines were left out: their `wait` means one thing up to PgBouncer 1.22 and "
        "another since, and the log has no `process up` line that tells the version.",
        line.empty() ? "" : " ", counted(waits.lines_without_meaning));
  }
  return line;
}

bool is_trouble(PoolerConcern concern) {
  return concern != PoolerConcern::kNone && concern != PoolerConcern::kAdmin;
}

std::string event_table(const PoolerReport& pooler) {
  std::string out, admin;
  std::size_t shown = 0, others = 0;
  for (const PoolerEventRow& row : pooler.events) {
    if (!is_trouble(row.concern)) continue;
    if (++shown > kEvents) {
      ++others;
      continue;
    }
    out += fmt::format("| {} | {} | {} | {} | {} |\n", unbroken(counted(row.count)),
                       name_of(row.concern), code_cell(row.message_class),
                       row.side.empty() ? "—" : row.side, pool_name(row.database, row.user));
  }
  std::map<std::string, std::uint64_t> asked;
  for (const PoolerEventRow& row : pooler.events) {
    if (row.concern == PoolerConcern::kAdmin) asked[row.message_class] += row.count;
  }
  for (const auto& [name, count] : asked) {
    admin += fmt::format("{}{} {}", admin.empty() ? "" : " · ", code_span(name), counted(count));
  }
  if (!out.empty()) {
    out = "| count | kind | what | side | pool |\n|--:|---|---|---|---|\n" + out;
    if (others > 0) out += fmt::format("\nand {} more kinds\n", others);
    out += "\n";
  }
  return out + (admin.empty() ? "" : "By its administrator: " + admin + "\n\n");
}

// `Sessions of shop/reader come from its pool shop_ro/reader: 14 of 14 are joined by port.`
std::string joined_lines(const Workload& workload) {
  std::string out;
  std::size_t shown = 0, others = 0;
  for (const PoolRow& pool : workload.pools) {
    for (const PoolOfPooler& part : pool.pooler) {
      if (++shown > kPools) {
        ++others;
        continue;
      }
      out += fmt::format("- Sessions of {} come from its pool {}: {} of {} are joined by port",
                         pool_name(pool.database, pool.user), pool_name(part.database, part.user),
                         counted(part.joined), counted(part.sessions));
      if (part.poolers > 1) {
        out += fmt::format("; {} poolers at a time, each with a pool of its own",
                           counted(part.poolers));
      }
      out += ".\n";
    }
    if (pool.pooler.size() > 1) {
      out += fmt::format("- {} is as large as these {} pools together.\n",
                         pool_name(pool.database, pool.user), counted(pool.pooler.size()));
    }
  }
  if (others > 0) out += fmt::format("- and {} more pools\n", others);
  return out.empty() ? out : out + "\n";
}

std::string pool_table(const SamplesReport& samples) {
  if (samples.pools.empty()) return "";
  std::string out =
      "| pool | mode | clients waiting, most | longest wait | servers active, most | samples with "
      "clients waiting |\n|---|---|--:|--:|--:|--:|\n";
  for (std::size_t at = 0; at < std::min(samples.pools.size(), kPools); ++at) {
    const PoolPeaks& pool = samples.pools[at];
    const auto when = [](std::uint64_t count, const std::optional<Time>& time) {
      return count > 0 ? at_time(time) : "";
    };
    out += fmt::format(
        "| {} | {} | {}{} | {}{} | {} | {} of {} |\n", pool_name(pool.database, pool.user),
        markdown_text(pool.pool_mode), counted(pool.cl_waiting.count),
        when(pool.cl_waiting.count, pool.cl_waiting.time),
        pool.maxwait.length > Micros{0} ? unbroken(duration(pool.maxwait.length)) : "—",
        when(count_of(pool.maxwait.length), pool.maxwait.time), counted(pool.sv_active.count),
        counted(pool.samples_waiting), counted(pool.samples));
  }
  if (samples.pools.size() > kPools) {
    out += fmt::format("\nand {} more pools\n", samples.pools.size() - kPools);
  }
  return out + "\n";
}

std::string totals_lines(const SamplesReport& samples) {
  std::string out;
  for (std::size_t at = 0; at < std::min(samples.pool_totals.size(), kPools); ++at) {
    const PoolTotals& totals = samples.pool_totals[at];
    out +=
        fmt::format("- {}: {} transactions between the samples, {} on average, {} of it waiting\n",
                    code_span(totals.database), counted(totals.xacts),
                    duration(mean_of(totals.xact_time, totals.xacts)),
                    duration(mean_of(totals.wait_time, totals.xacts)));
  }
  return out.empty() ? "" : out + "\n";
}

std::string activity_lines(const SamplesReport& samples) {
  if (samples.states.empty()) return "";
  std::string states;
  for (std::size_t at = 0; at < std::min(samples.states.size(), kStates); ++at) {
    const StatePeak& state = samples.states[at];
    states += fmt::format("{}{} {}{}", states.empty() ? "" : ", ", counted(state.sessions.count),
                          code_span(state.state), at_time(state.sessions.time));
  }
  std::string out = fmt::format("Most sessions at once in {} sample{} of pg\\_stat\\_activity: {}.",
                                counted(samples.activity_samples),
                                samples.activity_samples == 1 ? "" : "s", states);
  if (samples.longest_idle) {
    const IdleSession& idle = *samples.longest_idle;
    out += fmt::format(" Longest idle in transaction: **{}**{}", duration(idle.idle.length),
                       at_time(idle.idle.time));
    if (!idle.application.empty()) out += ", application " + code_span(idle.application);
    if (!idle.user.empty()) out += ", user " + code_span(idle.user);
    out += ".";
  }
  if (samples.longest_transaction) {
    out += fmt::format(" Longest transaction: {}{}.", duration(samples.longest_transaction->length),
                       at_time(samples.longest_transaction->time));
  }
  return out + "\n\n";
}

std::string database_table(const SamplesReport& samples) {
  std::string rows;
  bool shows_more = false;
  for (std::size_t at = 0; at < std::min(samples.databases.size(), kPools); ++at) {
    const DatabaseLoad& database = samples.databases[at];
    if (database.length <= Micros{0}) continue;
    const auto& in_log = database.in_log;
    shows_more = shows_more || (in_log && in_log->shown * 100 > in_log->counted * 101);
    rows += fmt::format(
        "| {} | {} | {} | {} | {} | {} |\n",
        database.database.empty() ? "—" : code_cell(database.database),
        unbroken(span(database.length)), counted(database.transactions),
        database.has_times ? average_connections(database.used(), database.length) : "—",
        database.used() > Micros{0} ? percent(database.idle, database.used()) : "—",
        in_log ? percent(in_log->shown, in_log->counted) : "—");
  }
  if (rows.empty()) return "";
  std::string out =
      "Load as pg\\_stat\\_database counted it between its samples:\n\n| database | time | "
      "transactions | connections in use, mean | idle in transaction | in the log |\n"
      "|---|--:|--:|--:|--:|--:|\n" +
      rows;
  if (samples.databases.size() > kPools) {
    out += fmt::format("\nand {} more databases\n", samples.databases.size() - kPools);
  }
  if (shows_more) {
    out +=
        "\nWhere the log shows more than was counted, the server missed the idle time of sessions "
        "that a timeout ended.\n";
  }
  return out + "\n";
}

std::string statement_table(const SamplesReport& samples, bool has_log) {
  std::string rows;
  Micros all{}, unseen{};
  std::size_t shown = 0;
  for (const SampledStatement& statement : samples.statements) {
    all += statement.total;
    if (statement.in_log) continue;
    unseen += statement.total;
    if (shown++ >= kStatements) continue;
    rows += fmt::format("| {} | {} | {} | {} |\n", unbroken(duration(statement.total)),
                        unbroken(counted(statement.calls)),
                        unbroken(duration(mean_of(statement.total, statement.calls))),
                        code_cell(brief_sql(statement.text, 80)));
  }
  if (samples.statements.empty()) return "";
  rows = "| total | calls | mean | statement |\n|--:|--:|--:|---|\n" + rows + "\n";
  if (!has_log) {
    return fmt::format("pg\\_stat\\_statements{} counts {} since its last reset; most of it:\n\n{}",
                       at_time(samples.statements_at), duration(all), rows);
  }
  if (unseen * 100 < all) {
    return fmt::format(
        "pg\\_stat\\_statements{} counts {} since its last reset; the log of this period shows the "
        "statements of 99 % of it and more.\n\n",
        at_time(samples.statements_at), duration(all));
  }
  return fmt::format(
      "pg\\_stat\\_statements{} counts {} since its last reset; {} of it is in {} statement{} that "
      "the log of this period does not show:\n\n{}",
      at_time(samples.statements_at), duration(all), percent(unseen, all), shown,
      shown == 1 ? "" : "s", rows);
}

}  // namespace

std::string pooler_section(const Page& page, Anchors& anchors) {
  const Workload& workload = page.workload;
  std::string out;
  if (workload.pooler) {
    const PoolerReport& pooler = *workload.pooler;
    out += log_line(pooler) + " " + refused_line(pooler) + "\n\n";
    if (pooler.waits) out += waits_line(pooler) + "\n\n";
    out += event_table(pooler) + joined_lines(workload);
  }
  if (workload.samples) out += pool_table(*workload.samples) + totals_lines(*workload.samples);
  if (out.empty()) return "";
  return anchors.heading(page.level, "PgBouncer", page.section("pooler")) + out;
}

std::string samples_section(const Page& page, Anchors& anchors) {
  if (!page.workload.samples) return "";
  const SamplesReport& samples = *page.workload.samples;
  const std::string out = activity_lines(samples) + database_table(samples) +
                          statement_table(samples, page.workload.coverage.records > 0);
  if (out.empty()) return "";
  return anchors.heading(page.level, "Samples", page.section("samples")) + out;
}

}  // namespace pgcounsel
