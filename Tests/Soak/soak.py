#!/usr/bin/env python3
"""Serves ten thousand idle clients and all kinds of others for a while, with all kinds of trouble, and judges the server.

It prints a verdict a line, PASS or FAIL with figures; the exit status is 1 if one failed. Docs/soak.md says how to read them.
"""
import asyncio
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the sources' folder stays as it is
import judge
import namespace
import plan as plans
import report
from ledger import Ledger
from log import LogDisk
from process import ClientProcess
from server import Broken, Server
from troubles import Troubles
from vanishing import Vanishing
from verdict import Verdict, status

PORT, TIMED_PORT = 9090, 9091
# Clients that come to an end wait for nothing but the server: floods for the write timeout, the others for their answers.
PATIENCE = 240
# So often a server is looked at that does not come to rest, before that is held against it.
SETTLING = 15


class Soak:
    def __init__(self, plan, folder, has_place):
        self.plan, self.folder, self.has_place = plan, folder, has_place
        self.random = random.Random(plan.seed)
        self.begin = time.monotonic()
        self.verdicts = []
        # What the clients of the server, and of the one with short timeouts, know.
        self.ledgers, self.timed_ledger = [], None

    def tell(self, what):
        print(f"soak {time.monotonic() - self.begin:6.0f} s: {what}", file=sys.stderr, flush=True)

    async def run(self):
        """All of it; returns the verdicts. What breaks ends it, and is one of them."""
        try:
            await self.start()
            await self.warm_up()
            await self.traffic()
            await self.end_traffic()
            await self.settle()
            await self.rest()
            await self.leave()
        except Broken as broken:
            self.verdicts.append(Verdict("the soak came to its end", False, str(broken)))
        return self.verdicts

    # Phases

    async def start(self):
        plan = self.plan
        self.disk = LogDisk(self.folder / "log", self.has_place, int(32 + plan.minutes * 2), subprocess.run)
        self.tell(f"model {plan.model}, {plan.minutes:g} minutes, seed {plan.seed}")
        ports = (PORT, TIMED_PORT) if self.has_place else (0, 0)
        self.vanishing = await Vanishing.start(PORT) if self.has_place and "vanishing" not in plan.without else None
        more = ["--host", namespace.SERVER_ADDRESS] if self.vanishing else []
        more += ["--max-clients", plan.idle + plans.ROOM]
        self.server = await self._serve("the defaults", plan.command(ports[0], *more))
        short = ["--idle-timeout", plans.SHORT_TIMEOUT, "--write-timeout", plans.SHORT_TIMEOUT]
        self.timed = await self._serve("short timeouts", plan.command(ports[1], *short))
        self.idle = await ClientProcess.start("idle.py", {"host": "127.0.0.1", "port": self.server.port})
        self.steady, self.hostile = [
            await ClientProcess.start("clients.py", plan.clients(company, self.server.port)) for company in ("steady", "hostile")]
        self.timed_clients = await ClientProcess.start(
            "clients.py", plan.clients("timed", self.timed.port, plans.SHORT_TIMEOUT, plans.SHORT_TIMEOUT))
        for process in (self.idle, self.steady, self.hostile, self.timed_clients):
            await process.started()

    async def _serve(self, name, command):
        folder = self.disk.folder / name.replace(" ", "-")
        folder.mkdir()
        return await Server.start(name, command, folder)

    async def warm_up(self):
        """The idle clients come in one burst, and say nothing from then on: so their keepalive counts from the same moment.
        Some sessions touch what memory a server needs once."""
        await self.idle.do("connect", count=self.plan.idle)
        self.tell(f"{self.plan.idle:,} idle clients are connected")
        self.ledgers.append((await self.steady.do("sessions", count=plans.WARM_UP_SESSIONS))["ledger"])
        await self.server.report_when(lambda report: report["clients"] == self.plan.idle)
        self.at_start = self.server.figures()

    async def traffic(self):
        plan = self.plan
        await asyncio.gather(*(process.do("begin") for process in (self.steady, self.hostile, self.timed_clients)))
        self.troubles = Troubles(plan, self.random, self.server, self.timed, self.disk, self.hostile, self.vanishing)
        self.tell(f"traffic and troubles for {plan.traffic_seconds:.0f} s")
        await self.troubles.run()

    async def end_traffic(self):
        """All but the idle clients finish what they are at; those that have vanished are found."""
        self.tell("traffic comes to its end")
        processes = {"steady": self.steady, "hostile": self.hostile, "timed": self.timed_clients}
        work = {name: asyncio.create_task(process.do("end")) for name, process in processes.items()}
        await asyncio.wait(work.values(), timeout=PATIENCE)
        stuck = {}
        for name, task in work.items():
            if not task.done():
                task.cancel()
                stuck |= (await processes[name].do("report"))["waiting"]
        if stuck:
            waiting = ", ".join(f"{count} {role}" for role, count in stuck.items())
            raise Broken(f"after {PATIENCE} s clients still wait for the server: {waiting}")
        self.ledgers += [work[name].result()["ledger"] for name in ("steady", "hostile")]
        self.timed_ledger = Ledger.sum([work["timed"].result()["ledger"]])
        if self.vanishing:
            await self.vanishing.all_found(self.plan.bounds())

    async def settle(self):
        """When only the idle clients are left, counters and ledger are compared; then once more, over a round that both know to
        the byte."""
        idle = await self.idle.do("report")
        before = await self.server.report_when(lambda report: report["clients"] == idle["here"])
        self.tell(f"only idle clients are left: {idle['here']:,}")
        await self.idle.do("say")
        spoken = await self.idle.do("hear")
        sessions = await self.steady.do("sessions", count=plans.WARM_UP_SESSIONS)
        self.ledgers.append(sessions["ledger"])
        self.round = Ledger.sum([sessions["ledger"]]).merge(Ledger.sum([spoken["ledger"]]).since(idle["ledger"]).document())
        after = await self.server.report_when(lambda report: report["clients"] == spoken["here"])
        self.idle_before = spoken["ledger"]
        everyone = [*self.ledgers, spoken["ledger"]]
        if self.vanishing:
            everyone.append((await self.vanishing.process.do("report"))["ledger"])
        self.everyone = Ledger.sum(everyone)
        self.verdicts += judge.clients(self.plan, self.everyone, spoken["here"], self.troubles, self.server)
        self.verdicts += judge.vanished(self.plan, self.vanishing)
        self.verdicts += judge.counters(self.everyone, self.round, before, after, spoken["here"], self.server)
        timed = await self.timed.report_when(lambda report: report["clients"] == 0)
        self.verdicts += judge.timed(self.timed_ledger, timed, self.timed)
        self.verdicts += judge.logs(self.disk, self.troubles, self.server, after)

    async def rest(self):
        """Nobody says anything, ten thousand are connected: the server does nothing at all."""
        begin = self.server.work()
        for _ in range(SETTLING):
            await asyncio.sleep(2)  # Memory that is free for a second goes back, later on a busy machine.
            before, begin = begin, self.server.work()
            if begin == before:
                break
        await asyncio.sleep(plans.QUIET_SECONDS)
        end = self.server.work()
        self.verdicts += judge.rest(begin, end, plans.QUIET_SECONDS)
        self.verdicts += judge.resources(self.plan, self.at_start, self.server.figures())

    async def leave(self):
        """The server is told to leave while it stands still, megabytes are on their way, and every idle client has just said
        something."""
        self.tell("the server leaves")
        await self.steady.do("pile")
        self.server.stop()
        await self.idle.do("say", is_last=True)
        await self.steady.do("note")
        self.server.leave()
        self.timed.leave()
        gone = asyncio.gather(self.idle.do("leave"), self.steady.do("leave"))
        statuses = [await server.ended(plans.DRAIN_TIMEOUT + 30) for server in (self.server, self.timed)]
        if None in statuses:
            self.server.send(9)
        idle, steady = await gone
        self.verdicts += judge.leaving(statuses, Ledger.sum([idle["ledger"]]).since(self.idle_before), steady)

    async def clear_away(self):
        """Ends whatever this soak has started."""
        for name in ("idle", "steady", "hostile", "timed_clients"):
            if hasattr(self, name):
                await getattr(self, name).end()
        if getattr(self, "vanishing", None):
            await self.vanishing.process.end()
        for name in ("server", "timed"):
            if hasattr(self, name):
                await getattr(self, name).kill()


async def main(plan, has_place):
    with tempfile.TemporaryDirectory(prefix="eco-soak-") as folder:
        soak = Soak(plan, pathlib.Path(folder), has_place)
        try:
            verdicts = await soak.run()
        finally:
            await soak.clear_away()
            if has_place:
                subprocess.run(["umount", "--lazy", soak.disk.folder])
    text = report.text(plan, soak, verdicts)
    print(text)
    if plan.markdown:
        report.write(plan, soak, verdicts)
    return status(verdicts)


if __name__ == "__main__":
    plan = plans.parse([word for word in sys.argv[1:] if word != namespace.INSIDE])
    has_place = namespace.enter()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    needed = plan.idle + plans.ROOM + 200
    if most < needed:
        sys.exit(f"soak: {plan.idle:,} clients need {needed:,} descriptors per process, the limit is {most:,}: raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        sys.exit(asyncio.run(main(plan, has_place)))
    except KeyboardInterrupt:
        sys.exit(130)
