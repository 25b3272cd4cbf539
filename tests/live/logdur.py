#!/usr/bin/env python3
"""log_duration and log_statement: text and duration on two lines, and still one statement.

Parse, bind and execute each write a duration of their own there; only that of execute is an
execution. The csv log has a command tag to tell them apart, stderr has only the order of lines in a
session. Both must count every statement once and give it the duration that belongs to it.
"""
import collections
import re

import judge
import server

PREFIX = '%m [%p] %q%u@%d/%a %c '
CLIENTS, TRANSACTIONS = 2, 60
TABLES = ('tag_simple', 'tag_lines', 'tag_failed', 'tag_extended', 'tag_prepared', 'tag_bench')

# What it is, and the settings; all of them log every statement.
SETTINGS = [
    ('log_duration and log_statement',
     {'log_duration': 'on', 'log_statement': 'all', 'log_min_duration_statement': -1}),
    ('log_statement and a threshold of 0',
     {'log_duration': 'off', 'log_statement': 'all', 'log_min_duration_statement': 0}),
    ('both, and only changes as statements',
     {'log_duration': 'on', 'log_statement': 'mod', 'log_min_duration_statement': 0}),
]

BENCH = '''BEGIN;
SELECT n FROM {table} WHERE id = 1;
UPDATE {table} SET n = n + 1 WHERE id = 1;
END;
'''


def workload(postgres):
    """Runs it; returns the calls by tag and the number of all statements."""
    with postgres.session() as session:
        for i in range(5):
            session.run(f'SELECT {i} FROM tag_simple;')
        session.run("SELECT 'duration: 5.000 ms'\n\nFROM tag_lines\n-- duration: 6.000 ms\n;")
        session.run('SELECT 1 / 0 FROM tag_failed;')
        session.run('SELEC tag_wrong;')
        session.run("SET statement_timeout = '30ms';")
        session.run('SELECT pg_sleep(5) FROM tag_failed;')
        session.run('RESET statement_timeout;')
        session.run('SELECT 1, pg_sleep(0.02) FROM tag_simple;')
        session.run("CREATE TABLE made (x int); DROP TABLE made;")
    expected = {'tag_simple': 6, 'tag_lines': 1}
    statements = 7 + 2 + 2
    for mode, table in (('simple', 'tag_bench'), ('extended', 'tag_extended'),
                        ('prepared', 'tag_prepared')):
        postgres.pgbench(BENCH.format(table=table), mode, CLIENTS, TRANSACTIONS)
        expected[table] = 2 * CLIENTS * TRANSACTIONS
        statements += 4 * CLIENTS * TRANSACTIONS
    return expected, statements


def durations_of_csv(records):
    """Milliseconds by tag, by the rule: the duration of a statement is the next line of its session
    that is a duration and no parse or bind; an error takes its statement away."""
    sums = collections.Counter()
    waiting = {}
    for record in records:
        session, message = record['session'], record['message']
        text = re.match(r'(?:duration: [0-9.]+ ms  )?(?:statement|execute [^:]*): ', message)
        duration = re.match(r'duration: ([0-9.]+) ms', message)
        if record['severity'] in ('ERROR', 'FATAL'):
            waiting.pop(session, None)
        if text:
            tag = judge.TAG.search(message)
            waiting[session] = tag.group() if tag else ''
        if duration and record['tag'] not in ('PARSE', 'BIND'):
            sums[waiting.pop(session, 'no statement')] += float(duration.group(1))
    del sums['']
    return sums


def check(checks, counsel, label, path, expected, statements, durations):
    report = counsel.analyze(path)
    checks.equal(f'{label}: nothing unparsed', report['coverage']['unparsed_records'], 0)
    checks.equal(f'{label}: every statement once', report['coverage']['statements'], statements)
    checks.equal(f'{label}: sum of calls', sum(q['calls'] for q in report['queries']), statements)
    calls = {tag: n for tag, n in judge.calls_by_tag(report).items() if n}
    checks.equal(f'{label}: calls by tag', calls, expected)
    errors = {tag: n for tag, n in judge.calls_by_tag(report, 'errors').items() if n}
    checks.equal(f'{label}: errors by tag', errors, {'tag_failed': 2, 'tag_wrong': 1})
    totals = judge.calls_by_tag(report, 'total_ms')
    for tag in sorted(expected):
        checks.near(f'{label}: duration of {tag}', totals.get(tag), durations[tag], 0.001)
    return report


def test(checks, counsel):
    with server.Server(log_destination='stderr,csvlog', log_line_prefix=PREFIX) as postgres:
        postgres.start()
        for table in TABLES:
            postgres.admin(f'CREATE TABLE {table} AS SELECT 1 AS id, 0 AS n')
        postgres.stop()
        for label, settings in SETTINGS:
            postgres.clear_logs()
            postgres.start(**settings)
            expected, statements = workload(postgres)
            postgres.stop()
            csv, stderr = (f'{postgres.log_directory}/postgresql.{end}' for end in ('csv', 'log'))
            durations = durations_of_csv(judge.read_csvlog(csv))
            checks.equal(f'{label}: the test itself finds each duration a statement',
                         durations['no statement'], 0)
            reports = [check(checks, counsel, f'{label}, {form}', path, expected, statements,
                             durations) for form, path in (('csv', csv), ('stderr', stderr))]
            for key in ('queries', 'transactions', 'errors', 'connections'):
                checks.equal(f'{label}: {key} of stderr as of csv', reports[1][key],
                             reports[0][key])


if __name__ == '__main__':
    judge.main(test, __doc__)
