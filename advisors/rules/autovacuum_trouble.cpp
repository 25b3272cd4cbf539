// Autovacuum that is kept from its work. Dead rows stay, tables and indexes grow, statements read
// more pages for the same answer, and in the end the server must vacuum against wraparound at a
// time that nobody chose. Five ways in which the log tells it, each with its own remedy:
//
//   cancelled     a lock that somebody asked for was worth more than the vacuum
//   skipped       a lock that somebody held: the vacuum did not even begin
//   held back     dead rows that a transaction somewhere may still see
//   slow          a run that takes half an hour and more
//   wraparound    the server's own last warnings
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/messages.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kFewCancels = 3;    // a release's DDL cancels one or two
constexpr std::uint64_t kManyCancels = 20;  // the table is hardly vacuumed any more
constexpr std::uint64_t kFewKept = 10'000;  // dead rows that a run could not remove
constexpr std::uint64_t kManyKept = 1'000'000;
constexpr std::uint64_t kFewRuns = 3;  // with dead rows left: one is a query that was running
constexpr Micros kSlow = kSecond * 1800;
constexpr Micros kVerySlow = kHour * 4;
constexpr std::size_t kShownTables = 3;

// Each part of `database.schema.table` quoted for a command; nothing where it is not one.
std::string table_for_sql(std::string_view name) {
  const std::size_t first = name.find('.');
  if (first == std::string_view::npos) return {};
  const std::string_view rest = name.substr(first + 1);
  const std::size_t second = rest.find('.');
  if (second == std::string_view::npos || rest.find('.', second + 1) != std::string_view::npos) {
    return {};
  }
  if (std::ranges::any_of(rest, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return {};
  }
  return quoted_identifier(rest.substr(0, second)) + "." +
         quoted_identifier(rest.substr(second + 1));
}

// ` ALTER TABLE ... SET (...);` on a line of its own where the table's name is usable.
std::string alter_table(std::string_view name, std::string_view change) {
  const std::string table = table_for_sql(name);
  if (table.empty()) return {};
  return fmt::format("\nALTER TABLE {} SET ({});", table, change);
}

Finding finding_of(std::string_view kind, std::string_view object, Level level, std::string title) {
  Finding finding;
  finding.rule = "autovacuum_trouble";
  finding.key = fmt::format("{}:{}:{}", finding.rule, kind, object);
  finding.level = level;
  finding.subject = {"table", std::string(object)};
  finding.title = std::move(title);
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = "the server's own messages tell it";
  finding.verify =
      "In the next report these messages are gone. On the server: `SELECT relname, n_dead_tup, "
      "last_autovacuum FROM pg_stat_user_tables ORDER BY n_dead_tup DESC LIMIT 10;`";
  finding.rollback = "`ALTER TABLE ... RESET (...)` of what was set; else revert the change.";
  return finding;
}

std::string named(std::string_view table) {
  return table.empty() ? "a table that the log does not name" : shortened(table, 60);
}

Findings cancelled(const Workload& workload) {
  Findings findings;
  for (const EventMeasureRow& row : measures_of(workload, "autovacuum_cancel", "vacuum")) {
    if (row.count < kFewCancels) continue;
    Finding finding = finding_of(
        "cancelled", row.object, row.count >= kManyCancels ? Level::kMedium : Level::kLow,
        fmt::format("Autovacuum of {} cancelled {} times", named(row.object), grouped(row.count)));
    const EventMeasureRow done = measure_of(workload, "autovacuum", "elapsed", row.object);
    finding.evidence = {
        {"cancelled", grouped(row.count), "log"},
        {"finished in the same time", grouped(done.count), "log"},
        {"most in an hour",
         fmt::format("{} from {}", grouped(row.busiest_count), minute_of(row.busiest_hour)),
         "log"}};
    finding.remedy = {
        "code",
        "Find who takes strong locks on the table again and again: LOCK TABLE, TRUNCATE, ALTER "
        "TABLE, CREATE INDEX without CONCURRENTLY, a job that swaps partitions. Lock rows instead "
        "of "
        "the table, and do DDL at a quiet hour. Let a vacuum be short, so that it ends between two "
        "of them:" +
            alter_table(row.object,
                        "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0")};
    finding.caveats = {
        "Without a cost delay a vacuum takes as much of the disk as it can get.",
        "A vacuum against wraparound is not cancelled: it makes the lock wait instead."};
    findings.push_back(std::move(finding));
  }
  return findings;
}

Findings skipped(const Workload& workload) {
  Findings findings;
  for (const EventMeasureRow& row : measures_of(workload, "autovacuum_skipped", "vacuum")) {
    if (row.count < kFewCancels) continue;
    Finding finding = finding_of(
        "skipped", row.object, row.count >= kManyCancels ? Level::kMedium : Level::kLow,
        fmt::format("Autovacuum of {} skipped {} times", named(row.object), grouped(row.count)));
    finding.evidence = {
        {"skipped, lock not available", grouped(row.count), "log"},
        {"most in an hour",
         fmt::format("{} from {}", grouped(row.busiest_count), minute_of(row.busiest_hour)),
         "log"}};
    finding.remedy = {"code",
                      "Somebody holds a lock on the table that excludes a vacuum whenever one "
                      "comes: a transaction "
                      "with LOCK TABLE or DDL that stays open, or a manual VACUUM or ANALYZE that "
                      "runs at the same "
                      "time. Look at it when it happens: `SELECT pid, mode, granted FROM pg_locks "
                      "WHERE relation = "
                      "'...'::regclass;`"};
    finding.caveats = {"A maintenance job that vacuums the same tables by itself causes this too."};
    findings.push_back(std::move(finding));
  }
  return findings;
}

// Dead rows of all tables are held back by one transaction, so this is one finding.
std::optional<Finding> held_back(const Workload& workload) {
  std::uint64_t tables = 0, largest = 0, a_run = 0;
  std::string worst, list;
  for (const EventMeasureRow& row : measures_of(workload, "autovacuum", "dead")) {
    if (row.count < kFewRuns || row.total / row.count < kFewKept) continue;
    if (tables++ < kShownTables) {
      list += fmt::format("{}{} {} a run", list.empty() ? "" : ", ", named(row.object),
                          grouped(row.total / row.count));
    }
    a_run = std::max(a_run, row.total / row.count);
    if (row.largest <= largest) continue;
    largest = row.largest;
    worst = row.object;
  }
  if (tables == 0) return std::nullopt;
  if (tables > kShownTables) list += fmt::format(" and {} more", tables - kShownTables);
  const EventMeasureRow age = measure_of(workload, "autovacuum", "xids_old", worst);
  Finding finding = finding_of(
      "held_back", "", a_run >= kManyKept ? Level::kHigh : Level::kMedium,
      fmt::format("Vacuum cannot remove up to {} dead rows of {}", grouped(largest), named(worst)));
  finding.key = "autovacuum_trouble:held_back";
  finding.subject.id = worst;
  finding.evidence = {{"tables", grouped(tables), "log"},
                      {"dead but not yet removable", list, "log"}};
  if (age.count > 0) {
    finding.evidence.push_back(
        {"age of the horizon", fmt::format("up to {} transactions", grouped(age.largest)), "log"});
  }
  finding.remedy = {
      "code",
      "The oldest transaction holds them: see the findings about idle and long transactions, and "
      "on "
      "the server `SELECT pid, application_name, state, backend_xmin, xact_start FROM "
      "pg_stat_activity WHERE backend_xmin IS NOT NULL ORDER BY age(backend_xmin) DESC;`. A "
      "replica "
      "with hot_standby_feedback, a replication slot that nobody reads (`pg_replication_slots`) "
      "and a "
      "forgotten prepared transaction (`pg_prepared_xacts`) hold them too. Changing the settings "
      "of "
      "autovacuum does not help: it only runs in vain more often."};
  finding.verify = "In the next report autovacuum leaves few dead rows behind.";
  finding.rollback = "Nothing is changed in the server.";
  finding.caveats = {"A dump or a long report holds them for its time, and may."};
  return finding;
}

Findings slow(const Workload& workload) {
  Findings findings;
  for (const EventMeasureRow& row : measures_of(workload, "autovacuum", "elapsed")) {
    const Micros longest{static_cast<std::int64_t>(row.largest)};
    if (longest < kSlow) continue;
    const EventMeasureRow scans = measure_of(workload, "autovacuum", "index_scans", row.object);
    Finding finding = finding_of(
        "slow", row.object, longest >= kVerySlow ? Level::kMedium : Level::kLow,
        fmt::format("Autovacuum of {} takes up to {}", named(row.object), span(longest)));
    finding.evidence = {{"runs", grouped(row.count), "log"},
                        {"longest", span(longest), "log"},
                        {"most passes over the indexes", grouped(scans.largest), "log"}};
    finding.remedy = {
        "code",
        std::string(scans.largest > 1
                        ? "The dead rows did not fit in memory, so all indexes were read several "
                          "times: raise autovacuum_work_mem. "
                        : "") +
            "Vacuum it more often, so that each run has less to do, and let it work faster:" +
            alter_table(
                row.object,
                "autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_limit = 2000")};
    finding.caveats = {
        "Faster runs take more of the disk while they run. Indexes that nobody uses make each run "
        "longer."};
    findings.push_back(std::move(finding));
  }
  return findings;
}

Findings wraparound(const Workload& workload) {
  Findings findings;
  for (const EventMeasureRow& row : workload.event_measures) {
    const bool refuses = row.measure == "refused";
    if (row.event_class != "wraparound") continue;
    Finding finding = finding_of(
        "wraparound", row.object, Level::kCritical,
        refuses ? "The server takes no writes any more: transaction numbers ran out"
                : fmt::format("Transaction numbers run out in database {}", named(row.object)));
    finding.subject.kind = "database";
    finding.evidence = {{refuses ? "refused commands" : "warnings", grouped(row.count), "log"}};
    finding.remedy = {
        "code",
        "Today: end what holds the oldest transaction number (long transactions, "
        "`pg_prepared_xacts`, "
        "`pg_replication_slots`), then `VACUUM (FREEZE, INDEX_CLEANUP OFF)` of the oldest tables "
        "as a "
        "superuser: `SELECT oid::regclass, age(relfrozenxid) FROM pg_class WHERE relkind IN ('r', "
        "'m', 't') ORDER BY 2 DESC LIMIT 20;`. Then find out why autovacuum did not do it: "
        "cancelled, held back, or switched off."};
    finding.verify =
        "`SELECT datname, age(datfrozenxid) FROM pg_database;` falls below 200 million.";
    finding.rollback = "A vacuum needs no way back.";
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

Findings autovacuum_trouble(const Brief& brief) {
  const Workload& workload = brief.workload;
  Findings all = cancelled(workload);
  for (Findings findings : {skipped(workload), slow(workload), wraparound(workload)}) {
    std::ranges::move(findings, std::back_inserter(all));
  }
  if (auto finding = held_back(workload)) all.push_back(*std::move(finding));
  return all;
}

}  // namespace pgcounsel
