"""Roles of clients that behave: they talk, read slowly, come and go. None may ever be lost."""
import time

from stage import sessions
from texts import Text, ascii_text

CHUNK = ascii_text(65536)


async def churn(stage):
    """Comes, talks a little, and leaves in one of four ways."""
    while not stage.is_over:
        await one_session(stage)
        await stage.sleep(0.05, 0.3)


async def one_session(stage):
    """A session whose figures are known to the byte, on both sides. False if it was refused."""
    async with stage.client("churn") as client:
        if not await client.connect():
            return False
        for _ in range(stage.random.randrange(1, 5)):
            await client.exchange(stage.texts.any())
            await stage.sleep(0, 0.2)
        match stage.random.randrange(4):
            case 0: await client.say_goodbye(stage.random.choice([b"tchau", b"tchau\n", b"  tchau \r\n"]))
            case 1: await client.finish()
            case 2: client.settle("endOfStream")
            case 3: client.reset()
    return True


async def talker(stage):
    """Stays, and says something about every second."""
    async with stage.client("talker") as client:
        if await client.connect():
            while not stage.is_over:
                await client.exchange(stage.texts.any())
                await stage.sleep(0.5, 1.5)
            await client.say_goodbye()


async def steady_reader(stage, rate, receive_buffer=0):
    """Sends as much as the server takes, without end, and reads so many bytes per second, without a pause."""
    async with stage.client("steady reader", receive_buffer) as client:
        if await client.connect():
            async with client.sending(keep_sending(stage, client)) as sending:
                await read_at(stage, client, rate)
                while not sending.done():
                    await client.read()
                await sending
            await client.read_answers()
            await client.say_goodbye()


async def keep_sending(stage, client):
    while not stage.is_over:
        await client.send(CHUNK)


async def read_at(stage, client, rate):
    """Reads so many bytes per second, on the average: a late step reads more."""
    begin, count = time.monotonic(), client.received
    while not stage.is_over:
        due = int((time.monotonic() - begin) * rate) - (client.received - count)
        if due > 0 and not await client.read(due):
            return
        await stage.sleep(0.1)


async def slow_reader(stage, rate, size, receive_buffer=8192):
    """Asks for much at once, reads it slowly to its end, and asks again."""
    text = ascii_text(size, "s")
    async with stage.client("slow reader", receive_buffer) as client:
        if await client.connect():
            while not stage.is_over:
                async with client.sending(client.send(text)) as sending:
                    while not stage.is_over and (client.expected.owed or not sending.done()):
                        await client.read(int(rate * 0.2))
                        await stage.sleep(0.2)
                    await client.read_answers()
                    await sending
            await client.say_goodbye()


@sessions("cutter", 0.2, 1)
async def cutter(stage, client):
    """Sends texts in pieces that cut characters in two."""
    for _ in range(5):
        text = stage.random.choice(stage.texts.short)
        cut = stage.random.randrange(1, len(text.sent))
        await client.send(Text(text.sent[:cut], text.answer, text.invalid))
        await stage.sleep(0.01, 0.1)
        await client.send(Text(text.sent[cut:], b""))
        await client.read_answers()
    # A character that the end of the stream cuts goes back as it is.
    await client.send(Text(b"\xe4\xb8", b"\xe4\xb8", 2))
    await client.finish()


@sessions("dripper", 0.2, 1)
async def dripper(stage, client):
    """Sends byte by byte, its goodbye too."""
    text = ascii_text(stage.random.randrange(5, 30), "d")
    for byte in text.sent:
        await client.send(Text(bytes([byte]), bytes([byte]).upper()))
        await stage.sleep(0.02, 0.2)
    await client.read_answers()
    for byte in b"tchau":
        # One read must not bring it whole: without its newline it would be a goodbye of the other kind, a message.
        await client.send(Text(bytes([byte]), bytes([byte]).upper()))
        await client.read_answers()
    await client.send(Text(b"\n", b"\n"))
    await client.read_to_end()
    client.settle("goodbye")


@sessions("half-closer", 0.2, 1, receive_buffer=16384)
async def half_closer(stage, client):
    """Sends much, ends its side at once, and reads what it is owed slowly."""
    text = ascii_text(stage.random.randrange(50_000, 400_000), "h")
    async with client.sending(client.send(text)) as sending:
        while client.expected.owed > len(text.sent) // 2 or not sending.done():
            await client.read(8192)
            await stage.sleep(0.02)
        await sending
    await client.finish()


@sessions("urgent", 0.2, 1)
async def urgent(stage, client):
    """Sends an urgent byte between two texts: it is not part of the stream."""
    await client.exchange(stage.random.choice(stage.texts.short))
    client.send_urgent(b"!")
    await client.exchange(stage.random.choice(stage.texts.short))
    await client.say_goodbye()
