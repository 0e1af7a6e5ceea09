#!/usr/bin/env python3
"""A right server of the protocol (Docs/protocol.md), in one thread: `right.py PORT` serves on 127.0.0.1.

The checker has to pass it in every case, and the faulty servers (faulty.py) override it, one small method each: that is
why the methods are so small. Servers of other tests, too, take from it what a client is told. It leaves out what no case looks at: limits by number, address and idle time, and the
write timeout.
"""
import contextlib
import errno
import fcntl
import functools
import os
import queue
import selectors
import signal
import socket
import struct
import sys
import termios
import threading
import time

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
GOODBYE = "tchau"
NO_GOODBYE = "!"  # stands for a line that was begun and can be none, whatever its rest
OUT_OF_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
SECOND_BYTE = {0xE0: (0xA0, 0xBF), 0xED: (0x80, 0x9F), 0xF0: (0x90, 0xBF), 0xF4: (0x80, 0x8F)}  # Unicode, Table 3-7


def greeting(number):
    """The first line that a client hears."""
    return f"Servidor de eco (cliente {number}).\n".encode()


def refusal(limit):
    """The only line that a client hears for whom there is no room."""
    return f"Servidor cheio: limite de {limit} clientes.\n".encode()


def sequence_length(lead):
    """How many bytes the UTF-8 sequence has that begins so; 0 if none of several does."""
    return 2 if 0xC2 <= lead <= 0xDF else 3 if 0xE0 <= lead <= 0xEF else 4 if 0xF0 <= lead <= 0xF4 else 0


def may_be_completed(end):
    low, high = SECOND_BYTE.get(end[0], (0x80, 0xBF))
    if len(end) >= sequence_length(end[0]) or len(end) > 1 and not low <= end[1] <= high:
        return False
    return all(0x80 <= byte <= 0xBF for byte in end[2:])


class Output:
    """Lines for standard output. The pipe may be full for ever: a thread writes, and what it cannot keep is lost."""

    def __init__(self):
        self.lines = queue.Queue(1000)
        self.thread = threading.Thread(target=self.write_lines, daemon=True)
        self.thread.start()

    def say(self, text):
        with contextlib.suppress(queue.Full):
            self.lines.put_nowait(text)

    def write_lines(self):
        for text in iter(self.lines.get, None):
            with contextlib.suppress(OSError):  # nobody is there to read
                os.write(1, f"{text}\n".encode())

    def finish(self):
        self.say(None)
        self.thread.join(0.5)


class Client:
    def __init__(self, sock, number):
        self.sock, self.number = sock, number
        self.watched = READ
        self.held = b""  # the beginning of a UTF-8 sequence whose rest has not come
        self.line = ""  # what Server.begun keeps of the line that was begun
        self.pending = bytearray()  # answers that the kernel has not taken
        self.leaving = False  # no more is answered: once nothing is pending, the sending side ends
        self.linger_until = None  # since then, what comes is dropped
        self.dropped = 0
        self.quota = None  # how many bytes are still read, once the server leaves


class Server:
    backlog, accept_batch, read_size = 4096, 64, 64 * 1024
    linger_seconds, linger_bytes = 2, 1024 * 1024
    pause_seconds, drain_seconds = 0.1, 10

    def __init__(self, port):
        self.port, self.accepted, self.clients = port, 0, set()
        self.listener = self.make_listener()
        self.selector, self.output = selectors.DefaultSelector(), Output()
        self.lingering = {}  # the clients in the order of their deadlines
        self.accepting, self.resume_at, self.leave_by = False, None, None
        self.reserve = open(os.devnull, "rb", 0)  # given up to tell a client that there are no descriptors left

    # --- The loop

    def run(self):
        """Serves until told to leave. Returns the exit status."""
        self.watch_signals()
        self.set_accepting(True)
        self.say(f"Aguarda conexão na porta {self.port}")
        while self.leave_by is None or self.clients and time.monotonic() < self.leave_by:
            for key, _ in self.selector.select(self.sleep_seconds()):
                key.data()
            self.run_timers()
        self.output.finish()
        return os.EX_TEMPFAIL if self.clients else os.EX_OK

    def make_listener(self):
        listener = socket.socket()
        for level, option in self.options():
            listener.setsockopt(level, option, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(self.backlog)
        listener.setblocking(False)
        return listener

    def options(self):
        """Set on the listener; the clients' sockets inherit them."""
        return [(socket.SOL_SOCKET, socket.SO_REUSEADDR), (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
                (socket.IPPROTO_TCP, socket.TCP_NODELAY)]

    def sleep_seconds(self):
        """Until the next deadline; None, which is without end, if there is none."""
        first = next(iter(self.lingering), None)
        due = [self.resume_at, self.leave_by, first and first.linger_until]
        due = [deadline for deadline in due if deadline is not None]
        return max(0, min(due) - time.monotonic()) if due else None

    def run_timers(self):
        now = time.monotonic()
        for client in [client for client in self.lingering if client.linger_until <= now]:
            self.close(client)
        if self.resume_at is not None and self.resume_at <= now:
            self.resume_at = None
            self.set_accepting(True)

    def say(self, text):
        self.output.say(text)

    # --- Accepting

    def set_accepting(self, wanted):
        if wanted and not self.accepting:
            self.selector.register(self.listener, READ, self.accept_some)
        elif self.accepting and not wanted:
            self.selector.unregister(self.listener)
        self.accepting = wanted

    def accept_some(self):
        for _ in range(self.accept_batch):
            try:
                sock, address = self.listener.accept()
            except BlockingIOError:
                return
            except OSError as error:  # most of them tell of a client that has gone already
                if error.errno in OUT_OF_DESCRIPTORS:
                    return self.out_of_descriptors()
            else:
                self.welcome(sock, address)

    def welcome(self, sock, address):
        sock.setblocking(False)
        self.accepted += 1
        client = Client(sock, self.number())
        self.clients.add(client)
        self.selector.register(sock, READ, functools.partial(self.serve, client))
        self.say(f"Conexão estabelecida de {address[0]}:{address[1]}\natendendo cliente...")
        client.pending += self.greeting(client)
        self.guarded(self.flush, client)

    def number(self):
        return self.accepted

    def greeting(self, client):
        return greeting(client.number)

    def out_of_descriptors(self):
        """Refuses who waits, then pauses: a listener that cannot accept stays ready, and the loop would spin."""
        self.set_accepting(False)
        self.resume_at = time.monotonic() + self.pause_seconds
        with contextlib.suppress(OSError):
            for _ in range(self.accept_batch):
                self.refuse_one()

    def refuse_one(self):
        self.reserve.close()
        try:
            with self.listener.accept()[0] as sock:
                sock.sendall(refusal(len(self.clients)))
                sock.shutdown(socket.SHUT_WR)
        finally:
            with contextlib.suppress(OSError):
                self.reserve = open(os.devnull, "rb", 0)

    # --- Talking

    def serve(self, client):
        self.guarded(self.step, client)

    def guarded(self, action, client):
        """An error of its socket costs a client its connection, and nobody else anything."""
        try:
            action(client)
        except BlockingIOError:
            pass
        except OSError:
            self.close(client)

    def step(self, client):
        if client.pending:
            self.flush(client)
        elif client.linger_until is not None:
            self.drop(client)
        else:
            self.read(client)

    def read(self, client):
        """One bounded read per turn, so that nobody is starved."""
        size = self.read_size if client.quota is None else min(client.quota, self.read_size)
        data = client.sock.recv(size)
        if data:
            self.received(client, data)
        if client.quota is not None:
            client.quota -= len(data)
        if (not data or client.quota == 0) and not client.leaving:
            self.ended(client)

    def received(self, client, data):
        answer, client.leaving = self.answer(client, data)
        client.pending += answer
        self.flush(client)

    def ended(self, client):
        """Nothing more comes: half a character goes back unchanged."""
        client.pending += client.held
        client.leaving = True
        self.flush(client)

    def flush(self, client):
        """Passes on what is pending. While the kernel does not take all of it, the client is not read."""
        if client.pending:
            with contextlib.suppress(BlockingIOError):
                del client.pending[:client.sock.send(client.pending)]
        self.watch(client, WRITE if client.pending else READ)
        if client.leaving and not client.pending:
            self.end(client)

    def watch(self, client, wanted):
        if client.watched != wanted:
            client.watched = wanted
            self.selector.modify(client.sock, wanted, functools.partial(self.serve, client))

    # --- Answering

    def answer(self, client, data):
        """The answer to one read, and whether it is the last."""
        is_whole = not client.held and b"\n" not in data
        text = self.decode(client, data)
        text, goodbye = self.up_to_goodbye(client, text)
        goodbye = goodbye or is_whole and not client.held and self.is_message_goodbye(text)
        return self.encode(self.upper(text)), goodbye

    def decode(self, client, data):
        """The text of what is no longer held. Bytes that are not UTF-8 become lone surrogates: encode() undoes it."""
        data = client.held + data
        end = len(data) - self.held_length(data)
        client.held = data[end:]
        return data[:end].decode("utf-8", "surrogateescape")

    def held_length(self, data):
        return next((count for count in (1, 2, 3) if len(data) >= count and may_be_completed(data[-count:])), 0)

    def up_to_goodbye(self, client, text):
        """The text up to the line that says goodbye, with it, or all of it; and whether there is such a line."""
        *lines, rest = text.split("\n")
        end = 0
        for line in lines:
            end += len(line) + 1
            if self.is_line_goodbye(client.line + line):
                return text[:end], True
            client.line = ""
        client.line = self.begun(client.line + rest)
        return text, False

    def begun(self, line):
        """As much of a line as decides whether it is a goodbye, however much white space it has: 6 characters."""
        word, rest = line.strip(), line.lstrip()
        return word + rest[len(word):][:1] if len(word) <= len(GOODBYE) else NO_GOODBYE

    def is_line_goodbye(self, line):
        return self.is_goodbye(line)

    def is_message_goodbye(self, message):
        return self.is_goodbye(message)

    def is_goodbye(self, text):
        return text.strip() == GOODBYE  # strip() knows U+001C to U+001F as well as Unicode's White_Space

    def upper(self, text):
        return text.upper()

    def encode(self, text):
        return text.encode("utf-8", "surrogateescape")

    # --- Ending

    def end(self, client):
        """Ends the sending side only: closing with input unread sends a reset, which destroys the last bytes sent."""
        client.sock.shutdown(socket.SHUT_WR)
        client.linger_until = time.monotonic() + self.linger_seconds
        self.lingering[client] = None

    def drop(self, client):
        data = client.sock.recv(self.read_size)
        client.dropped += len(data)
        if not data or client.dropped >= self.linger_bytes:
            self.close(client)

    def close(self, client):
        if client in self.clients:
            self.clients.remove(client)
            self.lingering.pop(client, None)
            self.selector.unregister(client.sock)
            client.sock.close()

    # --- Leaving

    def watch_signals(self):
        """A signal writes its number into a socket that the loop watches."""
        self.signalled, self.waker = socket.socketpair()
        for end in (self.signalled, self.waker):
            end.setblocking(False)
        signal.set_wakeup_fd(self.waker.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        self.selector.register(self.signalled, READ, self.asked_to_leave)

    def asked_to_leave(self):
        number = self.signalled.recv(1)[0]
        if self.leave_by is not None:
            os._exit(128 + number)
        self.leave()

    def leave(self):
        self.accept_batch = self.backlog + 1
        self.accept_some()
        self.set_accepting(False)
        self.resume_at, self.leave_by = None, time.monotonic() + self.drain_seconds
        self.listener.close()
        for client in [client for client in self.clients if not client.leaving]:
            client.quota = self.unread(client)
            if client.quota == 0:
                self.guarded(self.ended, client)

    def unread(self, client):
        return struct.unpack("i", fcntl.ioctl(client.sock, termios.FIONREAD, bytes(4)))[0]


def main(server_class, port):
    try:
        server = server_class(int(port))
    except (OSError, OverflowError, ValueError) as error:
        sys.exit(f"cannot serve on port {port}: {error}")
    sys.exit(server.run())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: right.py PORT")
    main(Server, sys.argv[1])
