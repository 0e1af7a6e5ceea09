"""Clients that have sent megabytes, and read nothing yet, when the server is told to leave."""
import asyncio

from client import BYTES_ACKNOWLEDGED, Lost, tcp_info
from countdown import Countdown
from texts import ascii_text

PIECE = ascii_text(65536, "p")


class Pipeliners:
    """They send until the server takes no more. What the server's kernel has acknowledged by the time that the server is told
    to leave was received, and has to be answered, at whatever speed that is read."""

    def __init__(self, stage, count):
        self.stage, self.count = stage, count
        self.noted, self.read = asyncio.Event(), asyncio.Event()
        self.promised = 0
        self.all_here, self.all_noted = Countdown(count), Countdown(count)

    async def pile_up(self, seconds=1.5):
        """Sends for so long."""
        for number in range(self.count):
            self.stage.play(self._one, rate=1_000_000 if number % 3 == 2 else None)
        await self.all_here.reached.wait()
        await asyncio.sleep(seconds)

    async def note(self):
        """The server stands still: what it has received by now is what it owes."""
        self.noted.set()
        await self.all_noted.reached.wait()

    async def _one(self, stage, rate):
        async with stage.client("pipeliner") as client:
            with self.all_noted:
                with self.all_here:
                    await client.connect()
                async with client.sending(self._keep_sending(client)):
                    await self.noted.wait()
            promised = tcp_info(client.socket, BYTES_ACKNOWLEDGED) - 1  # The SYN counts.
            self.promised += promised
            await self.read.wait()
            while await client.read():
                if rate:
                    await asyncio.sleep(65536 / rate)
            answered = client.received - client.greeting
            if answered < promised:
                raise Lost(f"the server left {promised - answered} of {promised} bytes unanswered that it had received")
            client.settle("drained")

    async def _keep_sending(self, client):
        while True:
            await client.send(PIECE)
