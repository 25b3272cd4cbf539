"""Clients of the live tests: psql driven over pipes, and the extended protocol spoken by hand."""
import os
import select
import socket
import struct
import subprocess
import time

PGBIN = os.environ.get('PGBIN', '/usr/lib/postgresql/15/bin')
PATIENCE_S = 30  # nothing here takes longer, even on a busy machine


class Session:
    """One psql with a pipe at either end. Statements are sent as psql sends them: simple protocol,
    one message each. Errors are printed as SQLSTATE and do not end the session."""

    def __init__(self, environment):
        self._process = subprocess.Popen(
            [f'{PGBIN}/psql', '-XqAt', '-v', 'VERBOSITY=sqlstate'], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._answers = 0
        self._text = b''

    def send(self, sql):
        """Sends without waiting for the answer. False when psql is gone."""
        self._answers += 1
        try:
            self._process.stdin.write(f'{sql}\n\\echo =={self._answers}==\n'.encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            return False
        return True

    def answer(self):
        """Everything that was printed up to the end of what was sent last, or up to psql's end."""
        mark = f'=={self._answers}==\n'.encode()
        end = time.monotonic() + PATIENCE_S
        output = self._process.stdout
        while mark not in self._text:
            left = end - time.monotonic()
            if left <= 0 or not select.select([output], [], [], left)[0]:
                raise TimeoutError(f'no answer from psql after {self._text!r}')
            piece = os.read(output.fileno(), 65536)
            if not piece:
                break
            self._text += piece
        answer, _, self._text = self._text.partition(mark)
        return answer.decode().rstrip('\n')

    def run(self, sql):
        self.send(sql)
        return self.answer()

    def terminate(self):
        """Ends psql without a goodbye to the server."""
        self._process.kill()
        self.close()

    def close(self):
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Wire:
    """The extended protocol spoken by hand, for what psql 15 and pgbench cannot send: parameters
    that hold anything, portals, several statements before one Sync."""

    def __init__(self, port, user, database, application):
        self._socket = socket.create_connection(('127.0.0.1', port), PATIENCE_S)
        names = {'user': user, 'database': database, 'application_name': application,
                 'client_encoding': 'UTF8'}
        body = b''.join(_text(item) for pair in names.items() for item in pair) + b'\0'
        self._socket.sendall(struct.pack('!ii', len(body) + 8, 196608) + body)
        self._until_ready()

    def execute(self, *statements, name='', rows=0):
        """Parse, Bind and Execute of each (sql, parameters), then one Sync; returns the SQLSTATEs
        of errors. With `rows` a portal is asked twice for so many rows."""
        for sql, parameters in statements:
            self._put(b'P', _text(name) + _text(sql) + struct.pack('!h', 0))
            self._bind(name, parameters)
            for _ in range(2 if rows else 1):
                self._put(b'E', b'\0' + struct.pack('!i', rows))
        return self._sync()

    def execute_again(self, name, parameters):
        """Bind and Execute of a statement that was given this name before."""
        self._bind(name, parameters)
        self._put(b'E', b'\0' + struct.pack('!i', 0))
        return self._sync()

    def _bind(self, name, parameters):
        values = [parameter.encode() for parameter in parameters]
        body = b''.join(struct.pack('!i', len(value)) + value for value in values)
        self._put(b'B', b'\0' + _text(name) + struct.pack('!hh', 0, len(values)) + body +
                  struct.pack('!h', 0))

    def _sync(self):
        self._put(b'S', b'')
        return self._until_ready()

    def _put(self, kind, body):
        self._socket.sendall(kind + struct.pack('!i', len(body) + 4) + body)

    def _get(self, size):
        data = b''
        while len(data) < size:
            piece = self._socket.recv(size - len(data))
            if not piece:
                raise ConnectionError('the server closed the connection')
            data += piece
        return data

    def _until_ready(self):
        errors = []
        while True:
            kind, length = struct.unpack('!ci', self._get(5))
            body = self._get(length - 4)
            if kind == b'E':
                errors += [field[1:].decode() for field in body.split(b'\0') if field[:1] == b'C']
            if kind == b'Z':
                return errors

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._put(b'X', b'')
        finally:
            self._socket.close()


def _text(value):
    return value.encode() + b'\0'
