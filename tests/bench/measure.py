"""Makes volume logs and measures child processes: CPU time, wall time, peak memory, output."""
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ENDS_OF_A_LEDGER = ('', '-wal', '-shm', '-journal', '.lock')


class Run:
    """One child that has ended: seconds of CPU (user and system), seconds of wall time, KiB at the peak.

    The peak is never below what this program had itself: Linux counts the parent until the exec.
    """

    def __init__(self, command):
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT)
        self.output = b''
        while part := child.stdout.read(1 << 16):  # always read: grep stops early without a reader
            self.output = (self.output + part)[:1 << 16]
        _, status, usage = os.wait4(child.pid, 0)
        self.wall = time.monotonic() - start
        child.returncode = self.status = os.waitstatus_to_exitcode(status)
        child.stdout.close()
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss
        self.output = self.output.decode(errors='replace')
        if self.status != 0:
            sys.exit(f'{" ".join(command)}: exit code {self.status}\n{self.output}')


class Volumes:
    """The volume logs, made by the generator in a folder; asked for twice, made once."""

    def __init__(self, folder):
        self.folder = folder
        self.generator = os.path.join(folder, 'volume')
        root = os.path.dirname(os.path.dirname(HERE))
        subprocess.check_call(['g++', '-std=c++20', '-O2', '-I', root, '-o', self.generator,
                               os.path.join(HERE, 'volume.cpp'),
                               os.path.join(HERE, 'log_forms.cpp')])

    def log(self, profile, form, amount):
        path = os.path.join(self.folder, f'{profile}.{amount}.{form}.log')
        if not os.path.exists(path):
            with open(path + '.part', 'wb') as out:
                subprocess.check_call([self.generator, profile, form, str(amount)], stdout=out)
            os.rename(path + '.part', path)
        subprocess.check_call(['cat', path], stdout=subprocess.DEVNULL)  # into the page cache
        return path

    def packed(self, path, end, command):
        if not os.path.exists(path + end):
            with open(path + end, 'wb') as out:
                subprocess.check_call(command + [path], stdout=out)
        return path + end


def ingest(program, path, ledger, *options):
    """The command that reads a log into a new ledger."""
    for end in ENDS_OF_A_LEDGER:
        if os.path.exists(ledger + end):
            os.remove(ledger + end)
    return [program, 'ingest', '--no-progress', '--year', '2026', '--db', ledger, *options, path]


def race(rounds, commands, good=lambda best: True):
    """Runs makers of commands in turn: the least CPU and wall time of each, the highest peak.

    Other load of the machine only ever adds, so a figure that is not good gets more rounds.
    """
    best = {}
    for number in range(3 * rounds):
        for name, command in commands.items():
            run = Run(command())
            known = best.setdefault(name, run)
            known.cpu, known.wall = min(known.cpu, run.cpu), min(known.wall, run.wall)
            known.peak = max(known.peak, run.peak)
        if number + 1 >= rounds and good(best):
            break
    return best
