"""Made schemas and statements that are near to what the rules about SQL rewrite: the patterns, and
what may stand in their way (names of two tables, GROUP BY of expressions, tests of tests, types
that convert, NULLs). All of it follows from one seed.
"""

TYPES = ('integer', 'integer', 'bigint', 'smallint', 'numeric', 'numeric(6,1)', 'double precision',
         'text', 'text', 'character varying(9)', 'character(3)', 'boolean', 'date', 'timestamp',
         'timestamp', 'timestamptz', 'text COLLATE same_case', 'integer[]', 'text[]',
         'small_number')
PRELUDE = '''
CREATE COLLATION same_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE DOMAIN small_number AS integer CHECK (VALUE < 1000000);
CREATE FUNCTION twice(n integer) RETURNS SETOF integer LANGUAGE sql STABLE
  AS 'SELECT n UNION ALL SELECT n';
CREATE FUNCTION two() RETURNS integer LANGUAGE plpgsql STABLE AS 'BEGIN RETURN 2; END';
'''
NUMBERS = ('integer', 'bigint', 'smallint', 'small_number')
TEXTS = ('text', 'character varying(9)', 'text COLLATE same_case', 'character(3)')
TIMES = ('timestamp', 'timestamptz')
DAYS = ("'2026-03-01'", "DATE '2026-03-01'", "DATE '2026-03-02'", "'2026-02-28'::date")
MOMENTS = ("TIMESTAMP '2026-03-01'", "'2026-03-01'", "TIMESTAMP '2026-03-01 00:00:00'",
           "'2026-01-01'")
STRINGS = ("'a'", "'A'", "'ab'", "''", "'2'", "'B'")


class Table:
    def __init__(self, name, columns):
        self.name = name
        self.columns = columns  # [(name, type)]


class Grammar:
    def __init__(self, chance):
        self.chance = chance
        self.tables = []

    def pick(self, *choices):
        return self.chance.choice(choices)

    def often(self, share=0.5):
        return self.chance.random() < share

    # ---- schemas

    def schema(self):
        script = PRELUDE
        for number in range(3):
            columns = [('id', self.pick('integer', 'bigint', 'smallint'))]
            columns += [(name, self.pick(*TYPES)) for name in ('a', 'b', 'c', 'd', f'own{number}')]
            columns.append(('ref', self.pick('integer', 'integer', 'bigint')))
            lines = [f'{name} {kind}{self.pick("", " NOT NULL")}' for name, kind in columns]
            lines[0] += self.pick(' PRIMARY KEY', ' PRIMARY KEY', ' UNIQUE', ' NOT NULL UNIQUE',
                                  ' NOT NULL UNIQUE DEFERRABLE', '')
            script += f'CREATE TABLE t{number} ({", ".join(lines)});\n'
            script += ''.join(self.index(f't{number}', *column) for column in columns[1:])
            self.tables.append(Table(f't{number}', columns))
        if self.often():
            script += 'CREATE TABLE heir () INHERITS (t0);\n'
        columns = [c for c in self.tables[1].columns if self.often(0.8)] or self.tables[1].columns
        names = ', '.join(name for name, _ in columns)
        script += f'CREATE VIEW v AS SELECT {names} FROM t1{self.pick("", " WHERE id > 1")};\n'
        self.tables.append(Table('v', columns))
        return script

    def index(self, table, column, kind):
        if not self.often(0.4):
            return ''
        if kind.endswith('[]'):
            return f'CREATE INDEX ON {table} USING gin ({column});\n'
        collation = ' COLLATE "C"' if kind.startswith('text') and self.often(0.3) else ''
        where = self.pick('', '', f' WHERE {column} IS NOT NULL')
        return f'CREATE {self.pick("", "UNIQUE ")}INDEX ON {table} ({column}{collation}){where};\n'

    # ---- expressions. A scope is [(alias, Table)].

    def column(self, scope, kinds=None):
        """(words, type) of a column of one of the types, or None."""
        fitting = [(alias, name, kind) for alias, table in scope for name, kind in table.columns
                   if kinds is None or kind in kinds]
        if not fitting:
            return None
        alias, name, kind = self.chance.choice(fitting)
        alone = sum(n == name for _, table in scope for n, _ in table.columns) == 1
        words = name if alone and self.often() else f'{alias}.{name}'
        if self.often(0.05):
            words = words.replace('.', ' . ')
        if self.often(0.1):
            words = words.upper()
        return words, kind

    def number(self):
        return self.chance.choice((0, 1, 1, 2, 2, 3, 4, 5, 7, 100000))

    def comparison(self):
        return self.pick('=', '=', '=', '<>', '!=', '<', '<=', '>', '>=')

    def glue(self, *parts):
        return self.pick(' ', ' ', ' ', '', ' /* x */ ').join(parts)

    def literal(self, kind):
        if kind in NUMBERS or kind.startswith('numeric') or kind == 'double precision':
            return str(self.number())
        if kind in TEXTS:
            return self.pick(*STRINGS)
        if kind == 'boolean':
            return self.pick('true', 'false')
        if kind in TIMES or kind == 'date':
            return self.pick(*DAYS[:1], *MOMENTS)
        return None

    def plain(self, scope):
        column, kind = self.column(scope)
        value = self.literal(kind)
        if value is None or self.often(0.2):
            return f'{column} IS {self.pick("", "NOT ")}NULL'
        return self.glue(column, self.comparison(), value)

    def about_number(self, scope):
        found = self.column(scope, NUMBERS)
        if not found:
            return self.plain(scope)
        column, _ = found
        n, m = self.number(), self.number()
        return self.pick(
            lambda: self.glue(f'{column}{self.pick("+", " - ", " + ")}{n}', self.comparison(),
                              str(m)),
            lambda: self.glue(f'{n} + {column}', self.comparison(), str(m)),
            lambda: self.glue(f'{column}::{self.pick("text", "varchar")}',
                              self.pick('=', '<>', '!='), f"'{self.pick(n, -n, f'0{n}')}'"),
            lambda: self.glue(column, self.comparison(),
                              self.pick(f'{n}.0', f'{n}.5', f'{n}::numeric', f"'{n}'::float8")),
            lambda: self.glue(f'{n}.0', self.comparison(), column),
            lambda: ' OR '.join(f'{column} = {self.pick(n, m, n + 1)}'
                                for _ in range(self.pick(2, 3, 4))),
            lambda: f'coalesce({column}, {n}) = {self.pick(n, m)}',
            lambda: f'{column} IS NOT DISTINCT FROM {self.pick(n, -n)}',
            lambda: f'{column} {self.pick("IN", "NOT IN")} ({n}, {m})',
            lambda: f'{column} = two()',
        )()

    def about_text(self, scope):
        array = self.column(scope, ('integer[]', 'text[]'))
        if array and self.often(0.4):
            value = self.literal('text' if array[1] == 'text[]' else 'integer')
            return f'{value} = {self.pick("ANY", "ANY", "ALL")}({array[0]})'
        found = self.column(scope, TEXTS)
        if not found:
            return self.plain(scope)
        column, _ = found
        s, r = self.pick(*STRINGS), self.pick(*STRINGS)
        return self.pick(f'coalesce({column}, {s}) = {r}', f'{column} IS NOT DISTINCT FROM {s}',
                         f"{column} = {s} OR {column} = {r} OR {column} = 'x'",
                         f'{column} = ANY(ARRAY[{s}, {r}])', f'{column} LIKE {s}',
                         f'{column}::text = {s}', f'lower({column}) = {s}',
                         f'{column} || {s} = {r}')

    def about_time(self, scope):
        found = self.column(scope, TIMES + ('date',))
        if not found:
            return self.plain(scope)
        column, kind = found
        day, moment, sign = self.pick(*DAYS), self.pick(*MOMENTS), self.comparison()
        unit = self.pick('day', 'month', 'year', 'hour')
        zone = self.pick('UTC', 'GMT', 'Europe/Berlin')
        choices = [
            lambda: self.glue(f'{column}::date', sign, day),
            lambda: self.glue(day, sign, f'date({column})'),
            lambda: f"{column}::date {self.pick('', 'NOT ')}BETWEEN {day} AND {self.pick(*DAYS)}",
            lambda: self.glue(f"date_trunc('{unit}', {column})", sign, moment),
            lambda: (f'extract(year FROM {column}) = 2026 '
                     f'AND extract(month FROM {column}) = {self.pick(1, 2, 3)}'),
            lambda: f"date_part('year', {column}) = 2026",
            lambda: self.glue(f"{column} + interval '1 day'", sign, moment),
        ]
        if kind != 'date':
            hours = self.pick('36 hours', '2 days', '1 day 3 hours', '1 month')
            choices += [lambda: f"TIMESTAMP '2026-03-03' - {column} {sign} interval '{hours}'",
                        lambda: f"TIMESTAMPTZ '2026-03-03' - {column} {sign} interval '{hours}'",
                        lambda: f"{column} AT TIME ZONE '{zone}' {sign} {moment}"]
        return self.chance.choice(choices)()

    def keyset(self, scope):
        one, two = self.column(scope), self.column(scope)
        value, next_value = self.literal(one[1]), self.literal(two[1])
        if value is None or next_value is None:
            return self.plain(scope)
        sign = self.pick('>', '<')
        inner = self.pick(sign, sign, sign + '=', self.comparison())
        return f'{one[0]} {sign} {value} OR ({one[0]} = {value} AND {two[0]} {inner} {next_value})'

    def subquery(self, scope, depth, target):
        """(FROM and WHERE, scope) of a subquery, sometimes with the outer query's names."""
        table = self.chance.choice(self.tables)
        alias = self.pick('s', 's', scope[0][0], scope[0][0].upper(), table.name)
        inner = [(alias, table)]
        words = f'FROM {table.name} {alias}'
        where = []
        if alias.lower() != scope[0][0].lower() and self.often(0.7):
            numbers = [name for name, kind in scope[0][1].columns if kind in NUMBERS] or ['id']
            where.append(f'{alias}.id = {scope[0][0]}.{self.pick(*numbers)}')
        if self.often(0.5):
            condition = self.condition(inner, depth - 1)
            where.append(self.pick(f'({condition})', condition))
        if target and self.often(0.3):
            where = [f'{target} IS NOT NULL']
        words += ' WHERE ' + ' AND '.join(where) if where else ''
        return words, inner

    def with_subquery(self, scope, depth):
        words, inner = self.subquery(scope, depth, None)
        column, kind = self.column(inner)
        counted = self.pick('*', '*', '1', column, scope[0][0] + '.id')
        order = self.pick('', '', '', '', ' ORDER BY 1', ' ORDER BY count(*)')
        many = f'(SELECT count({counted}) {words}{order})'
        number = self.pick(0, 0, 0, 1, 1, 2)
        left = self.column(scope, (kind,))
        choices = [f'{many} {self.comparison()} {number}', f'{number} {self.comparison()} {many}',
                   f'EXISTS (SELECT 1 {words})']
        if left:
            choices += [f'{left[0]} NOT IN (SELECT {column} {words})'] * 2
            choices += [f'NOT {left[0]} IN (SELECT {column} {words})',
                        f'{left[0]} IN (SELECT {column} {words})']
        return self.chance.choice(choices)

    def condition(self, scope, depth=2):
        if depth > 0 and self.often(0.45):
            one, two = self.condition(scope, depth - 1), self.condition(scope, depth - 1)
            return self.pick(
                f'({one}) AND {two}', f'{one} AND {two}', f'{one} OR {two}', f'NOT ({one})',
                f'({one}) IS TRUE', f'({one}) IS NOT TRUE', f'({one}) IS TRUE AND {two}',
                f'({one}) IS NULL', f'({one}) = ({two})', f'NOT {one}',
                f'CASE WHEN {one} THEN true ELSE false END', f'CASE WHEN {one} THEN true END',
                f'{one} IS NOT NULL', f'({one}) IS DISTINCT FROM {two}', f'coalesce({one}, false)',
                f'{one} IS TRUE', f'{one} IS NOT DISTINCT FROM NULL')
        if depth > 0 and self.often(0.35):
            return self.with_subquery(scope, depth)
        kinds = (self.about_number, self.about_number, self.about_text, self.about_time,
                 self.about_time, self.keyset, self.plain)
        return self.chance.choice(kinds)(scope)

    # ---- statements

    def source(self):
        """(words, scope) of a FROM."""
        one = self.chance.choice(self.tables)
        scope = [('x', one)]
        words = f'{one.name} x'
        for alias in ('y', 'z'):
            if not self.often(0.4):
                break
            table = self.chance.choice(self.tables)
            left, kind = self.column(scope, NUMBERS) or ('1', 'integer')
            right = self.column([(alias, table)], self.pick((kind,), NUMBERS)) or ('2', '')
            name = right[0].split('.')[-1].strip().lower()
            left = left if '.' in left else scope[0][0] + '.id'
            on = f'{alias}.{name} = {left}' if right[1] else 'true'
            if self.often(0.3):
                own = self.column([(alias, table)], None)[0].split('.')[-1].strip()
                mine = self.chance.choice(scope)
                on = f'{mine[0]}.{self.chance.choice(mine[1].columns)[0]} = {alias}.{own}'
            join = self.pick('JOIN', 'LEFT JOIN', 'LEFT JOIN', 'RIGHT JOIN')
            words += f' {join} {table.name} {alias} ON {on}'
            scope.append((alias, table))
        return words, scope

    def where(self, scope):
        parts = [self.condition(scope)] if self.often(0.7) else []
        if len(scope) > 1 and self.often(0.4):
            alias, table = scope[-1]
            parts.insert(0, f'{alias}.{self.chance.choice(table.columns)[0]} IS NULL')
        return ' WHERE ' + ' AND '.join(parts) if parts else ''

    def plain_select(self):
        words, scope = self.source()
        targets = [self.column(scope)[0] for _ in range(self.pick(1, 1, 2, 3))]
        if self.often(0.2):
            targets.append(self.condition(scope, 1) + self.pick('', ' AS "one"'))
        sort = self.chance.choice(targets).split(' AS ')[0]
        order = f' ORDER BY {sort}' if self.often(0.2) else ''
        return (f'SELECT {self.pick("", "DISTINCT ", "DISTINCT ")}{", ".join(targets)} '
                f'FROM {words}{self.where(scope)}{order}')

    def grouped_select(self):
        words, scope = self.source()
        key = self.pick(self.column(scope)[0], self.condition(scope, 1))
        column, other = self.column(scope)[0], self.column(scope)[0]
        aggregate = self.pick(f'max(DISTINCT {column})', f'min(DISTINCT {column})',
                              f'count(DISTINCT {column})', f'count({column})', 'count(*)')
        having = self.pick('', f' HAVING {key} IS NOT NULL', f' HAVING {aggregate} > 0',
                           f' HAVING ({key} = {other}) IS TRUE',
                           f' HAVING {self.condition(scope, 1)}')
        order = self.pick('', f' ORDER BY {aggregate}', f' ORDER BY {key}')
        if self.often(0.3):
            return f'SELECT {aggregate}, count(DISTINCT {other}) FROM {words}{self.where(scope)}'
        return (f'SELECT {self.pick("", "", "DISTINCT ")}{key}, {aggregate} '
                f'FROM {words}{self.where(scope)} GROUP BY {self.pick("1", key)}{having}{order}')

    def ordered(self):
        words, scope = self.source()
        column, _ = self.column(scope)
        sort = self.pick(column, self.column(scope)[0], 'twice(2)', 'count(*)', '1',
                         f'{column} DESC NULLS LAST')
        call = self.pick('count(*)', 'max(s.k)', 'min(s.k)', 'sum(s.k)', 'count(DISTINCT s.k)',
                         'avg(s.k)', 'sum(DISTINCT s.k)', 'bool_or(s.k)')
        return (f'SELECT {call} FROM (SELECT {column} AS k FROM {words}{self.where(scope)} '
                f'ORDER BY {sort}) s')

    def cte(self):
        words, scope = self.source()
        column, kind = self.column(scope)
        inner = f'SELECT {self.pick("", "DISTINCT ")}{column} AS k FROM {words}{self.where(scope)}'
        table = Table('w', [('k', kind)])
        name = self.pick('w', 't0', 'materialized')
        return (f'WITH {name} AS {self.pick("MATERIALIZED ", "MATERIALIZED ", "")}({inner}) '
                + self.pick(f'SELECT x.k FROM {name} x{self.where([("x", table)])}',
                            f'SELECT DISTINCT y.id FROM t2 y JOIN {name} x ON x.k = y.id '
                            'WHERE y.id < 5',
                            f'SELECT DISTINCT y.id FROM t2 y '
                            f'WHERE y.id < (SELECT count(*) FROM {name} s)'))

    def change(self):
        table = self.chance.choice(self.tables[:3])
        scope = [('x', table)]
        condition = self.condition(scope)
        column, _ = self.chance.choice(table.columns[1:])
        returning = self.pick('', '', f' RETURNING {self.condition(scope, 1)}')
        change = self.pick(f'DELETE FROM {table.name} x',
                           f'UPDATE {table.name} x SET {column} = DEFAULT')
        return f'{change} WHERE {condition}{returning}'

    def two(self):
        one, two = self.plain_select(), self.plain_select()
        return f'{one} {self.pick("UNION", "UNION ALL", "EXCEPT")} {two}'

    def first_of_all(self):
        arms, kinds = [], None
        for _ in range(self.pick(2, 2, 3)):
            words, scope = self.source()
            columns = [self.column(scope, kind and (kind,)) for kind in kinds or (None, None)]
            if None in columns:
                return self.two()
            kinds = kinds or [kind for _, kind in columns]
            one, two = (name for name, _ in columns)
            names = '' if arms else ' AS k', '' if arms else ' AS m'
            arms.append(f'SELECT {one}{names[0]}, {two}{names[1]} FROM {words}{self.where(scope)}')
        order = self.pick('k, m', 'm DESC, k', 'm NULLS FIRST, s.k DESC NULLS LAST')
        return (f'SELECT {self.pick("*", "k", "s.m, k")} FROM ({" UNION ALL ".join(arms)}) s '
                f'ORDER BY {order} LIMIT {self.number()}{self.pick("", " OFFSET 2")}')

    def statement(self):
        kinds = (self.first_of_all, self.ordered, self.cte, self.change, self.change, self.two)
        return self.chance.choice((self.plain_select,) * 8 + (self.grouped_select,) * 3 + kinds)()
