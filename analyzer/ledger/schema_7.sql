-- What version 7 of the ledger adds: the ports that sessions come from, which a pooler's log tells,
-- too (about 5 bytes a session; given up with age).
CREATE TABLE session_port_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, ports BLOB NOT NULL,
  UNIQUE (server, hour));
-- pool_size with the name that the pooler gives to a database: several may be of one. Empty: not
-- told.
CREATE TABLE named_pool_size (
  server INTEGER NOT NULL REFERENCES server, source INTEGER NOT NULL, name TEXT NOT NULL,
  database TEXT NOT NULL, user TEXT NOT NULL, time INTEGER NOT NULL, size INTEGER NOT NULL,
  reserve INTEGER NOT NULL, mode TEXT NOT NULL,
  PRIMARY KEY (server, source, name, database, user)) WITHOUT ROWID;
INSERT INTO named_pool_size
  SELECT server, source, '', database, user, time, size, reserve, mode FROM pool_size;
