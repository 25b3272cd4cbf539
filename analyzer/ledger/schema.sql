-- The ledger: what the logs said, summed by hour, so that reports of any period and comparisons with
-- earlier ones are sums of rows. Times are microseconds since 1970 UTC, durations microseconds.
-- Fingerprints and class ids are 64-bit numbers; printf('%016x', id) gives the form of the reports.
CREATE TABLE property (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE server (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- What was read: one row for each name, format and prefix.
CREATE TABLE source (
  server INTEGER NOT NULL REFERENCES server, name TEXT NOT NULL, format TEXT NOT NULL,
  prefix TEXT NOT NULL, bytes INTEGER NOT NULL, records INTEGER NOT NULL,
  unparsed INTEGER NOT NULL, duplicates INTEGER NOT NULL,
  PRIMARY KEY (server, name, format, prefix)) WITHOUT ROWID;
CREATE TABLE warning (
  server INTEGER NOT NULL REFERENCES server, code TEXT NOT NULL, message TEXT NOT NULL,
  PRIMARY KEY (server, code, message)) WITHOUT ROWID;

-- Which records are known, by minute; keys NULL: given up with age, all records of it count as known.
CREATE TABLE IF NOT EXISTS seen_minute (
  server INTEGER NOT NULL REFERENCES server, minute INTEGER NOT NULL, keys BLOB,
  PRIMARY KEY (server, minute)) WITHOUT ROWID;

-- Sessions that are cut at the edges of what was read, to be folded when a report is made.
CREATE TABLE ingest (id INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER);
CREATE TABLE session_fragment (
  server INTEGER NOT NULL REFERENCES server, session INTEGER NOT NULL,
  ingest INTEGER NOT NULL REFERENCES ingest, number INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (server, session, ingest, number)) WITHOUT ROWID;

-- Normalised statements, without values.
CREATE TABLE statement (
  fingerprint INTEGER PRIMARY KEY, text TEXT NOT NULL, parsed INTEGER NOT NULL);

CREATE TABLE query_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, fingerprint INTEGER NOT NULL,
  calls INTEGER NOT NULL, errors INTEGER NOT NULL,
  total INTEGER NOT NULL, shortest INTEGER NOT NULL, longest INTEGER NOT NULL,
  parse INTEGER NOT NULL, bind INTEGER NOT NULL,
  hold INTEGER NOT NULL, idle INTEGER NOT NULL, lock_wait INTEGER NOT NULL,
  temp_bytes INTEGER NOT NULL,
  runs INTEGER NOT NULL, run_calls INTEGER NOT NULL, longest_run INTEGER NOT NULL,
  run_total INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL,
  slowest INTEGER NOT NULL, slowest_source TEXT NOT NULL, slowest_line INTEGER NOT NULL,
  durations BLOB NOT NULL,
  PRIMARY KEY (server, hour, fingerprint)) WITHOUT ROWID;

-- Transaction classes: the sequence of fingerprints, loops folded.
CREATE TABLE transaction_class (id INTEGER PRIMARY KEY, steps BLOB NOT NULL);

-- Holds by class: kind 0 transactions, 1 checkouts (what one client keeps, between two DISCARD ALL or
-- from authorization to disconnection).
CREATE TABLE hold_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, kind INTEGER NOT NULL,
  database TEXT NOT NULL, user TEXT NOT NULL, class INTEGER NOT NULL,
  count INTEGER NOT NULL, unfinished INTEGER NOT NULL,
  hold INTEGER NOT NULL, busy INTEGER NOT NULL, idle INTEGER NOT NULL, lock_wait INTEGER NOT NULL,
  longest INTEGER NOT NULL, holds BLOB NOT NULL,
  PRIMARY KEY (server, hour, kind, database, user, class)) WITHOUT ROWID;
-- What the connections of a pool did, second by second, and the trace of its holds (NULL: given up with
-- age; of days that are gone by, the hour with the most held time is kept).
CREATE TABLE pool_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, discards INTEGER NOT NULL, held INTEGER NOT NULL, seconds BLOB NOT NULL,
  trace BLOB,
  PRIMARY KEY (server, hour, database, user)) WITHOUT ROWID;

-- Who ran it: kind 0 a fingerprint, 1 a transaction class.
CREATE TABLE dimension_day (
  server INTEGER NOT NULL REFERENCES server, day INTEGER NOT NULL, kind INTEGER NOT NULL,
  id INTEGER NOT NULL, database TEXT NOT NULL, user TEXT NOT NULL, application TEXT NOT NULL,
  count INTEGER NOT NULL, hold INTEGER NOT NULL,
  PRIMARY KEY (server, day, kind, id, database, user, application)) WITHOUT ROWID;

CREATE TABLE error_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, severity TEXT NOT NULL,
  sqlstate TEXT NOT NULL, message TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (server, hour, severity, sqlstate, message)) WITHOUT ROWID;
CREATE TABLE event_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, class TEXT NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY (server, hour, class)) WITHOUT ROWID;
CREATE TABLE connection_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, received INTEGER NOT NULL,
  authorized INTEGER NOT NULL, disconnected INTEGER NOT NULL, refused INTEGER NOT NULL,
  PRIMARY KEY (server, hour)) WITHOUT ROWID;
-- Sessions that began and ended in a second (microseconds of its start).
CREATE TABLE session_second (
  server INTEGER NOT NULL REFERENCES server, second INTEGER NOT NULL, opened INTEGER NOT NULL,
  closed INTEGER NOT NULL, PRIMARY KEY (server, second)) WITHOUT ROWID;
CREATE TABLE log_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, records INTEGER NOT NULL,
  bare_durations INTEGER NOT NULL, logged_without_duration INTEGER NOT NULL, flags INTEGER NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, PRIMARY KEY (server, hour)) WITHOUT ROWID;
CREATE TABLE restart (
  server INTEGER NOT NULL REFERENCES server, time INTEGER NOT NULL,
  PRIMARY KEY (server, time)) WITHOUT ROWID;

-- What the last `analyze` found; generation is that of property 'generation' when it looked.
CREATE TABLE finding (
  server INTEGER NOT NULL REFERENCES server, key TEXT NOT NULL, rule TEXT NOT NULL,
  level TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, title TEXT NOT NULL,
  remedy TEXT NOT NULL, safety TEXT NOT NULL, confidence TEXT NOT NULL,
  gain_low REAL, gain_high REAL, verify TEXT NOT NULL, rollback TEXT NOT NULL,
  generation INTEGER NOT NULL, PRIMARY KEY (server, key)) WITHOUT ROWID;

-- For people with sqlite3. Reports add what sessions that are cut at the edge of a log say together;
-- these views do not.
CREATE VIEW v_top_queries AS
  SELECT server.name AS server, printf('%016x', q.fingerprint) AS fingerprint,
         sum(q.calls) AS calls, sum(q.errors) AS errors, sum(q.total) / 1000.0 AS total_ms,
         sum(q.total) / 1000.0 / max(sum(q.calls), 1) AS mean_ms, max(q.longest) / 1000.0 AS max_ms,
         sum(q.hold) / 1e6 AS hold_s, sum(q.lock_wait) / 1000.0 AS lock_wait_ms,
         sum(q.temp_bytes) AS temp_bytes, statement.text AS query
  FROM query_hour q JOIN server ON server.id = q.server
  LEFT JOIN statement ON statement.fingerprint = q.fingerprint
  GROUP BY q.server, q.fingerprint ORDER BY hold_s DESC;
CREATE VIEW v_transactions AS
  SELECT server.name AS server, printf('%016x', t.class) AS id, sum(t.count) AS count,
         sum(t.unfinished) AS unfinished, sum(t.hold) / 1e6 AS hold_s, sum(t.busy) / 1e6 AS busy_s,
         sum(t.idle) / 1e6 AS idle_s, sum(t.lock_wait) / 1e6 AS lock_wait_s,
         max(t.longest) / 1e6 AS longest_s
  FROM hold_hour t JOIN server ON server.id = t.server WHERE t.kind = 0
  GROUP BY t.server, t.class ORDER BY hold_s DESC;
CREATE VIEW v_findings AS
  SELECT server.name AS server, level, rule, subject_kind, subject_id, title, remedy, verify, rollback,
         finding.generation = (SELECT value FROM property WHERE name = 'generation') AS current
  FROM finding JOIN server ON server.id = finding.server;
