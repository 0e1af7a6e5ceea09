#!/usr/bin/env python3
"""A right server at a distance: `far.py PORT MILLISECONDS` delays every byte by so much on its way there, and on its way back.

A round trip takes twice as long. The server itself is right.py, in a process of its own.
"""
import asyncio
import contextlib
import os
import socket
import sys

sys.dont_write_bytecode = True  # the sources' folder stays as it is
import right

PORT, DELAY = int(sys.argv[1]), float(sys.argv[2]) / 1000
MOST_CHUNKS = 200  # under way in one direction; beyond that the sender waits


async def carry(reader, writer):
    """Passes on what comes, and its end, each after the delay; what follows it may be read meanwhile."""
    way, loop = asyncio.Queue(MOST_CHUNKS), asyncio.get_running_loop()

    async def arrive():
        while True:
            due, data = await way.get()
            await asyncio.sleep(due - loop.time())
            if not data:
                return writer.write_eof()
            writer.write(data)
            await writer.drain()

    arriving = asyncio.create_task(arrive())
    try:
        data = b" "
        while data:
            data = await reader.read(65536)
            await way.put((loop.time() + DELAY, data))
        await arriving
    finally:
        arriving.cancel()


async def connect(port, reader, writer):
    await asyncio.sleep(DELAY)
    there, back = await asyncio.open_connection("127.0.0.1", port)
    ways = [asyncio.create_task(carry(*ends)) for ends in ((reader, back), (there, writer))]
    done, left = await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
    for way in left:
        way.cancel()
    for end in (writer, back):  # after a reset nothing is under way any more
        end.transport.abort() if left else end.close()
    for way in done:
        with contextlib.suppress(OSError, RuntimeError):
            way.result()


async def relay(port):
    async def handle(reader, writer):
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await connect(port, reader, writer)
    async with await asyncio.start_server(handle, "127.0.0.1", PORT, backlog=1024) as server:
        await server.serve_forever()


with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
if os.fork() == 0:
    right.main(right.Server, port)
asyncio.run(relay(port))
