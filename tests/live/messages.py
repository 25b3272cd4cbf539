#!/usr/bin/env python3
"""The table of messages knows what a real server writes.

A server is made to write as many of its messages as is cheap, as csvlog and as stderr without the
SQLSTATE in its prefix. Read from stderr, each error must have the SQLSTATE that the csv log has for
it, none may have a text that the table does not know, and the events must be those that a search
of the csv log for their words finds. Other servers write in other languages: there durations and
connections are counted, and an error is at least known as one.
"""
import collections
import os
import re
import socket
import struct
import subprocess
import tempfile
import time

import judge
import server

PREFIX = '%m [%p] %q%u@%d '

SETUP = '''
CREATE ROLE web LOGIN; CREATE ROLE limited LOGIN CONNECTION LIMIT 0; CREATE ROLE closed NOLOGIN;
CREATE DATABASE narrow CONNECTION LIMIT 0; CREATE DATABASE quiet ALLOW_CONNECTIONS false;
'''

SCHEMA = '''
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN email AS text CONSTRAINT email_check CHECK (VALUE LIKE '%@%');
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL CONSTRAINT customers_email_uq UNIQUE,
                        mood mood, tags text[], contact email, name varchar(10), flags bit(3));
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers,
                     total numeric(8,2) CONSTRAINT orders_total_check CHECK (total >= 0), day date,
                     number int GENERATED ALWAYS AS IDENTITY, note text);
CREATE TABLE order_items (order_id int CONSTRAINT order_items_order_id_fkey REFERENCES orders,
                          n int);
CREATE TABLE bookings (during int4range,
                       CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
CREATE TABLE events (day date, n int) PARTITION BY RANGE (day);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE carts AS SELECT id, 0 AS n FROM generate_series(1, 100) AS id;
CREATE UNIQUE INDEX carts_id ON carts (id);
CREATE TABLE secret (n int);
CREATE SEQUENCE small_seq MAXVALUE 2;
CREATE VIEW orders_v AS SELECT customer_id, count(*) AS n FROM orders GROUP BY 1;
CREATE VIEW orders_checked AS SELECT * FROM orders WHERE total < 100 WITH CHECK OPTION;
CREATE MATERIALIZED VIEW orders_m AS SELECT * FROM orders WITH NO DATA;
CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION many(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION many(a int, b date) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p() LANGUAGE sql AS '';
INSERT INTO customers (id, email) VALUES (1, 'a@example.org'), (2, 'b@example.org');
INSERT INTO orders (id, customer_id, total) VALUES (1, 1, 5);
INSERT INTO order_items VALUES (1, 1);
INSERT INTO bookings VALUES ('[1,5)');
GRANT ALL ON carts TO web;
'''

# Statements that fail, or that warn, each in a transaction of its own.
FAILING = '''
INSERT INTO customers (id, email) VALUES (3, 'a@example.org');
CREATE UNIQUE INDEX ON carts (n);
INSERT INTO order_items VALUES (77, 1);
DELETE FROM orders WHERE id = 1;
INSERT INTO customers (id) VALUES (4);
ALTER TABLE customers ALTER name SET NOT NULL;
INSERT INTO orders (id, total) VALUES (5, -1);
INSERT INTO events_2026 VALUES ('2031-01-01', 1);
INSERT INTO events VALUES ('2031-01-01', 1);
ALTER TABLE orders ADD CONSTRAINT small CHECK (total < 1);
INSERT INTO customers (id, email, contact) VALUES (5, 'c', 'nobody');
ALTER DOMAIN email ADD CHECK (length(VALUE) > 0) NOT VALID;
INSERT INTO bookings VALUES ('[2,3)');
INSERT INTO orders_checked (id, total) VALUES (6, 500);
SELECT 1 FROM no_such_table;
SELECT nope FROM orders;
UPDATE orders SET nope = 1;
SELECT no_such_func(1);
SELECT many(1, NULL);
SELECT 'a'::text = 1;
SELECT '1' - '2';
SELECT id FROM orders, customers;
SELECT o.id FROM orders;
SELECT orders.id FROM orders o;
SELECT id, count(*) FROM orders GROUP BY total;
SELECT 1 FROM orders WHERE count(*) > 1;
SELECT count(count(*)) FROM orders;
SELECT 1 FROM orders WHERE row_number() OVER () = 1;
SELECT DISTINCT id FROM orders ORDER BY total;
SELECT DISTINCT ON (id) id FROM orders ORDER BY total;
SELECT id FROM orders ORDER BY 9;
SELECT 1 FROM orders, orders;
SELECT (SELECT 1, 2);
SELECT 1 IN (SELECT 1, 2);
SELECT 1 UNION SELECT 1, 2;
SELECT (SELECT id FROM customers);
SELECT * FROM (SELECT 1);
VALUES (1), (1, 2);
INSERT INTO carts VALUES (1, 2, 3);
INSERT INTO carts (id, n) VALUES (1);
INSERT INTO carts (id, id) VALUES (1, 1);
UPDATE carts SET n = 1, n = 2;
INSERT INTO carts VALUES (1, 1) ON CONFLICT (n) DO NOTHING;
INSERT INTO carts VALUES (1, 1) ON CONFLICT DO UPDATE SET n = 2;
INSERT INTO carts VALUES (200, 1), (200, 2) ON CONFLICT (id) DO UPDATE SET n = 2;
MERGE INTO carts USING (VALUES (1), (1)) v (i) ON id = i WHEN MATCHED THEN UPDATE SET n = 1;
SELECT 1 = ANY (1);
INSERT INTO orders (id, total) VALUES (1, true);
SELECT 1 UNION SELECT true;
ALTER TABLE orders ALTER note TYPE int;
SELECT 1 WHERE 1;
SELECT 1::int::date;
SELECT 1 WHERE generate_series(1, 2) = 1;
SELECT DISTINCT id FROM orders FOR UPDATE;
SELECT 1 FROM orders o LEFT JOIN customers c ON true FOR UPDATE OF c;
INSERT INTO orders (id, number) VALUES (9, 9);
UPDATE orders SET number = 9;
SELEC 1;
SELECT 1 +;
SELECT 1 FROM;
SELECT 123abc;
EXECUTE missing;
PREPARE twice AS SELECT 1;
PREPARE twice AS SELECT 1;
EXECUTE twice (1);
SELECT $1;
FETCH missing;
BEGIN; DECLARE c1 CURSOR FOR SELECT 1; DECLARE c1 CURSOR FOR SELECT 1; ROLLBACK;
BEGIN; DECLARE c1 NO SCROLL CURSOR FOR SELECT 1; FETCH BACKWARD c1; ROLLBACK;
BEGIN; SELECT 1 / 0; SELECT 1; ROLLBACK;
BEGIN; BEGIN; COMMIT;
COMMIT;
SAVEPOINT s1;
BEGIN; ROLLBACK TO s1; ROLLBACK;
BEGIN; VACUUM carts; ROLLBACK;
BEGIN; CREATE INDEX CONCURRENTLY ON carts (n); ROLLBACK;
BEGIN; SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; ROLLBACK;
SET LOCAL work_mem = '1MB';
BEGIN READ ONLY; UPDATE carts SET n = 1; ROLLBACK;
COMMIT PREPARED 'order 7';
BEGIN; PREPARE TRANSACTION 'order 7';
DO $$BEGIN COMMIT; PERFORM pg_sleep(0); END$$;
SELECT f(1);
DO $$DECLARE x int; BEGIN SELECT id INTO STRICT x FROM orders WHERE id = 77; END$$;
DO $$DECLARE x int; BEGIN SELECT id INTO STRICT x FROM customers; END$$;
DO $$BEGIN SELECT 1; END$$;
DO $$BEGIN EXECUTE NULL; END$$;
DO $$DECLARE r record; BEGIN SELECT 1 AS a INTO r; PERFORM r.nope; END$$;
COPY carts FROM stdin;
1
\\.
COPY carts FROM stdin;
1	2	3
\\.
COPY carts FROM '/no/such/file';
SET standard_conforming_strings = off; SELECT 'a\\\\b'; RESET standard_conforming_strings;
DROP TABLE no_such_table;
DROP VIEW no_such_view;
DROP SEQUENCE no_such_seq;
DROP MATERIALIZED VIEW no_such_view;
DROP INDEX no_such_index;
DROP FUNCTION no_such_func(int);
DROP PROCEDURE no_such_proc(int);
DROP AGGREGATE no_such_aggregate(int);
DROP SCHEMA no_such_schema;
DROP TYPE no_such_type;
DROP TRIGGER no_such_trigger ON orders;
DROP POLICY no_such_policy ON orders;
DROP RULE no_such_rule ON orders;
DROP EXTENSION no_such_extension;
CREATE EXTENSION no_such_extension;
DROP LANGUAGE no_such_language;
DROP TABLESPACE no_such_tablespace;
DROP SERVER no_such_server;
DROP PUBLICATION no_such_publication;
DROP SUBSCRIPTION no_such_subscription;
DROP STATISTICS no_such_statistics;
DROP TEXT SEARCH CONFIGURATION no_such_configuration;
DROP EVENT TRIGGER no_such_trigger;
DROP ROLE no_such_role;
DROP DATABASE no_such_db;
ALTER TABLE orders DROP CONSTRAINT no_such_constraint;
SELECT lo_open(77, 131072);
SELECT pg_drop_replication_slot('no_such_slot');
SELECT 'a' COLLATE "no_such";
SELECT NULL::no_such_type;
SELECT row_number() OVER no_such_window;
CREATE INDEX ON carts USING no_such_method (n);
SET no_such_parameter = 1;
SET server_version = 1;
SET shared_buffers = '1MB';
SET work_mem = 'much';
SET timezone = 'Mars';
SET search_path = ''; CREATE TABLE x (); RESET search_path;
CREATE TABLE orders (id int);
ALTER TABLE orders ADD note int;
CREATE SCHEMA public;
CREATE DATABASE postgres;
CREATE ROLE web;
CREATE TYPE mood AS ENUM ();
ALTER TYPE mood ADD VALUE 'sad';
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total > 1);
CREATE EXTENSION plpgsql;
ALTER TABLE orders ADD PRIMARY KEY (note);
CREATE TABLE late (id int REFERENCES order_items (n));
DROP TABLE orders;
DROP INDEX orders_pkey;
DROP DATABASE live;
BEGIN; DECLARE c CURSOR FOR SELECT * FROM carts; FETCH c; ALTER TABLE carts ADD x int; ROLLBACK;
TRUNCATE orders;
ALTER TABLE orders ALTER customer_id TYPE bigint;
ALTER TABLE orders_v ADD x int;
SELECT nextval('orders');
DROP TABLE orders_v;
DROP VIEW orders;
DROP INDEX orders;
DROP MATERIALIZED VIEW orders;
CREATE INDEX ON orders_v (n);
CALL f(1);
SELECT p();
INSERT INTO orders_v VALUES (1, 1);
UPDATE orders_v SET n = 1;
DELETE FROM orders_v;
INSERT INTO orders_m (id) VALUES (1);
SELECT * FROM orders_m;
REFRESH MATERIALIZED VIEW CONCURRENTLY orders_m;
CREATE TABLE events_again PARTITION OF events FOR VALUES FROM ('2026-05-01') TO ('2026-06-01');
CREATE TABLE events_none PARTITION OF events FOR VALUES FROM ('2028-01-01') TO ('2028-01-01');
CREATE TABLE events_list PARTITION OF events FOR VALUES IN (1);
ALTER TABLE events DETACH PARTITION carts;
CREATE UNIQUE INDEX ON events (n);
CREATE TABLE child () INHERITS (events);
SELECT currval('small_seq');
SELECT lastval();
SELECT nextval('small_seq') FROM generate_series(1, 3);
SELECT 1 / 0;
SELECT 'abc'::int;
SELECT 'x'::mood;
SELECT 'x'::text[];
SELECT 'x'::int4range;
SELECT 'x'::orders;
SELECT 99999999999::int;
SELECT '99999999999'::int;
SELECT '1e400'::float8;
SELECT 1e300::float8 * 1e300::float8;
SELECT 123456789::numeric(4,2);
SELECT '2026-02-30'::date;
SELECT '9999999-01-01'::timestamp;
SELECT make_date(2026, 13, 1);
SELECT make_time(25, 61, 61);
SELECT '9999999-01-01'::date;
SELECT '1 99999999999'::interval;
SELECT interval '178000000 years' * 1000;
SELECT to_date('99', 'MM');
SELECT 'twelve letters'::varchar(3), 1; INSERT INTO customers (id, email, name) VALUES (8, 'd', 'eleven char');
INSERT INTO customers (id, email, flags) VALUES (8, 'd', B'1111');
SELECT convert_from('\\xff', 'UTF8');
SELECT convert_to('€', 'LATIN1');
SELECT '{"a": "\\u0000"}'::jsonb;
SELECT 'a' ~ '(';
SELECT 'ab' LIKE 'a\\';
SELECT int4range(5, 1);
SELECT 1 LIMIT -1;
SELECT 1 OFFSET -1;
SELECT substring('abc' FROM 1 FOR -1);
SELECT ln(0);
SELECT sqrt(-1);
SELECT power(0, -1);
SELECT array_append(ARRAY[[1], [2]], 1);
SELECT array_agg(a) FROM (VALUES (ARRAY[1]), (ARRAY[1, 2])) v (a);
SELECT ARRAY[[1]] || ARRAY[[1, 2]];
SELECT decode('abc', 'hex');
SELECT decode('zz', 'hex');
SELECT 'soon'::date;
SELECT 'soon'::time;
SELECT 'soon'::timestamp;
SELECT 'soon'::timestamptz;
SELECT 'soon'::interval;
SELECT 'abc'::json;
SELECT jsonb_array_elements('1');
SELECT jsonb_object_keys('[]');
SELECT jsonb_array_length('1');
SELECT ('"a"'::jsonb)::int;
SELECT jsonb_set('1', '{a}', '2');
SELECT '1'::jsonb - 'a';
SELECT jsonb_build_object('a');
SELECT jsonb_object_agg(NULL, 1);
SELECT jsonb_path_query('1', 'strict $.a');
SELECT jsonb_path_query('1', 'strict $[0]');
SELECT jsonb_path_query('[1]', 'strict $[7]');
SELECT jsonb_path_query('1', '$limit');
SELECT jsonb_path_query('true', '$.double()');
SELECT jsonb_path_query('"a"', '$.abs()');
SELECT jsonb_path_query('1', 'strict $.size()');
SELECT jsonb_path_query('1', '$.keyvalue()');
SELECT jsonb_path_query('1', 'strict $.*');
SELECT jsonb_path_query('1', 'strict $[*]');
SELECT 'x ?'::jsonpath;
SELECT '$.'::jsonpath;
SET temp_file_limit = '1MB'; SET work_mem = '64kB'; SELECT count(*) FROM (SELECT g FROM generate_series(1, 300000) g ORDER BY random()) x; RESET ALL;
SET work_mem = '64kB'; SELECT count(*) FROM (SELECT g FROM generate_series(1, 20000) g ORDER BY random()) x; RESET ALL;
CREATE FUNCTION deep(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN deep($1 + 1); END'; SELECT deep(1);
CREATE INDEX ON orders (note); INSERT INTO orders (id, note) SELECT 10, string_agg(md5(g::text), '') FROM generate_series(1, 400) g;
SELECT repeat('a ', 600000)::tsvector IS NULL, to_tsvector('simple', string_agg(md5(g::text), ' ')) FROM generate_series(1, 40000) g;
SET statement_timeout = '30ms'; SELECT pg_sleep(5); RESET ALL;
LOAD 'no_such_library';
SELECT pg_advisory_unlock(77);
SET ROLE web; SELECT 1 FROM secret; RESET ROLE;
SET ROLE web; CREATE ROLE other; RESET ROLE;
SET ROLE web; DROP TABLE orders; RESET ROLE;
SET ROLE web; ANALYZE secret; VACUUM pg_authid; RESET ROLE;
SET ROLE web; ALTER TABLE carts OWNER TO postgres; RESET ROLE;
SET ROLE web; SELECT pg_reload_conf(); RESET ROLE;
BEGIN; SELECT 1 FROM carts WHERE id = 1 FOR UPDATE; SELECT pg_terminate_backend(pg_backend_pid());
'''

LOCALES = ['de_DE', 'fr_FR', 'ru_RU', 'ja_JP']

# Which records of the csv log are which event.
EVENTS = {
    'connection_received': ('LOG', r'connection received: '),
    'connection_authorized': ('LOG', r'connection authorized: '),
    'disconnection': ('LOG', r'disconnection: '),
    'deadlock': ('ERROR', r'deadlock detected'),
    'deadlock_wait': ('LOG', r'process \d+ detected deadlock'),
    'lock_wait': ('LOG', r'process \d+ still waiting'),
    'lock_acquired': ('LOG', r'process \d+ acquired'),
    'lock_timeout': ('ERROR', r'canceling statement due to lock timeout'),
    'statement_timeout': ('ERROR', r'canceling statement due to statement timeout'),
    'user_cancel': ('ERROR', r'canceling statement due to user request'),
    'idle_in_transaction_timeout': ('FATAL', r'terminating connection due to idle-in-tr'),
    'idle_session_timeout': ('FATAL', r'terminating connection due to idle-session'),
    'connection_lost_open_transaction': ('LOG', r'unexpected EOF on client connection with'),
    'incomplete_startup': ('LOG', r'incomplete startup packet'),
    'temp_file': ('LOG', r'temporary file: '),
    'checkpoint': ('LOG', r'checkpoint complete: '),
    'checkpoint_start': ('LOG', r'checkpoint starting: '),
    'autovacuum': ('LOG', r'automatic (aggressive )?vacuum of table'),
    'autoanalyze': ('LOG', r'automatic analyze of table'),
    'archive_failure': ('LOG|WARNING', r'archive command failed|archiving write-ahead'),
    'reload': ('LOG', r'received SIGHUP'),
    'parameter_changed': ('LOG', r'parameter ".*" changed to'),
    'configuration_error': ('LOG', r'configuration file .* contains errors'),
    'server_start': ('LOG', r'starting PostgreSQL'),
    'server_ready': ('LOG', r'database system is ready'),
    'crash': ('LOG', r'server process .* was terminated by signal'),
    'refused': ('FATAL', r'role|remaining|sorry|too many|(the )?database'),
}

LIKELY = set(EVENTS) - {'autovacuum', 'autoanalyze', 'archive_failure'}  # these take their time

NEEDED_STATES = set('''01000 08P01 0A000 21000 22001 22003 22004 22007 22008 22012 22021 22023
22025 22026 2200H 22011 2201B 2201E 2201F 2201W 2201X 22030 2202E 2203A 22039 22033 22P02 22P04
22P05 22P06 23502 23503 23505 23514 23P01 25001 25006 25P01 25P02 25P03 26000 28000 2BP01 2F005
34000 3B001 3D000 3F000 40001 40P01 42501 42601 42701 42702 42703 42704 42710 42712 42723 42725
42803 42804 42809 42830 42846 42883 428C9 42P01 42P02 42P03 42P04 42P05 42P06 42P07 42P10 42P16
42P17 42P20 44000 53300 53400 54000 54001 55000 55006 55P02 55P03 57014 57P01 57P05 58P01 P0002
P0003'''.split()) - {'2203A', '22030', '08P01'}


def fail_statements(postgres):
    with postgres.session(database='live') as session:
        lines, copying = [], False
        for line in FAILING.strip().split('\n'):
            lines.append(line)
            copying = (copying or line.endswith('FROM stdin;')) and line != '\\.'
            if not copying:
                session.run('\n'.join(lines))
                lines = []


def session_of(postgres, *before):
    session = postgres.session(database='live')
    for sql in before:
        session.run(sql)
    return session


def waits(postgres):
    """Lock waits, a deadlock, conflicts between transactions."""
    with session_of(postgres) as one, session_of(postgres) as two:
        one.run('BEGIN; UPDATE carts SET n = 1 WHERE id = 1;')
        two.run("SET lock_timeout = '300ms'; UPDATE carts SET n = 2 WHERE id = 1;")
        two.run('RESET lock_timeout; SELECT 1 FROM carts WHERE id = 1 FOR UPDATE NOWAIT;')
        two.run('LOCK TABLE carts NOWAIT;')
        two.send('UPDATE carts SET n = 3 WHERE id = 1;')
        time.sleep(0.3)
        one.run('COMMIT;')
        two.answer()
        one.run('BEGIN; UPDATE carts SET n = 1 WHERE id = 1;')
        two.run('BEGIN; UPDATE carts SET n = 1 WHERE id = 2;')
        one.send('UPDATE carts SET n = 1 WHERE id = 2;')
        two.run('UPDATE carts SET n = 1 WHERE id = 1;')
        one.answer()
        for session in (one, two):
            session.run('ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM carts;')
        one.run('UPDATE carts SET n = 5 WHERE id = 3; COMMIT;')
        two.run('UPDATE carts SET n = 6 WHERE id = 3; ROLLBACK;')
        one.send('SELECT pg_sleep(30);')
        server.wait_until(lambda: postgres.admin(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = "
            "'SELECT pg_sleep(30);' AND state = 'active'") == 't', 'the statement to cancel')
        one.answer()


def ended_sessions(postgres):
    for setting in ("idle_session_timeout = '50ms'; SELECT 1",
                    "idle_in_transaction_session_timeout = '50ms'; BEGIN"):
        session = session_of(postgres, f'SET {setting};')
        time.sleep(0.2)
        session.close()
    session_of(postgres, 'BEGIN;', 'SELECT 1;').terminate()


def refused_connections(postgres):
    for who in ({'user': 'no_such_role'}, {'user': 'closed'}, {'user': 'limited'},
                {'database': 'no_such_db'}, {'user': 'web', 'database': 'narrow'},
                {'database': 'quiet'}):
        postgres.session(**who).close()
    with socket.create_connection(('127.0.0.1', postgres.port)) as probe:
        probe.sendall(b'\0\0')  # a port scanner
    with socket.create_connection(('127.0.0.1', postgres.port)) as probe:
        probe.sendall(struct.pack('!ii', 8, 1 << 16))
        probe.recv(4096)
    held = [session_of(postgres, 'SELECT 1;') for _ in range(10)]
    for user in ('web', 'postgres', 'postgres', 'postgres', 'postgres'):
        session = postgres.session(user=user, database='live')
        session.run('SELECT 1;')
        held.append(session)
    for session in held:
        session.close()


def background(postgres):
    postgres.admin('SELECT pg_switch_wal()')
    postgres.reload(work_mem='5MB', shared_buffers='20MB')
    time.sleep(0.3)
    postgres.reload(work_mem='much')
    postgres.admin('INSERT INTO carts SELECT g, 0 FROM generate_series(1000, 30000) g;'
                   'DELETE FROM carts WHERE id > 2000', 'live')
    time.sleep(4.5)  # autovacuum, and an archiver that gives up
    postgres.admin('CHECKPOINT')


def crash(postgres):
    with session_of(postgres) as session:
        pid = int(session.run('SELECT pg_backend_pid();'))
        postgres.kill_backend(pid)


def truth_of(records):
    errors = collections.Counter(
        (record['severity'], record['sqlstate']) for record in records
        if record['severity'] in ('WARNING', 'ERROR', 'FATAL', 'PANIC'))
    events = {name: sum(bool(re.fullmatch(severity, record['severity']) and
                             re.match(words, record['message'])) for record in records)
              for name, (severity, words) in EVENTS.items()}
    return errors, events


def check_translations(checks, counsel):
    """The lines that the analysis is made of are read in other languages, too."""
    with tempfile.TemporaryDirectory() as locales:
        os.chmod(locales, 0o755)
        made = [name for name in LOCALES if subprocess.run(
            ['localedef', '-i', name, '-f', 'UTF-8', f'{locales}/{name}.UTF-8'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0]
        checks.equal('locales for translated messages', made, list(LOCALES))
        os.environ['LOCPATH'] = locales
        try:
            with server.Server(log_destination='stderr', log_line_prefix=PREFIX) as postgres:
                for name in made:
                    check_translation(checks, counsel, postgres, name)
        finally:
            del os.environ['LOCPATH']


def check_translation(checks, counsel, postgres, name):
    postgres.start(lc_messages=f'{name}.UTF-8')
    with postgres.session() as session:
        session.run('SELECT 1 FROM nirgends;')
        session.run('SELECT 1;')
    with postgres.wire('postgres', 'postgres', 'driver') as wire:
        wire.execute(('SELECT $1::int', ['7']))
    postgres.stop()
    report = counsel.analyze(postgres.logs()[0])
    checks.equal(f'{name}: nothing unparsed', report['coverage']['unparsed_records'], 0)
    checks.equal(f'{name}: statements', report['coverage']['statements'], 2)
    checks.equal(f'{name}: connections', [report['connections'][key] for key in
                                          ('received', 'authorized', 'disconnected')], [2] * 3)
    checks.equal(f'{name}: errors', sum(row['count'] for row in report['errors']
                                        if row['severity'] == 'ERROR'), 1)
    postgres.clear_logs()


def test(checks, counsel):
    with server.Server(
            log_destination='stderr,csvlog', log_line_prefix=PREFIX, max_connections=12,
            superuser_reserved_connections=2, log_lock_waits='on', deadlock_timeout='100ms',
            log_temp_files=0, log_checkpoints='on', log_autovacuum_min_duration=0,
            autovacuum_naptime='1s', autovacuum_vacuum_threshold=5, archive_mode='on',
            archive_command='false', log_min_duration_statement=-1,
            max_stack_depth='200kB') as postgres:
        postgres.start()
        postgres.admin(SETUP + 'CREATE DATABASE live;')
        postgres.admin(SCHEMA, 'live')
        fail_statements(postgres)
        waits(postgres)
        ended_sessions(postgres)
        refused_connections(postgres)
        background(postgres)
        crash(postgres)
        postgres.stop()
        stderr, csv = (f'{postgres.log_directory}/postgresql.{end}' for end in ('log', 'csv'))
        records = judge.read_csvlog(csv)
        errors, events = truth_of(records)
        checks.equal('the server wrote what it should',
                     sorted(NEEDED_STATES - {state for _, state in errors}), [])
        checks.equal('the events that were provoked',
                     sorted(name for name in LIKELY if events[name] == 0), [])
        for label, path in (('stderr', stderr), ('csv', csv)):
            report = counsel.analyze(path)
            checks.equal(f'{label}: nothing unparsed', report['coverage']['unparsed_records'], 0)
            got = collections.Counter()
            for row in report['errors']:
                got[row['severity'], row['sqlstate']] += row['count']
            checks.equal(f'{label}: errors by SQLSTATE', dict(got), dict(errors))
            checks.equal(f'{label}: errors of unknown text',
                         [row for row in report['errors'] if not row['message']], [])
            counted = {row['class']: row['count'] for row in report['events']}
            checks.equal(f'{label}: events', {name: counted.get(name, 0) for name in EVENTS},
                         events)
    check_translations(checks, counsel)


if __name__ == '__main__':
    judge.main(test, __doc__)
