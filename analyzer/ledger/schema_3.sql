-- What version 3 of the ledger adds: the trace of holds in pieces, one for each commit, so that a
-- commit does not take up again what those before it wrote. No row: given up with age; of days that
-- are gone by, the hour with the most held time is kept. (pool_hour.trace is not used any more.)
CREATE TABLE IF NOT EXISTS hold_trace (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, piece INTEGER NOT NULL, holds BLOB NOT NULL,
  PRIMARY KEY (server, hour, database, user, piece)) WITHOUT ROWID;
