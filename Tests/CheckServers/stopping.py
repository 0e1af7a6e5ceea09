#!/usr/bin/env python3
"""A right server that stops its checker once: `stopping.py PORT TEXT SECONDS`.

As soon as a client has said TEXT and was answered, the process that has started this one is stopped (SIGSTOP), and goes on
SECONDS later. What the checker has missed by then is not the server's fault.
"""
import os
import signal
import sys
import threading

sys.dont_write_bytecode = True  # the sources' folder stays as it is
from right import Server, main

TEXT, SECONDS = sys.argv[2].encode(), float(sys.argv[3])
CHECKER = os.getppid()


class StopsItsChecker(Server):
    has_stopped = False

    def received(self, client, data):
        super().received(client, data)
        if TEXT in data and not self.has_stopped:
            self.has_stopped = True
            os.kill(CHECKER, signal.SIGSTOP)
            threading.Timer(SECONDS, os.kill, (CHECKER, signal.SIGCONT)).start()


main(StopsItsChecker, sys.argv[1])
