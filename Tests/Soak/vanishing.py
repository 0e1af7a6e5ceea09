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
        self.found = None


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
            for wave in self.waves:
                if wave.found is None and not await connections(wave.address):
                    wave.found = time.monotonic()
            await asyncio.sleep(1)

    def missing(self):
        return [wave for wave in self.waves if wave.found is None]

    async def all_found(self, bound):
        """Waits until all are found, or should have been."""
        while any(time.monotonic() < wave.gone + bound for wave in self.missing()):
            await asyncio.sleep(0.2)

    def late(self, bound):
        """The waves that were not found in time, a sentence each."""
        for wave in self.waves:
            if wave.found is None:
                yield f"{wave.count} {wave.kind} ones not found within {bound:.0f} s"
            elif wave.found - wave.gone > bound:
                yield f"{wave.count} {wave.kind} ones found after {wave.found - wave.gone:.0f} s"


async def connections(address):
    """The server's side of the connections to this address: what `ss` says of each, in columns."""
    process = await asyncio.create_subprocess_exec(
        "ss", "-Htn", "state", "established", "dst", address, stdout=subprocess.PIPE)
    return [line.split() for line in (await process.communicate())[0].splitlines()]


async def unacknowledged(address):
    """How many bytes the server's side has sent to this address and not had acknowledged yet."""
    return sum(int(columns[1]) for columns in await connections(address))
