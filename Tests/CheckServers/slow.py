#!/usr/bin/env python3
"""A right server that is slow: `slow.py PORT` sends no more than a hundred bytes of an answer per second, one by one."""
import sys
import time

sys.dont_write_bytecode = True  # the sources' folder stays as it is
from right import Server, main


class Slow(Server):
    def flush(self, client):
        while len(client.pending) > 1:
            client.sock.send(client.pending[:1])
            del client.pending[:1]
            time.sleep(0.01)
        super().flush(client)


main(Slow, sys.argv[1])
