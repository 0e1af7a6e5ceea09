"""The server under soak: how it is started, asked, stopped and looked at."""
import asyncio
import os
import pathlib
import re
import signal
import time

from log import ServerLog
from process import LEASH

TICKS = os.sysconf("SC_CLK_TCK")


class Broken(Exception):
    """The soak cannot go on: a server has ended, or answers no more."""


class Server:
    def __init__(self, name, process, port, log):
        self.name, self.process, self.port, self.log = name, process, port, log
        self.proc = pathlib.Path("/proc", str(process.pid))
        self.is_stopped = False
        self.asked = 0
        self.stops, self.stopped_seconds = 0, 0.0

    @classmethod
    async def start(cls, name, command, folder):
        """Starts it with its logs in a folder, and waits until it listens."""
        log = ServerLog(folder)
        with open(log.out_path, "ab") as out, open(log.error_path, "ab") as error:
            process = await asyncio.create_subprocess_exec(
                *LEASH, *command, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=error)
        while True:
            text = log.out_path.read_text()
            if found := re.match(r"Aguarda conexão na porta ([0-9]+)\n", text):
                return cls(name, process, int(found[1]), log)
            if process.returncode is not None:
                raise Broken(f"{' '.join(map(str, command))}: {log.error_path.read_text().strip()}")
            await asyncio.sleep(0.02)

    @property
    def pid(self):
        return self.process.pid

    @property
    def has_ended(self):
        return self.process.returncode is not None

    # Signals

    def send(self, signal_):
        if not self.has_ended:
            os.kill(self.pid, signal_)

    async def stop_for(self, seconds):
        """Stops the process for a while: SIGSTOP, SIGCONT."""
        self.stop()
        begin = time.monotonic()
        try:
            await asyncio.sleep(seconds)
        finally:
            self.go_on()
            self.stopped_seconds += time.monotonic() - begin

    def stop(self):
        self.is_stopped = True
        self.stops += 1
        self.send(signal.SIGSTOP)

    def go_on(self):
        self.send(signal.SIGCONT)
        self.is_stopped = False

    def leave(self):
        """SIGTERM, which a server that stands still finds when it goes on."""
        self.send(signal.SIGTERM)
        self.go_on()

    def ask(self):
        """Asks for the counters, unless it has not yet heard the last question: two signals that wait are one."""
        if self.is_stopped or self._waits_for(signal.SIGUSR1):
            return False
        self.send(signal.SIGUSR1)
        self.asked += 1
        return True

    def _waits_for(self, signal_):
        if self.has_ended:
            return True
        masks = (int(self._status(name), 16) for name in ("SigPnd", "ShdPnd"))
        return any(mask & 1 << signal_ - 1 for mask in masks)

    async def report(self, patience=30):
        """The counters of a moment after this call; None if there is no answer. Nobody else may ask meanwhile."""
        # The first line may be the answer to an earlier question.
        for _ in range(2):
            deadline = time.monotonic() + patience
            self.log.read()
            while not self.ask():
                if self.has_ended or time.monotonic() > deadline:
                    return None
                await asyncio.sleep(0.01)
            while not self.log.read():
                if self.has_ended or time.monotonic() > deadline:
                    return None
                await asyncio.sleep(0.01)
        return self.log.last

    async def report_when(self, is_there, patience=60):
        """The first counters that are as expected, or the last ones before patience is over."""
        deadline = time.monotonic() + patience
        while True:
            report = await self.report()
            if report is None or is_there(report) or time.monotonic() > deadline:
                return report
            await asyncio.sleep(0.2)

    # What the system says of it

    def _status(self, name):
        return re.search(rf"^{name}:\s+(\S+)", (self.proc / "status").read_text(), re.MULTILINE)[1]

    def figures(self):
        """Memory in KiB, descriptors and threads of this moment."""
        return {"memory": int(self._status("RssAnon")), "resident": int(self._status("VmRSS")),
                "descriptors": len(os.listdir(self.proc / "fd")), "threads": int(self._status("Threads"))}

    def work(self):
        """What all threads have done so far: nanoseconds on a processor, ticks of processor time, and context switches."""
        nanoseconds = switches = 0
        for task in (self.proc / "task").iterdir():
            nanoseconds += int((task / "schedstat").read_text().split()[0])
            switches += sum(map(int, re.findall(r"ctxt_switches:\s+(\d+)", (task / "status").read_text())))
        ticks = sum(map(int, (self.proc / "stat").read_text().rsplit(")", 1)[1].split()[11:13]))
        return {"nanoseconds": nanoseconds, "ticks": ticks, "switches": switches}

    async def ended(self, patience):
        """Its exit status; None if it does not end."""
        try:
            return await asyncio.wait_for(asyncio.shield(self.process.wait()), patience)
        except asyncio.TimeoutError:
            return None

    async def kill(self):
        self.go_on()
        self.send(signal.SIGKILL)
        await self.process.wait()
