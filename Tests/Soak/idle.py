#!/usr/bin/env python3
"""A process of clients that say nothing, by the thousand: `idle.py PLAN`, a JSON object; commands and replies are lines of
JSON on its standard input and output. Between commands it watches: who hears anything, or is ended, is lost."""
import contextlib
import errno
import json
import os
import resource
import select
import socket
import subprocess
import sys
import time

from client import GREETING
from ledger import Ledger

TEXT, ANSWER = b"idle\n", b"IDLE\n"
PIECE = b"p" * 65535 + b"\n"
LONGEST_GREETING = b" " * 60
# Nobody was answered for so long, by a server that was not stopped: it will not answer any more.
SILENCE = 120
# So many may be on their way at once; the backlog holds more.
AT_ONCE = 2000


class Idle:
    """One of them: what it is still owed, and has had."""

    def __init__(self, sock):
        self.socket = sock
        self.owed = b""
        self.greeting = b""
        self.sent = self.received = 0

    @property
    def is_greeted(self):
        return self.greeting.endswith(b"\n")


class IdleClients:
    def __init__(self, plan):
        self.address = (plan["host"], plan["port"])
        self.ledger = Ledger()
        self.epoll = select.epoll()
        self.clients = {}
        # How many wait for their greeting, and how many for an answer.
        self.coming = self.owing = 0
        self.is_leaving = False
        self.vanished = []

    # Commands

    def connect(self, count, source=None, receive_buffer=0):
        """Connects so many in one burst, and waits until each is greeted or lost."""
        for _ in range(count):
            sock = socket.socket()
            if source:
                sock.bind((source, 0))
            sock.setblocking(False)
            if receive_buffer:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            result = sock.connect_ex(self.address)
            if result not in (0, errno.EINPROGRESS):
                raise OSError(result, os.strerror(result))
            self.ledger.connects += 1
            self.ledger.sessions["idle"] += 1
            self.clients[sock.fileno()] = Idle(sock)
            self.coming += 1
            self.epoll.register(sock.fileno(), select.EPOLLIN)
            self.wait(lambda: self.coming > AT_ONCE)
        self.wait(lambda: self.coming)

    def say(self, is_last=False):
        """Each says something, and hears nothing yet. Behind the answer to their last words the stream ends."""
        self.is_leaving = is_last
        for client in list(self.clients.values()):
            try:
                client.sent += client.socket.send(TEXT)
            except OSError as error:
                self.lose(client, error.strerror)
                continue
            client.owed += ANSWER
            self.owing += 1

    def hear(self):
        """Waits until each has its answer or is lost."""
        self.wait(lambda: self.owing)

    def leave(self):
        """The server leaves: waits until each has its answer, and then the end of the stream."""
        self.wait(lambda: self.clients)

    def pile_up(self):
        """Each asks for more than it reads, until the kernel takes no more. They are owed what they will never hear."""
        for client in self.clients.values():
            self.epoll.unregister(client.socket.fileno())
        for _ in range(3):
            for client in self.clients.values():
                with contextlib.suppress(BlockingIOError):
                    while True:
                        client.sent += client.socket.send(PIECE)
            time.sleep(0.3)

    def vanish(self, address, device, causes):
        """Takes the address away: no FIN, RST or acknowledgement leaves any more."""
        subprocess.run(["ip", "address", "delete", f"{address}/16", "dev", device], check=True)
        for client in list(self.clients.values()):
            with contextlib.suppress(FileNotFoundError):
                self.epoll.unregister(client.socket.fileno())
            self.vanished.append(client.socket)
            self.forget(client, *causes)
        self.owing = 0

    # Events

    def wait(self, is_waiting):
        """Handles events as long as the condition holds. Who then hears nothing, when nobody does, is lost."""
        last = time.monotonic()
        while is_waiting():
            if self.look(1):
                last = time.monotonic()
            elif time.monotonic() - last > SILENCE:
                for client in list(self.clients.values()):
                    if client.owed or not client.is_greeted or self.is_leaving:
                        self.lose(client, f"heard nothing for {SILENCE} s")

    def look(self, seconds):
        """Handles what has happened; says whether anything had."""
        events = [number for number, _ in self.epoll.poll(seconds) if number in self.clients]
        for number in events:
            self.read(self.clients[number])
        return events

    def read(self, client):
        try:
            data = client.socket.recv(4096)
        except BlockingIOError:
            return
        except OSError as error:
            return self.lose(client, error.strerror)
        if not data:
            if self.is_leaving and client.is_greeted and not client.owed:
                return self.close(client, "drained")
            return self.lose(client, f"ended by the server, {len(client.owed)} bytes owed")
        client.received += len(data)
        self.ledger.compared += len(data)
        if not client.is_greeted:
            self.greet(client, data)
        elif client.owed.startswith(data):
            client.owed = client.owed[len(data):]
            self.owing -= not client.owed
        else:
            self.ledger.mistake("idle", f"{data[:80]!r} instead of {client.owed!r}")
            self.close(client, "endOfStream", "broken")

    def greet(self, client, data):
        client.greeting += data
        if not client.is_greeted:
            return
        self.coming -= 1
        if not GREETING.fullmatch(client.greeting):
            return self.lose(client, f"{client.greeting[:80]!r} instead of a greeting")
        self.ledger.greeted += 1

    # Endings

    def statement(self):
        """The ledger of this moment: those who are still here have said and heard something too."""
        ledger = Ledger().merge(self.ledger.document())
        for client in self.clients.values():
            ledger.add_span("bytesIn", client.received - len(client.greeting), client.sent)
            ledger.add_span("bytesOut", client.received, len(client.greeting) + client.sent)
        return ledger

    def lose(self, client, what):
        self.ledger.lose("idle", what)
        if not client.is_greeted:
            self.coming -= 1
            return self.close(client, "broken", "endOfStream", "refused")
        self.close(client, "broken", "endOfStream", "drained", "cut")

    def close(self, client, *causes):
        self.forget(client, *causes)
        client.socket.close()

    def forget(self, client, *causes):
        """Settles a client's figures. An answer is as long as its text: what was not heard may have been counted or not."""
        self.owing -= bool(client.owed)
        self.ledger.add_span("bytesIn", client.received - len(client.greeting), client.sent)
        self.ledger.add_span("bytesOut", client.received, len(client.greeting or LONGEST_GREETING) + client.sent)
        self.ledger.settle(*causes)
        del self.clients[client.socket.fileno()]


class Process:
    """Obeys commands, and watches the clients between them."""

    def __init__(self, plan):
        self.clients = IdleClients(plan)
        self.clients.epoll.register(0, select.EPOLLIN)
        self.input = b""

    def obey(self, command):
        arguments = {name: value for name, value in command.items() if name not in ("do", "id")}
        match command["do"]:
            case "connect" | "say" | "hear" | "leave" | "pile_up" | "vanish" as name:
                getattr(self.clients, name)(**arguments)
            case "run":
                subprocess.run(command["words"], check=True)
            case "report":
                pass
        return {"ledger": self.clients.statement().document(), "here": len(self.clients.clients)}

    def run(self):
        print(json.dumps({"id": 0}), flush=True)
        while True:
            while b"\n" in self.input:
                line, self.input = self.input.split(b"\n", 1)
                command = json.loads(line)
                print(json.dumps(self.obey(command) | {"id": command["id"]}), flush=True)
            for number, _ in self.clients.epoll.poll():
                if number == 0:
                    data = os.read(0, 65536)
                    if not data:
                        return
                    self.input += data
                elif number in self.clients.clients:
                    self.clients.read(self.clients.clients[number])


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        Process(json.loads(sys.argv[1])).run()
    except KeyboardInterrupt:
        sys.exit(130)
