#!/usr/bin/env python3
"""A right server that takes its time with what has no newline: `late.py PORT SECONDS` answers it when none has come by then."""
import sys
import time

sys.dont_write_bytecode = True  # the sources' folder stays as it is
import right

SECONDS = float(sys.argv[2])


class Server(right.Server):
    def __init__(self, port):
        super().__init__(port)
        self.waiting = {}  # the clients with a text that has no answer yet, and when it gets one

    def received(self, client, data):
        client.kept = getattr(client, "kept", b"") + data
        if data.endswith(b"\n"):
            self.answer_kept(client)
        else:
            self.waiting[client] = time.monotonic() + SECONDS

    def answer_kept(self, client):
        self.waiting.pop(client, None)
        data, client.kept = client.kept, b""
        super().received(client, data)

    def close(self, client):
        self.waiting.pop(client, None)
        super().close(client)

    def sleep_seconds(self):
        seconds = super().sleep_seconds()
        due = [max(0, when - time.monotonic()) for when in self.waiting.values()]
        return min(due + ([] if seconds is None else [seconds]), default=None)

    def run_timers(self):
        super().run_timers()
        for client in [client for client, when in self.waiting.items() if when <= time.monotonic()]:
            self.guarded(self.answer_kept, client)


right.main(Server, sys.argv[1])
