-- What version 2 of the ledger adds: details of messages and errors, a pooler's log, exports.
-- Entries of other programs in the envelopes of a source, which were left out.
CREATE TABLE source_foreign (
  server INTEGER NOT NULL REFERENCES server, name TEXT NOT NULL, format TEXT NOT NULL,
  prefix TEXT NOT NULL, entries INTEGER NOT NULL,
  PRIMARY KEY (server, name, format, prefix)) WITHOUT ROWID;
-- Figures that the server's messages tell: durations in microseconds, sizes in bytes.
CREATE TABLE event_measure_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, class TEXT NOT NULL,
  object TEXT NOT NULL, measure TEXT NOT NULL, count INTEGER NOT NULL, total INTEGER NOT NULL,
  largest INTEGER NOT NULL, PRIMARY KEY (server, hour, class, object, measure)) WITHOUT ROWID;
-- Errors by minute, and who met them (fingerprint 0: no statement).
CREATE TABLE error_minute (
  server INTEGER NOT NULL REFERENCES server, minute INTEGER NOT NULL, sqlstate TEXT NOT NULL,
  severity TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (server, minute, sqlstate, severity)) WITHOUT ROWID;
CREATE TABLE error_source_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, severity TEXT NOT NULL,
  sqlstate TEXT NOT NULL, message TEXT NOT NULL, database TEXT NOT NULL, user TEXT NOT NULL,
  application TEXT NOT NULL, fingerprint INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (server, hour, severity, sqlstate, message, database, user, application, fingerprint))
  WITHOUT ROWID;
-- Sessions that ended in the hour; brief: shorter than a second.
CREATE TABLE session_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, application TEXT NOT NULL, sessions INTEGER NOT NULL, brief INTEGER NOT NULL,
  total INTEGER NOT NULL, lengths BLOB NOT NULL,
  PRIMARY KEY (server, hour, database, user, application)) WITHOUT ROWID;
-- Sessions whose records the log counts, as far as they were read; what lacks is
-- last - first + 1 - count. Those that were read from the first record to the end are not kept.
CREATE TABLE session_lines (
  server INTEGER NOT NULL REFERENCES server, session INTEGER NOT NULL, format TEXT NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, ended INTEGER NOT NULL,
  seen INTEGER NOT NULL, PRIMARY KEY (server, session, format)) WITHOUT ROWID;
-- What is known to lack: messages that the carrier dropped or cut; records of sessions long over.
CREATE TABLE lost_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, reported INTEGER NOT NULL,
  cut INTEGER NOT NULL, missing INTEGER NOT NULL, sessions INTEGER NOT NULL,
  PRIMARY KEY (server, hour)) WITHOUT ROWID;

-- What a pooler's log says, apart from the server's own.
CREATE TABLE pooler_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, records INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (server, hour)) WITHOUT ROWID;
-- side 0 none, 1 client, 2 server; form 0 a message, 1 `closing because`, 2 `pooler error`.
CREATE TABLE pooler_event_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, side INTEGER NOT NULL, form INTEGER NOT NULL, class TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (server, hour, database, user, side, form, class)) WITHOUT ROWID;
-- The stats lines of a process; the clients that were refused, by second; the server connections that
-- were opened and closed (given up with age).
CREATE TABLE pooler_stats_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, pid INTEGER NOT NULL,
  lines BLOB NOT NULL, PRIMARY KEY (server, hour, pid)) WITHOUT ROWID;
CREATE TABLE pooler_refused_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, class TEXT NOT NULL, seconds BLOB NOT NULL,
  PRIMARY KEY (server, hour, database, user, class)) WITHOUT ROWID;
CREATE TABLE pooler_server_hour (
  server INTEGER NOT NULL REFERENCES server, hour INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, changes BLOB NOT NULL,
  PRIMARY KEY (server, hour, database, user)) WITHOUT ROWID;
CREATE TABLE pooler_start (
  server INTEGER NOT NULL REFERENCES server, time INTEGER NOT NULL, pid INTEGER NOT NULL,
  version TEXT NOT NULL, max_client_conn INTEGER NOT NULL,
  PRIMARY KEY (server, time, pid)) WITHOUT ROWID;

-- Rows of exports: what was sampled at a time (0: the export does not tell). The same export read
-- again changes nothing; of two rows of one key the larger figures stay.
CREATE TABLE statement_snapshot (
  server INTEGER NOT NULL REFERENCES server, time INTEGER NOT NULL, fingerprint INTEGER NOT NULL,
  database TEXT NOT NULL, user TEXT NOT NULL, toplevel INTEGER NOT NULL, calls INTEGER NOT NULL,
  total INTEGER NOT NULL, rows INTEGER NOT NULL, temp_blocks INTEGER NOT NULL,
  PRIMARY KEY (server, time, fingerprint, database, user, toplevel)) WITHOUT ROWID;
CREATE TABLE activity_sample (
  server INTEGER NOT NULL REFERENCES server, time INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, application TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL,
  longest_transaction INTEGER NOT NULL, longest_idle INTEGER NOT NULL,
  PRIMARY KEY (server, time, database, user, application, state)) WITHOUT ROWID;
CREATE TABLE pool_sample (
  server INTEGER NOT NULL REFERENCES server, time INTEGER NOT NULL, database TEXT NOT NULL,
  user TEXT NOT NULL, pool_mode TEXT NOT NULL, cl_active INTEGER NOT NULL,
  cl_waiting INTEGER NOT NULL, sv_active INTEGER NOT NULL, sv_idle INTEGER NOT NULL,
  sv_used INTEGER NOT NULL, maxwait INTEGER NOT NULL,
  PRIMARY KEY (server, time, database, user)) WITHOUT ROWID;
CREATE TABLE pool_stats_sample (
  server INTEGER NOT NULL REFERENCES server, time INTEGER NOT NULL, database TEXT NOT NULL,
  xacts INTEGER NOT NULL, queries INTEGER NOT NULL, received INTEGER NOT NULL,
  sent INTEGER NOT NULL, xact_time INTEGER NOT NULL, query_time INTEGER NOT NULL,
  wait_time INTEGER NOT NULL,
  PRIMARY KEY (server, time, database)) WITHOUT ROWID;
