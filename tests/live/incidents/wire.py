"""A client of PostgreSQL for hundreds of connections at once: simple protocol, trust, asyncio."""
import asyncio
import struct


class Failed(Exception):
    """The server or the pooler answered with an error; the SQLSTATE is the first argument."""


class Connection:
    """One connection. After a FATAL or close() it is not usable again."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self.is_open = True
        self.in_transaction = False

    @classmethod
    async def open(cls, port, user, database, application):
        connection = cls(*await asyncio.open_connection('127.0.0.1', port))
        names = {'user': user, 'database': database, 'application_name': application}
        body = b''.join(item.encode() + b'\0' for pair in names.items() for item in pair) + b'\0'
        connection._writer.write(struct.pack('!ii', len(body) + 8, 196608) + body)
        await connection._answer()
        return connection

    async def run(self, sql):
        """The rows of a statement, as dictionaries of texts."""
        body = sql.encode() + b'\0'
        self._writer.write(b'Q' + struct.pack('!i', len(body) + 4) + body)
        return await self._answer()

    def close(self):
        self.is_open = False
        self._writer.close()

    async def _answer(self):
        names, rows, error = [], [], None
        try:
            while True:
                kind, length = struct.unpack('!ci', await self._reader.readexactly(5))
                body = await self._reader.readexactly(length - 4)
                if kind == b'T':
                    names = _column_names(body)
                elif kind == b'D':
                    rows.append(dict(zip(names, _cells(body))))
                elif kind == b'E':
                    error = next(field[1:].decode() for field in body.split(b'\0')
                                 if field[:1] == b'C')
                elif kind == b'Z':
                    self.in_transaction = body != b'I'
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            raise Failed(error or '08006') from None
        if error:
            raise Failed(error)
        return rows


def _column_names(body):
    names, at = [], 2
    for _ in range(struct.unpack_from('!h', body)[0]):
        end = body.index(b'\0', at)
        names.append(body[at:end].decode())
        at = end + 19
    return names


def _cells(body):
    cells, at = [], 2
    for _ in range(struct.unpack_from('!h', body)[0]):
        size = struct.unpack_from('!i', body, at)[0]
        at += 4
        cells.append(None if size < 0 else body[at:at + size].decode())
        at += max(size, 0)
    return cells
