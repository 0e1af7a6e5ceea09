"""The server's counters against the clients' own ledger."""
from log import flat

ZERO = {"clients": 0, "accepted": 0, "refused": {}, "closed": {}, "bytesIn": 0, "bytesOut": 0, "invalidBytes": 0}


def differences(report, ledger, clients, since=ZERO):
    """What does not agree, a sentence each; nothing if all does.

    `clients`: how many are connected now. `since`: the counters when the ledger began.
    """
    before = flat(since)
    counted = {name: value - before.get(name, 0) for name, value in flat(report).items()}
    counted["clients"] = report["clients"]
    return list(_check(counted, ledger, clients))


def _check(counted, ledger, clients):
    def expect(name, low, high):
        if not low <= counted.get(name, 0) <= high:
            told = f"{low:,}" if low == high else f"{low:,} to {high:,}"
            yield f"{name} is {counted.get(name, 0):,}, the clients know of {told}"

    unknown = sum(count for causes, count in ledger.closed.items() if "refused" in causes.split("|"))
    yield from expect("clients", clients, clients)
    yield from expect("accepted", ledger.greeted, ledger.greeted + unknown)
    yield from expect("refused.full", ledger.refused, ledger.refused + unknown)
    met = counted["accepted"] + counted.get("refused.full", 0)
    if met != ledger.connects:
        yield f"accepted and refused are {met:,}, the clients connected {ledger.connects:,} times"
    for cause in sorted(name for name in counted if name.startswith("closed.")):
        yield from expect(cause, *span(ledger, cause.removeprefix("closed.")))
    for cause in sorted(name for name in counted if name.startswith("refused.") and name != "refused.full"):
        yield from expect(cause, 0, 0)
    ended = sum(value for name, value in counted.items() if name.startswith("closed."))
    # Those who cannot know whether they were refused: the rest of who was met.
    left = ledger.greeted - (sum(ledger.closed.values()) - unknown)
    if counted["accepted"] - ended != left:
        yield f"accepted less closed is {counted['accepted'] - ended:,}, the clients know of {left:,} open sessions"
    for name in ("bytesIn", "bytesOut", "invalidBytes"):
        yield from expect(name, *ledger.spans[name])


def span(ledger, cause):
    """The least and the most sessions that ended so, by what the clients know."""
    certain = ledger.closed.get(cause, 0)
    return certain, sum(count for causes, count in ledger.closed.items() if cause in causes.split("|"))


def width(ledger):
    """How far the spans of bytes reach, for the report: 0 where all is known to the byte."""
    return {name: high - low for name, (low, high) in ledger.spans.items()}
