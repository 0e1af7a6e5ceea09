#!/usr/bin/env python3
"""A process for each client: `forking.py PORT` closes the parent's copy of the connection, `forking.py PORT keep` does not."""
import os
import signal
import socket
import sys

sys.dont_write_bytecode = True  # the sources' folder stays as it is


def talk(connection, number):
    connection.sendall(f"Servidor de eco (cliente {number}).\n".encode())
    while data := connection.recv(65536):
        connection.sendall(data.upper())
        if data.strip() == b"tchau":
            return


keeps = sys.argv[2:] == ["keep"]
kept = []
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128)
number = 0
while True:
    connection, _ = listener.accept()
    number += 1
    if os.fork() == 0:
        listener.close()
        try:
            talk(connection, number)
        except OSError:
            pass  # it has gone
        os._exit(0)
    if keeps:
        kept.append(connection)
    else:
        connection.close()
