"""One run of everything that a server can log, with names that hold blanks, quotes, brackets and
commas. The driver counts what it sends, by the name of the table in each statement."""
import collections
import time

import server

USER, DATABASE = 'we"b [1], ü@er', 'shop @ [nord], "ö" x'
APPLICATION = 'check out, "app"|x @ [2] / LOG:  '
PREFIX = '%m [%p:%l] %c %e v=%v x=%x b=%b i=%i s=%s %quser=%u,db=%d,app=%a,client=%r>'
TRANSACTIONS, CLIENTS = 150, 2

PROVOKED = set('22012 22P02 23505 25P02 25P03 28000 3D000 40P01 42601 42703 42P01 53300 55P03 '
               '57014 57P01 57P03 ZX001'.split())
BENCH = '''\\set id random(1, 100)
BEGIN;
UPDATE tag_hits_{mode} SET n = n + 1 WHERE id = :id;
SELECT n FROM tag_hits_{mode} WHERE id = :id;
END;
'''
FAKE = ('2026-01-02 03:04:05.678 UTC [4711:1] 6957338a.1267 00000 v=3/4 x=0 b=client backend '
        'i=SELECT s=2026-01-02 03:04:05 UTC user=web,db=shop,app=psql,client=[local]>LOG:  '
        'duration: 9999.000 ms  statement: SELECT 1 FROM tag_fake')


def name(text):
    return '"' + text.replace('"', '""') + '"'


class Workload:
    """What the driver sent, counted by the name of the table in each statement."""

    def __init__(self, postgres):
        self.postgres = postgres
        self.calls = collections.Counter()
        self.tables = set()
        self.who = {'user': USER, 'database': DATABASE, 'application': APPLICATION}

    def table(self, tag, rows=1):
        if tag not in self.tables:
            self.tables.add(tag)
            self.postgres.admin(f'CREATE TABLE {tag} AS SELECT id, 0 AS n FROM '
                                f'generate_series(1, {rows}) AS id;'
                                f'CREATE UNIQUE INDEX ON {tag} (id);'
                                f'GRANT ALL ON {tag} TO {name(USER)}', DATABASE)
        return tag

    def run(self, session, tag, sql, calls=1):
        self.table(tag)
        self.calls[tag] += calls
        return session.run(sql.replace('TAG', tag))

    def prepare(self):
        self.postgres.admin(f'CREATE ROLE {name(USER)} LOGIN; CREATE ROLE narrow LOGIN '
                            'CONNECTION LIMIT 1; CREATE ROLE locked NOLOGIN')
        self.postgres.admin(f'CREATE DATABASE {name(DATABASE)}')
        self.postgres.admin('CREATE EXTENSION pg_stat_statements', DATABASE)
        self.postgres.admin('SELECT pg_stat_statements_reset()', DATABASE)

    def statements(self):
        with self.postgres.session(**self.who) as session:
            for i in range(5):
                self.run(session, 'tag_plain', f'SELECT {i} FROM TAG;')
            self.run(session, 'tag_lines', "SELECT 'a\n\tb\n\n' -- a comment; with a semicolon\n\n"
                     "  FROM TAG /* and\nanother */ WHERE id\n=\n1;")
            self.run(session, 'tag_quoting', f"SELECT '\n{FAKE}\n{FAKE}\n\t{FAKE}' FROM TAG;")
            self.run(session, 'tag_dollar', f'SELECT $x$\r\n{FAKE}\r\n$x$ FROM TAG;')
            self.run(session, 'tag_commented', f'SELECT 1 /*\n{FAKE}\n*/ FROM TAG;')
            self.run(session, 'tag_ünï', 'SELECT n AS "Zahl, « ✓ »" FROM TAG;')
            self.run(session, 'tag_csv', "SELECT '\"', '\"\"', ',', ',\"\n\",' FROM TAG;")
            self.run(session, 'tag_comma', 'SELECT id , n FROM TAG;\nSELECT id , n FROM TAG;', 2)
            self.run(session, 'tag_many', 'SELECT 1 FROM TAG WHERE id IN (1, 2, 3);')
            self.run(session, 'tag_many', 'SELECT 1 FROM TAG WHERE id IN (4);')
            self.run(session, 'tag_long', f"SELECT length('{'x' * 70_000}') FROM TAG;")
            self.run(session, 'tag_copy_in', 'COPY TAG FROM stdin;\n11\t1\n12\t2\n\\.')
            self.run(session, 'tag_copy_out', 'COPY TAG TO STDOUT;')
            self.run(session, 'tag_index', 'ANALYZE TAG;')
            session.run("DO $$BEGIN RAISE WARNING "
                        "E'loud\\nLOG:  duration: 1.0 ms  statement: x'; END$$;")
            session.run("SET application_name = 'other @ app, b=2';")
            self.run(session, 'tag_plain', 'SELECT 7 FROM TAG;')
        with self.postgres.session(tcp=True, **self.who) as session:
            session.run('BEGIN;')
            self.run(session, 'tag_cursor', 'DECLARE c CURSOR FOR SELECT * FROM TAG;')
            session.run('FETCH 1 FROM c; FETCH 1 FROM c; CLOSE c;')
            session.run('COMMIT;')
            self.table('tag_prepared')
            session.run('PREPARE q (int) AS SELECT n FROM tag_prepared WHERE id = $1;')
            session.run('EXECUTE q(1); EXECUTE q(2); EXECUTE q(3);')
            self.run(session, 'tag_message', 'SELECT 1 FROM TAG\\; SELECT 2 FROM TAG;')
            session.run("SET work_mem = '64kB';")
            self.run(session, 'tag_spill',
                     'SELECT count(*) FROM (SELECT g, random() FROM TAG, '
                     'generate_series(1, 30000) g ORDER BY 2) x;')

    def errors(self):
        with self.postgres.session(**self.who) as session:
            for i in range(3):
                session.run(f'SELECT {i} / 0 FROM tag_plain;')
            session.run('SELEC wrong;\nSELECT * FROM "no\nsuch\ntable";')
            self.run(session, 'tag_unique', 'SELECT 1 FROM TAG;')
            session.run("INSERT INTO tag_unique VALUES (1, 1);\n")
            session.run("SET statement_timeout = '50ms';")
            session.run('SELECT pg_sleep(10) FROM tag_plain;')
            session.run('RESET statement_timeout;')
            session.run(f"DO $$BEGIN RAISE EXCEPTION E'own\n{FAKE}' USING ERRCODE = 'ZX001', "
                        "DETAIL = E'two\\nlines', HINT = 'a hint'; END$$;")
            session.run('BEGIN;')
            session.run('SELECT 1 / 0 FROM tag_plain;\nSELECT 1 FROM tag_plain;')  # 22012, 25P02
            session.run('ROLLBACK;')
        with self.postgres.session(**self.who) as session:
            session.send('SELECT pg_sleep(20) FROM tag_plain;')
            self.cancel('pg_sleep(20)', 'pg_cancel_backend')
            session.answer()
        session = self.postgres.session(**self.who)
        session.send('SELECT pg_sleep(21) FROM tag_plain;')
        self.cancel('pg_sleep(21)', 'pg_terminate_backend')
        session.answer()
        session.close()
        session = self.postgres.session(**self.who)
        session.run("SET idle_in_transaction_session_timeout = '60ms';\nBEGIN;")
        time.sleep(0.2)
        session.close()
        session = self.postgres.session(**self.who)
        session.run("BEGIN;\nSELECT 1 FROM tag_unique;")
        self.calls['tag_unique'] += 1
        session.terminate()  # an end of the connection within a transaction

    def cancel(self, text, function):
        question = (f"SELECT {function}(pid) FROM pg_stat_activity WHERE state = 'active' AND "
                    f"query LIKE '%{text}%' AND pid <> pg_backend_pid()")
        server.wait_until(lambda: self.postgres.admin(question) == 't', 'a query to cancel')

    def locks(self):
        self.table('tag_locked', rows=2)
        with self.postgres.session(**self.who) as one, self.postgres.session(**self.who) as two:
            one.run('BEGIN;\nUPDATE tag_locked SET n = 1 WHERE id = 1;')
            two.run("SET lock_timeout = '150ms';")
            two.run('UPDATE tag_locked SET n = 2 WHERE id = 1;')  # 55P03
            two.run('RESET lock_timeout;')
            two.send('UPDATE tag_locked SET n = 3 WHERE id = 1;')
            time.sleep(0.3)
            one.run('COMMIT;')
            two.answer()
            one.run('BEGIN;\nUPDATE tag_locked SET n = 1 WHERE id = 1;')
            two.run('BEGIN;\nUPDATE tag_locked SET n = 1 WHERE id = 2;')
            one.send('UPDATE tag_locked SET n = 1 WHERE id = 2;\nROLLBACK;')
            time.sleep(0.02)
            two.send('UPDATE tag_locked SET n = 1 WHERE id = 1;\nROLLBACK;')
            one.answer()
            two.answer()
        self.calls['tag_locked'] += 5  # of 7, one ran out of time and one was the deadlock's victim

    def refusals(self):
        self.postgres.session(user='nobody here', database=DATABASE).close()
        self.postgres.session(user='locked', database=DATABASE, tcp=True).close()
        self.postgres.session(**{**self.who, 'database': 'no, such db'}).close()
        with self.postgres.session(user='narrow') as first:
            first.run('SELECT 1;')
            self.postgres.session(user='narrow').close()
        crowd = []
        for i in range(30):
            crowd.append(self.postgres.session(**self.who))
            if 'FATAL' in crowd[-1].run('SELECT 1 FROM tag_unique;'):
                break
            self.calls['tag_unique'] += 1
        for session in crowd:
            session.close()

    def bench(self):
        for mode in ('simple', 'extended', 'prepared'):
            tag = self.table(f'tag_hits_{mode}', rows=100)
            self.postgres.pgbench(BENCH.format(mode=mode), mode, CLIENTS, TRANSACTIONS, tcp=True,
                                  **self.who)
            self.calls[tag] += 2 * CLIENTS * TRANSACTIONS

    def extended(self):
        """Parameters, portals, named statements, errors of bind, several statements to one Sync."""
        for tag in ('tag_values', 'tag_named', 'tag_pipe_one', 'tag_pipe_two', 'tag_portal',
                    'tag_bound'):
            self.table(tag, rows=10)
        values = ["it's", 'a\nb', FAKE, f'\n{FAKE}\n\t{FAKE}', '', '"quoted", too', "''", 'ö ✓',
                  "$1 = 'x', $2 = 'y'", 'x' * 9000]
        with self.postgres.wire(**self.who) as wire:
            for value in values:
                wire.execute(('SELECT $1::text, $2::text FROM tag_values', [value, 'end']))
            self.calls['tag_values'] += len(values)
            wire.execute(('SELECT n FROM tag_named WHERE id = $1', ['1']), name='a "name": x')
            for i in range(4):
                wire.execute_again('a "name": x', [str(i)])
            self.calls['tag_named'] += 5
            wire.execute(('UPDATE tag_pipe_one SET n = $1', ['1']),
                         ('UPDATE tag_pipe_two SET n = $1', ['2']))
            self.calls.update(('tag_pipe_one', 'tag_pipe_two'))
            wire.execute(('SELECT id FROM tag_portal ORDER BY id', []), rows=3)
            self.calls['tag_portal'] += 2  # the log has a line for each time it is asked
            wire.execute(('SELECT n FROM tag_bound WHERE id = $1', ['1']))
            self.calls['tag_bound'] += 1
            assert wire.execute(('SELECT n FROM tag_bound WHERE id = $1', ['x'])) == ['22P02']
            assert wire.execute(('SELECT n / $1 FROM tag_bound', ['0'])) == ['22012']
            assert wire.execute(('SELECT nothing FROM tag_bound', [])) == ['42703']

    def plans(self):
        """auto_explain: a plan is no execution."""
        self.table('tag_explained')
        self.postgres.admin('CREATE ROLE explained LOGIN; GRANT ALL ON tag_explained TO explained;'
                            'ALTER ROLE explained SET auto_explain.log_min_duration = 0;'
                            'ALTER ROLE explained SET auto_explain.log_analyze = on;'
                            'ALTER ROLE explained SET auto_explain.log_nested_statements = on;'
                            "CREATE FUNCTION explained(wanted int) RETURNS int LANGUAGE plpgsql AS "
                            "'BEGIN RETURN (SELECT n FROM tag_explained WHERE id > wanted LIMIT 1); END';"
                            , DATABASE)
        for form in ('text', 'json', 'xml', 'yaml'):
            self.postgres.admin(f'ALTER ROLE explained SET auto_explain.log_format = {form}')
            with self.postgres.session(user='explained', database=DATABASE) as session:
                session.run('SELECT n FROM tag_explained\nWHERE id = 1;')
                session.run('SELECT explained(0);')
                self.calls['tag_explained'] += 1

    def crash(self):
        """One backend is killed while two others are in a transaction."""
        self.table('tag_crashed')
        sessions = [self.postgres.session(**self.who) for _ in range(3)]
        for session in sessions[:2]:
            session.run('BEGIN;\nSELECT n FROM tag_crashed;')
            self.calls['tag_crashed'] += 1
        sessions[2].run("SET log_min_duration_statement = -1;")
        pid = int(sessions[2].run('SELECT pg_backend_pid();'))
        self.postgres.kill_backend(pid)
        for session in sessions:
            session.run('SELECT 1;')
            session.close()

    def run_all(self):
        self.prepare()
        self.statements()
        self.extended()
        self.plans()
        self.errors()
        self.locks()
        self.refusals()
        self.bench()
        self.postgres.admin('CHECKPOINT')

    def seen_by_server(self):
        """Calls by tag in pg_stat_statements."""
        rows = self.postgres.admin(
            "SELECT regexp_replace(query, '^.*\\m(tag_[^[:space:];,]+).*$', '\\1') AS tag, "
            "sum(calls) FROM pg_stat_statements JOIN pg_roles r ON r.oid = userid "
            "WHERE query ~ '\\mtag_' AND rolname <> 'postgres' GROUP BY tag", DATABASE)
        return {tag: int(calls) for tag, calls in (row.split('|') for row in rows.split('\n'))}
