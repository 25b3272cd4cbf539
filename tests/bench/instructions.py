#!/usr/bin/env python3
"""The gate: instructions that `pgcounsel ingest` needs for one more byte of log, counted by callgrind.

Unlike times they do not depend on the load of the machine. A short and a long log of one kind are
read: their difference is free of what starting, a new ledger and the first sight of a statement
cost. The exit code is 1 when a `must` is missed.
"""
import argparse
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from measure import Run, Volumes, ingest

SHORT, LONG = '2M', '6M'  # of stderr: all forms of a profile have the same records

# profile, form: goal, must (instructions a byte)
GATES = {
    ('mixed', 'stderr'): (10, 14),
    ('mixed', 'csv'): (12, 18),
    ('mixed', 'json'): (12, 18),
    ('statements', 'stderr'): (18, 25),
    ('statements', 'csv'): (18, 25),
    ('statements', 'json'): (18, 25),
}
# Measured on demand, without a bar.
ENVELOPES = [('mixed', form) for form in ('syslog', 'syslog-rfc3339', 'docker', 'cri')]
ENVELOPES.append(('pooler', 'pgbouncer'))


def count(program, path):
    """Instructions, records and bytes of one log."""
    command = ingest(program, path, path + '.ledger', '--threads', '1', '-v')
    said = Run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null'] + command).output
    read = re.search(r' (\d+) records.* 0 not understood', said)
    if not read:
        sys.exit(f'{path}: not all was read: {said}')
    return int(re.search(r'Collected : (\d+)', said)[1]), int(read[1]), os.path.getsize(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog='run.sh --instructions')
    parser.add_argument('--bin', required=True, help='the pgcounsel to measure')
    parser.add_argument('--envelopes', action='store_true', help='also syslog, containers, a pooler')
    arguments = parser.parse_args()
    missed = []
    print(f'{"instructions":28}{"a record":>10}{"a byte":>10}{"goal":>8}{"must":>8}', flush=True)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        volumes = Volumes(folder)
        kinds = list(GATES) + (ENVELOPES if arguments.envelopes else [])
        logs = [volumes.log(*kind, amount) for kind in kinds for amount in (SHORT, LONG)]
        counts = pool.map(lambda log: count(arguments.bin, log), logs)
        for kind in kinds:
            short, long = next(counts), next(counts)
            instructions, records, size = (many - few for few, many in zip(short, long))
            goal, must = GATES.get(kind, (None, None))
            now = instructions / size
            said = '' if not must else 'goal' if now <= goal else 'ok' if now <= must else 'OVER'
            if said == 'OVER':
                missed.append(' '.join(kind))
            print(f'{" ".join(kind):28}{instructions / records:10.0f}{now:10.1f}{goal or "-":>8}'
                  f'{must or "-":>8}  {said}', flush=True)
    if missed:
        sys.exit('over: ' + '; '.join(missed))


if __name__ == '__main__':
    main()
