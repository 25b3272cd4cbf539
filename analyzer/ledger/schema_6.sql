-- What version 6 of the ledger adds: waits for locks by the hour of their begin, deadlocks, and the
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
