#!/usr/bin/env python3
"""The commands of "If it happens again", run as they are printed.

A made csv log tells of a full pool whose database, user and table have names with quotes,
backslashes, dollars, line ends and wildcards. On a server with just these names sessions idle in a
transaction, wait for a lock and run something else; the commands must find and end the right ones
and leave the others alone.
"""
import csv
import datetime
import re
import tempfile

import judge
import server

DATABASE = 'sh\'o"p\\x $1 $$ E\'\\\'\n;-- é'
USER = 'we\'b"\\ %_!\n\u202e$tag$'
TABLE = 'inv_%!en"to\\ry'
START = datetime.datetime(2026, 3, 13, 10, 0, tzinfo=datetime.timezone.utc)
CAUSES = {'idle_in_transaction', 'slow_query', 'lock_wait', 'connection_leak'}


# ---- a log of a full pool ------------------------------------------------------------------------

class Log:
    """Lines of four server connections, by time."""

    def __init__(self):
        self._lines = []
        self._count = {}

    def add(self, second, pid, tag, message, vxid=''):
        self._lines.append((second, pid, tag, message, vxid))

    def statement(self, end, pid, sql, milliseconds, tag):
        self.add(end, pid, tag, f'duration: {milliseconds:.3f} ms  statement: {sql}')

    def write(self, path):
        with open(path, 'w', encoding='utf-8', newline='') as file:
            writer = csv.writer(file)
            for second, pid, tag, message, vxid in sorted(self._lines):
                self._count[pid] = self._count.get(pid, 0) + 1
                when = START + datetime.timedelta(seconds=second)
                writer.writerow([
                    when.strftime('%Y-%m-%d %H:%M:%S.%f')[:-3] + ' UTC', USER, DATABASE, pid,
                    '127.0.0.1:1', f'69b3e2a0.{pid:x}', self._count[pid], tag,
                    '2026-03-13 10:00:00 UTC', vxid, 0, 'LOG', '00000', message] + [''] * 8 +
                    ['shop-web', 'client backend', '', 0])


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


UPDATE = f'UPDATE {quoted(TABLE)} SET n = 1 WHERE id = 1'


def transaction(log, begin, pid, runs, idles, waits):
    """Seconds; `waits` is the part of `runs` spent in line for a lock."""
    log.statement(begin, pid, 'BEGIN', 0.1, 'BEGIN')
    end = begin + runs + 0.002
    if waits:
        log.add(begin + 1.0, pid, 'UPDATE', f'process {pid} still waiting for ShareLock on '
                'transaction 777 after 1000.000 ms')
        log.add(end - 0.001, pid, 'UPDATE', f'process {pid} acquired ShareLock on transaction 777 '
                f'after {waits * 1000:.3f} ms')
    log.statement(end, pid, UPDATE, runs * 1000, 'UPDATE')
    log.statement(end + idles + 0.001, pid, 'COMMIT', 0.1, 'COMMIT')


def full_pool(path, cause):
    """20 calm seconds, 20 full ones, 10 calm ones."""
    log = Log()
    for pid in range(101, 105):
        log.add(0, pid, '', 'connection received: host=127.0.0.1 port=1')
        log.add(0.001, pid, 'authentication', f'connection authorized: user={USER} '
                f'database={DATABASE} application_name=shop-web')
        for second in [*range(1, 20), *range(41, 50)]:
            transaction(log, second + (pid - 100) / 10, pid, 0.002, 0.001, 0)
            if cause == 'connection_leak':
                log.statement(second + (pid - 100) / 10 + 0.05, pid, 'DISCARD ALL', 0.1, 'DISCARD')
        if cause == 'connection_leak':
            transaction(log, 20.1, pid, 0.002, 0.001, 0)
            log.statement(40.0, pid, 'DISCARD ALL', 0.1, 'DISCARD')
            continue
        for second in range(20, 40, 2):
            idles = 1.98 if cause == 'idle_in_transaction' else 0
            log_runs = 0.002 if idles else 1.98
            transaction(log, second, pid, log_runs, idles, 1.97 if cause == 'lock_wait' else 0)
    log.write(path)


# ---- what is printed -----------------------------------------------------------------------------

def commands(page):
    """The SQL of each step by its title, as a person would copy it."""
    book = page[page.index('## If it happens again'):]
    book = re.split(r'\n## ', book[3:])[0]
    steps = {}
    for step in re.split(r'\n\*\*\d+\. ', book)[1:]:
        blocks = re.findall(r'^(`{3,})sql\n(.*?)\n\1$', step, re.S | re.M)
        steps[step[:step.index('.**')]] = [sql for _, sql in blocks]
    return steps


def step(steps, word):
    return next((blocks for title, blocks in steps.items() if word in title), [])


def at_once(sql):
    """The test does not wait until something has lasted long enough."""
    return re.sub(r"interval '\w+'", "interval '0s'", sql)


# ---- the server ----------------------------------------------------------------------------------

class Sessions:
    """One idles in a transaction, one waits for its lock, one runs, one is idle; all are the
    pool's."""

    def __init__(self, postgres):
        who = {'user': USER, 'database': DATABASE}
        self.all = [postgres.session(application=name, **who)
                    for name in ('holds', 'waits', 'runs', 'rests')]
        self.pids = [session.run('SELECT pg_backend_pid();') for session in self.all]
        self.all[0].run(f'BEGIN; {UPDATE};')
        self.all[1].send(UPDATE.replace('=', ' = ').replace(' SET', '\n  -- note\n  set') + ';')
        self.all[2].send('SELECT 1 FROM pg_sleep(60);')
        server.wait_until(lambda: postgres.admin(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == '1'
            and postgres.admin("SELECT count(*) FROM pg_stat_activity "
                               "WHERE wait_event = 'PgSleep'") == '1', 'the sessions')

    def close(self, postgres):
        for session in self.all:
            session.terminate()
        its = "FROM pg_stat_activity WHERE usename LIKE 'we%b%'"
        postgres.admin(f'SELECT pg_terminate_backend(pid) {its}')
        server.wait_until(lambda: postgres.admin(f'SELECT count(*) {its}') == '0', 'their end')


def first_column(answer):
    """Of rows that begin with a number; statements in them may have line ends."""
    return sorted(re.findall(r'^(\d+)(?=\||$)', answer, re.M))


def gone(postgres, pid):
    server.wait_until(lambda: postgres.admin(
        f'SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}') == '0', f'the end of {pid}')
    return True


def check_ending(checks, postgres, cause, steps, sessions):
    holds, waits, runs, rests = sessions.pids
    run = lambda sql: postgres.admin(at_once(sql), database='postgres')
    if cause == 'idle_in_transaction':
        look, act = step(steps, 'transactions that idle')
        checks.equal(f'{cause}: the idle one is seen', first_column(run(look)), [holds])
        checks.equal(f'{cause}: and ended', first_column(run(act)), [holds])
        checks.that(f'{cause}: it is gone', gone(postgres, holds))
    elif cause == 'slow_query':
        look, act = step(steps, 'Cancel the statement')
        checks.equal(f'{cause}: the statement is seen', first_column(run(look)), [waits])
        checks.equal(f'{cause}: and cancelled', first_column(run(act)), [waits])
        checks.equal(f'{cause}: its client knows', sessions.all[1].answer(), 'ERROR:  57014')
    elif cause == 'lock_wait':
        look, act = step(steps, 'who blocks whom')
        checks.equal(f'{cause}: the waiting one is seen', first_column(run(look)), [waits])
        checks.equal(f'{cause}: with who blocks it', run(look).split('|')[3], holds)
        checks.equal(f'{cause}: the first of the queue is ended', first_column(run(act)), [holds])
        checks.that(f'{cause}: it is gone', gone(postgres, holds))
        checks.equal(f'{cause}: the next one goes on', sessions.all[1].answer(), '')
    else:
        look, act = step(steps, 'nobody gives back')
        checks.equal(f'{cause}: the idle one is seen', first_column(run(look)), [rests])
        checks.equal(f'{cause}: and ended', first_column(run(act)), [rests])
        checks.that(f'{cause}: it is gone', gone(postgres, rests))
    checks.equal(f'{cause}: what runs is left alone', postgres.admin(
        f"SELECT state FROM pg_stat_activity WHERE pid = {runs}"), 'active')


def check_settings(checks, postgres, cause, steps):
    settings = ("SELECT setconfig FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole "
                "JOIN pg_database d ON d.oid = s.setdatabase "
                "WHERE rolname LIKE 'we%b%' AND datname LIKE 'sh%p%'")
    [sql] = step(steps, 'Set a limit')
    postgres.admin(sql)
    checks.that(f'{cause}: a limit is set for the role', '_timeout=' in postgres.admin(settings),
                postgres.admin(settings))
    postgres.admin(re.sub(r'^-- ', '', '\n'.join(
        line for line in sql.split('\n') if line.startswith('-- ')), flags=re.M))
    checks.equal(f'{cause}: and taken back', postgres.admin(settings), '')


def check_cause(checks, counsel, postgres, cause, directory):
    log, ledger = f'{directory}/{cause}.csv', f'{directory}/{cause}.db'
    full_pool(log, cause)
    report = counsel.analyze('--db', ledger, log)
    windows = [w for pool in report['pools'] for w in pool['windows']]
    checks.equal(f'{cause}: the log is told as one', [w['cause'] for w in windows], [cause])
    page = counsel.page('incident', '--db', ledger)
    steps = commands(page)
    checks.equal(f'{cause}: as by report', steps, commands(counsel.page('report', '--db', ledger)))
    sessions = Sessions(postgres)
    try:
        busy = 'what the connections do'
        lines = postgres.admin(step(steps, busy)[0]).split('\n')
        checks.equal(f'{cause}: all states are seen', sorted(line.split('|')[0] for line in lines),
                     ['active', 'active', 'idle', 'idle in transaction'])
        if cause != 'connection_leak':
            checks.equal(f'{cause}: three are busy',
                         first_column(postgres.admin(step(steps, 'it is over')[0])), ['3'])
        check_ending(checks, postgres, cause, steps, sessions)
        check_settings(checks, postgres, cause, steps)
    finally:
        sessions.close(postgres)
    return steps


def test(checks, counsel):
    with server.Server() as postgres, tempfile.TemporaryDirectory(prefix='pgc-') as directory:
        postgres.start()
        postgres.admin(f'CREATE ROLE {quoted(USER)} LOGIN')
        postgres.admin(f'CREATE DATABASE {quoted(DATABASE)} OWNER {quoted(USER)}')
        postgres.admin(f'CREATE TABLE {quoted(TABLE)} AS SELECT 1 AS id, 0 AS n; '
                       f'GRANT ALL ON {quoted(TABLE)} TO PUBLIC', database=DATABASE)
        for cause in sorted(CAUSES):
            steps = check_cause(checks, counsel, postgres, cause, directory)
        postgres.start_pooler(['postgres'], admin_users='postgres')
        who = {'database': 'pgbouncer', 'pooler': True}
        for sql in step(steps, 'pooler')[0].split('\n'):
            checks.that(f'PgBouncer takes {sql}', 'database' in postgres.csv(sql, **who))
        postgres.csv('SELECT 1', database='postgres', pooler=True)
        checks.equal('PgBouncer takes RECONNECT', postgres.csv('RECONNECT "postgres";', **who), '')


if __name__ == '__main__':
    judge.main(test, __doc__)
