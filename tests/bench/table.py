#!/usr/bin/env python3
"""Speed and memory of `pgcounsel ingest` on volume logs made for it, against tools that do less.

Every figure is a ratio within one run on one machine, so it holds on any. CPU is user and system
time on files in the page cache, the least of interleaved rounds. The exit code is 1 when a `must` is
missed.
"""
import argparse
import json
import os
import re
import shutil
import sys
import tempfile

from measure import Run, Volumes, ingest, race

PREFIX = '%m [%p] %q%u@%d/%a %c '

# key: (what, unit, goal, must); at most these, at least where the unit begins with `>`.
ROWS = {
    'stderr/grep': ('stderr: CPU to `grep -c duration:`', 'x', 2, 3),
    'stderr/wc': ('stderr: CPU to `wc -l`', 'x', 6, 10),
    'csv/grep': ('csv: CPU to `grep -c duration:`', 'x', 2, 3.5),
    'csv/wc': ('csv: CPU to `wc -l`', 'x', 6, None),
    'json/grep': ('json: CPU to `grep -c duration:`', 'x', 1.6, 3),
    'json/wc': ('json: CPU to `wc -l`', 'x', 6, None),
    'pgbadger': ('CPU of pgBadger -j 1 to ours, 10 MB', '>x', 300, 100),
    'calls': ('calls of the SQL parser a fingerprint', '', 1.6, 2),
    'twice': ('CPU of 2N bytes to N bytes', 'x', 2.05, 2.1),
    'peak': ('peak memory at N bytes', 'MiB', 16, 32),
    'peak/twice': ('peak memory at 2N to N bytes', 'x', 1.05, 1.05),
    'threads/cpu': ('CPU of --threads 2 to 1', 'x', 1.05, 1.1),
    'threads/wall': ('wall time of --threads 2 to 1', 'x', 0.6, None),
    'gz': ('.gz: CPU to plain + `gzip -dc`', 'x', 1, 1.35),
    'zst': ('.zst: CPU to plain + `zstd -dc`', 'x', 1, 1.35),
    'shapes': ('CPU a shape, 100k to 10k shapes', 'x', 1.1, 1.5),
    'shapes/us': ('CPU a shape, 100k shapes', 'us', 18, None),
    'shapes/bytes': ('peak memory a shape, 10k to 100k', 'B', 700, 2048),
    'million': ('1,000,000 shapes, --memory 256M: peak', 'MiB', 256, 256),
    'million/s': ('1,000,000 shapes: CPU', 's', 25, None),
}


class Table:
    """Prints a row as soon as its figure is known and remembers what was missed."""

    def __init__(self):
        self.missed = []
        print(f'{"":42}{"now":>10}{"goal":>10}{"must":>10}', flush=True)

    def row(self, key, figure, why=''):
        what, unit, goal, must = ROWS[key]
        least, unit = unit.startswith('>'), unit.lstrip('>')
        within = lambda bar: bar is None or (figure >= bar if least else figure <= bar)
        if figure is None:
            print(f'{what:42}{"n/a":>10}{"":22}{why}', flush=True)
            return
        said = 'goal' if within(goal) else 'OVER' if not within(must) else 'ok' if must else ''
        if said == 'OVER':
            self.missed.append(what)
        now = f'{figure:.0f}' if figure >= 100 else f'{figure:.2f}'
        bars = ''.join(f'{"-" if bar is None else f"{bar:g}":>10}' for bar in (goal, must))
        print(f'{what:42}{now + " " + unit:>10}{bars}  {said}', flush=True)


def must_hold(key, figure):
    """For race: more rounds help as long as a must is missed."""
    return lambda best: figure(best) <= (ROWS[key][3] or float('inf'))


class Bench:
    def __init__(self, arguments, folder):
        self.bin, self.rounds, self.size = arguments.bin, arguments.rounds, arguments.size
        self.volumes = Volumes(folder)
        self.ledger = os.path.join(folder, 'bench.ledger')
        self.table = Table()

    def read(self, path, threads=1, *options):
        return lambda: ingest(self.bin, path, self.ledger, '--threads', str(threads), *options)

    def whole(self, form='stderr'):
        return self.volumes.log('mixed', form, f'{self.size}M')

    def half(self):
        return self.volumes.log('mixed', 'stderr', f'{self.size // 2}M')

    def formats(self):
        for form in ('stderr', 'csv', 'json'):
            path = self.whole(form)
            commands = {'ours': self.read(path), 'grep': lambda: ['grep', '-c', 'duration:', path],
                        'wc': lambda: ['wc', '-l', path]}
            to_grep = lambda best: best['ours'].cpu / best['grep'].cpu
            best = race(self.rounds, commands, must_hold(f'{form}/grep', to_grep))
            self.table.row(f'{form}/grep', to_grep(best))
            self.table.row(f'{form}/wc', best['ours'].cpu / best['wc'].cpu)

    def pgbadger(self):
        if not shutil.which('pgbadger'):
            return self.table.row('pgbadger', None, 'apt install pgbadger libjson-xs-perl')
        path = self.volumes.log('mixed', 'stderr', '10M')
        out = os.path.join(self.volumes.folder, 'pgbadger.json')
        theirs = Run(['pgbadger', '-q', '-j', '1', '-x', 'json', '--pid-dir', self.volumes.folder,
                      '-p', PREFIX, '-o', out, path])
        with open(out, encoding='utf-8') as report:  # it skips in silence what it does not take
            counted = json.load(report)['overall_stat']['postgres']['queries_number']
        executed = int(Run(['grep', '-cE', ' ms  (statement|execute)', path]).output)
        if counted < 0.9 * executed:
            return self.table.row('pgbadger', None, f'it read {counted} of {executed} statements')
        ours = race(self.rounds, {'ours': self.read(path)})['ours']
        self.table.row('pgbadger', theirs.cpu / ours.cpu)

    def parser_calls(self):
        said = Run(self.read(self.half(), 1, '--timings')()).output
        calls = re.search(r'^ *(\d+) +statements were parsed$', said, re.MULTILINE)
        if not calls:
            return self.table.row('calls', None, '--timings does not say it')
        fingerprints = int(Run(['sqlite3', self.ledger, 'SELECT count(*) FROM statement']).output)
        self.table.row('calls', int(calls[1]) / fingerprints)

    def growth(self):
        commands = {'N': self.read(self.half()), '2N': self.read(self.whole())}
        ratio = lambda best: best['2N'].cpu / best['N'].cpu
        best = race(self.rounds, commands, must_hold('twice', ratio))
        self.table.row('twice', ratio(best))
        self.table.row('peak', best['N'].peak / 1024)
        self.table.row('peak/twice', best['2N'].peak / best['N'].peak)

    def threads(self):
        path = self.whole()
        more = lambda best: best['two'].cpu / best['one'].cpu
        best = race(self.rounds, {'one': self.read(path, 1), 'two': self.read(path, 2)},
                    must_hold('threads/cpu', more))
        self.table.row('threads/cpu', more(best))
        self.table.row('threads/wall', best['two'].wall / best['one'].wall)

    def compressed(self):
        path = self.half()
        for key, pack, unpack in (('gz', ['gzip', '-c'], ['gzip', '-dc']),
                                  ('zst', ['zstd', '-qc'], ['zstd', '-dqc'])):
            if not shutil.which(pack[0]):
                self.table.row(key, None, f'apt install {pack[0]}')
                continue
            packed = self.volumes.packed(path, f'.{key}', pack)
            commands = {'packed': self.read(packed), 'plain': self.read(path),
                        'unpack': lambda: unpack + [packed]}
            ratio = lambda best: best['packed'].cpu / (best['plain'].cpu + best['unpack'].cpu)
            self.table.row(key, ratio(race(self.rounds, commands, must_hold(key, ratio))))

    def shapes(self):
        few, many = (self.volumes.log('shapes', 'stderr', count) for count in (10_000, 100_000))
        ratio = lambda best: best['many'].cpu / 10 / best['few'].cpu
        best = race(self.rounds, {'few': self.read(few), 'many': self.read(many)},
                    must_hold('shapes', ratio))
        self.table.row('shapes', ratio(best))
        self.table.row('shapes/us', best['many'].cpu * 10)
        self.table.row('shapes/bytes', (best['many'].peak - best['few'].peak) * 1024 / 90_000)

    def million(self):
        run = Run(self.read(self.volumes.log('shapes', 'stderr', 1_000_000), 1,
                            '--memory', '256M')())
        self.table.row('million', run.peak / 1024)
        self.table.row('million/s', run.cpu)


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog='run.sh')
    parser.add_argument('--bin', required=True, help='the pgcounsel to measure')
    parser.add_argument('--size', type=int, default=200, help='MB of stderr; csv and json have the '
                        'same records (200)')
    parser.add_argument('--rounds', type=int, default=3, help='of which the least time counts (3)')
    parser.add_argument('--million', action='store_true', help='also a million distinct shapes')
    parser.add_argument('--folder', help='keep the logs here, for the next run')
    parser.add_argument('parts', nargs='*', help='only these: formats pgbadger parser_calls growth '
                        'threads compressed shapes')
    arguments = parser.parse_args()
    parts = arguments.parts or ['formats', 'pgbadger', 'parser_calls', 'growth', 'threads',
                                'compressed', 'shapes']
    os.environ['LC_ALL'] = 'C'
    with tempfile.TemporaryDirectory() as scratch:
        if arguments.folder:
            os.makedirs(arguments.folder, exist_ok=True)
        bench = Bench(arguments, arguments.folder or scratch)
        for part in parts + ['million'] * arguments.million:
            getattr(bench, part)()
    if bench.table.missed:
        sys.exit('over: ' + '; '.join(bench.table.missed))


if __name__ == '__main__':
    main()
