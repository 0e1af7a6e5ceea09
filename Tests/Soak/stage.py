"""What a process of clients does: many roles at once, on one event loop, until it is told to come to an end."""
import asyncio
import collections
import contextlib
import functools
import random
import time

import capabilities
from client import Client, Lost, Wrong
from ledger import Ledger
from texts import Texts

HEARTBEAT = 0.1


class Stage:
    """Runs roles: coroutines that play clients, one after the other, as long as `is_over` is not set."""

    def __init__(self, address, seed, keeps, idle_timeout, write_timeout):
        self.address = address
        self.has_idle_timeout = capabilities.IDLE_TIMEOUT in keeps
        self.has_write_timeout = capabilities.WRITE_TIMEOUT in keeps
        self.idle_timeout, self.write_timeout = idle_timeout, write_timeout
        self.random = random.Random(seed)
        self.texts = Texts(self.random)
        self.ledger = Ledger()
        self.over = asyncio.Event()
        self.tasks = set()
        # The last beats, and how late each was: more than the longest timeout has.
        self.beats = collections.deque(maxlen=2000)
        self.heart = asyncio.create_task(self._beat())

    @property
    def is_over(self):
        return self.over.is_set()

    async def _beat(self):
        while True:
            begin = time.monotonic()
            await asyncio.sleep(HEARTBEAT)
            late = time.monotonic() - begin - HEARTBEAT
            self.ledger.stalls = max(self.ledger.stalls, late)
            self.beats.append((time.monotonic(), late))

    def is_own_fault(self, client):
        """Whether this process stood still for a third of the time that the server grants, or the client said nothing for so long
        that the server may have taken it for idle: then what it lost is its own fault."""
        now = time.monotonic()
        late = sum(late for moment, late in self.beats if now - moment < 2 * self.write_timeout)
        return late >= self.write_timeout / 3 or client.may_seem_idle()

    async def sleep(self, low, high=None):
        """Waits for a random time, or for the end."""
        seconds = low if high is None else self.random.uniform(low, high)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.over.wait(), seconds)

    def play(self, role, count=1, **how):
        """Lets so many play a role."""
        for _ in range(count):
            task = asyncio.create_task(role(self, **how), name=role.__name__)
            self.tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task):
        self.tasks.discard(task)
        if not task.cancelled() and task.exception():
            # A role that breaks is a fault of the soak, and must not pass for a success.
            self.ledger.mistake(task.get_name(), f"the soak's own: {task.exception()!r}")

    @contextlib.asynccontextmanager
    async def client(self, role, receive_buffer=0):
        """A client, and what becomes of it: if it is lost, the ledger hears."""
        client = Client(self.ledger, role, self.address, receive_buffer, self.idle_timeout)
        try:
            yield client
        except Lost as lost:
            if self.is_own_fault(client):
                self.ledger.own_fault(role, str(lost))
            else:
                self.ledger.lose(role, str(lost))
        except Wrong as wrong:
            self.ledger.mistake(role, str(wrong))
        finally:
            if not client.is_settled:
                client.settle(*ANY_CAUSE)

    async def come_to_an_end(self):
        """Tells all roles to finish what they are at, and waits for them."""
        self.over.set()
        while self.tasks:
            await asyncio.wait(self.tasks)

    def waiting(self):
        """Who still plays, by role."""
        names = [task.get_name() for task in self.tasks]
        return {name: names.count(name) for name in sorted(set(names))}


def sessions(role, low, high, receive_buffer=0, is_greeted=True):
    """Makes a role of one session: it is played again and again, with a pause of so many seconds between two.

    Its clients have been greeted, or are not connected yet: a client that is refused has no session.
    """
    def role_of(session):
        @functools.wraps(session)
        async def play(stage):
            while not stage.is_over:
                async with stage.client(role, receive_buffer) as client:
                    if not is_greeted or await client.connect():
                        await session(stage, client)
                await stage.sleep(low, high)
        return play
    return role_of


# The server may have counted the end of a client that was lost in any way.
ANY_CAUSE = ("goodbye", "endOfStream", "broken", "idle", "writeTimeout", "pendingLimit", "invalidText", "resources", "refused")
