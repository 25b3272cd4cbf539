-- What version 5 of the ledger adds: the sessions of a pool, second by second.
CREATE TABLE pool_session_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER NOT NULL, seconds BLOB NOT NULL,
  PRIMARY KEY (server, hour, database, user)) WITHOUT ROWID;
