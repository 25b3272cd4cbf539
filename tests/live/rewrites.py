#!/usr/bin/env python3
"""Every rewrite that the pages of the rules show, and every one that the program prints for their
cases, run beside the statement that it replaces.

A case's schema is created, its tables are filled eight times with made rows (few different values,
NULLs where they are allowed, values of the statement and their neighbours, once no rows at all), and
both statements must give the same rows, or leave the same rows in the tables, with the same columns.
"""
import glob
import json
import os
import re
import tempfile

import judge
import server
from rewrite_oracle import CHANGES, READS, answer, psql, rows_of, tables_of

ROOT = os.path.join(os.path.dirname(__file__), '..', '..')
SEEDS = range(8)  # of seed 0 the tables are empty
CASE = re.compile(r'^### (?:fires|silent): (.*)\n', re.M)
BLOCK = re.compile(r'^```(\w+)\n(.*?)^```$', re.M | re.S)


def cases():
    """(rule, name, blocks) of every case of SQL."""
    for path in sorted(glob.glob(os.path.join(ROOT, 'advisors', 'rules', '*.md'))):
        with open(path, encoding='utf-8') as page:
            parts = CASE.split(page.read())
        for name, text in zip(parts[1::2], parts[2::2]):
            blocks = dict(BLOCK.findall(text))
            if 'sql' in blocks:
                yield os.path.basename(path)[:-3], name, blocks


# ---- running both --------------------------------------------------------------------------------

PLACE = re.compile(r'^psql:<stdin>:\d+: |^LINE \d+: ', re.M)
PARAMETER = re.compile(r'\$\d+')  # a literal without a type is taken as a parameter is
MARK = '\\echo @@next@@\n'


def differs(db, schema, before, after):
    """Why the two are not equal, or None."""
    loaded = psql(db, 'DROP SCHEMA IF EXISTS t CASCADE; CREATE SCHEMA t;\n' + schema)
    if 'ERROR' in loaded:
        return f'the schema cannot be created: {loaded.strip()[:200]}'
    tables = tables_of(db)
    script = ''
    for seed in SEEDS:
        script += ''.join(f'TRUNCATE t."{table}" CASCADE;\n' for table in tables)
        script += '\n'.join(rows_of(tables, seed, [before, after])) + '\n'
        script += MARK + answer(before) + MARK + answer(after) + MARK
    parts = psql(db, script).split('@@next@@\n')
    for seed in SEEDS:
        both = [PLACE.sub('', part) for part in parts[3 * seed + 1:3 * seed + 3]]
        if len(both) < 2:
            return f'seed {seed}: no answer: {parts[-1].strip()[:200]}'
        if 'ERROR:' in both[1] and 'ERROR:' not in both[0]:
            return f'seed {seed}: {both[1].strip()[:200]}'
        if sorted(both[0].splitlines()) != sorted(both[1].splitlines()):
            return f'seed {seed}: {len(both[0].splitlines())} and {len(both[1].splitlines())} lines'
    return None


def printed(counsel, directory, blocks):
    """(rule, line, rewrite) of what `check` says of a case."""
    paths = {}
    for name in ('sql', 'schema'):
        paths[name] = os.path.join(directory, name + '.sql')
        with open(paths[name], 'w', encoding='utf-8') as file:
            file.write(blocks.get(name, ''))
    arguments = [counsel.binary, 'check', '--format', 'json', '--fail-on', 'none', paths['sql']]
    if blocks.get('schema'):
        arguments += ['--catalog', paths['schema']]
    found = json.loads(counsel._run(arguments))['findings']
    return [(f['rule'], f['line'], f['rewrite']['sql']) for f in found
            if f.get('rewrite', {}).get('sql') and not f['rewrite'].get('changes_result')]


def statement_at(blocks, line):
    """The statement of a case that the line belongs to, without its comments; a statement ends with
    a line."""
    lines = blocks['sql'].splitlines()
    ends = [at for at, text in enumerate(lines) if text.endswith(';')]
    first = max([end + 1 for end in ends if end + 1 < line], default=0)
    last = min([end for end in ends if end + 1 >= line], default=len(lines) - 1)
    kept = [text for text in lines[first:last + 1] if not text.startswith('--')]
    return '\n'.join(kept).strip().rstrip(';')


def test(checks, counsel):
    run = 0
    with server.Server(log_min_duration_statement=-1) as db, \
            tempfile.TemporaryDirectory(prefix='pgc-') as directory:
        db.start()
        for rule, name, blocks in cases():
            for by, line, rewrite in printed(counsel, directory, blocks):
                before = statement_at(blocks, line)
                if not (READS.match(before) or CHANGES.match(before)):
                    continue
                run += 1
                why = 'it has no schema block, so it cannot be run'
                if blocks.get('schema'):
                    why = differs(db, blocks['schema'], PARAMETER.sub("'3'", before),
                                  PARAMETER.sub("'3'", rewrite))
                checks.that(f'{rule}: {name}: {by}', why is None, why or '')
    checks.that('rewrites were run', run >= 10, f'{run} of them')


if __name__ == '__main__':
    judge.main(test, __doc__)
