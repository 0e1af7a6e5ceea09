"""What the clients know of their own: the other side of the server's counters."""
from collections import Counter

KEPT = 20


class Ledger:
    """Sums over clients. Where a client cannot know what the server counted, a span from the least to the most.

    `closed` counts ended sessions by the causes that the server may have seen: `goodbye`, or `broken|endOfStream` where that
    depends on what overtook what. `refused` among them means that the client cannot know whether it was let in.
    """

    def __init__(self):
        self.connects = 0
        self.greeted = 0
        self.refused = 0
        self.closed = Counter()
        self.spans = {"bytesIn": [0, 0], "bytesOut": [0, 0], "invalidBytes": [0, 0]}
        self.sessions = Counter()
        self.compared = 0
        self.lost, self.lost_told = 0, []
        self.wrong, self.wrong_told = 0, []
        self.own_faults, self.own_told = 0, []
        self.stalls = 0.0

    def add_span(self, name, low, high=None):
        self.spans[name][0] += low
        self.spans[name][1] += low if high is None else high

    def settle(self, *causes):
        """Counts a session that has ended, by what the server may say of its end."""
        self.closed["|".join(sorted(causes))] += 1

    def lose(self, role, what):
        """A living client lost its session, or an answer."""
        self.lost += 1
        self._keep(self.lost_told, f"{role}: {what}")

    def mistake(self, role, what):
        """An answer was not what the protocol says."""
        self.wrong += 1
        self._keep(self.wrong_told, f"{role}: {what}")

    def own_fault(self, role, what):
        """A client lost its session because this side stood still."""
        self.own_faults += 1
        self._keep(self.own_told, f"{role}: {what}")

    @staticmethod
    def _keep(told, what):
        if len(told) < KEPT:
            told.append(what)

    def document(self):
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}

    def merge(self, document):
        """Adds the ledger of another process."""
        for name, value in document.items():
            mine = getattr(self, name)
            if isinstance(mine, Counter):
                mine.update(value)
            elif isinstance(mine, list):
                mine.extend(value[:KEPT - len(mine)])
            elif name == "spans":
                for field, (low, high) in value.items():
                    self.add_span(field, low, high)
            elif name == "stalls":
                self.stalls = max(self.stalls, value)
            else:
                setattr(self, name, mine + value)
        return self

    def since(self, document):
        """What has come since an earlier state of this ledger."""
        later = Ledger().merge(self.document())
        for name, value in document.items():
            mine = getattr(later, name)
            if isinstance(mine, Counter):
                mine.subtract(value)
            elif name == "spans":
                for field, (low, high) in value.items():
                    later.add_span(field, -low, -high)
            elif isinstance(value, int):
                setattr(later, name, mine - value)
        return later

    @classmethod
    def sum(cls, documents):
        total = cls()
        for document in documents:
            total.merge(document)
        return total
