#!/usr/bin/env python3
"""A pool of PgBouncer's with other names than the server's is told by the ports in both logs.

PgBouncer's database `shop_ro` is the server's `shop`, whoever asks, as the user `reader`. Its pool is
small and full for seconds, and clients give up: all of this counts for the server's pool
shop/reader, not for that of the user whose clients they are, who has a pool in `shop`, too.
"""
import os
import time

import judge
import server

ALIAS = {'user': 'app', 'database': 'shop_ro', 'application': 'reports'}
DIRECT = {'user': 'app', 'database': 'shop', 'application': 'checkout'}
POOL_SIZE, WAITING, HELD_S = 2, 3, 4


def run(postgres):
    """Returns how many clients gave up."""
    postgres.start_pooler(['app', 'reader', 'postgres'], 9, query_wait_timeout=1,
                          databases={'shop_ro': f'dbname=shop user=reader pool_size={POOL_SIZE}'},
                          ignore_startup_parameters='extra_float_digits')
    for who in (ALIAS, DIRECT):
        postgres.pgbench('BEGIN;\nSELECT n FROM tag_alias;\nEND;\n', 'simple', 2, 50, pooler=True,
                         **who)
    holders = [postgres.session(pooler=True, **ALIAS) for _ in range(POOL_SIZE)]
    for session in holders:
        session.run('BEGIN;\nSELECT n FROM tag_alias;')
    until = time.monotonic() + HELD_S
    waiting = [postgres.session(pooler=True, **ALIAS) for _ in range(WAITING)]
    for session in waiting:
        session.send('SELECT n FROM tag_alias;')
    gave_up = sum('FATAL:  08P01' in session.answer() for session in waiting)
    time.sleep(max(0, until - time.monotonic()))
    for session in holders:
        session.run('COMMIT;')
    for session in holders + waiting:
        session.close()
    return gave_up


def pool_of(report, user):
    found = [pool for pool in report['pools']
             if (pool['database'], pool['user']) == ('shop', user)]
    return found[0] if len(found) == 1 else {'windows': []}


def check_report(checks, label, report, opened, gave_up):
    reader, app = (pool_of(report, user) for user in ('reader', 'app'))
    for pool, name, user in ((reader, 'shop_ro', 'reader'), (app, 'shop', 'app')):
        checks.equal(f'{label}: sessions of shop/{user} are joined', pool.get('pooler'),
                     [{'database': name, 'user': user, 'sessions': opened[name],
                       'joined': opened[name], 'poolers': 1}])
    checks.equal(f'{label}: size', (reader.get('size'), reader.get('size_is_certain')),
                 (POOL_SIZE, True))
    checks.that(f'{label}: it was full', len(reader['windows']) >= 1)
    checks.equal(f'{label}: refused for it', sum(w['refused'] for w in reader['windows']), gave_up)
    checks.equal(f'{label}: the clients\' own pool was not full', app['windows'], [])


def test(checks, counsel):
    with server.Server(log_line_prefix='%m [%p] %q%u@%d/%a %c ', log_connections='on',
                       log_disconnections='on', log_min_duration_statement=0) as postgres:
        postgres.start()
        postgres.admin('CREATE ROLE app LOGIN; CREATE ROLE reader LOGIN')
        postgres.admin('CREATE DATABASE shop')
        postgres.admin('CREATE TABLE tag_alias AS SELECT 1 AS n; GRANT ALL ON tag_alias TO app, '
                       'reader', 'shop')
        gave_up = run(postgres)
        checks.equal('clients gave up', gave_up, WAITING)
        ini, log = f'{postgres.directory}/pgbouncer.ini', postgres.stop_pooler()
        postgres.stop()
        with open(log, encoding='utf-8') as file:
            lines = [line for line in file if 'new connection to server' in line]
        opened = {name: sum(f' {name}/' in line for line in lines) for name in ('shop', 'shop_ro')}
        checks.equal('the pool opened its connections', opened['shop_ro'], POOL_SIZE)
        check_report(checks, 'with its configuration',
                     counsel.analyze(postgres.log_directory, log, ini), opened, gave_up)
        check_report(checks, 'without', counsel.analyze(postgres.log_directory, log), opened,
                     gave_up)
        for label, inputs in (('the pooler first', (log, postgres.log_directory)),
                              ('the server first', (postgres.log_directory, log))):
            ledger = f'{postgres.directory}/{label.replace(" ", "_")}.ledger'
            for path in inputs:
                counsel.ingest(ledger, path)
            check_report(checks, label, counsel.analyze('--db', ledger, command='report'), opened,
                         gave_up)
        alone = counsel.analyze(postgres.log_directory)
        checks.that('without the pooler\'s log nothing is joined',
                    all('pooler' not in pool for pool in alone['pools']))
        checks.that('its configuration is there', os.path.exists(ini))


if __name__ == '__main__':
    judge.main(test, __doc__)
