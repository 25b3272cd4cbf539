#!/usr/bin/env python3
"""PgBouncer's log and its exports are read as what they are, beside the server's logs.

A PgBouncer refuses clients, lets others wait until they give up, and is asked for SHOW POOLS and
SHOW STATS meanwhile; the server for pg_stat_statements and pg_stat_activity. What the report says
must agree with what the clients were told and with what Python's csv module finds in the exports,
and nothing of it may change the figures of the server's own logs.
"""
import collections
import csv
import io
import json
import os
import re
import shutil
import subprocess
import time
from datetime import datetime, timezone

import judge
import server

APP, DATABASE = 'app', 'shop'
WHO = {'user': APP, 'database': DATABASE, 'application': 'checkout'}
MOST_CLIENTS, POOL_SIZE, TURNED_AWAY, WAITING = 9, 2, 5, 3
CONSOLE = {'user': 'monitor', 'database': 'pgbouncer', 'pooler': True}
STATEMENTS = '''SELECT now() AS sampled_at, rolname, datname, query, calls, total_exec_time, rows,
  temp_blks_written, toplevel
FROM pg_stat_statements JOIN pg_roles r ON r.oid = userid JOIN pg_database d ON d.oid = dbid
WHERE rolname = 'app' '''
ACTIVITY = 'SELECT now() AS sampled_at, * FROM pg_stat_activity'


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def now():
    return datetime.now(timezone.utc).isoformat(timespec='milliseconds')


class Exports:
    """What was exported, by the names of the files."""

    def __init__(self, postgres):
        self.files, self.pools, self.stats = {}, [], []
        self._postgres = postgres

    def sample_pools(self):
        self.pools.append((now(), rows_of(self._postgres.csv('SHOW POOLS', **CONSOLE))))
        return {(row['database'], row['user']): row for row in self.pools[-1][1]}

    def sample_stats(self):
        self.stats.append((now(), rows_of(self._postgres.csv('SHOW STATS', **CONSOLE))))

    def as_json(self):
        """What scripts make of the samples: an object a moment."""
        self.files['pools.json'] = ''.join(json.dumps({'ts': at, 'pools': rows}) + '\n'
                                           for at, rows in self.pools)
        self.files['stats.json'] = json.dumps([{**row, 'ts': at} for at, rows in self.stats
                                               for row in rows], indent=1)


# ---- what the driver does -----------------------------------------------------------------------

def turn_away(postgres):
    """Opens all connections that the pooler allows, and more. Returns how many were refused."""
    crowd = [postgres.session(pooler=True, **WHO) for _ in range(MOST_CLIENTS)]
    for session in crowd:
        assert session.run('SELECT count(*) FROM tag_pool;') == '1'
    refused = 0
    for _ in range(TURNED_AWAY):
        session = postgres.session(pooler=True, **WHO)
        refused += 'no more connections allowed' in session.run('SELECT 1;')
        session.close()
    for session in crowd:
        session.close()
    return refused


def wait_in_vain(postgres, exports):
    """Some hold all server connections, others wait; returns how many of these gave up."""
    holders = [postgres.session(pooler=True, **WHO) for _ in range(POOL_SIZE)]
    for session in holders:
        session.run('BEGIN;\nSELECT n FROM tag_pool;')
    waiting = [postgres.session(pooler=True, **WHO) for _ in range(WAITING)]
    for session in waiting:
        session.send('SELECT n FROM tag_pool;')
    server.wait_until(lambda: exports.sample_pools()[DATABASE, APP]['cl_waiting'] == str(WAITING),
                      'the clients to wait')
    exports.files['pools.csv'] = postgres.csv('SHOW POOLS', **CONSOLE)
    exports.files['activity.csv'] = postgres.csv(ACTIVITY, options=server.QUIET)
    gave_up = sum('FATAL:  08P01' in session.answer() for session in waiting)
    for session in holders:
        session.run('COMMIT;')
    for session in holders + waiting:
        session.close()
    exports.sample_pools()
    return gave_up


def bench(postgres, exports):
    exports.sample_stats()
    for _ in range(3):
        postgres.pgbench('BEGIN;\nUPDATE tag_pool SET n = n + 1;\nEND;\n', 'simple', 4, 100,
                         pooler=True, **WHO)
        time.sleep(0.5)
        exports.sample_stats()
    exports.files['stats.csv'] = postgres.csv('SHOW STATS', **CONSOLE)


def run(postgres):
    exports = Exports(postgres)
    postgres.start_pooler([APP, 'monitor', 'postgres'], POOL_SIZE, max_client_conn=MOST_CLIENTS,
                          query_wait_timeout=1, stats_period=1, stats_users='monitor',
                          ignore_startup_parameters='extra_float_digits')
    refused = turn_away(postgres)
    gave_up = wait_in_vain(postgres, exports)
    bench(postgres, exports)
    exports.files['statements.csv'] = postgres.csv(STATEMENTS, database=DATABASE,
                                                   options=server.QUIET)
    exports.as_json()
    return exports, refused, gave_up


# ---- checks -------------------------------------------------------------------------------------

def check_log(checks, label, pooler, path, refused, gave_up):
    with open(path, encoding='utf-8') as file:
        lines = file.read().splitlines()
    version = subprocess.run([server.PGBOUNCER, '--version'], stdout=subprocess.PIPE,
                             check=True).stdout.decode().split()[1]
    checks.equal(f'{label}: version', pooler['versions'], [version])
    checks.equal(f'{label}: max_client_conn', pooler['max_client_conn'], MOST_CLIENTS)
    checks.equal(f'{label}: records', pooler['records'], len(lines))
    checks.equal(f'{label}: refused, as the clients were told', pooler['refused'],
                 refused + gave_up)
    events = collections.Counter()
    for row in pooler['events']:
        if row['side'] == 'client':
            events[row['class']] += row['count']
    checks.equal(f'{label}: why', {name: events[name] for name in
                                   ('max_client_conn', 'query_wait_timeout')},
                 {'max_client_conn': refused, 'query_wait_timeout': gave_up})
    stats = [line for line in lines if ' stats: ' in line]
    checks.equal(f'{label}: lines of stats', pooler['stats']['lines'], len(stats))
    checks.that(f'{label}: there were some with transactions',
                any(not re.search(r'stats: 0 xacts/s', line) for line in stats))
    checks.equal(f'{label}: the meaning of all is known',
                 pooler['stats']['lines_without_meaning'], 0)


def pool_of(samples):
    found = [pool for pool in samples['pools']
             if (pool['database'], pool['user']) == (DATABASE, APP)]
    return found[0] if len(found) == 1 else {}


def check_pools(checks, label, samples, moments):
    """`moments`: rows of SHOW POOLS by their time; rows without a time are one moment."""
    rows = [row for rows in moments for row in rows
            if (row['database'], row['user']) == (DATABASE, APP)]
    pool = pool_of(samples)
    checks.equal(f'{label}: samples', pool.get('samples'), len(rows))
    checks.equal(f'{label}: samples with clients waiting', pool.get('samples_waiting'),
                 sum(row['cl_waiting'] != '0' for row in rows))
    for column in ('cl_waiting', 'sv_active'):
        checks.equal(f'{label}: most {column}', pool.get(column, {}).get('count'),
                     max(int(row[column]) for row in rows))
    checks.near(f'{label}: longest wait', pool.get('maxwait', {}).get('ms'),
                max(int(row['maxwait']) * 1000 + int(row['maxwait_us']) / 1000 for row in rows),
                0.001)
    checks.equal(f'{label}: mode', pool.get('pool_mode'), 'transaction')
    checks.equal(f'{label}: the console is no pool',
                 [row for row in samples['pools'] if row['database'] == 'pgbouncer'], [])


def check_stats(checks, label, samples, moments):
    first, last = ([row for row in rows if row['database'] == DATABASE][0]
                   for rows in (moments[0], moments[-1]))
    grown = {key: int(last[key]) - int(first[key]) for key in first if key.startswith('total')}
    totals = {row['database']: row for row in samples['pool_totals']}.get(DATABASE, {})
    checks.that(f'{label}: there were transactions', grown['total_xact_count'] >= 1200)
    checks.equal(f'{label}: transactions', totals.get('transactions'), grown['total_xact_count'])
    for key, column in (('mean_transaction_ms', 'total_xact_time'),
                        ('mean_wait_ms', 'total_wait_time')):
        checks.near(f'{label}: {key}', totals.get(key),
                    grown[column] / grown['total_xact_count'] / 1000, 0.001)


def check_activity(checks, label, activity, rows):
    states = collections.Counter(row['state'] for row in rows
                                 if row['backend_type'] == 'client backend' and row['state'])
    checks.equal(f'{label}: states', {row['state']: row['peak']['count']
                                      for row in activity['states']}, dict(states))
    checks.equal(f'{label}: held by the pool', states['idle in transaction'], POOL_SIZE)
    ages = [(datetime.fromisoformat(row['sampled_at'] + ':00') -
             datetime.fromisoformat(row['state_change'] + ':00')).total_seconds() * 1000
            for row in rows if row['state'] == 'idle in transaction']
    checks.near(f'{label}: longest idle transaction',
                (activity['longest_idle_in_transaction'] or {}).get('ms'), max(ages), 0.01)
    checks.equal(f'{label}: samples', activity['samples'], 1)


def check_statements(checks, label, samples, rows):
    expected = collections.Counter()
    for row in rows:
        expected[judge.TAG.search(row['query'] + ' tag_none').group()] += int(row['calls'])
    calls = collections.Counter()
    for row in samples['statements']:
        calls[judge.TAG.search(row['query'] + ' tag_none').group()] += row['calls']
    checks.equal(f'{label}: calls', dict(calls), dict(expected))
    checks.near(f'{label}: total time', sum(row['total_ms'] for row in samples['statements']),
                sum(float(row['total_exec_time']) for row in rows), 0.001 * len(rows))
    checks.equal(f'{label}: all are in the log, too',
                 [row['query'] for row in samples['statements'] if not row['in_log']], [])


def check_exports(checks, counsel, postgres, exports, log):
    """Each export alone; the pooler's log gives a time to those that have none."""
    reports = {}
    for name, text in exports.files.items():
        path = f'{postgres.directory}/{name}'
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        tells_time = '"ts"' in text or 'sampled_at' in text
        reports[name] = counsel.analyze(path, *([] if tells_time else [log]))
        checks.equal(f'{name}: unparsed', reports[name]['coverage']['unparsed_records'], 0)
    samples = {name: report['samples'] for name, report in reports.items()}
    csv_rows = {name: rows_of(text) for name, text in exports.files.items() if name.endswith('csv')}
    check_pools(checks, 'SHOW POOLS as csv', samples['pools.csv'], [csv_rows['pools.csv']])
    check_pools(checks, 'SHOW POOLS as json', samples['pools.json'],
                [rows for _, rows in exports.pools])
    check_stats(checks, 'SHOW STATS as json', samples['stats.json'],
                [rows for _, rows in exports.stats])
    checks.equal('SHOW STATS once: no totals of one sample', samples['stats.csv']['pool_totals'],
                 [])
    check_activity(checks, 'pg_stat_activity', samples['activity.csv']['activity'],
                   csv_rows['activity.csv'])


def check_pooler_log(checks, counsel, postgres, path, refused, gave_up):
    """The log alone, twice, and in two pieces in either order."""
    with open(path, 'rb') as file:
        lines = file.read().splitlines(keepends=True)
    pieces = []
    for number, part in enumerate((lines[:len(lines) // 3], lines[len(lines) // 3:])):
        pieces.append(f'{postgres.directory}/pooler-{number}')
        with open(pieces[-1], 'wb') as file:
            file.writelines(part)
    whole = counsel.analyze(path)
    checks.equal('pgbouncer.log: format', whole['coverage']['sources'][0]['format'], 'pgbouncer')
    checks.equal('pgbouncer.log: unparsed', whole['coverage']['unparsed_records'], 0)
    check_log(checks, 'pgbouncer.log', whole['pooler'], path, refused, gave_up)
    for label, paths in (('twice', [path, path]), ('in two pieces', pieces),
                         ('in two pieces, the later first', pieces[::-1])):
        checks.equal(f'pgbouncer.log {label}: as once', counsel.analyze(*paths)['pooler'],
                     whole['pooler'])


def check_together(checks, counsel, postgres, exports, path, refused, gave_up):
    """Everything in one directory."""
    alone = counsel.analyze(postgres.log_directory)
    everything = f'{postgres.directory}/everything'
    shutil.copytree(postgres.log_directory, everything)
    shutil.copy(path, everything)
    for name in exports.files:
        shutil.copy(f'{postgres.directory}/{name}', everything)
    report = counsel.analyze(everything)
    checks.equal('together: formats',
                 sorted(source['format'] for source in report['coverage']['sources']),
                 sorted(['csv', 'stderr', 'pgbouncer', 'pg_stat_statements', 'pg_stat_activity',
                         'show_pools', 'show_pools', 'show_stats', 'show_stats']))
    checks.equal('together: unparsed', report['coverage']['unparsed_records'], 0)
    checks.that('together: one server', 'servers' not in report)
    wanted = judge.figures(alone)
    for key, value in judge.figures(report).items():
        checks.equal(f'together: {key} as of the server\'s logs alone', value, wanted[key])
    check_log(checks, 'together', report['pooler'], path, refused, gave_up)
    check_statements(checks, 'pg_stat_statements', report['samples'],
                     rows_of(exports.files['statements.csv']))
    # The csv exports of the pooler tell no time: they are one more moment.
    check_pools(checks, 'together', report['samples'],
                [*(rows for _, rows in exports.pools), rows_of(exports.files['pools.csv'])])
    again = counsel.analyze(everything,
                            *(f'{everything}/{name}' for name in os.listdir(everything)))
    for key in ('pooler', 'samples'):
        checks.equal(f'everything twice: {key} as once', again[key], report[key])


def away_from_the_hour():
    """Periods are whole hours, and the logs tell which: what is sampled later is not in them."""
    left = 3600 - time.time() % 3600
    if left < 40:
        time.sleep(left + 0.1)


def test(checks, counsel):
    away_from_the_hour()
    with server.Server(log_destination='stderr,csvlog', log_line_prefix='%m [%p] %q%u@%d/%a %c ',
                       shared_preload_libraries='pg_stat_statements') as postgres:
        postgres.start()
        postgres.admin('CREATE ROLE app LOGIN')
        postgres.admin('CREATE DATABASE shop')
        postgres.admin('CREATE EXTENSION pg_stat_statements; CREATE TABLE tag_pool AS SELECT 1 AS '
                       'id, 0 AS n; GRANT ALL ON tag_pool TO app', DATABASE)
        exports, refused, gave_up = run(postgres)
        checks.equal('the clients were refused', refused, TURNED_AWAY)
        checks.equal('the clients waited in vain', gave_up, WAITING)
        path = postgres.stop_pooler()
        postgres.stop()
        check_pooler_log(checks, counsel, postgres, path, refused, gave_up)
        check_exports(checks, counsel, postgres, exports, path)
        check_together(checks, counsel, postgres, exports, path, refused, gave_up)


if __name__ == '__main__':
    judge.main(test, __doc__)
