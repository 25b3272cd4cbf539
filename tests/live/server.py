"""A private PostgreSQL 15 and PgBouncer for a live test.

A server lives in a directory of its own under TMPDIR, listens on a Unix socket there and on a free
port of 127.0.0.1, and runs as an unprivileged user when the test runs as root. Everything that was
started is stopped and removed on every way out, also on SIGINT, SIGTERM and SIGHUP; the servers die
with the test even when it is killed with SIGKILL.
"""
import ctypes
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from judge import catch_signals
from client import PATIENCE_S, PGBIN, Session, Wire

PGBOUNCER = os.environ.get('PGBOUNCER', '/usr/sbin/pgbouncer')
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)

# Sessions of the test itself leave no statements in the log.
QUIET = '-c log_min_duration_statement=-1 -c log_statement=none -c log_duration=off'


# ---- processes ----------------------------------------------------------------------------------

def _unprivileged():
    """The Popen arguments that drop root's rights, empty for other users."""
    if os.geteuid() != 0:
        return {}
    for name in ('postgres', 'nobody'):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {'user': entry.pw_uid, 'group': entry.pw_gid, 'extra_groups': []}
    sys.exit('no user postgres or nobody to run the server as')


def _die_with_test(sign):
    return lambda: LIBC.prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)


def _environment(**more):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(('PG', 'LC_'))}
    clean.update(LC_ALL='C.UTF-8', TZ='UTC', PGCLIENTENCODING='UTF8', PGCONNECT_TIMEOUT='10',
                 PGSSLMODE='disable', PGGSSENCMODE='disable')
    clean.update(more)
    return clean


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def _stop(process, *signals):
    """Sends the signals one after the other until the process is gone."""
    for sign in signals:
        if process.poll() is not None:
            return
        process.send_signal(sign)
        try:
            process.wait(PATIENCE_S / len(signals))
        except subprocess.TimeoutExpired:
            pass
    process.kill()
    process.wait()


def wait_until(question, what):
    """Polls until question() is true."""
    end = time.monotonic() + PATIENCE_S
    while not question():
        if time.monotonic() > end:
            raise TimeoutError(f'waited {PATIENCE_S} s for {what}')
        time.sleep(0.01)


# ---- PostgreSQL ---------------------------------------------------------------------------------

def _conf_value(value):
    return "'" + str(value).replace("'", "''") + "'"


class Server:
    """A PostgreSQL with a log of its own. start() may be called again after stop(), with other
    settings; the data stay."""

    def __init__(self, **settings):
        self.settings = {
            'listen_addresses': '127.0.0.1', 'fsync': 'off', 'synchronous_commit': 'off',
            'full_page_writes': 'off', 'shared_buffers': '16MB', 'max_connections': 30,
            'logging_collector': 'on', 'log_destination': 'stderr',
            'log_filename': 'postgresql.log',
            'log_rotation_age': 0, 'log_rotation_size': 0, 'log_file_mode': '0644',
            'log_min_duration_statement': 0, 'log_connections': 'on', 'log_disconnections': 'on',
            'log_timezone': 'UTC', 'timezone': 'UTC', 'max_worker_processes': 2, **settings}
        self.directory = tempfile.mkdtemp(prefix='pgc-')
        self.log_directory = f'{self.directory}/log'
        self.port = None
        self._data = f'{self.directory}/data'
        self._process = None
        self._pooler = None
        self._sessions = []
        self._loaded = {}  # more of the server's environment
        try:
            os.mkdir(self.log_directory)
            self._give_away()
            subprocess.run(
                [f'{PGBIN}/initdb', '-D', self._data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8',
                 '--no-locale', '--no-sync', '--no-instructions'],
                check=True, stdout=subprocess.DEVNULL, env=_environment(), cwd=self.directory,
                **_unprivileged())
        except BaseException:
            self.destroy()
            raise

    def _give_away(self):
        rights = _unprivileged()
        if rights:
            os.chmod(self.directory, 0o711)
            for path in (self.directory, self.log_directory):
                os.chown(path, rights['user'], rights['group'])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.destroy()

    def destroy(self):
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)  # a second signal must not stop the cleaning up
        try:
            for session in self._sessions:
                session.terminate()
            if self._pooler:
                _stop(self._pooler, signal.SIGTERM)
            if self._process:
                _stop(self._process, signal.SIGQUIT)
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)
        catch_signals()

    def start(self, **settings):
        """Starts the server; settings hold for this start alone."""
        for _ in range(3):  # another program may take the port between choosing and binding
            self.port = free_port()
            if self._start_once({**self.settings, **settings}):
                return
        raise RuntimeError('PostgreSQL does not start:\n' + self._last_words())

    def _last_words(self):
        text = ''
        for path in [f'{self.directory}/start.log', *self.logs()]:
            with open(path, encoding='utf-8', errors='replace') as log:
                text += log.read()[-2000:]
        return text

    def _start_once(self, settings):
        self.configure(**settings)
        # Every process of the server inherits this pipe; its end says that all are gone, the
        # logger too, which outlives the postmaster.
        self._alive, inherited = os.pipe()
        with open(f'{self.directory}/start.log', 'wb') as output:
            self._process = subprocess.Popen(
                [f'{PGBIN}/postgres', '-D', self._data, '-p', str(self.port),
                 '-k', self.directory], env=_environment(**self._loaded), cwd=self.directory,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=[inherited],
                preexec_fn=_die_with_test(signal.SIGQUIT), **_unprivileged())
        os.close(inherited)
        wait_until(lambda: self._ready() or self._process.poll() is not None, 'the server')
        return self._process.poll() is None

    def _ready(self):
        # Asked of the file that pg_ctl looks at: a connection would leave its traces in the log.
        try:
            with open(f'{self._data}/postmaster.pid', encoding='utf-8') as status:
                lines = status.read().split('\n')
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == 'ready' \
            and lines[0] == str(self._process.pid)

    def configure(self, **settings):
        lines = [f'{name} = {_conf_value(value)}' for name, value in settings.items()]
        lines.append(f'log_directory = {_conf_value(self.log_directory)}')
        path = f'{self._data}/postgresql.auto.conf'
        with open(path, 'w', encoding='utf-8') as conf:
            conf.write('\n'.join(lines) + '\n')

    def reload(self, **settings):
        self.configure(**{**self.settings, **settings})
        self._process.send_signal(signal.SIGHUP)

    def catch_syslog(self):
        """From the next start on, what the server gives to syslog() goes into a file, as a daemon
        writes it. Returns its path; the same with times in full stands in `path`.iso."""
        library, path = f'{self.directory}/syslog_catcher.so', f'{self.directory}/syslog'
        subprocess.run([os.environ.get('CC', 'cc'), '-shared', '-fPIC', '-O1', '-o', library,
                        os.path.join(os.path.dirname(__file__), 'syslog_catcher.c')], check=True)
        self._loaded = {'LD_PRELOAD': library, 'SYSLOG_CATCHER': path}
        return path

    def stop(self):
        """Fast shutdown; returns when the last line of the log is written."""
        _stop(self._process, signal.SIGINT, signal.SIGQUIT)
        self._process = None
        if not select.select([self._alive], [], [], PATIENCE_S)[0]:
            raise TimeoutError('processes of the server are still there')
        os.close(self._alive)

    def environment(self, user='postgres', database='postgres', application='driver', options='',
                    tcp=False, pooler=False):
        return _environment(
            PGHOST='127.0.0.1' if tcp or pooler else self.directory,
            PGPORT=str(self.pooler_port if pooler else self.port), PGUSER=user, PGDATABASE=database,
            PGAPPNAME=application, **({'PGOPTIONS': options} if options else {}))

    def session(self, **who):
        session = Session(self.environment(**who))
        self._sessions.append(session)
        return session

    def admin(self, sql, database='postgres'):
        """Runs SQL as the superuser, without a statement in the log; errors raise."""
        done = subprocess.run(
            [f'{PGBIN}/psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-f', '-'], input=sql.encode(),
            stdout=subprocess.PIPE, env=self.environment(database=database, options=QUIET),
            check=True, timeout=PATIENCE_S)
        return done.stdout.decode().rstrip('\n')

    def wire(self, user, database, application):
        return Wire(self.port, user, database, application)

    def kill_backend(self, pid):
        """What the out-of-memory killer does; the server then restarts all of itself."""
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self._accepts() and self._ready(), 'the end of the recovery')

    def _accepts(self):
        done = subprocess.run([f'{PGBIN}/psql', '-XqAtc', 'SELECT 1'], capture_output=True,
                              env=self.environment(options=QUIET), check=False,
                              timeout=PATIENCE_S)
        return done.returncode == 0

    def pgbench(self, script, mode='simple', clients=2, transactions=50, **who):
        """Runs the script in every client, `transactions` times each; returns the sum of the
        latencies of all transactions, in seconds."""
        with tempfile.TemporaryDirectory(dir=self.directory) as directory:
            path = f'{directory}/script'
            with open(path, 'w', encoding='utf-8') as file:
                file.write(script)
            subprocess.run(
                [f'{PGBIN}/pgbench', '-n', '-M', mode, '-c', str(clients), '-j', '1',
                 '-t', str(transactions), '-l', f'--log-prefix={directory}/latency', '-f', path],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=PATIENCE_S,
                env=self.environment(**who))
            logs = [name for name in os.listdir(directory) if name.startswith('latency')]
            lines = []
            for name in logs:
                with open(f'{directory}/{name}', encoding='utf-8') as log:
                    lines += log.read().split('\n')
        # The third column is the latency in microseconds.
        return sum(int(line.split()[2]) for line in lines if line) / 1e6

    def logs(self):
        """The files of the log, oldest first (their names sort by time)."""
        return sorted(os.path.join(self.log_directory, name)
                      for name in os.listdir(self.log_directory))

    def clear_logs(self):
        for path in self.logs():
            os.remove(path)

    # ---- PgBouncer ----

    def start_pooler(self, users, pool_size=4, mode='transaction', databases=None, **settings):
        """`databases`: those that are called otherwise than on the server, with their settings."""
        self.pooler_port = free_port()
        ini = f'{self.directory}/pgbouncer.ini'
        with open(f'{self.directory}/users.txt', 'w', encoding='utf-8') as file:
            file.writelines(f'"{user}" ""\n' for user in users)
        with open(ini, 'w', encoding='utf-8') as file:
            file.write('[databases]\n')
            file.writelines(f'{name} = host=127.0.0.1 port={self.port} {keys}\n'
                            for name, keys in (databases or {}).items())
            file.write(f'''* = host=127.0.0.1 port={self.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.pooler_port}
unix_socket_dir =
auth_type = trust
auth_file = {self.directory}/users.txt
pool_mode = {mode}
default_pool_size = {pool_size}
''')
            file.writelines(f'{name} = {value}\n' for name, value in settings.items())
        with open(f'{self.directory}/pgbouncer.log', 'wb') as output:
            self._pooler = subprocess.Popen(
                [PGBOUNCER, ini], env=_environment(), cwd=self.directory, stdout=output,
                stderr=output, stdin=subprocess.DEVNULL,
                preexec_fn=_die_with_test(signal.SIGTERM), **_unprivileged())
        wait_until(self._pooler_listens, 'PgBouncer')

    def stop_pooler(self):
        """Returns the path of its log, which is complete."""
        _stop(self._pooler, signal.SIGTERM)
        self._pooler = None
        return f'{self.directory}/pgbouncer.log'

    def csv(self, sql, **who):
        """What psql exports of a query, also of the pooler's console."""
        done = subprocess.run([f'{PGBIN}/psql', '-Xq', '--csv', '-v', 'ON_ERROR_STOP=1', '-c', sql],
                              stdout=subprocess.PIPE, check=True, timeout=PATIENCE_S,
                              env=self.environment(**who))
        return done.stdout.decode()

    def _pooler_listens(self):
        if self._pooler.poll() is not None:
            with open(f'{self.directory}/pgbouncer.log', encoding='utf-8') as log:
                raise RuntimeError('PgBouncer does not start:\n' + log.read())
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', self.pooler_port)) == 0
