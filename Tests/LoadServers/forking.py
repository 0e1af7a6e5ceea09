#!/usr/bin/env python3
"""A server with a process or a thread for each client, which computes before it listens to it: `forking.py PORT WAY MILLISECONDS`.

What becomes of the processor time of those that have ended depends on the WAY:
reap     the server waits for its children;
ignore   it ignores SIGCHLD, so that nobody does;
double   a child of a child serves, and is init's;
threads  nothing is forked.
"""
import os
import signal
import socket
import sys
import threading
import time


def compute(seconds, clock):
    end = clock() + seconds
    while clock() < end:
        pass


def serve(connection, number, seconds, clock):
    connection.sendall(b"Servidor de eco (cliente %d).\n" % number)
    compute(seconds, clock)
    for line in connection.makefile("rb"):
        connection.sendall(line.upper())
        if line == b"tchau\n":
            break
    connection.close()


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
    port, way, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]) / 1000
    if way == "ignore":
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if way == "reap":
        signal.signal(signal.SIGCHLD, reap)
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    number = 0
    while True:
        connection = listener.accept()[0]
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number += 1
        if way == "threads":
            threading.Thread(target=serve, args=(connection, number, seconds, time.thread_time), daemon=True).start()
            continue
        fork(way, lambda: serve(connection, number, seconds, time.process_time))
        connection.close()


main()
