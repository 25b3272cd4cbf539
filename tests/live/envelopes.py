#!/usr/bin/env python3
"""A log in the envelope of a carrier gives the same figures as the bare log.

A server writes stderr, csvlog, jsonlog and syslog. Each is put into envelopes as containers,
journald, syslog relays and clouds do it, and read as it is: whole, compressed, from a pipe, with
another host's between, torn at both ends, in batches that overlap, newest first, and with rubbish.
"""
import collections
import datetime
import gzip
import re

import carriers
import judge
import server

PREFIX = '%m [%p]: [%l-1] db=%d,user=%u,app=%a,client=%r '
PREFIX_PARTS = re.compile(rb'(\d{4}-\d\d-\d\d [0-9:.]+) UTC \[(\d+)\]: ')
AZURE_PREFIX = '%t-%c-'
AZURE_PARTS = re.compile(rb'(\d{4}-\d\d-\d\d [0-9:]+) UTC-[0-9a-f]+\.([0-9a-f]+)-')
FURTHER = re.compile(rb'.{,200}?(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY):  ')
PLACEHOLDER, RUBBISH = b'a placeholder', b'\xff\xfe\xc3( rubbish'
WHO = {'user': 'web', 'database': 'shop', 'application': 'check out'}

# What carries it, how its objects are put together, which log is inside, how the report calls the
# format, and the host that the envelope names.
Case = collections.namedtuple('Case', 'carry put log format host')
CASES = [
    Case(carriers.docker, b''.join, 'stderr', 'docker', None),
    Case(carriers.docker, b''.join, 'csv', 'docker/csv', None),
    Case(carriers.docker, b''.join, 'json', 'docker/json', None),
    Case(carriers.cri, b''.join, 'stderr', 'cri', None),
    Case(carriers.cri, b''.join, 'csv', 'cri/csv', None),
    Case(carriers.cri, b''.join, 'json', 'cri/json', None),
    Case(carriers.fluentd, b''.join, 'stderr', 'docker', 'shop-db-0'),
    Case(carriers.fluentd, b''.join, 'json', 'docker/json', 'shop-db-0'),
    Case(carriers.cloudnative, b''.join, 'records', 'json', 'shop-1'),
    Case(carriers.journald_short, b''.join, 'stderr', 'syslog', 'dbhost'),
    Case(carriers.journald_json, b''.join, 'stderr', 'journald', 'dbhost'),
    Case(carriers.journald_export, b''.join, 'stderr', 'journald', 'dbhost'),
    Case(carriers.rfc5424, b''.join, 'syslog', 'syslog', 'dbhost'),
    Case(carriers.rfc6587, b''.join, 'syslog', 'syslog', 'dbhost'),
    Case(carriers.logplex, b''.join, 'syslog', 'heroku', 'GREEN'),
    Case(carriers.aws_tail, b''.join, 'stderr', 'cloudwatch', 'shop-db'),
    Case(carriers.filter_log_events, carriers.events_compact, 'stderr', 'cloudwatch', 'shop-db'),
    Case(carriers.filter_log_events, carriers.events_pretty, 'stderr', 'cloudwatch', 'shop-db'),
    Case(carriers.insights, carriers.insights_csv, 'stderr', 'cloudwatch', 'shop-db'),
    Case(carriers.cloud_sql, carriers.lines, 'stderr', 'cloudsql', 'shop-db'),
    Case(carriers.cloud_sql, carriers.array, 'stderr', 'cloudsql', 'shop-db'),
    Case(carriers.cloud_sql, carriers.lines, 'without time', 'cloudsql', 'shop-db'),
    Case(carriers.cloud_sql_lines, carriers.lines, 'stderr', 'cloudsql', 'shop-db'),
    Case(carriers.azure, carriers.event_hub, 'azure', 'azure', 'SHOP-DB'),
    Case(carriers.azure, carriers.lines, 'azure', 'azure', 'SHOP-DB'),
]
NEWEST_FIRST = [
    Case(carriers.cloud_sql, carriers.newest_first, 'stderr', 'cloudsql', 'shop-db'),
    Case(carriers.cloud_sql_lines, carriers.newest_first, 'stderr', 'cloudsql', 'shop-db'),
    Case(carriers.cloud_sql, carriers.newest_first, 'without time', 'cloudsql', 'shop-db'),
    Case(carriers.insights, lambda rows: carriers.insights_csv(rows[::-1]), 'stderr', 'cloudwatch',
         'shop-db'),
    Case(carriers.filter_log_events, lambda events: carriers.events_pretty(events[::-1]), 'stderr',
         'cloudwatch', 'shop-db'),
    Case(carriers.cloudnative, lambda records: b''.join(records[::-1]), 'records', 'json',
         'shop-1'),
]


def name_of(case):
    put = getattr(case.put, '__name__', '')
    return f'{case.carry.__name__}{"" if put == "join" else f" {put}"}, {case.log}'


# ---- the server ---------------------------------------------------------------------------------

def workload(postgres):
    """Returns the calls of each table's statements."""
    with postgres.session(**WHO) as one, postgres.session(**WHO, tcp=True) as two:
        for i in range(12):
            one.run(f"BEGIN;\nSELECT {i}, 'two\n\tlines\n\n«ö ✓»' FROM tag_lines\n WHERE id = 1;\n"
                    f'UPDATE tag_plain SET n = {i};\nCOMMIT;')
            two.run(f"SELECT {i}, '{PLACEHOLDER.decode()}' FROM tag_plain;")
            two.run(f'SELECT {i} / 0\nFROM tag_failed;\nSELEC wrong;')
        one.run(f"SELECT length('{'long, ' * 20_000}') FROM tag_long;")
        two.run(f"SELECT length('{'x' * 50_000}\r\n{'y' * 16_384}\n{'z' * 70_000}') FROM tag_long;")
        two.run("INSERT INTO tag_unique VALUES (1, 'a \"key\"\nof lines');")
        two.run("INSERT INTO tag_unique VALUES (1, 'a \"key\"\nof lines');")
    postgres.session(user='no one', database='shop').close()
    postgres.pgbench('BEGIN;\nUPDATE tag_plain SET n = 1;\nEND;\n', 'prepared', 2, 40, **WHO)
    return {'tag_lines': 12, 'tag_plain': 24 + 80, 'tag_long': 2, 'tag_unique': 1}


def huge_workload(postgres):
    """A statement of 1.5 MB among others."""
    with postgres.session(**WHO) as one, postgres.session(**WHO) as two:
        for i in range(60):
            (one if i % 2 else two).run(f'SELECT {i} FROM tag_plain;')
            if i == 30:
                one.run(f"SELECT length('{'huge' * 393_216}') FROM tag_long;")


def create(postgres):
    postgres.admin('CREATE ROLE web LOGIN')
    postgres.admin('CREATE DATABASE shop')
    for table in ('tag_lines', 'tag_plain', 'tag_failed', 'tag_long'):
        postgres.admin(f'CREATE TABLE {table} AS SELECT 1 AS id, 0 AS n;'
                       f'GRANT ALL ON {table} TO web', 'shop')
    postgres.admin('CREATE TABLE tag_unique (id int, name text, UNIQUE (id, name));'
                   'GRANT ALL ON tag_unique TO web', 'shop')


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def csv_entries(text, records):
    """The records with their quotes and newlines."""
    raw, place = [], 0
    lines = text.split(b'\n')[:-1]
    while place < len(lines):
        end = place + 1
        while b'\n'.join(lines[place:end]).count(b'"') % 2:
            end += 1
        raw.append(b'\n'.join(lines[place:end]))
        place = end
    return with_times(raw, records)


def with_times(texts, records):
    return [carriers.Entry(datetime.datetime.fromisoformat(record['time'][:-4] + '+00:00'),
                           int(record['pid']), text)
            for text, record in zip(texts, records, strict=True)]


class Logs:
    """What the server wrote: entries by the kind of the log, and the figures of the bare log."""

    def __init__(self, checks, counsel, postgres):
        self.entries, self.figures, self.records = {}, {}, {}
        self._counsel, self._checks = counsel, checks
        syslog = postgres.catch_syslog()
        postgres.start()
        create(postgres)
        postgres.stop()
        postgres.clear_logs()
        open(f'{syslog}.iso', 'wb').close()
        postgres.start()
        calls = workload(postgres)
        postgres.stop()
        stderr, csv, jsonlog = (f'{postgres.log_directory}/postgresql.{end}'
                                for end in ('log', 'csv', 'json'))
        records = judge.read_csvlog(csv)
        self._add('stderr', carriers.entries_of(read(stderr), PREFIX_PARTS), stderr, calls)
        self._add('csv', csv_entries(read(csv), records), csv, calls)
        self._add('json', with_times(read(jsonlog).split(b'\n')[:-1], judge.read_jsonlog(jsonlog)),
                  jsonlog, calls)
        self._add('syslog', carriers.syslog_entries(read(f'{syslog}.iso')), f'{syslog}.iso', calls)
        for kind, entries in (('records', records),
                              ('without time', self._without_time('stderr'))):
            like = 'csv' if kind == 'records' else 'stderr'
            self.entries[kind], self.figures[kind] = entries, self.figures[like]
            self.records[kind] = self.records[like]
        postgres.clear_logs()
        postgres.start(log_line_prefix=AZURE_PREFIX, log_destination='stderr')
        workload(postgres)
        postgres.stop()
        entries = [entry for entry in carriers.entries_of(read(stderr), AZURE_PARTS, 16)
                   if carriers.AZURE_LEVEL.match(entry.text).group(1) not in carriers.AZURE_LOST]
        with open(stderr, 'wb') as file:
            file.writelines(entry.text + b'\n' for entry in entries)
        del calls['tag_unique']  # now it fails both times
        self._add('azure', entries, stderr, calls)
        postgres.clear_logs()
        postgres.start(log_destination='stderr')
        huge_workload(postgres)
        postgres.stop()
        self._add('huge', carriers.entries_of(read(stderr), PREFIX_PARTS), stderr,
                  {'tag_long': 1, 'tag_plain': 60})

    def _add(self, kind, entries, path, calls):
        report = self._counsel.analyze(path)
        self.entries[kind], self.figures[kind] = entries, judge.figures(report)
        self.records[kind] = report['coverage']['records']
        got = judge.calls_by_tag(report)
        self._checks.equal(f'bare {kind}: calls by tag', {tag: got.get(tag) for tag in calls},
                           calls)
        self._checks.equal(f'bare {kind}: nothing unparsed',
                           report['coverage']['unparsed_records'], 0)

    def _without_time(self, kind):
        """The time, in the prefix no more, is what the envelope tells."""
        return [entry._replace(text=entry.text.split(b' UTC ', 1)[1])
                for entry in self.entries[kind]]

    def carried(self, case, host=None, entries=None):
        return case.carry(self.entries[case.log] if entries is None else entries,
                          host or case.host)

    def beginnings(self, kind):
        """The entries with which a record begins that has nothing to do with those before it."""
        if kind == 'syslog':
            return self._whole_messages()
        return [place for place, entry in enumerate(self.entries[kind])
                if kind in ('csv', 'json', 'records') or not FURTHER.match(entry.text)]

    def _whole_messages(self):
        found, torn = [], set()
        for place in range(len(self.entries['syslog']) - 1, -1, -1):
            part = self.entries['syslog'][place]
            torn.discard(part.pid)
            if not re.match(rb'\[\d+-1\] ', part.text):
                torn.add(part.pid)
            if not torn:
                found.append(place)
        return found[::-1]


# ---- checks -------------------------------------------------------------------------------------

class Checker:
    def __init__(self, checks, counsel, logs, directory):
        self.checks, self.counsel, self.logs, self._directory = checks, counsel, logs, directory

    def file(self, content, name='carried'):
        path = f'{self._directory}/{name}'
        with open(path, 'wb') as file:
            file.write(content)
        return path

    def figures(self, label, report, wanted):
        got = judge.figures(report)
        for key, value in wanted.items():
            self.checks.equal(f'{label}: {key} as of the bare log', got[key], value)

    def whole(self, case, label, report, unparsed=0):
        coverage = report['coverage']
        self.checks.equal(f'{label}: unparsed', coverage['unparsed_records'], unparsed)
        self.checks.equal(f'{label}: records', coverage['records'], self.logs.records[case.log])
        self.checks.equal(f'{label}: format', coverage['sources'][0]['format'], case.format)
        self.checks.equal(f'{label}: server', report['server'], case.host or 'default')
        self.figures(label, report, self.logs.figures[case.log])

    def carrier(self, case):
        label = name_of(case)
        content = case.put(self.logs.carried(case))
        path = self.file(content)
        self.whole(case, label, self.counsel.analyze(path))
        self.whole(case, f'{label}, compressed',
                   self.counsel.analyze(self.file(gzip.compress(content, 1), 'carried.gz')))
        with open(path, 'rb') as file:
            self.whole(case, f'{label}, from a pipe', self.counsel.analyze('-', stdin=file))

    def two_hosts(self, case):
        """Two servers of one name each, their envelopes in turns."""
        hosts = ['BLUE', 'GREEN']
        pairs = zip(*(self.logs.carried(case, host) for host in hosts), strict=True)
        report = self.counsel.analyze(self.file(case.put([item for pair in pairs
                                                          for item in pair])))
        label = f'{name_of(case)}, two hosts'
        servers = {part['server']: part for part in report.get('servers', [])}
        self.checks.equal(f'{label}: servers', sorted(servers), hosts)
        for host, part in servers.items():
            self.figures(f'{label}: {host}', part, self.logs.figures[case.log])

    def overlapping(self, case):
        """The same records in two batches."""
        entries, places = self.logs.entries[case.log], self.logs.beginnings(case.log)
        batches = entries[:places[len(places) * 3 // 5]], entries[places[len(places) * 2 // 5]:]
        paths = [self.file(case.put(self.logs.carried(case, entries=batch)), f'batch-{number}')
                 for number, batch in enumerate(batches)]
        label = f'{name_of(case)}, overlapping batches'
        # Where all stands within one second, the order of two batches is that of reading.
        for order in [paths] if case.log == 'azure' else [paths, paths[::-1]]:
            report = self.counsel.analyze(*order)
            self.figures(label, report, self.logs.figures[case.log])
            self.checks.that(f'{label}: duplicates are told',
                             report['coverage']['duplicate_records'] > 0)

    def torn(self, case):
        """The first and the last record are cut within; the rest is as it is without them."""
        entries = self.logs.entries[case.log][1:-1]
        items = self.logs.carried(case)
        if case.carry is carriers.cloudnative:
            items = items[1:]  # begins with another component's
        if isinstance(items[0], bytes):
            # Of an exported entry any field can be missing but the message.
            begun = -9 if case.carry is carriers.journald_export else len(items[0]) // 3
            items = [items[0][begun:], *items[1:-1], items[-1][:len(items[-1]) // 3]]
            content = case.put(items)
        else:
            content = case.put(items)
            texts = [found.end() for found in re.finditer(rb'"(?:message|textPayload)":', content)]
            content = content[texts[0] + 20:texts[-1] + 20]
        label = f'{name_of(case)}, torn'
        report = self.counsel.analyze(self.file(content))
        whole = self.counsel.analyze(
            self.file(case.put(self.logs.carried(case, entries=entries)), 'whole'))
        self.checks.equal(f'{label}: records', report['coverage']['records'],
                          whole['coverage']['records'])
        self.checks.that(f'{label}: only they are missing',
                         self.logs.records[case.log] - whole['coverage']['records'] in (1, 2))
        if case.put in (b''.join, carriers.lines, carriers.insights_csv):
            self.checks.equal(f'{label}: both torn ones are counted',
                              report['coverage']['unparsed_records'],
                              whole['coverage']['unparsed_records'] + 2)
        else:
            self.checks.that(f'{label}: the torn ones are counted',
                             report['coverage']['unparsed_records'] > 0)
        self.figures(label, report, judge.figures(whole))

    def hostile(self, case):
        """Lines that are none, and a text that is none."""
        if case.put in (b''.join, carriers.insights_csv, carriers.lines):
            items = self.logs.carried(case)
            if case.put is carriers.lines:
                items = [carriers.compact(item) for item in items]
            third = len(items) // 3
            items = (items[:third] + [b'\0' + RUBBISH + b'\n'] + items[third:-third] +
                     [b'x' * 1_500_000 + b'\n'] + items[-third:])
            put = b''.join if case.put is carriers.lines else case.put
            self.whole(case, f'{name_of(case)}, with rubbish between',
                       self.counsel.analyze(self.file(put(items))), unparsed=2)
        if case.log not in ('json', 'records'):
            self.whole(case, f'{name_of(case)}, with rubbish inside',
                       self.with_text(case, RUBBISH))
            report = self.with_text(case, b'\0')
            label = f'{name_of(case)}, with NUL inside'
            self.checks.equal(f'{label}: unparsed', report['coverage']['unparsed_records'], 0)
            for key in ('errors', 'events', 'totals', 'connections', 'hours'):
                self.checks.equal(f'{label}: {key}', judge.figures(report)[key],
                                  self.logs.figures[case.log][key])

    def with_text(self, case, text):
        entries = [entry._replace(text=entry.text.replace(PLACEHOLDER, text))
                   for entry in self.logs.entries[case.log]]
        self.checks.that(f'{name_of(case)}: there is a literal to replace',
                         entries != self.logs.entries[case.log])
        return self.counsel.analyze(
            self.file(case.put(self.logs.carried(case, entries=entries))))

    def huge(self, case):
        if case.log != 'stderr' or case.carry is carriers.filter_log_events:
            return
        case = case._replace(log='huge')
        self.whole(case, name_of(case), self.counsel.analyze(
            self.file(case.put(self.logs.carried(case)))))

    def newest_first(self, case):
        for log in [case.log, 'huge'] if case.log == 'stderr' else [case.log]:
            case = case._replace(log=log)
            self.whole(case, f'{name_of(case)}, newest first',
                       self.counsel.analyze(self.file(case.put(self.logs.carried(case)))))

    def too_long_for_journalctl(self):
        """Without --all, journalctl prints null for what is long: the report says how many."""
        lines = carriers.lines_of(self.logs.entries['stderr'])
        too_long = sum(len(line.text) + len('MESSAGE=') >= 4096 for line in lines)
        self.checks.that('journalctl without --all: there are long lines', too_long > 0)
        report = self.counsel.analyze(
            self.file(b''.join(carriers.journald_json(self.logs.entries['stderr'], 'dbhost',
                                                      everything=False))))
        self.checks.equal('journalctl without --all: lines lost', report['lost']['reported'],
                          too_long)
        self.checks.equal('journalctl without --all: unparsed',
                          report['coverage']['unparsed_records'], 0)


def test(checks, counsel):
    with server.Server(log_destination='stderr,csvlog,jsonlog,syslog', log_line_prefix=PREFIX,
                       log_checkpoints='off') as postgres:
        logs = Logs(checks, counsel, postgres)
        checker = Checker(checks, counsel, logs, postgres.directory)
        for case in CASES:
            checker.carrier(case)
            if case.host:
                checker.two_hosts(case)
            checker.overlapping(case)
            checker.torn(case)
            checker.hostile(case)
            checker.huge(case)
        checker.too_long_for_journalctl()
        for case in NEWEST_FIRST:
            checker.newest_first(case)


if __name__ == '__main__':
    judge.main(test, __doc__)
