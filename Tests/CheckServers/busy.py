#!/usr/bin/env python3
"""A right server whose queue is full for the first half of a second: `busy.py` prints its port, and whoever knocks then is heard a second later.

That is when the client's kernel knocks again (tcp(7), tcp_syn_retries), as it does on the way to a server that is far away.
"""
import socket
import sys
import time

sys.dont_write_bytecode = True  # the sources' folder stays as it is
import right


class Server(right.Server):
    backlog = 0

    def make_listener(self):
        listener = super().make_listener()
        self.guest = socket.create_connection(listener.getsockname())  # one fills it
        print(listener.getsockname()[1], flush=True)
        time.sleep(0.5)
        listener.listen(4096)
        return listener


right.main(Server, 0)
