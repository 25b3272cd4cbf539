#!/usr/bin/env python3
"""Looks for a rewrite that is not equal: made schemas and statements near to all patterns, each
rewrite that the program prints run beside its statement over several made sets of rows.

`--seconds` bounds how long it looks, `--seed` says where it begins; one round is one schema with
its statements, and follows from its seed alone. `--rounds`: at most so many; 0: as time allows.
"""
import collections
import json
import os
import random
import tempfile
import time

import judge
import server
from rewrite_grammar import Grammar
from rewrite_oracle import answer, psql, rows_of, tables_of

STATEMENTS = 250  # of a round
# Of equal values that differ (1.0 and 1.00) the plan chooses the one that is shown; a statement that
# answers otherwise by other plans is not judged.
OTHER_PLANS = ' '.join(f'-c enable_{plan}=off' for plan in ('hashagg', 'hashjoin', 'indexscan'))
DATA_SEEDS = (0, 1, 2, 3)  # of seed 0 the tables are empty


def rewrites_of(counsel, directory, schema, statements):
    """(rule, statement, rewrite) of a round."""
    paths = [os.path.join(directory, name) for name in ('schema.sql', 'statements.sql')]
    for path, text in zip(paths, (schema, ';\n'.join(statements) + ';\n')):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    found = json.loads(counsel._run([counsel.binary, 'check', '--format', 'json', '--fail-on',
                                     'none', paths[1], '--catalog', paths[0]]))['findings']
    return [(f['rule'], statements[f['line'] - 1], f['rewrite']['sql']) for f in found
            if f.get('rewrite', {}).get('sql') and not f['rewrite'].get('changes_result')]


def answers(db, statements, settings=''):
    """What each of them does, by one psql."""
    script = ''.join(f'\\echo =={at}==\n{answer(sql)}' for at, sql in enumerate(statements))
    text, out = psql(db, script, settings), []
    for at in range(len(statements)):
        mark = f'=={at}==\n'
        begin = text.index(mark) + len(mark)
        end = text.find(f'=={at + 1}==\n', begin)
        out.append(sorted(text[begin:end if end >= 0 else len(text)].splitlines()))
    return out


def run_round(db, counsel, directory, seed, counts):
    """The counterexamples of a round: (rule, statement, rewrite, why, schema)."""
    grammar = Grammar(random.Random(seed))
    schema = grammar.schema()
    statements = [grammar.statement() for _ in range(STATEMENTS)]
    loaded = psql(db, 'DROP SCHEMA IF EXISTS t CASCADE; CREATE SCHEMA t;\n' + schema)
    if 'ERROR' in loaded:
        return [('schema', schema, '', loaded, schema)]
    wrong = {}
    pairs = rewrites_of(counsel, directory, schema, statements)
    for data in DATA_SEEDS:
        psql(db, 'DROP SCHEMA IF EXISTS t CASCADE; CREATE SCHEMA t;\n' + schema)
        psql(db, '\n'.join(rows_of(tables_of(db), seed * 10 + data if data else 0, statements)))
        before = answers(db, [pair[1] for pair in pairs])
        other = answers(db, [pair[1] for pair in pairs], OTHER_PLANS)
        after = answers(db, [pair[2] for pair in pairs])
        for pair, old, again, new in zip(pairs, before, other, after):
            if old != again or any('ERROR:' in line for line in old):
                counts[pair[0], 'not run'] += 1
                continue
            counts[pair[0], 'run'] += 1
            if old != new:
                wrong.setdefault(pair, f'data {data}: {len(old)} and {len(new)} lines, {new[:2]}')
    return [(*pair, why, schema) for pair, why in wrong.items()]


def test(checks, counsel, seconds, seed, rounds):
    counts = collections.Counter()
    end, done = time.monotonic() + seconds, 0
    with server.Server(log_min_duration_statement=-1) as db, \
            tempfile.TemporaryDirectory(prefix='pgc-') as directory:
        db.start()
        while time.monotonic() < end and (not rounds or done < rounds):
            wrong = run_round(db, counsel, directory, seed + done, counts)
            for rule, before, after, why, schema in wrong:
                checks.that(f'{rule}: seed {seed + done}', False,
                            f'{why}\n{before}\n{after}\n{schema}')
            done += 1
    for rule in sorted({rule for rule, _ in counts}):
        checks.that(f'{rule}: {counts[rule, "run"]} runs of both forms', True)
    run = sum(n for (_, kind), n in counts.items() if kind == 'run')
    checks.that('rewrites were run', run >= 100, f'{run} in {done} rounds')


if __name__ == '__main__':
    judge.main(test, __doc__, seconds=10, seed=1, rounds=0)
