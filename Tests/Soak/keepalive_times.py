"""When the server's kernel gives up a peer that has vanished, by the times that the server sets: Docs/operating.md."""
from typing import NamedTuple

DEFAULT_IDLE = 45


class KeepaliveTimes(NamedTuple):
    """In seconds. A client's idle time is drawn between the least and the most."""
    least_idle: float
    most_idle: float
    interval: float
    probes: int

    @classmethod
    def of(cls, idle=DEFAULT_IDLE):
        """`--keepalive IDLE`: the other times are in proportion to those of the default: 45 to 105 s, 13 s, 6 probes."""
        return cls(idle, idle + max(1, 60 * idle // 45), max(1, 13 * idle // 45), 6)

    def bound(self):
        """A vanished peer is found within this. The kernel's timers are late by up to an eighth of what they are set to."""
        return (self.most_idle + self.probes * self.interval) * 9 / 8 + 2
