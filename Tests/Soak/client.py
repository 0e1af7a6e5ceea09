"""One connection: what it says, what it is owed, how it ends, and what the ledger learns of that."""
import asyncio
import contextlib
import re
import socket
import struct
import time

from expected import Expected

GREETING = re.compile(rb"Servidor de eco \(cliente [1-9][0-9]*\)\.\n")
REFUSAL = re.compile("Servidor cheio: limite de [1-9][0-9]* clientes?\\.\n".encode())
IDLE = b"Tempo esgotado: "
# Of the lines that the server says of its own.
LONGEST_LINE = 60
READ = 65536
# struct tcp_info, tcp(7) and linux/tcp.h: where tcpi_bytes_received stands.
BYTES_RECEIVED = struct.Struct("=Q"), 128
BYTES_ACKNOWLEDGED = struct.Struct("=Q"), 120


class Lost(Exception):
    """The server gave this client up, or owes it bytes that will not come."""


class Wrong(Exception):
    """The server said something else than it should."""


def tcp_info(sock, place):
    """A counter out of what the kernel knows of a connection."""
    form, offset = place
    return form.unpack_from(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 240), offset)[0]


class Client:
    def __init__(self, ledger, role, address, receive_buffer=0, idle_timeout=0):
        self.ledger, self.role, self.address, self.idle_timeout = ledger, role, address, idle_timeout
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.expected = Expected()
        self.sent = 0
        self.received = 0
        self.invalid = 0
        # Every answer so far is as long as its text.
        self.is_plain = True
        self.greeting = 0
        # What was sent behind a goodbye: the server may have read some of it, and answers none.
        self.unanswered = 0
        # When it last said something, and the time before that.
        self.said = time.monotonic(), time.monotonic()
        self.is_settled = False

    # Waiting

    async def _ready(self, add, remove):
        future = asyncio.get_running_loop().create_future()
        number = self.socket.fileno()
        add(number, lambda: future.done() or future.set_result(None))
        try:
            await future
        finally:
            remove(number)

    async def readable(self):
        loop = asyncio.get_running_loop()
        await self._ready(loop.add_reader, loop.remove_reader)

    async def writable(self):
        loop = asyncio.get_running_loop()
        await self._ready(loop.add_writer, loop.remove_writer)

    # Talking

    async def dial(self):
        """Connects, and does not wait for a greeting."""
        try:
            await asyncio.get_running_loop().sock_connect(self.socket, self.address)
        except OSError as error:
            self.is_settled = True  # The server has seen no client.
            self.socket.close()
            raise Lost(f"cannot connect: {error.strerror}")
        self.ledger.connects += 1
        self.ledger.sessions[self.role] += 1

    async def connect(self):
        """Connects and hears the greeting. False if the server is full, and said so properly."""
        await self.dial()
        line = b""
        while not line.endswith(b"\n"):
            data = await self._receive(READ)
            if not data:
                raise Lost(f"ended after {line!r}, before it was greeted")
            line += data
        self.ledger.compared += len(line)
        if GREETING.fullmatch(line):
            self.ledger.greeted += 1
            self.greeting = len(line)
            return True
        if not REFUSAL.fullmatch(line):
            raise Wrong(f"{line[:80]!r} instead of a greeting")
        await self.read_to_end()
        self.socket.close()
        self.is_settled = True
        self.ledger.refused += 1
        self.ledger.add_span("bytesOut", len(line))
        return False

    async def _receive(self, most):
        while True:
            try:
                data = self.socket.recv(most)
            except BlockingIOError:
                await self.readable()
                continue
            except OSError as error:
                raise Lost(f"{error.strerror}, {self.expected.owed} bytes owed, {self.sent} sent")
            self.received += len(data)
            return data

    async def send(self, text):
        """Sends a text, as fast as the server takes it, and notes what is owed for it."""
        self.expected.add(text.answer)
        self.invalid += text.invalid
        self.is_plain = self.is_plain and len(text.sent) == len(text.answer)
        await self.send_bytes(text.sent)

    async def send_bytes(self, data):
        rest = memoryview(data)
        while rest:
            try:
                count = self.socket.send(rest)
            except BlockingIOError:
                await self.writable()
                continue
            except OSError as error:
                raise Lost(f"{error.strerror} in sending, {self.expected.owed} bytes owed")
            self.sent += count
            rest = rest[count:]
        self.said = self.said[1], time.monotonic()

    def silence(self):
        """How long it has said nothing of late, in seconds: whatever the server did, that was its own doing."""
        return max(self.said[1] - self.said[0], time.monotonic() - self.said[1])

    def may_seem_idle(self):
        """Whether the server may have taken it for idle, without a fault."""
        return 0 < self.idle_timeout * 0.8 <= self.silence()

    def send_urgent(self, byte):
        """An urgent byte stands beside the stream, tcp(7): it is neither read nor answered."""
        self.socket.send(byte, socket.MSG_OOB)

    async def read(self, most=READ):
        """Reads once and compares. False at the end of the stream."""
        data = await self._receive(most)
        wrong = self.expected.match(data)
        if wrong:
            raise Lost("told that it was idle") if IDLE in data else Wrong(wrong)
        self.ledger.compared += len(data)
        return bool(data)

    async def read_answers(self):
        """Reads until nothing is owed."""
        while self.expected.owed:
            if not await self.read():
                raise Lost(f"ended with {self.expected.owed} bytes owed")

    async def read_to_end(self):
        """Reads until the server has ended its side, and nothing may be owed then."""
        while await self.read():
            pass
        if self.expected.owed:
            raise Lost(f"ended with {self.expected.owed} bytes owed")

    async def exchange(self, text):
        """Sends and reads at the same time: a long text does not fit into the kernel's queues."""
        if len(text.sent) < 4096:
            await self.send(text)
            return await self.read_answers()
        async with self.sending(self.send(text)) as sending:
            await asyncio.sleep(0)  # It says what is owed before it is waited for.
            await self.read_answers()
            await sending

    @contextlib.asynccontextmanager
    async def sending(self, work):
        """Sends beside what the block does; no longer than the block."""
        task = asyncio.create_task(work)
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # Seen: whoever reads hears of the same.

    # Ending

    async def say_goodbye(self, line=b"tchau\n"):
        self.expected.add(line.upper())
        await self.send_bytes(line)
        await self.read_to_end()
        self.settle("goodbye")

    async def finish(self):
        """Ends the sending side, and reads what is owed to the end."""
        self.socket.shutdown(socket.SHUT_WR)
        await self.read_to_end()
        self.settle("endOfStream")

    def reset(self, *causes):
        """Breaks off with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.settle(*(causes or ("broken",)))

    def settle(self, *causes):
        """Tells the ledger how it ended, and closes. Who is owed something knows the server's figures only within a span."""
        causes = set(causes) - ({"refused"} if self.greeting else set())
        if self.may_seem_idle() and "idle" not in causes:
            # It may have been told so, and not have read it any more.
            causes.add("idle")
            self.ledger.add_span("bytesOut", 0, LONGEST_LINE)
        whole = self.greeting > 0 and not self.expected.owed
        if whole:
            self.ledger.add_span("bytesIn", self.sent - self.unanswered, self.sent)
            self.ledger.add_span("bytesOut", self.received)
            self.ledger.add_span("invalidBytes", self.invalid)
        else:
            self._add_spans()
        self.ledger.settle(*causes)
        self.is_settled = True
        self.socket.close()

    def _add_spans(self):
        """The least and the most that the server may have counted of a client that is still owed something."""
        # What the kernel has received the server has sent, and so had received as much; less one for a FIN.
        came = max(self.received, tcp_info(self.socket, BYTES_RECEIVED) - 1)
        greeting = self.greeting or LONGEST_LINE
        most_in = min(self.sent, tcp_info(self.socket, BYTES_ACKNOWLEDGED))
        most_out = most_in + greeting if self.is_plain else self.received + self.expected.owed
        self.ledger.add_span("bytesIn", min(max(0, came - greeting), most_in) if self.is_plain else 0, most_in)
        self.ledger.add_span("bytesOut", came, max(came, most_out))
        self.ledger.add_span("invalidBytes", 0, self.invalid)
