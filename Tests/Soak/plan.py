"""What a soak is asked to do."""
import argparse
import pathlib
import random

import capabilities
from keepalive_times import KeepaliveTimes
from vanishing import KINDS

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# A run so short would see no vanished peer with the default times.
SHORT_MINUTES, SHORT_KEEPALIVE = 20, 6

IDLE_CLIENTS = 10_000
# So many more than the idle ones find room; a crowd is larger, so that some of it are refused.
ROOM, CROWD = 1600, 2000
WARM_UP_SESSIONS = 200
QUIET_SECONDS = 10
DEFAULT_WRITE_TIMEOUT = 30
# Five retransmissions, or probes of a shut window, in vain (tcp_retries2, see namespace.py): 63 times a timeout that is 0.2 s
# on a network like this, and a second where a busy machine has made it longer.
RETRANSMISSION_BOUND = 75
# The other server, whose timeouts are shorter than its stops.
SHORT_TIMEOUT = 5
# Not ten: on a busy machine ten thousand goodbyes may take long, and that is nobody's fault.
DRAIN_TIMEOUT = 60


class Plan:
    def __init__(self, options, keeps):
        self.keeps = keeps
        self.eco, self.model, self.markdown = options.eco.resolve(), options.model, options.markdown
        self.minutes = options.minutes
        self.seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
        self.idle = options.idle
        self.without = set(filter(None, options.without.split(",")))
        self.keepalive = options.keepalive
        if self.keepalive is None:
            self.keepalive = SHORT_KEEPALIVE if self.minutes < SHORT_MINUTES else 0
        self.times = KeepaliveTimes.of(self.keepalive) if self.keepalive else KeepaliveTimes.of()
        # The end of a soak: floods are cut, vanished peers found, all is quiet, the server leaves.
        tail = max(self.bounds().values()) + QUIET_SECONDS + 25
        self.traffic_seconds = max(30, self.minutes * 60 - tail)

    def bounds(self):
        """After so many seconds a peer that has vanished is found, by what it was at."""
        return {kind: self.times.bound() if kind == "silent" else RETRANSMISSION_BOUND for kind in KINDS}

    def command(self, port, *more):
        """How a server is started."""
        keepalive = ["--keepalive", str(self.keepalive)] if self.keepalive else []
        return [self.eco, "serve", "--model", self.model, "--port", str(port), "--drain-timeout", str(DRAIN_TIMEOUT),
                "--host", "127.0.0.1", *keepalive, *map(str, more)]

    def clients(self, company, port, idle_timeout=0, write_timeout=DEFAULT_WRITE_TIMEOUT):
        """What a process of clients is told."""
        return {"company": company, "host": "127.0.0.1", "port": port, "seed": f"{self.seed} {company}",
                "keeps": sorted(self.keeps), "idleTimeout": idle_timeout, "writeTimeout": write_timeout}


def parse(words=None):
    parser = argparse.ArgumentParser(description="Serves ten thousand idle clients, and all kinds of others, for a while.")
    parser.add_argument("--eco", type=pathlib.Path, default=ROOT / ".build/release/eco", metavar="PATH")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--model", default="reactor")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--idle", type=int, default=IDLE_CLIENTS, metavar="CLIENTS")
    parser.add_argument("--keepalive", type=int, metavar="SECONDS",
                        help=f"0: the server's default, which a long run takes; a short one takes {SHORT_KEEPALIVE}")
    parser.add_argument("--without", default="", metavar="TROUBLES", help="of stops, disk, crowds, vanishing; commas between")
    parser.add_argument("--markdown", type=pathlib.Path, metavar="FILE", help="takes the figures, between the model's markers")
    options = parser.parse_args(words)
    keeps = capabilities.read(options.eco)
    complaint = None
    if options.model not in keeps:
        complaint = f"there is no model {options.model}. Take one of {', '.join(keeps)}."
    elif capabilities.MANY_CLIENTS not in keeps[options.model]:
        complaint = f"{options.model} serves one client at a time: ten thousand idle ones would wait for ever. Take another --model."
    elif options.minutes < 2:
        complaint = f"--minutes {options.minutes:g} is too short to find a vanished peer. Take 2 or more."
    if complaint:
        parser.exit(2, f"soak: {complaint}\n")
    return Plan(options, keeps[options.model])
