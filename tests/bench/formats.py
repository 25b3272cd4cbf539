#!/usr/bin/env python3
"""What one more record costs `pgcounsel ingest`, in every format and as a ratio to csv.

The same made-up log is written in each format, once short and once long: the difference is free of
what opening a ledger and recognising a file cost. Times are noisy; instructions (--callgrind, which
needs valgrind) are not.
"""
import argparse
import csv
import datetime
import io
import json
import os
import random
import re
import resource
import statistics
import subprocess
import tempfile

BEGIN = datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.timezone.utc)
TABLES = 'orders customers invoices baskets products'.split()
PARAMETERS = "parameters: $1 = '{}', $2 = 'open'"


class Record:
    """One line of a session: an execution with parameters, every fourth over several lines."""

    def __init__(self, number, dice):
        self.session = number // 8
        self.line = number % 8 + 1
        self.pid = 4000 + self.session % 3000
        self.id = f'{int(BEGIN.timestamp()) + self.session:x}.{self.pid:x}'
        self.time = BEGIN + datetime.timedelta(milliseconds=3 * number)
        self.user, self.database = 'web', 'shop'
        self.application = f'app "{self.session % 4}"'
        self.severity, self.state = 'LOG', '00000'
        blank = '\n\t' if number % 4 == 0 else ' '
        sql = (f'SELECT id, total, "state" FROM {dice.choice(TABLES)}{blank}'
               f'WHERE id = $1 AND state = $2{blank}ORDER BY id')
        self.message = f'duration: {dice.randrange(1, 90000) / 1000:.3f} ms  execute S_1: {sql}'
        self.detail = PARAMETERS.format(dice.randrange(10**6))

    def stamp(self):
        return f'{self.time:%Y-%m-%d %H:%M:%S}.{self.time.microsecond // 1000:03} UTC'

    def lines(self):
        """As stderr, the lines of a message begun with a tab."""
        head = (f'{self.stamp()} [{self.pid}] {self.user}@{self.database}/{self.application} '
                f'{self.id} ')
        text = self.message.replace('\n', '\n\t')
        return (f'{head}{self.severity}:  {text}\n{head}DETAIL:  {self.detail}').split('\n')


def of_csv(record):
    row = io.StringIO()
    csv.writer(row, lineterminator='\n').writerow([
        record.stamp(), record.user, record.database, record.pid, '10.0.0.7:4711', record.id,
        record.line, 'SELECT', f'{BEGIN:%Y-%m-%d %H:%M:%S} UTC', f'4/{record.session}', 0,
        record.severity, record.state, record.message, record.detail, '', '', '', '', '', '', '',
        record.application, 'client backend', '', 0])
    return row.getvalue()


def of_json(record):
    return json.dumps({
        'timestamp': record.stamp(), 'user': record.user, 'dbname': record.database,
        'pid': record.pid, 'remote_host': '10.0.0.7', 'remote_port': 4711,
        'session_id': record.id, 'line_num': record.line, 'ps': 'SELECT',
        'session_start': f'{BEGIN:%Y-%m-%d %H:%M:%S} UTC', 'vxid': f'4/{record.session}', 'txid': 0,
        'error_severity': record.severity, 'message': record.message, 'detail': record.detail,
        'application_name': record.application, 'backend_type': 'client backend', 'query_id': 0},
        separators=(',', ':')) + '\n'


def of_stderr(record):
    return ''.join(line + '\n' for line in record.lines())


def syslog(stamp):
    def write(record):
        head = f'{stamp(record.time)} db1 postgres[{record.pid}]: '
        return ''.join(f'{head}[{record.line}-{part}] {line}\n'.replace('\t', '#011')
                       for part, line in enumerate(record.lines(), 1))
    return write


def of_docker(record):
    time = f'{record.time:%Y-%m-%dT%H:%M:%S.%f}000Z'
    return ''.join(json.dumps({'log': line + '\n', 'stream': 'stderr', 'time': time},
                              separators=(',', ':')) + '\n' for line in record.lines())


def of_kubernetes(record):
    time = f'{record.time:%Y-%m-%dT%H:%M:%S.%f}000Z'
    return ''.join(f'{time} stderr F {line}\n' for line in record.lines())


def of_pgbouncer(record):
    word = 'login attempt: db=shop user=web tls=no' if record.line % 2 else 'closing because: x'
    return (f'{record.stamp()} [77] LOG C-0x55d{record.session:06x}: {record.database}/'
            f'{record.user}@10.0.0.7:{record.pid} {word} (age={record.line}s)\n')


FORMATS = {
    'csv': of_csv,
    'json': of_json,
    'stderr': of_stderr,
    'syslog': syslog(lambda time: f'{time:%b} {time.day:2} {time:%H:%M:%S}'),
    'syslog-rfc3339': syslog(lambda time: f'{time:%Y-%m-%dT%H:%M:%S.%f}+00:00'),
    'docker': of_docker,
    'cri': of_kubernetes,
    'pgbouncer': of_pgbouncer,
}


def write_log(folder, form, count):
    path = os.path.join(folder, f'{form}.{count}.log')
    dice = random.Random(1)
    with open(path, 'w', encoding='utf-8') as out:
        for number in range(count):
            out.write(FORMATS[form](Record(number, dice)))
    return path


def ingest(arguments, path, count):
    """Seconds of CPU, or instructions, that the ingest of one log takes."""
    ledger = path + '.ledger'
    if os.path.exists(ledger):
        os.remove(ledger)
    command = [arguments.bin, 'ingest', '-v', '--no-progress', '--year', '2026', '--db', ledger,
               path]
    if arguments.callgrind:
        command = ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null'] + command
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    if f' {count} records, 0 not understood' not in told:
        raise SystemExit(f'{path}: not all was read: {told}')
    return int(re.search(r'Collected : (\d+)', told)[1]) if arguments.callgrind else seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--bin', required=True, help='the pgcounsel to measure')
    parser.add_argument('--callgrind', action='store_true', help='count instructions')
    parser.add_argument('--records', type=int, help='in the long log (100000; callgrind: 20000)')
    parser.add_argument('--runs', type=int, default=5, help='of which the median time counts')
    parser.add_argument('formats', nargs='*', help='only these; csv is always measured')
    arguments = parser.parse_args()
    long = arguments.records or (20_000 if arguments.callgrind else 100_000)
    short = long // 10
    runs = 1 if arguments.callgrind else arguments.runs
    unit, scale = ('instructions', 1) if arguments.callgrind else ('ns', 1e9)
    names = [form for form in FORMATS if form == 'csv' or not arguments.formats
             or form in arguments.formats]
    with tempfile.TemporaryDirectory() as folder:
        logs = {form: [(write_log(folder, form, count), count) for count in (short, long)]
                for form in names}
        costs = {form: [] for form in names}
        for _ in range(runs):
            for form, pair in logs.items():
                few, many = (ingest(arguments, path, count) for path, count in pair)
                costs[form].append((many - few) * scale / (long - short))
    base = statistics.median(costs['csv'])
    print(f'{"format":16}{unit + "/record":>21}{"to csv":>8}')
    for form in names:
        cost = statistics.median(costs[form])
        print(f'{form:16}{cost:21.0f}{cost / base:8.2f}')


if __name__ == '__main__':
    main()
