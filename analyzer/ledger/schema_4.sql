-- What version 4 of the ledger changes: the tables with large blobs have a rowid and an index. In a
-- table without rowid the blobs stand among the keys, and looking for a key reads the blobs of
-- those it is compared with. In a new ledger these two come first.
CREATE TABLE seen_minute (
  server INTEGER NOT NULL REFERENCES server, minute INTEGER NOT NULL, keys BLOB,
  UNIQUE (server, minute));
CREATE TABLE hold_trace (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, piece INTEGER NOT NULL, holds BLOB NOT NULL,
  UNIQUE (server, hour, database, user, piece));
