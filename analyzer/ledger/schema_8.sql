-- What version 8 of the ledger adds: the plans that auto_explain logged, by query and by the hash of
-- their shape; and of each day the slowest execution of a plan, encoded, without values (given up
-- with age, the newest of each plan last). fingerprint 0: the plan does not tell its query.
CREATE TABLE plan_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, fingerprint INTEGER NOT NULL,
  hash INTEGER NOT NULL, calls INTEGER NOT NULL, total INTEGER NOT NULL, slowest INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (server, hour, fingerprint, hash)) WITHOUT ROWID;
CREATE TABLE plan_day (
  server INTEGER NOT NULL REFERENCES server, fingerprint INTEGER NOT NULL, day INTEGER NOT NULL,
  hash INTEGER NOT NULL, duration INTEGER NOT NULL, time INTEGER NOT NULL, source TEXT NOT NULL,
  line INTEGER NOT NULL, plan BLOB NOT NULL, UNIQUE (server, fingerprint, day, hash));
-- Plans in the log that could not be read, as those that were cut off.
CREATE TABLE plan_unread_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (server, hour)) WITHOUT ROWID;
