-- What version 6 of the ledger adds: the server's events and statements that change the schema, by
-- minute, with the place of the first (times to the microsecond; fingerprint 0: no statement).
CREATE TABLE event_mark_minute (
  server INTEGER NOT NULL REFERENCES server, minute INTEGER NOT NULL, class TEXT NOT NULL,
  detail TEXT NOT NULL, count INTEGER NOT NULL, amount INTEGER NOT NULL, last INTEGER NOT NULL,
  first INTEGER NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL, object TEXT NOT NULL,
  fingerprint INTEGER NOT NULL, PRIMARY KEY (server, minute, class, detail)) WITHOUT ROWID;
-- How large pools are, as a pooler's configuration or an export tells; the newest of a source
-- counts. user or database empty: of all that have no row of their own.
CREATE TABLE pool_size (
  server INTEGER NOT NULL REFERENCES server, source INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, time INTEGER NOT NULL, size INTEGER NOT NULL, reserve INTEGER NOT NULL,
  mode TEXT NOT NULL, PRIMARY KEY (server, source, database, user)) WITHOUT ROWID;
-- Samples of pg_stat_database: totals since `reset`; 0 where the server does not tell.
CREATE TABLE database_sample (
  server INTEGER NOT NULL REFERENCES server, time INTEGER NOT NULL, database TEXT NOT NULL,
  backends INTEGER NOT NULL, commits INTEGER NOT NULL, rollbacks INTEGER NOT NULL,
  session INTEGER NOT NULL, active INTEGER NOT NULL, idle_in_transaction INTEGER NOT NULL,
  abandoned INTEGER NOT NULL, fatal INTEGER NOT NULL, killed INTEGER NOT NULL,
  deadlocks INTEGER NOT NULL, temp_bytes INTEGER NOT NULL, reset INTEGER NOT NULL,
  PRIMARY KEY (server, time, database)) WITHOUT ROWID;
-- Waits for locks by the hour of their begin, deadlocks, and the
-- holds that were long enough to block others, with their process (pieces as in hold_trace; given up
-- with age, those without waits nearby first).
CREATE TABLE lock_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, count INTEGER NOT NULL,
  waits BLOB NOT NULL, UNIQUE (server, hour));
CREATE TABLE deadlock_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, statements TEXT NOT NULL,
  relation TEXT NOT NULL, count INTEGER NOT NULL, first INTEGER NOT NULL, source TEXT NOT NULL,
  line INTEGER NOT NULL, PRIMARY KEY (server, hour, statements, relation)) WITHOUT ROWID;
CREATE TABLE long_hold (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, piece INTEGER NOT NULL, holds BLOB NOT NULL,
  UNIQUE (server, hour, database, user, piece));
