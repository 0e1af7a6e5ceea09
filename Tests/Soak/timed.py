"""Roles for the server whose timeouts are short: who keeps to them is never lost, who does not is told."""
import math
import time

from client import Lost
from stage import sessions
from texts import ascii_text


async def speaker(stage):
    """Says something more often than the idle timeout asks for, whatever becomes of the server meanwhile."""
    async with stage.client("speaker") as client:
        if await client.connect():
            async with client.sending(keep_speaking(stage, client)) as speaking:
                while not speaking.done():
                    await client.read()
                await speaking
            await client.read_answers()
            await client.say_goodbye()


async def keep_speaking(stage, client):
    """Speaks at its own times, answered or not."""
    while not stage.is_over:
        await stage.sleep(0.5, 1.5)
        await client.send(stage.random.choice(stage.texts.short))


@sessions("silent", 0.1, 1)
async def silent(stage, client):
    """Says something once, and then nothing: it is told so, and not before its time."""
    begin = time.monotonic()
    await client.exchange(ascii_text(20, "i"))
    client.expected.add(f"Tempo esgotado: {math.ceil(stage.idle_timeout)} s sem mensagens.\n".encode())
    await client.read_to_end()
    seconds = time.monotonic() - begin
    # Timeouts are kept to a tenth of a second.
    if seconds < stage.idle_timeout - 0.2:
        raise Lost(f"told that it was idle after {seconds:.2f} s")
    client.settle("idle")
