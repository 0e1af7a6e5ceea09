#!/usr/bin/env python3
"""A right server with a process for each client: `forking.py PORT [WAY [MILLISECONDS]]`; it computes for so long before it listens.

What becomes of the parent's copy of the connection, and of the processor time of those that have ended, depends on the WAY:
ignore   the parent closes its copy and ignores SIGCHLD, so that nobody waits for its children; unless something else is asked for
keep     as `ignore`, but the parent does not close its copy
reap     the parent waits for its children
double   a child of a child serves, and is init's
threads  nothing is forked
"""
import os
import signal
import socket
import sys
import threading
import time

sys.dont_write_bytecode = True  # the sources' folder stays as it is
from right import GOODBYE, greeting


def compute(seconds, clock):
    end = clock() + seconds
    while clock() < end:
        pass


def serve(connection, number, seconds, clock):
    try:
        connection.sendall(greeting(number))
        compute(seconds, clock)
        while data := connection.recv(65536):
            connection.sendall(data.upper())
            if data.strip() == GOODBYE.encode():
                break
        connection.close()
    except OSError:
        pass  # it has gone


def reap(_number, _frame):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def fork(way, body):
    child = os.fork()
    if child:
        if way == "double":
            os.waitpid(child, 0)
        return
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if way == "double" and os.fork():
        os._exit(0)
    body()
    os._exit(0)


def main():
    port, way, milliseconds = [*sys.argv[1:], *["ignore", "0"][len(sys.argv) - 2:]]
    seconds = int(milliseconds) / 1000
    if way in ("ignore", "keep"):
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if way == "reap":
        signal.signal(signal.SIGCHLD, reap)
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=128)
    number, kept = 0, []
    while True:
        connection = listener.accept()[0]
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number += 1
        if way == "threads":
            threading.Thread(target=serve, args=(connection, number, seconds, time.thread_time), daemon=True).start()
            continue

        def child():
            listener.close()
            serve(connection, number, seconds, time.process_time)

        fork(way, child)
        if way == "keep":
            kept.append(connection)
        else:
            connection.close()


main()
