"""What rewrites are judged by: tables with made rows (few different values, NULLs where they are
allowed, values of the statement and their neighbours), and what a statement does to them on a real
PostgreSQL.
"""
import datetime
import json
import random
import re
import subprocess

import judge
import server
from client import PGBIN

ROWS = 40
READS = re.compile(r'\s*(select|with|values|table|\()', re.I)
CHANGES = re.compile(r'\s*(insert|update|delete|merge)\b', re.I)


# ---- made rows -----------------------------------------------------------------------------------

def literals(statements):
    """Numbers, strings and times that a statement holds."""
    text = '\n'.join(statements)
    strings = [s.replace("''", "'") for s in re.findall(r"'((?:[^']|'')*)'", text)]
    numbers = [int(n) for n in re.findall(r'(?<![\w.\'])\d{1,9}(?![\w.\'])', text)]
    times = []
    for piece in strings:
        try:
            times.append(datetime.datetime.fromisoformat(piece).replace(tzinfo=None))
        except ValueError:
            continue
    return numbers, strings, times


class Values:
    """Values of every type, few and near to what a statement asks for."""

    def __init__(self, chance, statements):
        self.chance = chance
        self.numbers, self.strings, times = literals(statements)
        self.times = times or [datetime.datetime(2026, 3, 1)]

    def number(self):
        near = self.chance.choice(self.numbers or [1]) + self.chance.choice((-1, 0, 0, 1))
        return self.chance.choice((near, self.chance.randint(0, 5)))

    def text(self):
        return self.chance.choice(self.strings + ['', 'a', 'ab', 'B', str(self.number())])

    def time(self):
        step = self.chance.choice((0, 0, 1, -1, 3600, -3600, 86399, 86400, 86401, -86400, 40 * 86400))
        return self.chance.choice(self.times) + datetime.timedelta(seconds=step)

    def of(self, kind):
        """A literal without its quotes; None where the type is not known here."""
        if kind.endswith('[]'):
            return '{' + ','.join(f'"{self.of(kind[:-2])}"' for _ in range(self.chance.randint(0, 3))) + '}'
        if kind in ('smallint', 'integer', 'bigint', 'real', 'double precision'):
            return str(self.number())
        if kind.startswith('numeric'):
            return f'{self.number()}.{self.chance.choice(("0", "5"))}'
        if kind.startswith(('text', 'character', 'citext')):
            return self.text()
        if kind == 'boolean':
            return self.chance.choice(('t', 'f'))
        if kind == 'date':
            return self.time().date().isoformat()
        if kind.startswith('timestamp'):
            return self.time().isoformat(' ')
        if kind == 'interval':
            return f'{self.number()} hours'
        if kind in ('json', 'jsonb'):
            return json.dumps({'a': self.number(), 'code': self.text()})
        return None


COLUMNS = '''
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       (SELECT format('%s.%s', f.confrelid::regclass, fa.attname) FROM pg_constraint f
          JOIN pg_attribute fa ON fa.attrelid = f.confrelid AND fa.attnum = f.confkey[1]
         WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conkey[1] = a.attnum LIMIT 1)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 't'::regnamespace
   AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 ORDER BY c.oid, a.attnum'''


def tables_of(db):
    """The columns of every table, in the order in which the tables were created."""
    tables = {}
    for line in psql(db, COLUMNS).splitlines():
        table, column, kind, not_null, parent = line.split('\x1f')
        tables.setdefault(table, []).append((column, kind, not_null == 't', parent))
    return tables


def rows_of(tables, seed, statements):
    """INSERTs, each of which may fail; those that are referred to come first."""
    chance = random.Random(seed)
    values = Values(chance, statements)
    out, kept = [], {}
    for table, columns in tables.items():
        for _ in range(ROWS if seed else 0):
            row = {}
            for column, kind, not_null, parent in columns:
                value = chance.choice(kept[parent]) if kept.get(parent) else values.of(kind)
                row[column] = None if not not_null and chance.random() < 0.25 else value
            if any(value is None and not_null
                   for value, (_, _, not_null, _) in zip(row.values(), columns)):
                continue
            for column, value in row.items():
                if value is not None:
                    kept.setdefault(f't.{table}.{column}', []).append(value)
                    kept.setdefault(f'{table}.{column}', []).append(value)
            names = ', '.join(f'"{name}"' for name in row)
            texts = ', '.join('NULL' if v is None else "'" + v.replace("'", "''") + "'"
                              for v in row.values())
            out.append(f'INSERT INTO t."{table}" ({names}) OVERRIDING SYSTEM VALUE VALUES ({texts}) '
                       'ON CONFLICT DO NOTHING;')
    return out


# ---- running both --------------------------------------------------------------------------------

def psql(db, script, settings=''):
    """What psql prints, errors where they happened. `settings`: of the session, `-c name=value`."""
    done = subprocess.run(
        [f'{PGBIN}/psql', '-XqAt', '-F', '\x1f', '-P', 'null=\x07', '-f', '-'],
        input=script.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        timeout=judge.PATIENCE_S, env=db.environment(
            options=server.QUIET + ' -c search_path=t -c timezone=UTC -c statement_timeout=20s '
                                   '-c client_min_messages=error ' + settings))
    return done.stdout.decode(errors='replace')


TABLES = ("SELECT format('SELECT %L, x.* FROM t.%I x', relname, relname) FROM pg_class "
          "WHERE relnamespace = 't'::regnamespace AND relkind = 'r' ORDER BY 1 \\gexec\n")


def answer(sql):
    """A script that shows what the statement does, and leaves the tables as they were."""
    if READS.match(sql):
        return f'{sql}\n;\n{sql}\n\\gdesc\n'
    return f'BEGIN;\n{sql}\n;\n{TABLES}ROLLBACK;\n'
