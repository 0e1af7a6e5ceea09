"""Clients that go without a word: their network loses their address, so that the server hears neither FIN nor RST."""
import asyncio
import subprocess
import time

import namespace
from process import ClientProcess

# What they were at when they vanished, how many of a wave, and what the server may say of their end: nothing at all; megabytes
# of answers untaken; an answer on its way to where nobody is any more.
KINDS = {"silent": (100, ["broken"]), "owed": (12, ["broken", "writeTimeout"]), "asking": (30, ["broken"])}
MOST_WAVES = 250


class Wave:
    def __init__(self, kind, address, count):
        self.kind, self.address, self.count = kind, address, count
        self.gone = time.monotonic()
        # When it was last seen at the server's side, and when not any more.
        self.seen, self.found = self.gone, None


class Vanishing:
    def __init__(self, process):
        self.process = process
        self.waves = []
        self.watching = asyncio.create_task(self._watch())

    @classmethod
    async def start(cls, port):
        process = await ClientProcess.start(
            "idle.py", {"host": namespace.SERVER_ADDRESS, "port": port}, prefix=["unshare", "-n"])
        await process.started()
        namespace.join(process.pid)
        for words in (["ip", "link", "set", "lo", "up"], ["ip", "link", "set", "eco1", "up"]):
            await process.do("run", words=words)
        return cls(process)

    async def wave(self, kind, server, count=None):
        """Connects so many from an address of their own, and takes it away."""
        usual, causes = KINDS[kind]
        count = count or usual
        address = f"10.99.{len(self.waves) + 1}.2"
        await self.process.do("run", words=["ip", "address", "add", f"{address}/16", "dev", "eco1"])
        await self.process.do("connect", count=count, source=address, receive_buffer=4096 if kind == "owed" else 0)
        await self.process.do("say")
        await self.process.do("hear")
        while kind == "silent" and await unacknowledged(address):
            await asyncio.sleep(0.05)  # An acknowledgement that is still due would be missed, and found out by retransmissions.
        if kind == "owed":
            await self.process.do("pile_up")
        elif kind == "asking":
            server.stop()
        try:
            if kind == "asking":
                await self.process.do("say")
            wave = Wave(kind, address, count)
            await self.process.do("vanish", address=address, device="eco1", causes=causes)
            self.waves.append(wave)
        finally:
            if kind == "asking":
                server.go_on()

    async def _watch(self):
        """Looks when the server's side has none of a wave left."""
        while True:
            for wave in self.missing():
                before = time.monotonic()
                if await connections(wave.address):
                    wave.seen = before
                else:
                    wave.found = time.monotonic()
            await asyncio.sleep(1)

    def missing(self):
        return [wave for wave in self.waves if wave.found is None]

    async def all_found(self, bounds):
        """Waits until all are found, or were seen later than they should have been."""
        while any(wave.seen <= wave.gone + bounds[wave.kind] for wave in self.missing()):
            await asyncio.sleep(0.2)

    def late(self, bounds):
        """The waves that were still there when they should have been found, a sentence each."""
        for wave in self.waves:
            if wave.seen - wave.gone > bounds[wave.kind]:
                told = f"found after {wave.found - wave.gone:.0f} s" if wave.found else "not found"
                yield f"{wave.count} {wave.kind} ones {told}"

    def slowest(self):
        """How long it took to find the last of each kind, in seconds."""
        times = {}
        for wave in self.waves:
            if wave.found:
                times[wave.kind] = max(times.get(wave.kind, 0), wave.found - wave.gone)
        return times


async def connections(address):
    """The server's side of the connections to this address: what `ss` says of each, in columns."""
    process = await asyncio.create_subprocess_exec(
        "ss", "-Htn", "state", "established", "dst", address, stdout=subprocess.PIPE)
    return [line.split() for line in (await process.communicate())[0].splitlines()]


async def unacknowledged(address):
    """How many bytes the server's side has sent to this address and not had acknowledged yet."""
    return sum(int(columns[1]) for columns in await connections(address))
