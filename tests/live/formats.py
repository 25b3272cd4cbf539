#!/usr/bin/env python3
"""All logs of one server say the same, and what they say is true.

One run of everything a server can log, written as stderr, csvlog, jsonlog and to syslog, with names
that hold blanks, quotes, brackets and commas. The figures of all must be equal, and equal to what
other witnesses counted: the driver, pg_stat_statements, and Python's csv and json modules.
"""
import gzip
import itertools
import os
import random
import re
import shutil

import judge
import server
import truth
from workload import PREFIX, PROVOKED, Workload

CUTS = 12
TOLD = ['--log-line-prefix', PREFIX]
BARE_PREFIX = 'user=%u,db=%d,app=%a,client=%h '  # the time and the process stand in the header


def same(checks, label, report, wanted):
    got = judge.figures(report)
    for key, value in wanted.items():
        checks.equal(f'{label}: {key}', got[key], value)


def check_plans(checks, label, report):
    """One plan in four forms is one plan; so is that of the statement inside of the function."""
    queries = {row['fingerprint']: row['query'] for row in report['queries']}
    plans = {(queries.get(row['fingerprint'], 'inside of a function'), row['calls'])
             for row in report['plans']}
    checks.equal(f'{label}: plans', plans,
                 {('SELECT n FROM tag_explained WHERE id = $1', 4), ('SELECT explained($1)', 4),
                  ('inside of a function', 4)})
    checks.equal(f'{label}: plans that are not read', report['plan_counts']['unread'], 0)


def check_formats(checks, counsel, logs, facts, workload, seen):
    """Every format against the witnesses, and against csv; returns the figures."""
    of_csv = counsel.analyze(logs['csv'])
    truth.check(checks, 'csv', of_csv, facts, workload, seen)
    wanted = judge.figures(of_csv)
    of_json = counsel.analyze(logs['json'])
    for name in ('csv', 'json', 'stderr', 'syslog'):
        check_plans(checks, name, counsel.analyze(*(TOLD if name == 'stderr' else []), logs[name]))
    truth.check(checks, 'json', of_json, truth.Truth(judge.read_jsonlog(logs['json'])), workload,
                seen)
    same(checks, 'json as csv', of_json, wanted)
    for name in ('stderr', 'syslog', 'syslog.iso'):
        told = counsel.analyze(*TOLD, logs[name])
        truth.check(checks, name, told, facts, workload, seen)
        same(checks, f'{name} as csv', told, wanted)
        same(checks, f'{name}, prefix not told, as csv', counsel.analyze(logs[name]), wanted)
    for name, report in (('csv', of_csv), ('json', of_json),
                         ('syslog', counsel.analyze(logs['syslog']))):
        checks.equal(f'{name}: recognised', report['coverage']['sources'][0]['format'], name)
        checks.equal(f'{name}: server', report['server'],
                     'dbhost' if name == 'syslog' else 'default')
    return wanted


def check_once(checks, counsel, postgres, logs, wanted):
    """Whatever is read twice counts once."""
    everything = f'{postgres.directory}/everything'
    os.mkdir(everything)
    for name, path in logs.items():
        shutil.copy(path, f'{everything}/{name}')
    plain = [logs[name] for name in ('csv', 'json', 'stderr')]
    inputs = [('csv twice', plain[:1] * 2), ('json twice', plain[1:2] * 2),
              ('stderr twice', plain[2:] * 2), ('syslog twice', [logs['syslog']] * 2),
              ('syslog with both times', [logs['syslog'], logs['syslog.iso']]),
              ('all that the collector wrote', [postgres.log_directory]),
              ('all formats in one directory', [everything])]
    inputs += [(f'{", ".join(order)} in this order', [logs[name] for name in order])
               for order in itertools.permutations(('json', 'stderr', 'csv'))]
    for label, paths in inputs:
        report = counsel.analyze(*paths)
        same(checks, f'{label}: as from one', report, wanted)
        checks.that(f'{label}: the rest is duplicates',
                    report['coverage']['duplicate_records'] > 0)
        checks.that(f'{label}: one server', 'servers' not in report)
    for name in ('csv', 'json'):
        packed = f'{postgres.directory}/postgresql.{name}.gz'
        with open(logs[name], 'rb') as file, gzip.open(packed, 'wb') as out:
            shutil.copyfileobj(file, out)
        same(checks, f'{name}, compressed', counsel.analyze(packed), wanted)
    ledger = f'{postgres.directory}/ledger'
    for name in ('syslog', 'csv', 'stderr', 'json', 'csv'):
        counsel.ingest(ledger, '--server', 'dbhost', logs[name])
    same(checks, 'five commands, one ledger: as from one',
         counsel.analyze('--db', ledger, command='report'), wanted)


# ---- cuts ---------------------------------------------------------------------------------------

# Written with PREFIX: the first line of a record, not its DETAIL or STATEMENT.
FIRST_LINE = re.compile(rb'\d{4}-.*? s=[-0-9]+ [:0-9]+ UTC '
                        rb'(?:user=(?:(?!,client=).)*,client=[^>]*>)?'
                        rb'(?:LOG|WARNING|ERROR|FATAL|PANIC):  ')
SYSLOG_PART = re.compile(rb'.*? dbhost postgres\[(\d+)\]: \[\d+-(\d+)\] ')


def beginnings(name, path):
    """Where a server may have changed to a new file: before a record, never within its lines."""
    starts, place, quoted = [], 0, False
    with open(path, 'rb') as file:
        for line in file:
            first = {'csv': not quoted, 'json': True}.get(name, FIRST_LINE.match(line))
            if first:
                starts.append(place)
            quoted ^= line.count(b'"') % 2 == 1
            place += len(line)
    return starts


def syslog_beginnings(path):
    """Where no message of any process has parts on both sides."""
    with open(path, 'rb') as file:
        lines = file.read().splitlines(keepends=True)
    starts, place, torn = [], sum(map(len, lines)), set()
    for line in reversed(lines):
        pid, part = SYSLOG_PART.match(line).groups()
        place -= len(line)
        torn.discard(pid)
        if part != b'1':
            torn.add(pid)
        if not torn:
            starts.append(place)
    return starts[::-1]


def check_cuts(checks, counsel, postgres, name, path, starts, cuts, wanted):
    """The log in pieces, cut anywhere between records and given in any order, is the same log."""
    chance = random.Random(1)
    with open(path, 'rb') as file:
        text = file.read()
    told = [] if name in ('csv', 'json') else TOLD
    for number in range(cuts):
        places = sorted(chance.sample(starts[1:], 1 + number % 4))
        pieces = []
        for i, (start, end) in enumerate(zip([0, *places], [*places, len(text)])):
            pieces.append(f'{postgres.directory}/piece-{name}-{number}-{i}')
            with open(pieces[-1], 'wb') as file:
                file.write(text[start:end])
        for order in (pieces, pieces[::-1], chance.sample(pieces, len(pieces))):
            got = judge.figures(counsel.analyze(*told, *order))
            checks.equal(f'{name} cut at {places}: as in one piece', got, wanted)


def check_first_lines(checks, counsel, postgres, name, path):
    """A log of which there is hardly anything yet: its first records have a line each."""
    for count in (1, 2, 5):
        beginning = f'{postgres.directory}/first-{name}-{count}'
        with open(path, 'rb') as file, open(beginning, 'wb') as out:
            out.writelines(itertools.islice(file, count))
        coverage = counsel.analyze(beginning)['coverage']
        checks.equal(f'{name}: {count} records alone',
                     [coverage['records'], coverage['unparsed_records'],
                      coverage['sources'][0]['format']], [count, 0, name])


# ---- syslog without a time in the prefix --------------------------------------------------------

def check_header(checks, counsel, postgres, path):
    """Times and processes come from the header alone."""
    postgres.clear_logs()
    postgres.start(log_line_prefix=BARE_PREFIX)
    postgres.admin('CREATE ROLE web LOGIN; CREATE TABLE tag_bare AS SELECT 1 AS id, 0 AS n;'
                   'GRANT ALL ON tag_bare TO web')
    who = {'user': 'web', 'database': 'postgres', 'application': 'shop'}
    with postgres.session(**who) as one, postgres.session(**who, tcp=True) as two:
        for i in range(20):
            one.run(f"BEGIN;\nUPDATE tag_bare SET n = {i};\nSELECT 'a\n\tb', n FROM tag_bare;\n"
                    'COMMIT;')
            two.run(f"SELECT n, '{'long ' * 500}' FROM tag_bare;\nSELECT {i} / 0 FROM tag_bare;")
    postgres.session(user='nobody', database='postgres').close()
    postgres.pgbench('BEGIN;\nSELECT n FROM tag_bare;\nEND;\n', 'prepared', **who)
    postgres.stop()
    wanted = counsel.analyze(f'{postgres.log_directory}/postgresql.csv')
    checks.equal('csv beside a bare prefix: calls', judge.calls_by_tag(wanted)['tag_bare'], 160)
    for name in (path, f'{path}.iso'):
        for told in ([], ['--log-line-prefix', BARE_PREFIX]):
            label = f'{os.path.basename(name)}, bare prefix{", told" if told else ""}'
            report = counsel.analyze(*told, name)
            checks.equal(f'{label}: nothing unparsed', report['coverage']['unparsed_records'], 0)
            for figure in ('calls', 'total_ms', 'errors'):
                checks.equal(f'{label}: {figure} of the queries as csv',
                             {row['fingerprint']: row[figure] for row in report['queries']},
                             {row['fingerprint']: row[figure] for row in wanted['queries']})
            checks.equal(f'{label}: errors as csv', judge.figures(report)['errors'],
                         judge.figures(wanted)['errors'])
            checks.equal(f'{label}: classes of transactions as csv',
                         {row['id']: row['count'] for row in report['transactions']},
                         {row['id']: row['count'] for row in wanted['transactions']})
            checks.equal(f'{label}: connections as csv',
                         {key: value for key, value in report['connections'].items()
                          if key != 'peak'},
                         {key: value for key, value in wanted['connections'].items()
                          if key != 'peak'})


def test(checks, counsel):
    with server.Server(
            log_destination='stderr,csvlog,jsonlog,syslog', log_line_prefix=PREFIX,
            max_connections=14, shared_preload_libraries='pg_stat_statements,auto_explain',
            log_lock_waits='on', deadlock_timeout='100ms', log_temp_files=0, log_checkpoints='on',
            log_autovacuum_min_duration=0) as postgres:
        syslog = postgres.catch_syslog()
        postgres.start()
        workload = Workload(postgres)
        workload.run_all()
        seen = workload.seen_by_server()
        for tag in ('tag_prepared', 'tag_message', 'tag_portal'):  # other units there
            del seen[tag]
        workload.crash()
        postgres.stop()
        logs = {'syslog': syslog, 'syslog.iso': f'{syslog}.iso'}
        for name, end in (('stderr', 'log'), ('csv', 'csv'), ('json', 'json')):
            logs[name] = f'{postgres.log_directory}/postgresql.{end}'
        facts = truth.Truth(judge.read_csvlog(logs['csv']))
        checks.equal('the workload provoked what it should',
                     sorted(PROVOKED - {state for _, state in facts.errors()}), [])
        wanted = check_formats(checks, counsel, logs, facts, workload, seen)
        check_once(checks, counsel, postgres, logs, wanted)
        for name in ('csv', 'stderr', 'json'):
            starts = beginnings(name, logs[name])
            check_first_lines(checks, counsel, postgres, name, logs[name])
            check_cuts(checks, counsel, postgres, name, logs[name], starts, CUTS, wanted)
        for name in ('syslog', 'syslog.iso'):
            check_cuts(checks, counsel, postgres, name, logs[name],
                       syslog_beginnings(logs[name]), CUTS // 3, wanted)
            os.remove(logs[name])
        check_header(checks, counsel, postgres, syslog)


if __name__ == '__main__':
    judge.main(test, __doc__)
