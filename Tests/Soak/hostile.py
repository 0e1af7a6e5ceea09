"""Roles of clients that misbehave. The server may end them; it must count them, and serve the others."""
import asyncio
import contextlib
import socket
import time

from client import Lost
from countdown import Countdown
from stage import sessions
from texts import ascii_text

FLOOD = ascii_text(65536, "f")
JUNK = b"junk\n" * 12_000


@sessions("flood", 1, 5, receive_buffer=4096)
async def flood(stage, client):
    """Sends as much as the server takes and never reads: the write timeout ends it. A model that has none waits."""
    begin = time.monotonic()
    if stage.has_write_timeout:
        await flood_until_cut(client)
        seconds = time.monotonic() - begin
        if seconds < stage.write_timeout - 0.2:
            raise Lost(f"did not read, and was cut after {seconds:.1f} s")
        client.settle("writeTimeout")
    else:
        async with client.sending(flood_until_cut(client)):
            await stage.sleep(20, 60)
        client.reset()


async def flood_until_cut(client):
    with contextlib.suppress(Lost):
        while True:
            await client.send(FLOOD)


@sessions("reset", 0.1, 0.5)
async def reset_after_answers(stage, client):
    """Hears all that it is owed, and breaks off."""
    await client.exchange(stage.texts.any())
    client.reset()


@sessions("reset amid answers", 0.1, 1)
async def reset_amid_answers(stage, client):
    """Asks for much, reads a little of it, and breaks off."""
    text = ascii_text(stage.random.choice([2_000, 20_000, 20_000, 60_000, 1_000_000]), "r")
    async with client.sending(client.send(text)):
        await client.read(stage.random.randrange(1, 10_000))
        await stage.sleep(0, 0.2)
    client.reset()


@sessions("reset at once", 0.1, 0.5, is_greeted=False)
async def reset_at_once(stage, client):
    """Breaks off without having heard a word: it cannot know whether it was refused."""
    await client.dial()
    client.reset("broken", "refused")


@sessions("scan", 0.1, 0.5, is_greeted=False)
async def scan(stage, client):
    """Looks whether the port is open, as port scanners do."""
    await client.dial()
    client.settle("broken", "endOfStream", "refused")


@sessions("junk after goodbye", 0.2, 1)
async def talk_after_goodbye(stage, client):
    """Says goodbye and goes on talking: the rest is dropped, and the answer to the goodbye must arrive all the same."""
    client.expected.add(b"TCHAU\n")
    client.unanswered = len(JUNK)
    try:
        await client.send_bytes(b"tchau\n" + JUNK)
    except Lost:
        pass  # The server has closed while it was being talked to: what counts is what can be read.
    await client.read_to_end()
    client.unanswered = client.sent - len(b"tchau\n")
    client.settle("goodbye")


@sessions("shut receiving", 0.5, 2)
async def shut_receiving(stage, client):
    """Shuts its receiving side, and goes on asking: answers come to a kernel that drops them."""
    client.socket.shutdown(socket.SHUT_RD)
    await client.send(ascii_text(100, "s"))
    await stage.sleep(0.1, 0.5)
    client.reset()


async def crowd(stage, count):
    """So many come at once, more than the server takes, and leave together when all have been told something."""
    all_told = Countdown(count)

    async def one():
        async with stage.client("crowd") as client:
            with all_told:
                is_in = await client.connect()
            await all_told.reached.wait()
            if is_in:
                client.settle("endOfStream")

    await asyncio.gather(*(one() for _ in range(count)))
