-- What version 4 of the ledger changes: the tables with large blobs have a rowid and an index. In a
-- table without rowid the blobs stand among the keys, and looking for a key reads the blobs of
-- those it is compared with.
CREATE TABLE seen_minute_4 (
  server INTEGER NOT NULL REFERENCES server, minute INTEGER NOT NULL, keys BLOB,
  UNIQUE (server, minute));
INSERT INTO seen_minute_4 SELECT server, minute, keys FROM seen_minute;
DROP TABLE seen_minute;
ALTER TABLE seen_minute_4 RENAME TO seen_minute;
CREATE TABLE hold_trace_4 (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, piece INTEGER NOT NULL, holds BLOB NOT NULL,
  UNIQUE (server, hour, database, user, piece));
INSERT INTO hold_trace_4 SELECT server, hour, database, user, piece, holds FROM hold_trace;
DROP TABLE hold_trace;
ALTER TABLE hold_trace_4 RENAME TO hold_trace;
