#!/usr/bin/env python3
"""No value of a user ever reaches the ledger, a file beside it, a report or a message.

Logs in several forms are written in which every value is a word of its own: a canary. After all that
a user can do (read, read again, be killed, report in every form, make mistakes), all bytes that were
written are searched for all of them: as they are, in capitals, in UTF-16, in hex, in base64, and
numbers also in binary. What is deleted in the ledger but still in its free pages is found too.
A canary that is found is named, with the text it stood in. That the search finds what is there, in
each of these forms, is shown first.
"""
import argparse
import base64
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from forms import FORMS, Record, of_pooler
from scenes import KINDS, MESSAGES, PARAMETERS, PLANS, POOLER, SQL, TABLES

REPORTS = ('markdown', 'text', 'json')
MARK, CARD = 'qzk', '49927'  # all canaries begin with one of these


class Canaries:
    """Makes a new value for every place, and remembers the place."""

    def __init__(self):
        self.place = {}  # what is searched for: the text that it stood in
        self.names = set()  # may be kept
        self.count = 0

    def fill(self, text, form):
        def value(match):
            self.count += 1
            if match[1] == 'card':
                core = f'{CARD}{self.count * 7919:011}'
            else:
                letters = ''.join(chr(ord('a') + self.count // 26 ** i % 26) for i in range(4))
                core = MARK + letters
            if match[1] == 'name':
                self.names.add(core)
            else:
                self.place[core] = f'{form}: {text}'
            return KINDS[match[1]].format(core)
        return re.sub(r'<<(\w+)>>', value, text)


PLAIN = re.compile(f'{MARK}[a-z]{{4}}|{CARD}[0-9]{{11}}'.encode())
UTF_16 = re.compile(rb'(?:[a-z0-9]\x00){6,}[a-z0-9]')
HEX = re.compile(b'[0-9a-f]{14,}')
BASE_64 = re.compile(b'[A-Za-z0-9+/_-]{10,}')
FIRST_CARD = int(CARD) * 10 ** 11


def search(canaries, data, deeper=True):
    """(canary, encoding, offset) of all that are in the bytes, in any case of letters."""
    lower = data.lower()
    for match in PLAIN.finditer(lower):
        if match[0].decode() in canaries.place:
            yield match[0].decode(), 'as it is', match.start()
    if not deeper:
        return
    hidden = [('UTF-16', match.start(), match[0].replace(b'\0', b''))
              for match in UTF_16.finditer(lower)]
    for match in HEX.finditer(lower):
        hidden += [('hex', match.start(), bytes.fromhex(
            match[0][begin:len(match[0]) - (len(match[0]) - begin) % 2].decode())) for begin in (0, 1)]
    for match in BASE_64.finditer(data):
        text = match[0].translate(bytes.maketrans(b'-_', b'+/'))
        hidden += [('base64', match.start(), base64.b64decode(text[begin:][:(len(text) - begin) // 4 * 4]))
                   for begin in range(4)]
    for how, at, plain in hidden:
        for core, _, _ in search(canaries, plain, deeper=False):
            yield core, how, at
    for order in ('big', 'little'):  # all numbers have their upper half in common
        for upper in {(FIRST_CARD + more) >> 32 for more in (0, 1 << 32)}:
            half = upper.to_bytes(4, order)
            at = data.find(half)
            while at >= 0:
                number = data[at:at + 8] if order == 'big' else data[max(0, at - 4):at + 4]
                core = str(int.from_bytes(number, order))
                if core in canaries.place:
                    yield core, 'binary', at
                at = data.find(half, at + 1)


def write_logs(canaries, folder, copies):
    """One log for each form. With copies, the canaries of the first come again in other sessions."""
    scenes = [('LOG', '00000', f'duration: 1.{i:03} ms  statement: {sql}', {})
              for i, sql in enumerate(SQL)]
    for sql in SQL:
        scenes.append(('LOG', '00000', f'duration: 0.310 ms  execute <<word>>/<<word>>: {sql}',
                       {'detail': f'parameters: {PARAMETERS}'}))
        scenes.append(('LOG', '00000', f'statement: {sql}', {}))
        scenes.append(('ERROR', '57014', 'canceling statement due to statement timeout',
                       {'statement': sql}))
    for plan in PLANS:  # whole, and cut off
        scenes += [('LOG', '00000', f'duration: 9.500 ms  plan:\n{text}', {})
                   for text in (plan, plan[:len(plan) * 2 // 3])]
    scenes += MESSAGES
    logs = {}
    for form, write in FORMS.items():
        filled = []
        for severity, state, message, fields in scenes:
            filled.append((severity, state, canaries.fill(message, form),
                           {name: canaries.fill(text, form) for name, text in fields.items()}))
        kept = canaries.fill('<<name>>', form)  # names of sessions are kept
        text = [write(Record(copy * len(filled) + number, *scene, kept))
                for copy in range(copies) for number, scene in enumerate(filled)
                if copy == 0 or len(str(scene)) < 4000]
        torn = canaries.fill("of a record '<<word>>'\n", form)
        rubbish = canaries.fill('no record at all, <<email>>\n', form)
        cut = write(Record(copies * len(filled), 'LOG', '00000', canaries.fill(
            "duration: 1.000 ms  statement: SELECT '<<email>> <<word>>", form), {}, kept))
        logs[form] = os.path.join(folder, f'{form}.log')
        with open(logs[form], 'w', encoding='utf-8') as out:
            out.write(torn + ''.join(text) + rubbish + cut.rstrip('\n')[:-2])
    logs['pgbouncer'] = os.path.join(folder, 'pgbouncer.log')
    with open(logs['pgbouncer'], 'w', encoding='utf-8') as out:
        for number in range(copies * len(POOLER)):
            text = canaries.fill(POOLER[number % len(POOLER)], 'pgbouncer')
            out.write(of_pooler(number, text))
    for name, (head, rows) in TABLES.items():
        logs[name] = os.path.join(folder, name)
        with open(logs[name], 'w', encoding='utf-8') as out:
            out.write(head + canaries.fill(rows, name))
    return logs


class Test:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.canaries = Canaries()
        self.home = os.path.join(folder, 'home')  # all that the program writes
        self.leaks = {}  # canary: where it was found first
        self.seen = {}  # files as they were searched
        os.mkdir(self.home)

    def run(self, *arguments, status=(0,), check=True):
        """Runs the program in its home; what it says is searched like a file."""
        done = subprocess.run([self.program, *arguments], cwd=self.home, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120,
                              env={**os.environ, 'TMPDIR': self.home})
        if check and done.returncode not in status:
            sys.exit(f'pgcounsel {" ".join(arguments)}: exit code {done.returncode}\n'
                     + done.stderr.decode(errors='replace'))
        words = ' '.join(os.path.basename(argument) for argument in arguments)
        self.look(f'standard output of `{words}`', done.stdout)
        self.look(f'standard error of `{words}`', done.stderr)
        return done.stdout.decode(errors='replace')

    def look(self, where, data):
        for core, how, at in search(self.canaries, data):
            context = data[max(0, at - 60):at + 60].decode(errors='replace')
            self.leaks.setdefault(core, f'{where}, {how}, byte {at}: {context!r}')

    def look_at_files(self, when):
        for parent, _, names in os.walk(self.home):
            for name in names:
                state = os.stat(os.path.join(parent, name))
                if self.seen.get(name) == (state.st_ino, state.st_mtime_ns, state.st_size):
                    continue
                self.seen[name] = (state.st_ino, state.st_mtime_ns, state.st_size)
                with open(os.path.join(parent, name), 'rb') as file:
                    self.look(f'{name} {when}', file.read())

    def everything_a_user_does(self, form, log):
        ledger = f'{form}.ledger'
        self.run('ingest', '--db', ledger, '--verbose', '--timings', '--year', '2026', log)
        self.look_at_files('after the first ingest')
        self.run('ingest', '--db', ledger, '--verbose', '--year', '2026', log)
        fine = (0, 2) if form in TABLES else (0,)  # a table may tell no time: then there is no report
        for report in REPORTS:
            told = self.run('report', '--db', ledger, '--period', 'all', '--format', report, status=fine)
            self.run('report', '--db', ledger, '-o', f'{form}.{report}', '--format', report, status=fine)
            self.run('analyze', '--format', report, '--year', '2026', log, status=fine)
        if form in FORMS and not any(name in told for name in self.canaries.names):
            sys.exit(f'{form}: not even a name is in the report: the test reads nothing')
        torn = form == 'torn-syslog'  # which lacks a part of every plan
        if form in FORMS and not torn and '"plan_hash"' not in told:
            sys.exit(f'{form}: no plan is in the report: the test reads none')
        self.run('analyze', '--db', ledger, '--fail-on', 'info', '--year', '2026', log,
                 status=(*fine, 1))
        self.look_at_files('after reports')

    def mistakes(self, logs):
        """What is not understood is told of without showing it."""
        for form in ('csv', 'json', 'stderr', 'syslog', 'docker', 'pgbouncer'):
            self.run('ingest', '--db', 'wrong.ledger', '--verbose', '--input-format', form,
                     *(logs[other] for other in logs if other != form), check=False)
        self.run('ingest', '--db', 'wrong.ledger', '--verbose', '--log-line-prefix', '%a:%x|%l ',
                 logs['stderr'], check=False)
        self.run('ingest', '--db', 'wrong.ledger', os.path.join(self.folder, 'missing.log'), status=(2,))
        self.run('report', '--db', logs['csv'], status=(2,))  # which is no ledger
        self.run('ingest', '--config', logs['csv'], check=False)
        self.look_at_files('after mistakes')

    def other_commands(self):
        for rule in re.findall(r'^(\w+)', self.run('rule'), re.MULTILINE):
            self.run('rule', rule, check=False)
        if re.search(r'^  ledger ', self.run('--help'), re.MULTILINE):
            for word in re.findall(r'^  ([a-z]+) {2,}', self.run('ledger', '--help'), re.MULTILINE):
                shutil.copy(os.path.join(self.home, 'csv.ledger'), os.path.join(self.home, 'copy.ledger'))
                self.run('ledger', word, '--db', 'copy.ledger', check=False)
        self.look_at_files('after other commands')

    def killed(self, form, log):
        """A run is killed while it writes: what it leaves, and what the next run makes of that."""
        ledger, killed = os.path.join(self.home, f'{form}.killed'), 0
        for attempt in range(12):
            child = subprocess.Popen([self.program, 'ingest', '--no-progress', '--db', ledger, log],
                                     cwd=self.home, env={**os.environ, 'TMPDIR': self.home},
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            beside = [ledger + end for end in ('-wal', '-journal')]
            while child.poll() is None and not any(map(os.path.exists, beside)):
                pass
            time.sleep(0.02 * attempt)
            child.send_signal(signal.SIGKILL)
            if child.wait() == -signal.SIGKILL:
                killed += 1
                self.look_at_files(f'after kill {attempt}')
        if killed == 0:
            sys.exit('no run was killed while it wrote')
        self.run('ingest', '--db', ledger, log)
        self.look_at_files('after the run behind the kill')

    def the_search_finds(self):
        """Plants canaries the way a faulty program would, and expects to find each."""
        words = [core for core in self.canaries.place if core.startswith(MARK)][:5]
        number = next(core for core in self.canaries.place if core.startswith(CARD))
        path = os.path.join(self.folder, 'planted.ledger')
        with open(path, 'wb') as out, open(os.path.join(self.home, 'csv.ledger'), 'rb') as source:
            out.write(source.read())
        database = sqlite3.connect(path)
        database.execute('CREATE TABLE planted (value)')
        encoded = base64.b64encode(b'user:' + words[3].encode()).decode()
        for value in ('a' + words[0].upper() + 'b', words[1].encode('utf-16-le'),
                      words[2].encode().hex(), encoded, int(number).to_bytes(8, 'little')):
            database.execute('INSERT INTO planted VALUES (?)', (value,))
        database.execute('INSERT INTO planted VALUES (?)', (words[4] + ' ' * 9000,))
        database.commit()
        database.execute('PRAGMA secure_delete = off')
        database.execute('DELETE FROM planted WHERE length(value) > 9000')  # to the free pages
        database.commit()
        database.close()
        with open(path, 'rb') as ledger:
            found = {core for core, _, _ in search(self.canaries, ledger.read())}
        missed = {*words, number} - found
        if missed:
            sys.exit(f'the search does not find what was planted: {missed} of {words} and {number}')
        if '--show-values' in self.run('ingest', '--help'):
            shown = self.shown()
            if not any(core in shown for core in self.canaries.place):
                sys.exit('--show-values shows none: is the option what it was?')

    def shown(self):
        done = subprocess.run([self.program, 'analyze', '--show-values', '--format', 'json',
                               os.path.join(self.folder, 'csv.log')], capture_output=True,
                              cwd=self.folder, text=True, timeout=120)
        return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--bin', required=True, help='the pgcounsel to test')
    with tempfile.TemporaryDirectory() as folder:
        test = Test(os.path.abspath(parser.parse_args().bin), folder)
        logs = write_logs(test.canaries, folder, 1)
        for form, log in logs.items():
            test.everything_a_user_does(form, log)
        test.mistakes(logs)
        test.other_commands()
        large = os.path.join(folder, 'large')
        os.mkdir(large)
        many = write_logs(test.canaries, large, 40)
        for form in ('stderr', 'csv'):
            test.killed(form, many[form])
        test.the_search_finds()
        for core, where in sorted(test.leaks.items(), key=lambda leak: test.canaries.place[leak[0]]):
            place = test.canaries.place[core]
            print(f'{core} LEAKS\n  from {place[:200]}\n  to   {where}')
        print(f'{len(test.canaries.place)} values, {len(test.leaks)} leaked')
        sys.exit(1 if test.leaks else 0)


if __name__ == '__main__':
    main()
