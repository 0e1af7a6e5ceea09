"""What happens to the servers while clients talk to them: stops, a full disk, crowds, clients that vanish, questions."""
import asyncio
import contextlib

from plan import CROWD, DEFAULT_WRITE_TIMEOUT, SHORT_TIMEOUT
from server import Broken
from vanishing import KINDS, MOST_WAVES

LONG_STOP_EVERY = 480
# Whoever is at something when the time is over is waited for so long.
PATIENCE = 240


class Troubles:
    def __init__(self, plan, random, server, timed, disk, hostile, vanishing):
        self.plan, self.random, self.server, self.timed = plan, random, server, timed
        self.disk, self.hostile, self.vanishing = disk, hostile, vanishing
        self.seconds = plan.traffic_seconds
        self.over = asyncio.Event()
        self.stopping = asyncio.Lock()
        # A crowd leaves no room for a wave of clients that are to vanish.
        self.room = asyncio.Lock()
        self.crowds = 0
        # Times that the counters stayed away although the disk had room again.
        self.silences = 0

    async def run(self):
        """Makes trouble for so long, or until a server ends, and leaves the servers running and their disk empty."""
        troubles = {"stops": [self._stops, self._long_stops, self._stops_beyond_timeouts],
                    "disk": [self._full_disks] if self.disk.can_fill else [], "crowds": [self._crowds],
                    "vanishing": [self._vanishing] if self.vanishing else []}
        chosen = [work for name, works in troubles.items() if name not in self.plan.without for work in works]
        tasks = [asyncio.create_task(work(), name=work.__name__) for work in [*chosen, self._questions]]
        deaths = [asyncio.create_task(self._death(server)) for server in (self.server, self.timed)]
        await asyncio.wait([*tasks, *deaths], return_when=asyncio.FIRST_EXCEPTION, timeout=self.seconds)
        self.over.set()
        for death in deaths:
            death.cancel()
        _, stuck = await asyncio.wait(tasks, timeout=PATIENCE)
        for task in stuck:
            task.cancel()
        for result in await asyncio.gather(*tasks, *deaths, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
        if stuck:
            raise Broken(f"{PATIENCE} s after their time clients still wait: {', '.join(task.get_name() for task in stuck)}")

    @staticmethod
    async def _death(server):
        raise Broken(f"the server of {server.name} ended with status {await server.process.wait()}: {server.log.last_words()}")

    async def _wait(self, seconds):
        """Waits for so long, or for the end; False then."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.over.wait(), seconds)
        return not self.over.is_set()

    async def _pause(self, low, high):
        return await self._wait(self.random.uniform(low, high))

    async def _questions(self):
        """SIGUSR1, every second."""
        while await self._wait(1):
            for server in (self.server, self.timed):
                server.ask()
                server.log.read()

    async def _stops(self):
        while await self._pause(8, 25):
            async with self.stopping:
                await self.server.stop_for(self.random.choice([0.3, 1, 3]))

    async def _long_stops(self):
        """Now and then, for longer than a client may take to read its answers."""
        first = min(LONG_STOP_EVERY, self.seconds) / 3
        while await self._wait(first):
            async with self.stopping:
                await self.server.stop_for(DEFAULT_WRITE_TIMEOUT + 5)
            first = LONG_STOP_EVERY

    async def _stops_beyond_timeouts(self):
        while await self._pause(10, 20):
            await self.timed.stop_for(self.random.choice([1, SHORT_TIMEOUT * 1.6]))

    async def _full_disks(self):
        while await self._pause(15, 40):
            self.disk.fill()
            # The last page of a file has room for some lines more.
            await self._pause(12, 20)
            self.disk.empty()
            for server in (self.server, self.timed):
                if not await self._speaks_again(server):
                    self.silences += 1

    async def _speaks_again(self, server, patience=20):
        """Whether there is a report within so long; a time in which the server was stopped does not count."""
        before = len(server.log.reports)
        while len(server.log.reports) == before and patience > 0 and not server.has_ended:
            await asyncio.sleep(0.1)
            if self.over.is_set():  # Nobody else asks.
                server.ask()
                server.log.read()
            patience -= 0 if server.is_stopped else 0.1
        return len(server.log.reports) > before

    async def _crowds(self):
        while await self._pause(15, 45):
            self.crowds += 1
            async with self.room:
                await self.hostile.do("crowd", count=CROWD)

    async def _vanishing(self):
        kinds = list(KINDS)
        pause = max(8, self.seconds / MOST_WAVES * 1.5)
        while await self._pause(pause, pause * 2) and len(self.vanishing.waves) < MOST_WAVES:
            # In turn, so that none is left out of a short run.
            kind = kinds[len(self.vanishing.waves) % len(kinds)]
            async with self.stopping, self.room:
                await self.vanishing.wave(kind, self.server)
