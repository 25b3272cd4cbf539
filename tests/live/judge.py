"""The program under test, the server's csv log by another route, and the list of checks."""
import argparse
import csv
import json
import os
import re
import signal
import subprocess
import sys

PATIENCE_S = 60  # for one run of the program


class Counsel:
    """Runs the built program."""

    def __init__(self, binary):
        self.binary = os.path.abspath(binary)

    def analyze(self, *arguments, command='analyze', stdin=None):
        """The JSON of a run over all of the log. `stdin`: a file that the program reads as `-`."""
        arguments = [self.binary, command, '--format', 'json', '--period', 'all', *arguments]
        return json.loads(self._run(arguments, stdin or subprocess.DEVNULL))

    def page(self, command, *arguments):
        """What a command prints for people."""
        return self._run([self.binary, command, *arguments]).decode()

    def ingest(self, ledger, *inputs):
        self._run([self.binary, 'ingest', '--db', ledger, *inputs])

    @staticmethod
    def _run(arguments, stdin=subprocess.DEVNULL):
        clean = {k: v for k, v in os.environ.items() if not k.startswith('PGCOUNSEL_')}
        done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean,
                              stdin=stdin, timeout=PATIENCE_S, check=False)
        if done.returncode != 0:
            raise RuntimeError(f'{" ".join(arguments)}: exit code {done.returncode}\n'
                               + done.stderr.decode(errors='replace'))
        return done.stdout


TAG = re.compile(r'\btag_\w+')


def calls_by_tag(report, figure='calls'):
    """A figure of the queries, summed by the first name `tag_...` in their text."""
    sums = {}
    for query in report['queries']:
        tag = TAG.search(query['query'])
        if tag:
            sums[tag.group()] = sums.get(tag.group(), 0) + query[figure]
    return sums


def transactions_of_tag(report, tag):
    """The classes of transactions in which a statement with this tag takes part."""
    wanted = {query['fingerprint'] for query in report['queries']
              if re.search(rf'\b{tag}\b', query['query'])}
    return [row for row in report['transactions'] if wanted & set(row['fingerprints'])]


def figures(report):
    """What must depend neither on how the log was written nor on how it was cut."""
    return {'queries': {row['fingerprint']: row for row in report['queries']},
            'transactions': {row['id']: row for row in report['transactions']},
            'errors': {(row['severity'], row['sqlstate'], row['message']): row['count']
                       for row in report['errors']},
            'events': {row['class']: row['count'] for row in report['events']},
            **{key: report[key] for key in ('connections', 'totals', 'hours', 'period')}}


# ---- the server's csv log, read by another route ------------------------------------------------

CSV_COLUMNS = ('time user database pid client session line tag start vxid xid severity sqlstate '
               'message detail hint internal_query internal_position context statement position '
               'location application backend leader query_id').split()


def read_csvlog(path):
    csv.field_size_limit(1 << 30)
    with open(path, encoding='utf-8', newline='') as file:
        return [dict(zip(CSV_COLUMNS, row, strict=True)) for row in csv.reader(file)]


# Of jsonlog, where it has another name than in the csv log.
JSON_NAMES = {'dbname': 'database', 'error_severity': 'severity', 'state_code': 'sqlstate',
              'ps': 'tag', 'line_num': 'line', 'backend_type': 'backend', 'timestamp': 'time'}


def read_jsonlog(path):
    """Names as in the csv log. A field that the server left out is empty."""
    with open(path, encoding='utf-8') as file:
        rows = [json.loads(line) for line in file]
    return [{**dict.fromkeys(CSV_COLUMNS, ''),
             **{JSON_NAMES.get(key, key): value for key, value in row.items()}} for row in rows]


# ---- checks -------------------------------------------------------------------------------------

class Checks:
    """Prints one line a check and remembers whether one failed."""

    def __init__(self):
        self.failed = 0

    def that(self, name, holds, detail=''):
        if holds:
            print(f'ok      {name}', flush=True)
            return
        self.failed += 1
        print(f'FAILED  {name}: {detail}' if detail else f'FAILED  {name}', flush=True)

    def equal(self, name, got, expected):
        self.that(name, got == expected, difference(got, expected))

    def near(self, name, got, expected, tolerance):
        self.that(name, got is not None and abs(got - expected) <= tolerance,
                  f'got {got}, expected {expected:.6g} +- {tolerance:.6g}')


def difference(got, expected, limit=6):
    """What differs between two values, short enough for one line."""
    parts = list(_differences(got, expected, ''))
    more = f' ... {len(parts) - limit} more' if len(parts) > limit else ''
    return '; '.join(parts[:limit]) + more


def _differences(got, expected, path):
    if isinstance(got, dict) and isinstance(expected, dict):
        pairs = [(key, got.get(key), expected.get(key))
                 for key in sorted(got.keys() | expected.keys(), key=str)]
    elif isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        pairs = [(index, *pair) for index, pair in enumerate(zip(got, expected))]
    else:
        yield f'{path}{": " if path else ""}got {_short(got)}, expected {_short(expected)}'
        return
    for key, one, other in pairs:
        if one != other:
            yield from _differences(one, other, f'{path}[{key!r}]')


def _short(value):
    text = repr(value)
    return text if len(text) <= 300 else text[:300] + ' ...'


def catch_signals():
    def leave(sign, _frame):
        sys.exit(128 + sign)
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, leave)


def main(test, description, **numbers):
    """Runs test(checks, counsel, **numbers) with the command line every live test has, and options
    for the numbers, whose values here are those without an option."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('--bin', required=True, help='the built pgcounsel')
    for name, value in numbers.items():
        parser.add_argument(f'--{name}', type=int, default=value)
    arguments = vars(parser.parse_args())
    catch_signals()
    checks = Checks()
    test(checks, Counsel(arguments.pop('bin')), **arguments)
    sys.exit(1 if checks.failed else 0)
