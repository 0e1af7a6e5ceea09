#!/usr/bin/env python3
"""TCP keepalive at its defaults, over 200 seconds: it must give up nobody who lives, and everybody who has vanished.

Two networks of their own at the same time: in one 15,000 clients connect in one burst over the loopback and say nothing; in
the other 2,000 lose their address. It prints a verdict a line; the exit status is 1 if one failed.
"""
import argparse
import asyncio
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the sources' folder stays as it is
import namespace
from plan import ROOT
from process import ClientProcess
from server import Server
from vanishing import Vanishing
from verdict import Verdict, because, status

PORT = 9090
FOUND_WITHIN = 190


async def living(options, folder):
    """All clients come together, and live: none may be given up, although every one is probed."""
    server = await Server.start("living", [options.eco, "serve", "--host", "127.0.0.1", "--port", str(PORT)], folder)
    idle = await ClientProcess.start("idle.py", {"host": "127.0.0.1", "port": PORT})
    await idle.started()
    begin = time.monotonic()
    before = namespace.network_counters()
    await idle.do("connect", count=options.clients)
    took = time.monotonic() - begin
    await asyncio.sleep(max(0, options.seconds - took))
    after = namespace.network_counters()
    probes, aborts = (after[name] - before[name] for name in ("TCPKeepAlive", "TCPAbortOnTimeout"))
    report = await server.report()
    await idle.do("say")
    reply = await idle.do("hear")
    ledger = reply["ledger"]
    await idle.end()
    await server.kill()
    lost, broken = ledger["lost"], report["closed"]["broken"]
    yield Verdict("keepalive gives up no living client", not aborts and not lost and not broken,
                  f"{options.clients:,} connected within {took:.1f} s, TCPAbortOnTimeout {aborts:,} after {options.seconds} s, "
                  f"the server counts {broken:,} broken, {reply['here']:,} answer{because(ledger['lost_told'])}")
    yield Verdict("keepalive probes every client", probes >= options.clients, f"TCPKeepAlive {probes:,}")


async def vanished(options, folder):
    """All clients lose their address: each must be found."""
    vanishing = await Vanishing.start(PORT)
    server = await Server.start(
        "vanished", [options.eco, "serve", "--host", namespace.SERVER_ADDRESS, "--port", str(PORT)], folder)
    await vanishing.wave("silent", server, count=options.vanished)
    await vanishing.all_found({"silent": FOUND_WITHIN})
    late = list(vanishing.late({"silent": FOUND_WITHIN}))
    report = await server.report_when(lambda report: report["clients"] == 0, patience=10)
    seconds = vanishing.slowest().get("silent")
    told = f"after {seconds:.0f} s" if seconds else f"not after {FOUND_WITHIN} s"
    await vanishing.process.end()
    await server.kill()
    is_counted = report["closed"]["broken"] == options.vanished and report["clients"] == 0
    yield Verdict("keepalive finds who has vanished", not late and is_counted,
                  f"{report['closed']['broken']:,} of {options.vanished:,} are counted as broken, the last {told}")


PARTS = {"living": living, "vanished": vanished}


async def judge(options):
    with tempfile.TemporaryDirectory(prefix="eco-keepalive-") as folder:
        verdicts = [verdict async for verdict in PARTS[options.part](options, pathlib.Path(folder))]
    for verdict in verdicts:
        print(verdict, flush=True)
    return status(verdicts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--eco", type=pathlib.Path, default=ROOT / ".build/release/eco", metavar="PATH")
    parser.add_argument("--clients", type=int, default=15_000)
    parser.add_argument("--vanished", type=int, default=2_000)
    parser.add_argument("--seconds", type=int, default=200)
    parser.add_argument("--part", choices=PARTS)
    options = parser.parse_args([word for word in sys.argv[1:] if word != namespace.INSIDE])
    options.eco = options.eco.resolve()
    if not options.part:
        words = [sys.executable, *sys.argv]
        parts = [subprocess.Popen([*words, "--part", part]) for part in PARTS]
        return max(part.wait() for part in parts)
    if not namespace.enter():
        print(Verdict(f"keepalive: {options.part}", None, "neither root nor user namespaces: no network of our own"))
        return 0
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return asyncio.run(judge(options))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
