#!/usr/bin/env python3
"""How long a transaction held its connection, by the log and by the driver's own clock.

Through PgBouncer in transaction mode psql sessions run transactions with sleeps between their
statements. Then: a wait for a lock, a transaction that the server kills for idling, one that is
left open, and one that is cut in two by a rotation of the log.
"""
import itertools
import re
import shutil
import threading
import time

import judge
import server

TABLES = ('tag_think', 'tag_quick', 'tag_locked', 'tag_waiting', 'tag_killed', 'tag_left',
          'tag_cut', 'tag_single', 'tag_failing', 'tag_bench')
ROUNDING = 0.002  # seconds: the log's times are whole milliseconds
SLACK = 0.05      # seconds until a timeout or the end of a client is noticed


class Measured:
    """The driver's own sums over the transactions of a class, in seconds. However slow the machine
    is, a hold is never shorter than from the answer to BEGIN until COMMIT is sent and never longer
    than from BEGIN until the answer to COMMIT; it is idle for at least as long as the driver
    slept, and busy for at least as long as its statements sleep."""

    def __init__(self):
        self.count = 0
        self.shortest = 0.0
        self.longest = 0.0
        self.idle = 0.0
        self.busy = 0.0
        self._lock = threading.Lock()

    def add(self, shortest, longest, idle, busy, count=1):
        with self._lock:
            self.count += count
            self.shortest += shortest
            self.longest += longest
            self.idle += idle
            self.busy += busy

    def check_hold(self, checks, name, held):
        self._check(checks, name, held, self.shortest, self.longest)

    def check_idle(self, checks, name, idle):
        self._check(checks, name, idle, self.idle, self.longest - self.busy)

    def _check(self, checks, name, got, least, most):
        rounding = ROUNDING * self.count
        checks.that(name, least - rounding <= got <= most + rounding,
                    f'got {got}, expected {least:.6f} to {most:.6f}')


class Open:
    """A transaction that the driver has begun."""

    def __init__(self, session, measured):
        self._session = session
        self._measured = measured
        self._sent = self._last_sent = time.monotonic()
        session.run('BEGIN;')
        self._answered = time.monotonic()
        self._idle = self._busy = 0.0

    def run(self, sql, busy=0.0):
        """`busy` is how long the server needs for it at least."""
        self._last_sent = time.monotonic()
        self._session.run(sql)
        self._busy += busy

    def sleep(self, seconds):
        start = time.monotonic()
        time.sleep(seconds)
        self._idle += time.monotonic() - start

    def end(self, sql='COMMIT;'):
        last = time.monotonic()
        self._session.run(sql)
        self._measured.add(last - self._answered, time.monotonic() - self._sent, self._idle,
                           self._busy)

    def is_left(self):
        """The client goes away now, without an end of the transaction."""
        now = time.monotonic()
        self._measured.add(now - self._answered, now - self._sent + SLACK, self._idle, self._busy)

    def is_killed(self, after):
        """By the server, so many seconds after the last statement."""
        self._measured.add(self._last_sent - self._answered + after,
                           time.monotonic() - self._sent + after + SLACK, after, self._busy)


def transaction(session, measured, *steps):
    """Runs BEGIN, the steps, COMMIT; a number is a sleep in seconds, a pair a statement and how
    long it runs at least."""
    one = Open(session, measured)
    for step in steps:
        if isinstance(step, tuple):
            one.run(*step)
        elif isinstance(step, str):
            one.run(step)
        else:
            one.sleep(step)
    one.end()


def think(postgres, measured):
    """Three clients at once: transactions that think, and in between some that do not."""
    def client(number):
        with postgres.session(user='app', application=f'shop{number}', pooler=True) as session:
            for pause in (0.05, 0.2, 0.12, 0.3):
                transaction(session, measured['tag_think'],
                            ('SELECT n, pg_sleep(0.1) FROM tag_think;', 0.1), pause,
                            'UPDATE tag_think SET n = n + 1 WHERE id = 0;', pause / 2)
                for _ in range(5):
                    transaction(session, measured['tag_quick'], 'SELECT n FROM tag_quick;')
                time.sleep(0.05)  # nothing is held here
                session.run('SELECT n, pg_sleep(0.02) FROM tag_single;')
    in_parallel([lambda n=n: client(n) for n in range(3)])


BENCH = """BEGIN;
SELECT n FROM tag_bench WHERE id = 1;
\\sleep 25 ms
UPDATE tag_bench SET n = n + 1 WHERE id = 0;
\\sleep 10 ms
END;
"""


def bench(postgres, measured, clients=3, transactions=20):
    """The same by pgbench, in the extended protocol; its latency is from BEGIN to END."""
    sleeping = 0.035 * clients * transactions
    latency = postgres.pgbench(BENCH, 'extended', clients, transactions, user='app', pooler=True)
    measured['tag_bench'].add(sleeping, latency, sleeping, 0.0, clients * transactions)


def in_parallel(tasks):
    failures = []

    def guarded(task):
        try:
            task()
        except Exception as failure:
            failures.append(failure)
    threads = [threading.Thread(target=guarded, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def lock(postgres, measured):
    """One session holds a row for a second, another waits for it; returns how long it waited."""
    waited = []
    locked = threading.Event()

    def holder():
        with postgres.session(user='app', pooler=True) as session:
            one = Open(session, measured['tag_locked'])
            one.run('UPDATE tag_locked SET n = n + 1 WHERE id = 1;')
            locked.set()
            one.sleep(1.0)
            one.end()

    def waiter():
        with postgres.session(user='app', pooler=True) as session:
            locked.wait()
            one = Open(session, measured['tag_waiting'])
            one.run('SELECT n FROM tag_waiting;')
            start = time.monotonic()
            one.run('UPDATE tag_locked SET n = n + 1 WHERE id = 1;', busy=0.7)
            waited.append(time.monotonic() - start)
            one.end()
    in_parallel([holder, waiter])
    return waited[0]


def unfinished(postgres, measured):
    """Transactions that do not end as they should."""
    with postgres.session(user='app', pooler=True) as session:
        one = Open(session, measured['tag_killed'])
        one.run("SET LOCAL idle_in_transaction_session_timeout = '500ms';\n"
                'SELECT n FROM tag_killed;')
        one.is_killed(after=0.5)
        time.sleep(1.2)  # the driver lets go long after that
    with postgres.session(user='app', pooler=True) as session:
        one = Open(session, measured['tag_left'])
        one.run('SELECT n FROM tag_left;')
        one.sleep(0.4)
        one.is_left()
        session.terminate()  # PgBouncer then closes the connection to the server
    with postgres.session(user='app', pooler=True) as session:
        one = Open(session, measured['tag_failing'])
        one.run('SELECT n / 0 FROM tag_failing;')
        one.sleep(0.3)
        one.end('ROLLBACK;')


def only_class(checks, report, tag):
    rows = judge.transactions_of_tag(report, tag)
    checks.equal(f'{tag}: one class of transactions', len(rows), 1)
    return rows[0] if rows else None


def check_holds(checks, report, measured, waited):
    for tag, driver in measured.items():
        row = only_class(checks, report, tag) if tag != 'tag_locked' else \
            locked_class(checks, report)
        if not row:
            continue
        checks.equal(f'{tag}: transactions', row['count'], driver.count)
        driver.check_hold(checks, f'{tag}: seconds held', row['hold_s'])
        driver.check_idle(checks, f'{tag}: seconds idle', row['idle_s'])
        checks.near(f'{tag}: busy and idle make the hold', row['busy_s'] + row['idle_s'],
                    row['hold_s'], 0.001)
        ended_badly = driver.count if tag in ('tag_killed', 'tag_left') else 0
        checks.equal(f'{tag}: unfinished', row['unfinished'], ended_badly)
        wait = waited if tag == 'tag_waiting' else 0.0
        checks.near(f'{tag}: seconds of waiting for locks', row['lock_wait_s'], wait,
                    SLACK if wait else 0.0)
    thinking, driver = judge.transactions_of_tag(report, 'tag_think')[0], measured['tag_think']
    share = thinking['idle_s'] / thinking['hold_s']
    checks.that('tag_think: idle share', driver.idle / driver.longest - 0.01 <= share
                <= 1 - driver.busy / driver.longest + 0.01,
                f'got {share}, slept {driver.idle} and busy {driver.busy} of {driver.longest}')
    single = judge.transactions_of_tag(report, 'tag_single')
    checks.equal('tag_single: autocommit statements are transactions of one',
                 [(row['count'], row['explicit_block']) for row in single], [(12, False)])


def locked_class(checks, report):
    """That of the holder: the waiter's is the one with tag_waiting."""
    others = [row['id'] for row in judge.transactions_of_tag(report, 'tag_waiting')]
    rows = [row for row in judge.transactions_of_tag(report, 'tag_locked')
            if row['id'] not in others]
    checks.equal('tag_locked: one class of transactions', len(rows), 1)
    return rows[0] if rows else None


def check_pool_statements(checks, report):
    """What PgBouncer sends for itself is no work of an application."""
    own = [row['label'] for row in report['transactions']
           if re.match('(?i)set application_name', row['label'])]
    checks.equal("PgBouncer's own SET is no transaction", own, [])


# ---- a rotation in the middle -------------------------------------------------------------------

def cut_by_rotation(postgres):
    """Transactions across a change of the file; returns what the driver measured."""
    measured = Measured()
    with postgres.session() as first, postgres.session() as second:
        one = Open(first, measured)
        one.run('SELECT n FROM tag_cut;')
        two = Open(second, measured)
        two.run('SELECT n FROM tag_cut;\nSELECT 1 FROM tag_cut;')
        files = len(postgres.logs())
        time.sleep(1.05)  # the names of the files tell seconds
        postgres.admin('SELECT pg_rotate_logfile()')
        server.wait_until(lambda: len(postgres.logs()) == 2 * files, 'the second file')
        one.run('UPDATE tag_cut SET n = n + 1;')
        one.end()
        two.run('SELECT 1 FROM tag_cut;')
        two.end('ROLLBACK;')
        first.run('SELECT n FROM tag_cut;')
    return measured


def check_cut(checks, counsel, postgres, measured, label):
    ending = '.csv' if label == 'csvlog' else '.log'  # csvlog leaves one line in a .log, too
    first, second = [path for path in postgres.logs() if path.endswith(ending)]
    whole = f'{postgres.directory}/whole'
    with open(whole, 'wb') as joined:
        for path in (first, second):
            with open(path, 'rb') as file:
                shutil.copyfileobj(file, joined)
    wanted = counsel.analyze(whole)
    rows = [row for row in judge.transactions_of_tag(wanted, 'tag_cut') if row['explicit_block']]
    checks.equal(f'{label}: transactions in one piece', sum(row['count'] for row in rows),
                 measured.count)
    measured.check_hold(checks, f'{label}: seconds held', sum(row['hold_s'] for row in rows))
    checks.equal(f'{label}: unfinished', sum(row['unfinished'] for row in rows), 0)
    for order in itertools.permutations([first, second]):
        names = 'older file first' if order[0] == first else 'newer file first'
        got = judge.figures(counsel.analyze(*order))
        ledger = f'{postgres.directory}/ledger-{names.split()[0]}-{label.split()[0]}'
        for path in order:
            counsel.ingest(ledger, path)
        kept = judge.figures(counsel.analyze('--db', ledger, command='report'))
        for key, value in judge.figures(wanted).items():
            checks.equal(f'{label}: {names}: {key} as from one file', got[key], value)
            checks.equal(f'{label}: {names}, two commands: {key} as from one file', kept[key],
                         value)


def create_tables(postgres):
    postgres.admin('CREATE ROLE app LOGIN')
    for table in TABLES:
        postgres.admin(f'CREATE TABLE {table} AS SELECT 1 AS id, 0 AS n;'
                       f'GRANT ALL ON {table} TO app')


def test(checks, counsel):
    with server.Server(log_line_prefix='%m [%p] %q%u@%d/%a %c ', log_lock_waits='on',
                       deadlock_timeout='100ms') as postgres:
        postgres.start()
        create_tables(postgres)
        postgres.start_pooler(['app'])
        measured = {tag: Measured() for tag in ('tag_think', 'tag_quick', 'tag_locked',
                                                'tag_waiting', 'tag_killed', 'tag_left',
                                                'tag_failing', 'tag_bench')}
        think(postgres, measured)
        bench(postgres, measured)
        waited = lock(postgres, measured)
        unfinished(postgres, measured)
        postgres.stop()
        report = counsel.analyze(postgres.log_directory)
        checks.equal('nothing unparsed', report['coverage']['unparsed_records'], 0)
        check_holds(checks, report, measured, waited)
        check_pool_statements(checks, report)
        for label, settings in (
                ('%c in the prefix', {'log_line_prefix': '%m [%p] %q%u@%d/%a %c '}),
                ('plain prefix', {'log_line_prefix': '%m [%p] '}),
                ('csvlog', {'log_destination': 'csvlog'})):
            postgres.clear_logs()
            postgres.start(log_filename='postgresql-%H%M%S.log', **settings)
            cut = cut_by_rotation(postgres)
            postgres.stop()
            check_cut(checks, counsel, postgres, cut, label)


if __name__ == '__main__':
    judge.main(test, __doc__)
