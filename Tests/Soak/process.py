"""A process of clients, seen from the soak that commands it."""
import asyncio
import json
import os
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
# What a soak starts ends with it, however it ends.
LEASH = ["setpriv", "--pdeathsig", "KILL"]
# A line holds a ledger.
LONGEST_LINE = 1 << 20


class ClientProcess:
    """Commands go out as lines of JSON, replies come back with the number of their command."""

    def __init__(self, process):
        self.process = process
        self.replies = {}
        self.count = 0
        self.reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, program, plan, prefix=()):
        process = await asyncio.create_subprocess_exec(
            *LEASH, *prefix, sys.executable, FOLDER / program, json.dumps(plan), limit=LONGEST_LINE,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
        return cls(process)

    @property
    def pid(self):
        return self.process.pid

    async def _read(self):
        while line := await self.process.stdout.readline():
            reply = json.loads(line)
            self._future(reply["id"]).set_result(reply)
        for future in self.replies.values():
            if not future.done():
                future.set_exception(RuntimeError("a process of clients has ended; its message stands above"))

    def _future(self, number):
        if number not in self.replies:
            self.replies[number] = asyncio.get_running_loop().create_future()
        return self.replies[number]

    async def started(self):
        """Waits until it has said that it runs."""
        await self._future(0)

    async def do(self, name, **arguments):
        """Gives a command and waits for its reply."""
        self.count += 1
        future = self._future(self.count)
        number = self.count
        self.process.stdin.write(json.dumps({"do": name, "id": number} | arguments).encode() + b"\n")
        await self.process.stdin.drain()
        try:
            return await future
        finally:
            self.replies.pop(number, None)

    async def end(self):
        """It ends with its input."""
        self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), 10)
        except asyncio.TimeoutError:
            self.process.kill()
            await self.process.wait()
