"""The verdicts: what a server must have kept through a soak."""
import capabilities
import tally
from verdict import Verdict, because, first

# What allocators keep in hand after thousands of clients more than at the start have come and gone: their slots of 32 bytes,
# lists that grew for them, free pieces between pieces in use.
MEMORY_KIB = 2048
# The C library keeps the stacks of threads that have ended, up to 40 MiB, pthread_create(3).
THREAD_STACKS_KIB = 40 << 10


def clients(plan, ledger, idle_left, troubles, server):
    """Living clients, and their bytes."""
    lost = ledger.lost
    sessions = sum(ledger.sessions.values())
    stopped = f"the server stood still {server.stops} times, {server.stopped_seconds:.0f} s in all"
    yield Verdict("no living client lost", lost == 0,
                  f"{lost} of {sessions:,} sessions; {idle_left:,} of {plan.idle:,} idle clients are left and answer; "
                  f"{stopped}{because(ledger.lost_told)}")
    yield Verdict("every byte right", ledger.wrong == 0,
                  f"{ledger.compared:,} bytes compared, {ledger.wrong} answers wrong{because(ledger.wrong_told)}")
    if troubles.crowds:
        yield Verdict("crowds beyond the limit are refused politely", ledger.refused > 0,
                      f"{ledger.refused:,} clients of {troubles.crowds} crowds were told that the server is full")


def vanished(plan, vanishing):
    what = "the vanished ones found"
    if not vanishing:
        yield Verdict(what, None, "there is no network of our own here, or --without says so")
        return
    bounds = plan.bounds()
    late = list(vanishing.late(bounds))
    count = sum(wave.count for wave in vanishing.waves)
    slowest = ", ".join(f"{kind} {seconds:.0f} s ({bounds[kind]:.0f} allowed)" for kind, seconds in vanishing.slowest().items())
    yield Verdict(what, not late and count > 0,
                  f"{count:,} in {len(vanishing.waves)} waves, at the latest {slowest}{because(late)}")


def counters(ledger, round_, before, after, clients_, server):
    """The server's counters against the ledger, and against themselves."""
    log = server.log
    yield Verdict("counters never go back", bool(log.reports) and not log.steps_back,
                  f"{len(log.reports):,} reports to {server.asked:,} SIGUSR1{because(log.steps_back)}")
    if before is None or after is None:
        yield Verdict("counters tally", False, "the server answers SIGUSR1 no more")
        return
    wrong = tally.differences(after, ledger, clients_)
    width = tally.width(ledger)
    yield Verdict("counters tally", not wrong, first(wrong, 6) if wrong else
                  f"accepted {after['accepted']:,}, refused {after['refused']['full']:,}, closed {told_closed(after)}, "
                  f"{after['bytesIn']:,} bytes in and {after['bytesOut']:,} out; of those who broke off, {width['bytesIn']:,} "
                  f"and {width['bytesOut']:,} that only the server knows of")
    wrong = tally.differences(after, round_, clients_, since=before)
    wrong += [f"{name}: {count} bytes that the clients do not know" for name, count in tally.width(round_).items() if count]
    yield Verdict("counters tally to the byte in a round without those", not wrong, first(wrong, 6) if wrong else
                  f"{round_.spans['bytesIn'][0]:,} bytes in, {round_.spans['bytesOut'][0]:,} out, {round_.connects} sessions")


def told_closed(report):
    return ", ".join(f"{cause} {count:,}" for cause, count in report["closed"].items() if count)


def timed(ledger, report, server):
    """The server whose timeouts are shorter than its stops."""
    name = "short timeouts, longer stops"
    own = f"; {ledger.own_faults} more stood still themselves" if ledger.own_faults else ""
    yield Verdict(f"{name}: no living client lost", ledger.lost == 0,
                  f"{ledger.lost} of {sum(ledger.sessions.values()):,} sessions{own}; the server stood still {server.stops} "
                  f"times, {server.stopped_seconds:.0f} s in all{because(ledger.lost_told)}")
    yield Verdict(f"{name}: every byte right", ledger.wrong == 0,
                  f"{ledger.compared:,} bytes compared, {ledger.wrong} answers wrong{because(ledger.wrong_told)}")
    wrong = ["the server answers SIGUSR1 no more"] if report is None else tally.differences(report, ledger, 0)
    yield Verdict(f"{name}: counters tally", not wrong, first(wrong, 6) if wrong else f"closed {told_closed(report)}")


def logs(disk, troubles, server, report):
    """Whatever the disk did not take is counted, and what comes later is written."""
    what = "the log survives a full disk"
    if not disk.can_fill or not disk.fills:
        yield Verdict(what, None, "there are no mounts of our own here, or --without says so")
        return
    log = server.log
    log.read()
    figures = f"{disk.fills} times full, {log.out_lines:,} lines and {len(log.reports):,} reports written"
    if troubles.silences or report is None:
        yield Verdict(what, False, f"{figures}; {troubles.silences} times nothing was written when there was room again")
        return
    # Each client is two lines, each SIGUSR1 one, and the first says where the server waits.
    missing = 2 * report["accepted"] + 1 + server.asked - log.out_lines - len(log.reports)
    dropped = report["logLinesDropped"]
    # What it says of its own about a full disk may be lost too, and counts.
    is_right = missing <= dropped <= missing + 2 * disk.fills
    yield Verdict(what, is_right, f"{figures}, {missing:,} are missing, {dropped:,} counted as dropped")


def rest(begin, end, seconds):
    """The idle time of the processor."""
    spent = {name: end[name] - begin[name] for name in begin}
    yield Verdict("idle processor time is 0", not any(spent.values()),
                  f"{spent['nanoseconds']:,} ns, {spent['ticks']} ticks and {spent['switches']} context switches in {seconds} s")


def resources(plan, start, end):
    allowed = MEMORY_KIB + (THREAD_STACKS_KIB if capabilities.THREAD_PER_CLIENT in plan.keeps else 0)
    grown = end["memory"] - start["memory"]
    yield Verdict("memory as at the start", grown <= allowed,
                  f"{start['memory']:,} KiB then, {end['memory']:,} KiB now ({grown:+,}; {allowed:,} allowed), "
                  f"resident {end['resident']:,} KiB")
    for name in ("descriptors", "threads"):
        yield Verdict(f"{name} as at the start", start[name] == end[name], f"{start[name]:,} then, {end[name]:,} now")


def leaving(statuses, idle, steady):
    lost = idle.lost + steady["ledger"]["lost"] + idle.wrong + steady["ledger"]["wrong"]
    told = idle.lost_told + idle.wrong_told + steady["ledger"]["lost_told"] + steady["ledger"]["wrong_told"]
    drained = steady["ledger"]["closed"].get("drained", 0)
    yield Verdict("a clean leave", statuses == [0, 0] and not lost,
                  f"status {' and '.join(map(str, statuses))}; {idle.closed['drained']:,} idle clients had their answer and the "
                  f"end of the stream, so had {drained} pipeliners, from whom {steady['promised']:,} bytes had been received; "
                  f"{lost} lost{because(told)}")
