"""The clients of the shop: requests that arrive whether or not earlier ones are done, and who
remembers what became of them."""
import asyncio
import collections
import random
import time

from wire import Connection, Failed


class Attempt:
    """One attempt of a request; what the functions of shop.py see. Each attempt of a request asks
    for the same things."""

    def __init__(self, connection, request, payment_s, effort):
        self._connection, self._random = connection, random.Random(request)
        self.payment_s, self.effort = payment_s, effort
        self.got = None  # when the first answer came: since then the connection is held

    def number(self, most):
        return self._random.randint(1, most)

    async def run(self, sql):
        try:
            await self._connection.run(sql)
        finally:
            self.got = self.got or time.monotonic()


class Clients:
    """`patience_s`: what fails or lasts longer is tried once more at once, while the service still
    works for the first; `most_tries` in all. `effort`: how much the statements compute."""

    def __init__(self, port, user, database, patience_s=None, most_tries=1, effort=1,
                 most_running=1000):
        self.payment_s = lambda: 0.05
        self.most_tries = most_tries
        self.attempts = collections.Counter()  # by label and second
        self.done, self.failed = collections.Counter(), collections.Counter()
        self.retries, self.errors = collections.Counter(), collections.Counter()
        self.held_s = collections.Counter()
        self._who = (port, user, database)
        self._patience_s, self._effort, self._most_running = patience_s, effort, most_running
        self._free = collections.defaultdict(list)
        self._running = set()

    async def keep_coming(self, service, rate, seconds):
        """Poisson arrivals."""
        arrivals = random.Random(f'{service.__name__} {rate}')
        at, end = time.monotonic(), time.monotonic() + seconds
        while (at := at + arrivals.expovariate(rate)) < end:
            await asyncio.sleep(max(at - time.monotonic(), 0))
            self._start(self._request(service, arrivals.random()))

    def _start(self, work):
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self):
        while self._running:
            await asyncio.wait(self._running)
        for connections in self._free.values():
            for connection in connections:
                connection.close()

    async def _request(self, service, request):
        for tries in range(1, 100):
            if tries > 1:
                self.retries[service.__name__] += 1
            attempt = asyncio.ensure_future(self._attempt(service, request))
            done, _ = await asyncio.wait({attempt}, timeout=self._patience_s)
            if not done:
                self.errors['gave up'] += 1
                self._start(_result_of(attempt))
            elif attempt.result():
                return
            if tries >= self.most_tries:
                return

    async def _attempt(self, service, request):
        """Whether it was successful."""
        label = service.__name__
        self.attempts[label, int(time.time())] += 1
        if len(self._running) > self._most_running:
            self.errors['no worker'] += 1
            return False
        free = self._free[label]
        try:
            connection = free.pop() if free else await Connection.open(*self._who, label)
        except (Failed, OSError) as error:
            self.errors[f'login: {error}'] += 1
            return False
        attempt = Attempt(connection, request, self.payment_s, self._effort)
        try:
            await service(attempt)
            error = None
            self.done[label] += 1
        except Failed as failed:
            error = str(failed)
            self.errors[error] += 1
            self.failed[label] += 1
        await self._tidy(connection)
        if attempt.got:
            self.held_s[label] += time.monotonic() - attempt.got
        if connection.is_open:
            free.append(connection)
        return error is None

    @staticmethod
    async def _tidy(connection):
        if connection.is_open and connection.in_transaction:
            try:
                await connection.run('ROLLBACK')
            except Failed:
                pass


async def _result_of(task):
    return await task
