"""Roles for the server whose timeouts are short: who keeps to them is never lost, who does not is told."""
import math
import time

from client import Lost
from texts import ascii_text


async def speaker(stage):
    """Says something more often than the idle timeout asks for, whatever becomes of the server meanwhile."""
    async with stage.client("speaker", stage.idle_timeout) as client:
        if await client.connect():
            while not stage.is_over:
                await client.exchange(stage.random.choice(stage.texts.short))
                await stage.sleep(0.5, 1.5)
            await client.say_goodbye()


async def silent(stage):
    """Says something once, and then nothing: it is told so, and not before its time."""
    line = f"Tempo esgotado: {math.ceil(stage.idle_timeout)} s sem mensagens.\n".encode()
    while not stage.is_over:
        async with stage.client("silent") as client:
            if await client.connect():
                begin = time.monotonic()
                await client.exchange(ascii_text(20, "i"))
                client.expected.add(line)
                await client.read_to_end()
                seconds = time.monotonic() - begin
                # Timeouts are kept to a tenth of a second.
                if seconds < stage.idle_timeout - 0.2:
                    raise Lost(f"told that it was idle after {seconds:.2f} s")
                client.settle("idle")
        await stage.sleep(0.1, 1)
