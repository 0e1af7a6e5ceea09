#!/usr/bin/env python3
"""Measures eco against the bare loop (bare_loop.c), in CPU time per message, and prints a Markdown table.

The two servers take turns on one core while a client that checks every byte (client.c) runs on another. A round gives
one ratio; a row tells the median of the rounds and how they spread. It is a figure, never a timed test: the exit status
is 0 unless something broke. `bench.py --help` lists the options.
"""
import argparse
import contextlib
import json
import os
import pathlib
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

sys.dont_write_bytecode = True  # the sources' folder stays as it is
from report import BEGIN, END, ROOT, machine, markdown, ratios, short_markdown, summary, write_markdown

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = {"bare_loop": ["bare_loop.c"], "client": ["client.c", "texts.c", "sample.c"]}
# The yardstick is the best that this processor can do: eco, too, chooses its vector instructions when it starts.
OPTIMISED = {"bare_loop": ["-O3", "-march=native"], "client": ["-O3"]}
IDLE_CLIENTS = 10_000
MEMORY_ROW, MEMORY_GOAL = "user memory per idle client, of 10,000", 32
MEMORY_ROUNDS = 3  # it hardly varies

BARE, BARE_LINGER = ("bare_loop",), ("bare_loop", "--linger")
ECO, ECO_LOGS, ECO_WORKERS = ("eco", "--quiet"), ("eco",), ("eco", "--quiet", "--model", "workers")


class Broken(Exception):
    """Something that makes a figure meaningless: a wrong byte, a server that died."""


@dataclass(frozen=True)
class Row:
    name: str
    load: str
    goal: float | None = None
    base: tuple = BARE
    subject: tuple = ECO
    subject_load: str = ""  # more options of the client, for the subject alone


CHURN = "--clients 100 --churn"
ROWS = [
    Row("100 clients, 64 B, 1 in flight", "--clients 100", 1.0),
    Row("100 clients, 64 B, 16 in flight", "--clients 100 --depth 16", 1.0),
    Row("50 clients, 16 KB", "--clients 50 --size 16384", 1.03),
    Row("10,000 clients, 64 B", "--clients 10000", 1.0),
    Row("connect, greeting, tchau, close", CHURN, 1.0, BARE_LINGER),
    Row("connect, greeting, tchau, close (bare loop that closes at once)", CHURN),
    Row("connect, greeting, tchau, close (eco with its log lines)", CHURN, None, BARE_LINGER, ECO_LOGS),
    Row("100 clients of Portuguese text, 64 B, 16 in flight (bare loop: ASCII)", "--clients 100 --depth 16",
        1.5, subject_load="--text portuguese"),
    Row("workers, 100 clients, 64 B", "--clients 100", 1.5, subject=ECO_WORKERS),
    Row("noise: bare loop against itself", "--clients 100", subject=BARE),
]
NAMES = [row.name for row in ROWS] + [MEMORY_ROW]


# --- Processes


def cores():
    """The core of the server and that of the client; the same one where there is no other."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[min(1, len(usable) - 1)]


@contextlib.contextmanager
def running(command, core, **streams):
    """A child on its core, which never outlives this block."""
    def prepare():
        os.sched_setaffinity(0, {core})
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    # In a session of its own, Ctrl-C in the terminal reaches only us, and we end the child.
    with subprocess.Popen(command, preexec_fn=prepare, start_new_session=True, **streams) as child:
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bench:
    def __init__(self, options):
        self.eco, self.build = options.eco, options.build_dir
        self.seconds, self.rounds = options.seconds, options.rounds
        self.server_core, self.client_core = cores()

    def compile(self):
        self.build.mkdir(parents=True, exist_ok=True)
        for name, sources in PROGRAMS.items():
            flags = [*OPTIMISED[name], "-Wall", "-Wextra", "-Werror", "-o", self.build / name]
            if subprocess.run(["gcc", *flags, *(HERE / source for source in sources)]).returncode != 0:
                raise Broken(f"{name} does not compile")

    def command(self, kind, port):
        program, *flags = kind
        if program == "bare_loop":
            return [self.build / "bare_loop", *flags, str(port)]
        return [self.eco, "serve", "--host", "127.0.0.1", "--port", str(port), *flags]

    @contextlib.contextmanager
    def serving(self, kind):
        """A fresh server, once it greets. Raises Broken if it dies, also if it dies of being told to leave."""
        port, name = free_port(), " ".join(kind)
        with tempfile.TemporaryFile() as errors:
            with running(self.command(kind, port), self.server_core, stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=errors) as server:
                def check(died):
                    if died:
                        errors.seek(0)
                        said = errors.read().decode(errors="replace").strip().splitlines()
                        raise Broken(f"{name} ended with status {server.returncode}: {said[-1] if said else 'no word'}")

                try:
                    wait_for_greeting(port, name, lambda: check(server.poll() is not None))
                    yield server.pid, port
                except (Broken, OSError):
                    # A client sees its connection end a moment before its server has ended.
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        server.wait(0.5)
                    check(server.poll() is not None)
                    raise
                check(server.poll() is not None)
                server.terminate()
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    raise Broken(f"{name} did not leave within 20 s of SIGTERM") from None
                check(server.returncode not in (0, -signal.SIGTERM))

    def client(self, pid, port, load):
        return [self.build / "client", "--port", str(port), "--pid", str(pid), *load.split()]

    def measure(self, kind, load):
        load = f"{load} --warmup {min(0.3, self.seconds)} --duration {self.seconds}"
        with self.serving(kind) as (pid, port), running(self.client(pid, port, load), self.client_core,
                                                        stdout=subprocess.PIPE) as client:
            return figures_of(client, kind, load)

    def measure_row(self, row, with_noise):
        sides = {"base": (row.base, row.load), "subject": (row.subject, f"{row.load} {row.subject_load}")}
        if with_noise:
            sides["again"] = sides["base"]
        pairs = []
        for number in range(self.rounds):
            progress(f"{row.name}: round {number + 1} of {self.rounds}")
            order = list(sides)[::-1 if number % 2 else 1]
            pairs.append({"order": order} | {side: self.measure(*sides[side]) for side in order})
        result = {"name": row.name, "goal": row.goal, "pairs": pairs, "ratio": summary(ratios(pairs, "subject"))}
        for side in sides:
            result[side] = {key: statistics.median(pair[side][key] for pair in pairs)
                            for key in ("cpu_ns_per_message", "rate")}
        if with_noise:
            result["noise"] = summary(ratios(pairs, "again"))
        return result

    def measure_memory(self, kind):
        """Bytes per idle client, before any has talked and after each has once."""
        with self.serving(kind) as (pid, port), socket.create_connection(("127.0.0.1", port), 10) as warm:
            read_line(warm)
            warm.sendall(b"oi\n")
            if read_line(warm) != b"OI\n":
                raise Broken(f"{' '.join(kind)} did not answer OI to oi")
            base = private_bytes(pid)
            with running(self.client(pid, port, f"--idle --clients {IDLE_CLIENTS}"), self.client_core,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
                figures = {"base_bytes": base}
                for expected, name in ((b"HOLDING\n", "idle"), (b"ASKED\n", "talked")):
                    line = client.stdout.readline()
                    if line != expected:
                        raise Broken(f"{' '.join(kind)}, {MEMORY_ROW}: {first_error(line)}")
                    figures[name] = (private_bytes(pid) - base) / IDLE_CLIENTS
                    client.stdin.write(b"\n")
                    client.stdin.flush()
                figures_of(client, kind, MEMORY_ROW)
                return figures

    def measure_memory_row(self):
        pairs = []
        for number in range(min(MEMORY_ROUNDS, self.rounds)):
            progress(f"{MEMORY_ROW}: round {number + 1}")
            pairs.append({"base": self.measure_memory(BARE), "subject": self.measure_memory(ECO)})
        result = {"name": MEMORY_ROW, "goal_bytes": MEMORY_GOAL, "pairs": pairs}
        for side in ("base", "subject"):
            result[side] = {key: statistics.median(pair[side][key] for pair in pairs) for key in ("idle", "talked")}
        return result


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def read_line(connection):
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            break
        line += byte
    return line


def wait_for_greeting(port, name, check_alive):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        check_alive()
        with contextlib.suppress(ConnectionRefusedError):
            with socket.create_connection(("127.0.0.1", port), 10) as connection:
                line = read_line(connection)
            if line.startswith(b"Servidor de eco (cliente "):
                return
            raise Broken(f"{name} greets with {line!r}")
        time.sleep(0.005)
    raise Broken(f"{name} does not listen within 10 s")


def first_error(line):
    with contextlib.suppress(ValueError):
        return json.loads(line)["first_error"]
    return "the client ended without a word"


def figures_of(client, kind, load):
    line, _ = client.communicate(timeout=600)
    if client.returncode != 0:
        raise Broken(f"{' '.join(kind)}, {load}: {first_error(line)}")
    figures = json.loads(line)
    if figures["messages"] == 0:
        raise Broken(f"{' '.join(kind)}, {load}: no message in the measured window")
    return figures


def private_bytes(pid):
    time.sleep(0.3)  # what the server puts off until it is idle is done by then
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Private_"))


# --- The command line


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--eco", type=pathlib.Path, default=ROOT / ".build/release/eco", metavar="PATH")
    parser.add_argument("--build-dir", type=pathlib.Path, default=ROOT / ".build-bench", metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1.0, help="of one measurement, after its warm-up (1.0)")
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="rows whose name holds it")
    parser.add_argument("--noise", action="store_true", help="the bare loop twice a round: each row's noise")
    parser.add_argument("--out", type=pathlib.Path, metavar="FILE", help="raw pairs (BUILD-DIR/results.json)")
    parser.add_argument("--readme", type=pathlib.Path, metavar="FILE", help="write a shorter table likewise")
    parser.add_argument("--markdown", type=pathlib.Path, metavar="FILE",
                        help=f"takes the table, between {BEGIN} and {END} if it has them, else whole")
    options = parser.parse_args()
    if not any(options.only.lower() in name.lower() for name in NAMES):
        parser.error(f"no row's name holds {options.only}: the rows are {'; '.join(NAMES)}")
    if options.rounds < 1 or options.seconds <= 0:
        parser.error("--rounds and --seconds must be above 0")
    options.build_dir, options.eco = options.build_dir.resolve(), options.eco.resolve()
    return options


def measure_all(options, results):
    bench = Bench(options)
    bench.compile()
    chosen = [row for row in ROWS if options.only.lower() in row.name.lower()]
    # Sessions that come and go leave tens of thousands of sockets in TIME_WAIT for a minute, which the kernel must then
    # clear away: they are measured last, so that no other row pays.
    for row in sorted(chosen, key=lambda row: "--churn" in row.load):
        results.append(bench.measure_row(row, options.noise))
    if options.only.lower() in MEMORY_ROW.lower():
        results.append(bench.measure_memory_row())
    progress("")


def main():
    options, results, problem = parse(), [], None
    if not os.access(options.eco, os.X_OK):
        print(f"bench: {options.eco} is no program: build it first (swift build -c release) or name it with --eco",
              file=sys.stderr)
        return 66
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        measure_all(options, results)
    except KeyboardInterrupt:
        return 130
    except (Broken, OSError, subprocess.TimeoutExpired) as error:
        progress("")
        problem = error
    results.sort(key=lambda result: NAMES.index(result["name"]))
    about, out = machine(), options.out or options.build_dir / "results.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"machine": about, "rounds": options.rounds, "seconds": options.seconds,
                               "broken": str(problem) if problem else None, "rows": results}, indent=1))
    text = markdown(about, results, options.rounds, options.seconds, len(set(cores())) == 1)
    if results:
        print(text)
    if problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    if options.markdown:
        write_markdown(options.markdown, text)
    if options.readme:
        write_markdown(options.readme, short_markdown(about, results, options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
