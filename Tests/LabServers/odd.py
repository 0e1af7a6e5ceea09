"""Servers that an experiment has to get along with: `odd.py WHAT PORT [NUMBER]`.

leaky       a server of the lesson's level that keeps NUMBER bytes for each client
dying       a server of the lesson's level that ends with status 3 once it has had a thousand texts of 64 bytes: a load, no check
fathering   a server of the lesson's level that leaves a child behind, in a session of its own, which sleeps for NUMBER seconds
"""
import os
import selectors
import socket
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources' folder stays as it is
sys.path.append(os.path.join(os.path.dirname(__file__), "../CheckServers"))
from right import GOODBYE, greeting

what, port = sys.argv[1], int(sys.argv[2])
number = int(sys.argv[3]) if len(sys.argv) > 3 else 0

if what == "fathering":
    subprocess.Popen(["setsid", "sleep", str(number)])

# Whole messages of one client are enough: who measures sends nothing else.
listener = socket.create_server(("127.0.0.1", port), backlog=4096)
selector = selectors.EpollSelector()
selector.register(listener, selectors.EVENT_READ)
kept, greeted, texts = [], 0, 0
while True:
    for key, _ in selector.select():
        if key.fileobj is listener:
            client, _ = listener.accept()
            greeted += 1
            if what == "leaky":
                kept.append(os.urandom(number))
            client.sendall(greeting(greeted))
            selector.register(client, selectors.EVENT_READ)
            continue
        client = key.fileobj
        try:
            data = client.recv(65536)
        except ConnectionError:
            data = b""
        goodbye = GOODBYE.encode() in (line.strip() for line in [data, *data.split(b"\n")[:-1]])
        try:
            client.sendall(data.upper() if data else b"")
        except ConnectionError:
            data = b""
        texts += len(data) == 64
        if what == "dying" and texts >= 1000:
            print("I have had enough", file=sys.stderr)
            sys.exit(3)
        if not data or goodbye:
            selector.unregister(client)
            try:
                client.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            client.close()
