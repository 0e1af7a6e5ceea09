"""What the server writes: its lines on standard output, and its counters and diagnostics on standard error."""
import json
import pathlib
import re

COMING = re.compile("Conexão estabelecida de [0-9.:]+$".encode())
SERVING = re.compile("atendendo cliente\\.\\.\\.$".encode())
WAITING = re.compile("Aguarda conexão na porta [0-9]+$".encode())
COUNTERS = b'{"clients":'


class GrowingFile:
    """A file that somebody else appends to, read line by line."""

    def __init__(self, path):
        path.touch()
        self.file = open(path, "rb")
        self.rest = b""

    def new_lines(self):
        while data := self.file.read(1 << 20):
            *lines, self.rest = (self.rest + data).split(b"\n")
            yield from lines


class ServerLog:
    """The two logs of a server. A full disk tears lines: what stands at the end of a torn one still counts."""

    def __init__(self, folder):
        self.out_path, self.error_path = folder / "out", folder / "err"
        self.out, self.error = GrowingFile(self.out_path), GrowingFile(self.error_path)
        self.out_lines = 0
        self.reports = []
        self.diagnostics = []
        self.torn = 0
        self.steps_back = []

    def read(self):
        """Takes in what is new; says whether there was a report."""
        before = len(self.reports)
        for line in self.out.new_lines():
            if any(form.search(line) for form in (COMING, SERVING, WAITING)):
                self.out_lines += 1
            elif line:
                self.torn += 1
        for line in self.error.new_lines():
            self._take(line)
        return len(self.reports) > before

    def _take(self, line):
        begin = line.rfind(COUNTERS)
        if begin < 0:
            if line:
                self.diagnostics.append(line.decode(errors="replace"))
            return
        try:
            report = json.loads(line[begin:])
        except ValueError:
            self.torn += 1
            return
        if self.reports:
            self._compare(self.reports[-1], report)
        self.reports.append(report)

    def _compare(self, before, after):
        """Figures that count from the start never go back, and no session ends that has not begun."""
        flat_before, flat_after = flat(before), flat(after)
        for name, value in flat_before.items():
            if name not in NOW and flat_after[name] < value:
                self.steps_back.append(f"{name} {value:,} then {flat_after[name]:,}")
        ended = sum(after["closed"].values())
        # Who has ended is still connected while it lingers.
        if not after["accepted"] - ended <= after["clients"] <= after["accepted"]:
            self.steps_back.append(f"{after['clients']} clients of {after['accepted']} accepted and {ended} ended")

    def last_words(self):
        """What it said last on standard error."""
        self.read()
        return self.diagnostics[-1] if self.diagnostics else "it said nothing"

    @property
    def last(self):
        return self.reports[-1] if self.reports else None


# The fields that tell a moment.
NOW = {"clients", "pendingBytes", "clientsNotReadFrom"}


def flat(report):
    """A report with one name for each figure: `closed.broken`."""
    figures = {}
    for name, value in report.items():
        if isinstance(value, dict):
            figures |= {f"{name}.{part}": count for part, count in value.items()}
        else:
            figures[name] = value
    return figures


class LogDisk:
    """The file system that the logs are on: it can be filled to the last byte, and emptied. None where mounts are not ours."""

    def __init__(self, folder, can_mount, megabytes, run):
        self.folder, self.can_fill = folder, can_mount
        folder.mkdir()
        if can_mount:
            run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
        self.filler = folder / "filler"
        self.fills = 0

    def fill(self):
        self.fills += 1
        with open(self.filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 20))
            except OSError:
                pass  # It is full: that was the purpose.

    def empty(self):
        pathlib.Path(self.filler).unlink(missing_ok=True)
