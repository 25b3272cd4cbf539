"""What a server's csv or json log says, read by Python, and whether a report says the same."""
import collections
import re

import judge
from workload import DATABASE, USER

REFUSED = re.compile('53300|53400|28...|3D000|57P03|08...')
STATEMENT = re.compile(r'duration: ([0-9.]+) ms  (?:statement|execute [^:]*): ')


class Truth:
    def __init__(self, records):
        self.records = records
        durations = [STATEMENT.match(record['message']) for record in records]
        self.durations = [float(match.group(1)) for match in durations if match]

    def starting(self, *texts):
        return sum(record['message'].startswith(texts) for record in self.records)

    def errors(self):
        return dict(collections.Counter(
            (record['severity'], record['sqlstate']) for record in self.records
            if record['severity'] in ('ERROR', 'FATAL', 'PANIC')))

    def connections(self):
        return {'received': self.starting('connection received: '),
                'authorized': self.starting('connection authorized: '),
                'disconnected': self.starting('disconnection: '),
                'refused': sum(record['severity'] == 'FATAL' and
                               bool(REFUSED.fullmatch(record['sqlstate']))
                               for record in self.records)}

    def events(self):
        waits = [re.match(r'process (\d+) still waiting for', record['message'])
                 for record in self.records]
        return {'deadlock': sum(record['sqlstate'] == '40P01' for record in self.records),
                'lock_wait': sum(bool(wait) for wait in waits),
                'temp_file': self.starting('temporary file: '),
                'checkpoint': self.starting('checkpoint complete: ')}

    def temp_bytes(self):
        sizes = [re.match(r'temporary file: .* size (\d+)', record['message'])
                 for record in self.records]
        return sum(int(size.group(1)) for size in sizes if size)


def errors_of(report):
    sums = collections.Counter()
    for row in report['errors']:
        if row['severity'] in ('ERROR', 'FATAL', 'PANIC'):
            sums[row['severity'], row['sqlstate']] += row['count']
    return dict(sums)


def check(checks, label, report, truth, workload, seen):
    checks.equal(f'{label}: nothing unparsed', report['coverage']['unparsed_records'], 0)
    checks.equal(f'{label}: statements as the csv module counts them',
                 report['coverage']['statements'], len(truth.durations))
    checks.equal(f'{label}: sum of calls', sum(q['calls'] for q in report['queries']),
                 len(truth.durations))
    checks.near(f'{label}: sum of durations', sum(q['total_ms'] for q in report['queries']),
                sum(truth.durations), 0.01)
    calls = judge.calls_by_tag(report)
    checks.equal(f'{label}: calls by tag as the driver sent them',
                 {tag: calls.get(tag) for tag in workload.calls}, dict(workload.calls))
    checks.equal(f'{label}: calls by tag as pg_stat_statements has them',
                 {tag: calls.get(tag) for tag in seen}, seen)
    checks.equal(f'{label}: no statement out of a literal', calls.get('tag_fake'), None)
    checks.equal(f'{label}: errors by SQLSTATE', errors_of(report), truth.errors())
    checks.equal(f'{label}: connections',
                 {key: report['connections'][key] for key in truth.connections()},
                 truth.connections())
    events = {row['class']: row['count'] for row in report['events']}
    checks.equal(f'{label}: events', {key: events.get(key, 0) for key in truth.events()},
                 truth.events())
    checks.equal(f'{label}: bytes of temporary files', report['totals']['temp_bytes'],
                 truth.temp_bytes())
    checks.equal(f'{label}: bytes of temporary files by tag',
                 judge.calls_by_tag(report, 'temp_bytes').get('tag_spill'), truth.temp_bytes())
    checks.equal(f'{label}: users of a statement',
                 sorted({user for query in report['queries'] for user in query['users']
                         if 'tag_plain' in query['query']}), [USER])
    checks.equal(f'{label}: databases of a statement',
                 sorted({database for query in report['queries'] for database in query['databases']
                         if 'tag_plain' in query['query']}), [DATABASE])
