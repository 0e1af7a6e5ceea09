#!/usr/bin/env python3
"""Servers that a load tester has to see through: `faulty.py PORT NAME [NUMBER]` serves on 127.0.0.1.

Each greets, and answers in upper case, but for its one fault. A thread per client: none of them has to be fast.
"""
import itertools
import os
import socket
import struct
import sys
import threading
import time

sys.dont_write_bytecode = True  # the sources' folder stays as it is
sys.path.append(os.path.join(os.path.dirname(__file__), "../CheckServers"))
from right import GOODBYE, greeting, refusal

LAST_LINE = GOODBYE.encode() + b"\n"
COUNT = itertools.count(1)
ANSWERS = itertools.count(1)
GOODBYES = itertools.count(1)
GOODBYE_IS_SENT = threading.Lock()
LISTENER = []


class Fault:
    """How a server differs from a right one."""
    def __init__(self, number):
        self.number = number

    def greet(self, connection, client):
        connection.sendall(greeting(client))

    def answer(self, connection, client, answer, offset):
        """Sends an answer, which begins at this offset of all answers of the client."""
        connection.sendall(answer)


class WrongByte(Fault):
    """Byte NUMBER of each client's answers is another."""
    def answer(self, connection, client, answer, offset):
        place = self.number - offset
        if 0 <= place < len(answer):
            answer = answer[:place] + b"#" + answer[place + 1:]
        connection.sendall(answer)


class Reset(Fault):
    """After NUMBER bytes of answers the connection is reset."""
    def answer(self, connection, client, answer, offset):
        connection.sendall(answer[:max(0, self.number - offset)])
        if offset + len(answer) >= self.number:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()


class ClosesHalfway(Fault):
    """After NUMBER bytes of answers the connection is closed."""
    def answer(self, connection, client, answer, offset):
        connection.sendall(answer[:max(0, self.number - offset)])
        if offset + len(answer) >= self.number:
            connection.shutdown(socket.SHUT_RDWR)


class Silent(Fault):
    """Accepts, and says nothing."""
    def greet(self, connection, client):
        time.sleep(1000)


class ShortGreeting(Fault):
    """Closes within the greeting."""
    def greet(self, connection, client):
        connection.sendall(greeting(client)[:20])
        connection.shutdown(socket.SHUT_RDWR)


class WrongGreeting(Fault):
    """Greets in another language."""
    def greet(self, connection, client):
        connection.sendall(greeting(client).replace(b"cliente", b"client"))


class RefusesHalf(Fault):
    """Every second client is told that there is no room."""
    def greet(self, connection, client):
        if client % 2:
            return super().greet(connection, client)
        connection.sendall(refusal(1))
        connection.shutdown(socket.SHUT_WR)


class RefusesAll(Fault):
    """Every client is told that there is no room."""
    def greet(self, connection, client):
        connection.sendall(refusal(0))
        connection.shutdown(socket.SHUT_WR)


class Dies(Fault):
    """The whole server ends with its NUMBER-th answer."""
    def answer(self, connection, client, answer, offset):
        connection.sendall(answer)
        if next(ANSWERS) >= self.number:
            os._exit(0)


class EndsWithTheLast(Fault):
    """No fault until its NUMBER-th goodbye, with which it listens no more, and ends."""
    def answer(self, connection, client, answer, offset):
        if answer != LAST_LINE.upper():
            return connection.sendall(answer)
        with GOODBYE_IS_SENT:  # a goodbye is counted and sent before the next: the last one to be counted is the last
            is_last = next(GOODBYES) >= self.number
            if is_last:
                LISTENER[0].shutdown(socket.SHUT_RDWR)  # close() would leave it listening as long as accept() waits
            connection.sendall(answer)
            if is_last:
                os._exit(0)


class Slow(Fault):
    """Each answer takes NUMBER milliseconds."""
    def answer(self, connection, client, answer, offset):
        time.sleep(self.number / 1000)
        connection.sendall(answer)


class SlowToStart(Fault):
    """A client's first answer takes NUMBER milliseconds."""
    def answer(self, connection, client, answer, offset):
        if offset == 0:
            time.sleep(self.number / 1000)
        connection.sendall(answer)


class NeverAnswers(Fault):
    """Greets, and reads, and says no more."""
    def answer(self, connection, client, answer, offset):
        pass


class Chatty(Fault):
    """Says more than it was asked."""
    def answer(self, connection, client, answer, offset):
        connection.sendall(answer + b"E MAIS\n")


class PlainEcho(Fault):
    """No fault: a plain echo server, which knows neither greeting nor goodbye."""
    upper = staticmethod(lambda data: data)

    def greet(self, connection, client):
        pass


def serve(fault, connection, client):
    offset = 0
    try:
        fault.greet(connection, client)
        while data := connection.recv(65536):
            answer = getattr(fault, "upper", bytes.upper)(data)
            fault.answer(connection, client, answer, offset)
            offset += len(answer)
            if data == LAST_LINE and not isinstance(fault, PlainEcho):
                break
        connection.close()
    except OSError:
        pass


def stall(listener):
    """One thread for all: an answer takes 0.2 ms at least, and NUMBER milliseconds once, a second after the first text."""
    import selectors
    selector, begin, stalled = selectors.DefaultSelector(), None, False
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                connection = listener.accept()[0]
                connection.sendall(greeting(next(COUNT)))
                selector.register(connection, selectors.EVENT_READ)
                continue
            data = key.fileobj.recv(65536)
            begin = begin or time.monotonic()
            if not stalled and time.monotonic() - begin > 1:
                stalled = True
                time.sleep(int(sys.argv[3]) / 1000)
            if data:
                time.sleep(0.0002)
                key.fileobj.sendall(data.upper())
            if not data or data == LAST_LINE:
                selector.unregister(key.fileobj)
                key.fileobj.close()


def main():
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=1024)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if sys.argv[2] == "Stall":
        return stall(listener)
    LISTENER.append(listener)
    fault = globals()[sys.argv[2]](int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    while True:
        try:
            connection = listener.accept()[0]
        except OSError:  # it listens no more
            return threading.Event().wait()
        threading.Thread(target=serve, args=(fault, connection, next(COUNT)), daemon=True).start()


if __name__ == "__main__":
    main()
