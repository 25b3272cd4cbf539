// The tables of EventSums: how they are written, read, and what is given up with age.
#include "analyzer/ledger/sql.h"
#include "analyzer/ledger/store_state.h"

namespace pgcounsel {
namespace {

using SQLite::Statement;

void write_measures(SQLite::Database& database, std::int64_t server, const EventSums& sums) {
  Statement upsert(database,
                   "INSERT INTO event_measure_hour VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE "
                   "SET count = count + excluded.count, total = total + excluded.total, "
                   "largest = max(largest, excluded.largest)");
  for (const auto& [key, measure] : sums.measures) {
    Binder row(upsert);
    row.put(server).put(key.hour).put(key.event_class).put(key.object).put(key.measure);
    row.put(measure.count).put(measure.total).put(measure.largest).run();
  }
}

// Columns of event_mark_minute from `at` on.
EventMark mark_of(Statement& row, int at) {
  EventMark mark;
  mark.count = number_of(row.getColumn(at));
  mark.amount = number_of(row.getColumn(at + 1));
  mark.last = time_of(row.getColumn(at + 2));
  mark.first = time_of(row.getColumn(at + 3));
  mark.source = row.getColumn(at + 4).getString();
  mark.line = number_of(row.getColumn(at + 5));
  mark.object = row.getColumn(at + 6).getString();
  mark.fingerprint = number_of(row.getColumn(at + 7));
  return mark;
}

void write_marks(SQLite::Database& database, std::int64_t server, const EventMarks& marks) {
  Statement select(
      database,
      "SELECT count, amount, last, first, source, line, object, fingerprint FROM "
      "event_mark_minute WHERE server = ? AND minute = ? AND class = ? AND detail = ?");
  Statement replace(database, "REPLACE INTO event_mark_minute VALUES (?,?,?,?,?,?,?,?,?,?,?,?)");
  for (const auto& [key, added] : marks) {
    EventMark mark = added;
    Binder(select).put(server).put(key.minute).put(key.event_class).put(key.detail);
    if (select.executeStep()) mark.merge(mark_of(select, 0));
    Binder row(replace);
    row.put(server).put(key.minute).put(key.event_class).put(key.detail);
    row.put(mark.count).put(mark.amount).put(mark.last).put(mark.first).put(mark.source);
    row.put(mark.line).put(mark.object).put(mark.fingerprint).run();
  }
}

void write_errors(SQLite::Database& database, std::int64_t server, const EventSums& sums) {
  Statement minute(database,
                   "INSERT INTO error_minute VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                   "count = count + excluded.count");
  for (const auto& [key, count] : sums.error_minutes) {
    Binder row(minute);
    row.put(server).put(key.minute).put(key.sqlstate).put(key.severity).put(count).run();
  }
  Statement source(database,
                   "INSERT INTO error_source_hour VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO "
                   "UPDATE SET count = count + excluded.count");
  for (const auto& [key, count] : sums.error_sources) {
    Binder row(source);
    row.put(server).put(key.hour).put(key.severity).put(key.sqlstate).put(key.message);
    row.put(key.database).put(key.user).put(key.application).put(key.fingerprint).put(count).run();
  }
}

// Columns of session_hour from `at` on.
SessionStats session_stats_of(Statement& row, int at) {
  SessionStats stats;
  stats.sessions = number_of(row.getColumn(at));
  stats.brief = number_of(row.getColumn(at + 1));
  stats.total = micros_of(row.getColumn(at + 2));
  stats.lengths = intact(Histogram::decode(blob_of(row.getColumn(at + 3))));
  return stats;
}

// Columns of session_lines from `at` on.
SessionLines session_lines_of(Statement& row, int at) {
  SessionLines lines;
  lines.first = number_of(row.getColumn(at));
  lines.last = number_of(row.getColumn(at + 1));
  lines.count = number_of(row.getColumn(at + 2));
  lines.ended = row.getColumn(at + 3).getInt() != 0;
  lines.seen = time_of(row.getColumn(at + 4));
  return lines;
}

void write_sessions(SQLite::Database& database, std::int64_t server, const EventSums& sums) {
  Statement select(database,
                   "SELECT sessions, brief, total, lengths FROM session_hour WHERE server = ? AND "
                   "hour = ? AND database = ? AND user = ? AND application = ?");
  Statement replace(database, "REPLACE INTO session_hour VALUES (?,?,?,?,?,?,?,?,?)");
  const auto put_key = [server](Binder& row, const SessionHourKey& key) {
    row.put(server).put(key.hour).put(key.database).put(key.user).put(key.application);
  };
  for (const auto& [key, added] : sums.sessions) {
    SessionStats stats = added;
    Binder wanted(select);
    put_key(wanted, key);
    if (select.executeStep()) stats.merge(session_stats_of(select, 0));
    Binder row(replace);
    put_key(row, key);
    row.put(stats.sessions).put(stats.brief).put(stats.total);
    row.put_blob(stats.lengths.encode()).run();
  }
}

// A session that is whole needs no row: duplicates were left out, so none of it can be stored.
void write_lines(SQLite::Database& database, std::int64_t server, const EventSums& sums) {
  Statement select(database,
                   "SELECT first, last, count, ended, seen FROM session_lines WHERE server = ? AND "
                   "session = ? AND format = ?");
  Statement replace(database, "REPLACE INTO session_lines VALUES (?,?,?,?,?,?,?,?)");
  Statement drop(database,
                 "DELETE FROM session_lines WHERE server = ? AND session = ? AND format = ?");
  for (const auto& [key, added] : sums.lines) {
    if (added.whole()) continue;
    SessionLines lines = added;
    Binder(select).put(server).put(key.session).put(key.format);
    if (select.executeStep()) lines.merge(session_lines_of(select, 0));
    Binder row(lines.whole() ? drop : replace);
    row.put(server).put(key.session).put(key.format);
    if (!lines.whole()) {
      row.put(lines.first).put(lines.last).put(lines.count);
      row.put(std::int64_t{lines.ended ? 1 : 0}).put(lines.seen);
    }
    row.run();
  }
}

void write_losses(SQLite::Database& database, std::int64_t server, const EventSums& sums) {
  Statement upsert(database,
                   "INSERT INTO lost_hour VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                   "reported = reported + excluded.reported, cut = cut + excluded.cut, "
                   "missing = missing + excluded.missing, sessions = sessions + excluded.sessions");
  for (const auto& [hour, lost] : sums.lost) {
    Binder row(upsert);
    row.put(server).put(hour).put(lost.reported).put(lost.cut);
    row.put(lost.missing).put(lost.sessions).run();
  }
}

// The rows of a period in a table whose time column is `column`.
Statement rows_of(SQLite::Database& database, const char* table, const char* column,
                  std::int64_t server, Time since, Time until) {
  Statement select(database, fmt::format("SELECT * FROM {0} WHERE server = ? AND {1} >= ? AND "
                                         "{1} < ?",
                                         table, column));
  select.bind(1, server);
  select.bind(2, to_sql(since));
  select.bind(3, to_sql(until));
  return select;
}

}  // namespace

void write_event_sums(SQLite::Database& database, std::int64_t server, const EventSums& sums) {
  write_measures(database, server, sums);
  write_marks(database, server, sums.marks);
  write_errors(database, server, sums);
  write_sessions(database, server, sums);
  write_lines(database, server, sums);
  write_losses(database, server, sums);
}

EventSums read_event_sums(SQLite::Database& database, std::int64_t server, Time since, Time until) {
  const auto rows = [&](const char* table, const char* column) {
    return rows_of(database, table, column, server, since, until);
  };
  EventSums sums;
  Statement measures = rows("event_measure_hour", "hour");
  const auto text = [](Statement& row, int at) { return row.getColumn(at).getString(); };
  while (measures.executeStep()) {
    sums.measures[{time_of(measures.getColumn(1)), text(measures, 2), text(measures, 3),
                   text(measures, 4)}] = {number_of(measures.getColumn(5)),
                                          number_of(measures.getColumn(6)),
                                          number_of(measures.getColumn(7))};
  }
  Statement marks = rows("event_mark_minute", "minute");
  while (marks.executeStep()) {
    sums.marks[{time_of(marks.getColumn(1)), text(marks, 2), text(marks, 3)}] = mark_of(marks, 4);
  }
  Statement minutes = rows("error_minute", "minute");
  while (minutes.executeStep()) {
    sums.error_minutes[{time_of(minutes.getColumn(1)), text(minutes, 2), text(minutes, 3)}] =
        number_of(minutes.getColumn(4));
  }
  Statement sources = rows("error_source_hour", "hour");
  while (sources.executeStep()) {
    sums.error_sources[{time_of(sources.getColumn(1)), text(sources, 2), text(sources, 3),
                        text(sources, 4), text(sources, 5), text(sources, 6), text(sources, 7),
                        number_of(sources.getColumn(8))}] = number_of(sources.getColumn(9));
  }
  Statement sessions = rows("session_hour", "hour");
  while (sessions.executeStep()) {
    sums.sessions[{time_of(sessions.getColumn(1)), text(sessions, 2), text(sessions, 3),
                   text(sessions, 4)}] = session_stats_of(sessions, 5);
  }
  Statement lines = rows("session_lines", "seen");
  while (lines.executeStep()) {
    sums.lines[{number_of(lines.getColumn(1)), text(lines, 2)}] = session_lines_of(lines, 3);
  }
  Statement lost = rows("lost_hour", "hour");
  while (lost.executeStep()) {
    sums.lost[time_of(lost.getColumn(1))] = {
        number_of(lost.getColumn(2)), number_of(lost.getColumn(3)), number_of(lost.getColumn(4)),
        number_of(lost.getColumn(5))};
  }
  return sums;
}

void forget_session_lines(SQLite::Database& database, std::int64_t server, Micros age) {
  Statement newest(database, "SELECT coalesce(max(last), 0) FROM log_hour WHERE server = ?");
  newest.bind(1, server);
  PGC_CHECK(newest.executeStep());
  const std::int64_t before = newest.getColumn(0).getInt64() - age.count();
  SQLite::Transaction transaction(database);
  // As losses_of(): a session that was read from two formats tells nothing.
  Statement fold(database,
                 "INSERT INTO lost_hour SELECT server, seen - seen % ?3, 0, 0, "
                 "sum(last - first + 1 - count), count(*) FROM session_lines AS l WHERE "
                 "server = ?1 AND seen < ?2 AND last - first + 1 > count AND NOT EXISTS ("
                 "SELECT 1 FROM session_lines AS o WHERE o.server = l.server AND "
                 "o.session = l.session AND o.format <> l.format) GROUP BY 1, 2 "
                 "ON CONFLICT DO UPDATE SET missing = missing + excluded.missing, "
                 "sessions = sessions + excluded.sessions");
  Binder(fold).put(server).put(before).put(kHour).run();
  Statement drop(database, "DELETE FROM session_lines WHERE server = ? AND seen < ?");
  Binder(drop).put(server).put(before).run();
  transaction.commit();
}

}  // namespace pgcounsel
