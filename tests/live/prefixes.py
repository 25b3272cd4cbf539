#!/usr/bin/env python3
"""Any log_line_prefix is understood without being told.

The server writes the same workload under many prefixes, in other zones of time, and with verbose
errors. Each log is read as it is: nothing may be unparsed, every statement counts once, names come
out whole, and the times agree with the clock on the wall.
"""
import re
import time
from datetime import datetime, timezone

import judge
import server

PLAIN = {'user': 'web', 'database': 'shop-db', 'application': 'checkout'}
ODD = {'user': 'web app', 'database': 'shop [new]', 'application': 'check out, v2'}
CLIENTS, TRANSACTIONS = 2, 20
TABLES = ('tag_simple', 'tag_lines', 'tag_quoting', 'tag_hits')

# What it is, log_line_prefix, more settings. The first ones are what real servers use.
PREFIXES = [
    ('PostgreSQL', '%m [%p] ', {}),
    ('Debian', '%m [%p] %q%u@%d ', {}),
    ('RDS', '%t:%r:%u@%d:[%p]:', {}),
    ('Azure', '%t-%c-', {}),
    ('pgBadger', '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ', {}),
    ('pganalyze', '%m [%p] %q[user=%u,db=%d,app=%a] ', {}),
    ('Heroku', ' sql_error_code = %e time_ms = "%m" pid="%p" proc_start_time="%s" session_id="%c" '
               'vtid="%v" tid="%x" log_line="%l" %qdatabase="%d" connection_source="%r" user="%u" '
               'application_name="%a" ', {}),
    ('verbose errors', '%m [%p] %q%u@%d/%a %c ', {'log_error_verbosity': 'verbose'}),
    ('terse errors', '%m [%p] %q%u@%d/%a %c ', {'log_error_verbosity': 'terse'}),
    ('ids and an epoch', '%n %c %l %x %v %p %q%d ', {}),
    ('padded', '%m [%8p] %-24u|%-16d|%6l ', {}),
    ('no blank at the end', '%m [%p]', {}),
    ('process before time', '[%p]: %e %m ', {}),
    ('start of session and time', '%p %s %c-%l-%h-%m ', {}),
    ('tabs', '%m\t%p\t%u\t%d\t%a\t', {}),
    ('like JSON', '{"t":"%m","pid":%p,"user":"%u","db":"%d"} ', {}),
    ('never seen, UTF-8', '<%m|%b|%i> {%p.%l} «%u» in «%d» as «%a» #%Q ', {}),
    ('percent and parallel leader', '100%% %m %P/%p %c %q%u ', {}),
]

# These are read with names that hold blanks, brackets and commas, too.
ODD_NAMES = ('PostgreSQL', 'Debian', 'RDS', 'pgBadger', 'pganalyze', 'Heroku', 'verbose errors',
             'padded', 'tabs', 'like JSON')

# Nothing says which name is the user and which the database, unless the prefix is told.
NAMELESS = ('ids and an epoch', 'never seen, UTF-8')

# log_timezone, and what must be said of it: IST is Indian, Irish and Israeli time.
ZONES = [('UTC', '%m [%p] ', []), ('Europe/Berlin', '%m [%p] ', []),
         ('America/New_York', '%m [%p] %q%u@%d ', []), ('America/Sao_Paulo', '%t [%p] ', []),
         ('Asia/Kolkata', '%m [%p] ', ['--timezone', 'Asia/Kolkata']),
         ('Asia/Kolkata', '%n [%p] ', [])]

BENCH = '''BEGIN;
UPDATE tag_hits SET n = n + 1 WHERE id = 1;
END;
'''


def fake_line(prefix):
    """A line as this server would write it, for a literal."""
    line = prefix.replace('%q', '').replace('%%', '%')
    for escape, value in (('%m', '2026-01-02 03:04:05.678 UTC'), ('%t', '2026-01-02 03:04:05 UTC'),
                          ('%n', '1767323045.678'), ('%p', '4711'), ('%l', '3'), ('%u', 'web'),
                          ('%d', 'shop'), ('%a', 'app'), ('%c', '6957338a.1267')):
        line = line.replace(escape, value)
    return line.replace("'", "''") + 'LOG:  duration: 9999.000 ms  statement: SELECT 1 AS tag_fake'


def workload(postgres, prefix, who):
    """Runs it and returns the calls by tag, and the number of statements."""
    with postgres.session(**who) as session:
        for i in range(3):
            session.run(f'SELECT {i} FROM tag_simple;')
        session.run("SELECT 'one\n\ttwo\n\nLOG:  duration: 1.000 ms  statement: SELECT 2'\n"
                    'FROM tag_lines -- and a comment\nWHERE $$\n$$ = $$x$$;')
        session.run(f"SELECT '\n{fake_line(prefix)}\n{fake_line(prefix)}' FROM tag_quoting;")
        session.run('SELECT 1 / 0 FROM tag_simple;')
        session.run('SELEC tag_wrong;')
        session.run("DO $$BEGIN RAISE WARNING E'loud\\nLOG:  words'; END$$;")
    with postgres.session(tcp=True, **who) as session:
        session.run('SELECT 4 FROM tag_simple;')
    with postgres.session(user='nobody here', database=who['database']) as session:
        session.run('SELECT 5 FROM tag_simple;')
    expected = {'tag_simple': 4, 'tag_lines': 1, 'tag_quoting': 1, 'tag_hits': 0}
    statements = 4 + 1 + 1 + 1  # the last is the DO
    for mode in ('simple', 'extended', 'prepared'):
        postgres.pgbench(BENCH, mode=mode, clients=CLIENTS, transactions=TRANSACTIONS, tcp=True,
                         **who)
        expected['tag_hits'] += CLIENTS * TRANSACTIONS
        statements += 3 * CLIENTS * TRANSACTIONS
    return expected, statements


def executed(report):
    """Calls by tag, without statements that only failed."""
    return {tag: calls for tag, calls in judge.calls_by_tag(report).items() if calls}


def failed(report):
    return {tag: count for tag, count in judge.calls_by_tag(report, 'errors').items() if count}


def check_prefix(checks, counsel, postgres, name, prefix, settings, who):
    postgres.clear_logs()
    postgres.start(log_line_prefix=prefix, **settings)
    expected, statements = workload(postgres, prefix, who)
    postgres.stop()
    for arguments in ([], ['--log-line-prefix', prefix]):
        report = counsel.analyze(*arguments, postgres.log_directory)
        label = f'{name}{", odd names" if who is ODD else ""}{", told" if arguments else ""}'
        coverage = report['coverage']
        checks.equal(f'{label}: nothing unparsed', coverage['unparsed_records'], 0)
        checks.equal(f'{label}: statements', coverage['statements'], statements)
        checks.equal(f'{label}: calls by tag', executed(report), expected)
        checks.equal(f'{label}: errors by tag', failed(report), {'tag_simple': 1, 'tag_wrong': 1})
        # Three sessions, and in each mode pgbench's clients and one that looks at the database.
        connections = report['connections']
        checks.equal(f'{label}: connections',
                     {key: connections[key] for key in ('received', 'refused')},
                     {'received': 3 + 3 * (CLIENTS + 1), 'refused': 1})
        if arguments or name not in NAMELESS:
            check_names(checks, label, prefix, report, who)


def check_names(checks, label, prefix, report, who):
    rows = [query for query in report['queries'] if query['calls']]
    for escape, key, value in (('u', 'users', who['user']), ('d', 'databases', who['database']),
                               ('a', 'applications', who['application'])):
        if re.search(f'%-?[0-9]*{escape}', prefix):
            names = sorted({item for query in rows for item in query[key]})
            checks.equal(f'{label}: {key}', names, [value])


def check_zone(checks, counsel, postgres, zone, prefix, arguments):
    postgres.clear_logs()
    before = time.time()
    postgres.start(log_line_prefix=prefix, log_timezone=zone)
    with postgres.session() as session:
        session.run('SELECT 1;')
    postgres.stop()
    after = time.time()
    report = counsel.analyze(*arguments, postgres.log_directory)
    label = ' '.join([zone, repr(prefix), *arguments])
    checks.equal(f'{label}: nothing unparsed', report['coverage']['unparsed_records'], 0)
    for key, wall in (('from', before), ('to', after)):
        logged = datetime.strptime(report['coverage'][key], '%Y-%m-%dT%H:%M:%S.%fZ')
        checks.near(f'{label}: coverage.{key} is the time on the wall',
                    logged.replace(tzinfo=timezone.utc).timestamp(), wall, 5)


def check_change(checks, counsel, postgres):
    """A reload changes the prefix in the middle of a file."""
    postgres.clear_logs()
    postgres.start(log_line_prefix='%m [%p] ')
    with postgres.session() as session:
        for i in range(40):
            session.run(f'SELECT {i} FROM tag_simple;')
    postgres.reload(log_line_prefix='%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ')
    with postgres.session() as session:
        server.wait_until(lambda: session.run('SHOW log_line_prefix;').startswith('%t'), 'reload')
        for i in range(60):
            session.run(f'SELECT {i} FROM tag_lines;')
    postgres.stop()
    report = counsel.analyze(postgres.log_directory)
    checks.equal('prefix changed by a reload: nothing unparsed',
                 report['coverage']['unparsed_records'], 0)
    checks.equal('prefix changed by a reload: calls by tag', executed(report),
                 {'tag_simple': 40, 'tag_lines': 60})


def test(checks, counsel):
    with server.Server() as postgres:
        postgres.start()
        for who in (PLAIN, ODD):
            create_shop(postgres, **who)
        create_tables(postgres, 'postgres', 'postgres')
        postgres.stop()
        for name, prefix, settings in PREFIXES:
            check_prefix(checks, counsel, postgres, name, prefix, settings, PLAIN)
            if name in ODD_NAMES:
                check_prefix(checks, counsel, postgres, name, prefix, settings, ODD)
        for zone, prefix, arguments in ZONES:
            check_zone(checks, counsel, postgres, zone, prefix, arguments)
        check_change(checks, counsel, postgres)


def create_shop(postgres, user, database, application):
    del application
    postgres.admin(f'CREATE ROLE "{user}" LOGIN')
    postgres.admin(f'CREATE DATABASE "{database}"')
    create_tables(postgres, user, database)


def create_tables(postgres, user, database):
    for table in TABLES:
        postgres.admin(f'CREATE TABLE {table} AS SELECT 1 AS id, 0 AS n;'
                       f'GRANT ALL ON {table} TO "{user}"', database)


if __name__ == '__main__':
    judge.main(test, __doc__)
