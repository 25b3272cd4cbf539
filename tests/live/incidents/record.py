#!/usr/bin/env python3
"""Records how a pool of eight connections runs full, with what the clients and the pooler saw.

    record.py NAME DIRECTORY

starts a private PostgreSQL and PgBouncer, lets a shop work in peace, lets one thing go wrong, and
writes postgresql.log, pgbouncer.log and truth.json into the directory. NAME is one of SCENARIOS.
"""
import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from datetime import datetime, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))

import judge
import server
import shop
from load import Clients
from wire import Connection

POOL = {'database': 'shop', 'user': 'shop', 'size': 8, 'mode': 'transaction'}
SERVERS_CORE, OTHERS_CORE = 1, 0


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec='milliseconds') \
        .replace('+00:00', 'Z')


class Recording:
    """What a scenario may touch, and what is remembered of it."""

    def __init__(self, postgres, clients):
        self.postgres, self.clients = postgres, clients
        self.phases, self.waiting = {}, []
        self._began = time.monotonic()

    async def until(self, second, phase=None):
        """Waits until so many seconds after the beginning, which `phase` names."""
        await asyncio.sleep(max(self._began + second - time.monotonic(), 0))
        if phase:
            self.phases[phase] = iso(time.time())

    async def admin(self, sql):
        await asyncio.to_thread(self.postgres.admin, sql, POOL['database'])

    async def sample(self):
        """SHOW POOLS once a second."""
        console = await Connection.open(self.postgres.pooler_port, 'monitor', 'pgbouncer',
                                        'monitor')
        while True:
            rows = await console.run('SHOW POOLS')
            mine = [row for row in rows if row['user'] == POOL['user']]
            if mine:
                self.waiting.append((time.time(), int(mine[0]['cl_waiting']),
                                     int(mine[0]['sv_active'])))
            await asyncio.sleep(1 - time.time() % 1)


# ---- what goes wrong ----------------------------------------------------------------------------

async def forgotten_application(run):
    """One checkout waits 40 s for the payment service, with the voucher's row locked."""
    await run.until(40, 'one_payment_hangs')
    pauses = iter([40])
    run.clients.payment_s = lambda: next(pauses, 0.05)
    await run.until(80, 'it_answers')


async def forgotten_person(run):
    """Somebody changes the voucher in psql, straight at the server, and goes away for 35 s."""
    await run.until(38)
    psql = run.postgres.session(user='anna', database='shop', application='psql', tcp=True)
    await asyncio.to_thread(psql.run, 'BEGIN;')
    await run.until(40, 'somebody_updates_without_commit')
    await asyncio.to_thread(psql.run, "UPDATE vouchers SET percent = 12 WHERE code = 'winter';")
    await run.until(75, 'somebody_commits')
    await asyncio.to_thread(psql.run, 'COMMIT;')
    psql.close()


async def campaign(run, checkouts):
    await run.until(40, 'campaign_begins')
    await run.clients.keep_coming(shop.checkout, checkouts, 25)
    await run.until(65, 'campaign_ends')


async def lock_convoy(run):
    """A campaign brings 4 checkouts a second more, for 25 s, which all take the row of one voucher
    and keep it for 200 ms."""
    run.clients.payment_s = lambda: 0.2
    await campaign(run, 4)


async def lock_convoy_short(run):
    """A campaign brings 16 checkouts a second more, for 25 s, which all take the row of one voucher
    and keep it for 50 ms. Each waits several times in one UPDATE, never as long as
    deadlock_timeout: the log has no line of it."""
    await campaign(run, 16)


async def retry_storm(run):
    """The ranking of products needs 3 s instead of 40 ms for ten seconds. What fails or lasts
    longer than 2 s is asked for again at once, up to three times, while the service still works
    for what was given up. The retries keep the pool full until they are switched off."""
    await run.until(40, 'ranking_becomes_slow')
    await run.admin("UPDATE pace SET ms = 3000 WHERE what = 'ranking'")
    await run.until(50, 'ranking_is_fast_again')
    await run.admin("UPDATE pace SET ms = 40 WHERE what = 'ranking'")
    await run.until(68, 'retries_are_switched_off')
    run.clients.most_tries = 1


def start_hog(niceness):
    """A program that computes on the server's core. It has a session of its own, as the server's
    processes have: the kernel shares by session. Only root may be less nice than others."""
    return subprocess.Popen(
        ['taskset', '-c', str(SERVERS_CORE), 'sh', '-c',
         f'echo {niceness} > /proc/self/autogroup; while :; do :; done'], start_new_session=True)


async def starve(run, hogs, niceness):
    await run.until(40, 'others_take_the_core')
    started = await asyncio.to_thread(lambda: [start_hog(niceness) for _ in range(hogs)])
    try:
        await run.until(65, 'they_end')
    finally:
        for hog in started:
            hog.kill()
            hog.wait()


async def cpu_starvation(run):
    """A few important programs compute on the core of the server for 25 s."""
    await starve(run, 5, -10)


async def cpu_starvation_short(run):
    """Many programs compute on the core of the server for 25 s, while statements are short: the
    time in which a process waits for the core before it begins a statement is in no log of it."""
    await starve(run, 32, 0)


# name: (what happens, arrivals, seconds, cause, clients, pooler)
SCENARIOS = {
    'forgotten_application': (forgotten_application, shop.LOCKING, 95, 'idle_in_transaction', {},
                              {'query_wait_timeout': 8}),
    'forgotten_person': (forgotten_person, shop.LOCKING, 90, 'idle_in_transaction', {},
                         {'query_wait_timeout': 8}),
    'lock_convoy': (lock_convoy, {**shop.LOCKING, shop.checkout: 2}, 85, 'lock_wait', {},
                    {'query_wait_timeout': 8}),
    'lock_convoy_short': (lock_convoy_short, {**shop.LOCKING, shop.checkout: 5}, 85, 'lock_wait',
                          {}, {'query_wait_timeout': 8}),
    'retry_storm': (retry_storm, shop.RETRYING, 85, 'slow_query',
                    {'patience_s': 2, 'most_tries': 4}, {'query_wait_timeout': 5}),
    'cpu_starvation': (cpu_starvation, shop.COMPUTING_MORE, 85, 'slow_query', {'effort': 5},
                       {'query_wait_timeout': 20}),
    'cpu_starvation_short': (cpu_starvation_short, shop.COMPUTING, 85, 'slow_query', {},
                             {'query_wait_timeout': 20}),
}


# ---- the recording ------------------------------------------------------------------------------

async def play(postgres, what, arrivals, seconds, patience):
    clients = Clients(postgres.pooler_port, POOL['user'], POOL['database'], **patience)
    run = Recording(postgres, clients)
    run.phases['began'] = iso(time.time())
    sampler = asyncio.ensure_future(run.sample())
    await asyncio.gather(what(run), *(clients.keep_coming(service, rate, seconds)
                                      for service, rate in arrivals.items()))
    run.phases['arrivals_end'] = iso(time.time())
    await clients.finish()
    await asyncio.sleep(1)
    sampler.cancel()
    return run


def full_of(samples):
    """Spans in which clients waited in every sample, [first, last]."""
    spans, previous = [], None
    for at, waiting, _ in samples:
        if waiting and previous:
            spans[-1][1] = iso(at)
        elif waiting:
            spans.append([iso(at)] * 2)
        previous = waiting
    return spans


LINE = re.compile(r'\S+ (\d+):(\d+):([\d.]+) UTC \[(\d+)\] shop@shop/(\w+) \S+ LOG:  duration: '
                  r'([\d.]+) ms  statement: (\w+)')


def holds_of(path):
    """By application, the seconds that its transactions held connections, by the log: from the
    beginning of BEGIN or of a single statement, or of the pooler's SET before it, to the end."""
    held, begins, open_sessions = {}, {}, set()
    with open(path, encoding='utf-8') as log:
        for line in map(LINE.match, log):
            if not line:
                continue
            hours, minutes, seconds, session, application, ms, word = line.groups()
            end = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
            begins.setdefault(session, end - float(ms) / 1000)
            if word == 'BEGIN':
                open_sessions.add(session)
            if word == 'SET' or (session in open_sessions and word not in ('COMMIT', 'ROLLBACK')):
                continue
            open_sessions.discard(session)
            held[application] = held.get(application, 0) + end - begins.pop(session)
    return {application: round(seconds, 3) for application, seconds in sorted(held.items())}


def truth_of(name, cause, story, run, arrivals, log):
    clients = run.clients
    labels = sorted({label for label, _ in clients.attempts})
    attempts = {}
    for (_, second), count in sorted(clients.attempts.items(), key=lambda entry: entry[0][1]):
        attempts[second] = attempts.get(second, 0) + count
    first = min(attempts)
    return {
        'name': name, 'cause': cause, 'story': ' '.join(story.split()), 'pool': POOL,
        'phases': run.phases, 'full': full_of(run.waiting),
        'samples': {'from': iso(run.waiting[0][0]),
                    'cl_waiting': [waiting for _, waiting, _ in run.waiting],
                    'sv_active': [active for _, _, active in run.waiting]},
        'offered_per_s': {service.__name__: rate for service, rate in arrivals.items()},
        # Clients see what they hold from the first answer to the last.
        'held_s': holds_of(log),
        'held_s_by_clients': {label: round(held, 3) for label, held in clients.held_s.items()
                              if held > 0.01},
        'done': {label: clients.done[label] for label in labels},
        'failed': {label: clients.failed[label] for label in labels},
        'retries': dict(clients.retries), 'errors': dict(clients.errors),
        'attempts': {'from': iso(first),
                     'per_s': [attempts.get(second, 0)
                               for second in range(first, max(attempts) + 1)]}}


def away_from_the_hour(seconds):
    left = 3600 - time.time() % 3600
    if left < seconds + 60:
        time.sleep(left + 1)


def record(name, directory):
    what, arrivals, seconds, cause, patience, pooler = SCENARIOS[name]
    away_from_the_hour(seconds)
    with server.Server(log_line_prefix='%m [%p] %q%u@%d/%a %c ', deadlock_timeout='200ms',
                       log_lock_waits='on', log_checkpoints='on', max_connections=40,
                       shared_buffers='64MB') as postgres:
        os.sched_setaffinity(0, {SERVERS_CORE})
        postgres.start()
        os.sched_setaffinity(0, {OTHERS_CORE})
        postgres.admin('CREATE ROLE shop LOGIN; CREATE ROLE anna LOGIN; CREATE ROLE monitor LOGIN')
        postgres.admin('CREATE DATABASE shop')
        if 'patience_s' in patience:
            postgres.admin("ALTER ROLE shop SET statement_timeout = '2s'")
        postgres.admin(shop.SCHEMA, 'shop')
        postgres.start_pooler(['shop', 'monitor'], POOL['size'], stats_users='monitor',
                              stats_period=5, max_client_conn=2000, **pooler)
        run = asyncio.run(play(postgres, what, arrivals, seconds, patience))
        pooler_log = postgres.stop_pooler()
        postgres.stop()
        shutil.copy(postgres.logs()[0], f'{directory}/postgresql.log')
        shutil.copy(pooler_log, f'{directory}/pgbouncer.log')
    truth = truth_of(name, cause, what.__doc__, run, arrivals, f'{directory}/postgresql.log')
    with open(f'{directory}/truth.json', 'w', encoding='utf-8') as file:
        file.write(json.dumps(truth, indent=1) + '\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('name', choices=SCENARIOS)
    parser.add_argument('directory')
    arguments = parser.parse_args()
    judge.catch_signals()
    os.makedirs(arguments.directory, exist_ok=True)
    record(arguments.name, arguments.directory)


if __name__ == '__main__':
    main()
