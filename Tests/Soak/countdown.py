"""Waiting for several to have come somewhere."""
import asyncio


class Countdown:
    """Reached when so many blocks have been left, however that was."""

    def __init__(self, count):
        self.left, self.reached = count, asyncio.Event()

    def __enter__(self):
        pass

    def __exit__(self, *_):
        self.left -= 1
        if not self.left:
            self.reached.set()
