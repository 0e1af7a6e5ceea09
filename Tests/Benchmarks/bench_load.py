#!/usr/bin/env python3
"""Measures eco load against the benchmark's C client (client.c), and prints a Markdown table.

Both drive the same server, which has a core of its own, in turns; both check every byte. A round gives one ratio of their CPU
time per message; a row tells the median. Then: the memory of 10,000 clients, and how late an open loop sends.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the sources' folder stays as it is
from bench import BARE, Bench, Broken, ROOT, figures_of, progress, running
from report import machine, summary, told_spread, told_success, write_markdown

BEGIN, END = "<!-- bench-load:begin -->", "<!-- bench-load:end -->"
ROWS = [
    ("100 clients, 64 B, 1 in flight", "--clients 100"),
    ("100 clients, 64 B, 16 in flight", "--clients 100 --depth 16"),
    ("50 clients, 16 KB", "--clients 50 --size 16384"),
    ("10,000 clients, 64 B", "--clients 10000"),
]
GOAL, MEMORY_GOAL, LATENESS_GOAL = 1.1, 128, 50
MEMORY_CLIENTS, RATE = 10_000, 50_000


class LoadBench(Bench):
    def load(self, port, arguments):
        """What eco load says of a run, as its JSON has it."""
        with tempfile.NamedTemporaryFile() as file:
            command = [self.eco, "load", f"127.0.0.1:{port}", "--json", file.name, *arguments.split()]
            with running(command, self.client_core, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as load:
                errors = load.communicate(timeout=600)[1].decode()
            # 70 is INVALID: late for the figures of a server, which are not the question here.
            if load.returncode not in (0, 70):
                raise Broken(f"eco load {arguments}: {errors.strip().splitlines()[-1]}")
            return json.loads(pathlib.Path(file.name).read_text())["runs"][0]

    def measure_both(self, load):
        figures = {}
        times = f"--warmup {min(0.3, self.seconds)} --duration {self.seconds}"
        with self.serving(BARE) as (pid, port):
            with running(self.client(pid, port, f"{load} {times}"), self.client_core, stdout=subprocess.PIPE) as client:
                told = figures_of(client, BARE, load)
                figures["client"] = told["client_cpu_ns"] / told["messages"]
        with self.serving(BARE) as (pid, port):
            run = self.load(port, f"{load} --warmup {min(0.3, self.seconds)}s --duration {self.seconds}s")
            figures["eco"] = run["generator"]["processorSeconds"] * 1e9 / run["messages"]
        return figures

    def measure_row(self, name, load):
        pairs = []
        for number in range(self.rounds):
            progress(f"eco load, {name}: round {number + 1} of {self.rounds}")
            pairs.append(self.measure_both(load))
        ratios = summary([pair["eco"] / pair["client"] for pair in pairs])
        middle = {side: statistics.median(pair[side] for pair in pairs) for side in ("client", "eco")}
        return name, ratios, middle

    def measure_memory(self):
        """User memory per client while all of them talk, one message in flight each."""
        sizes = {}
        with self.serving(BARE) as (_, port):
            for clients in (100, MEMORY_CLIENTS):
                sizes[clients] = self.load(port, f"--clients {clients} --warmup 1s --duration 2s")["generator"]["privateBytes"]
        return (sizes[MEMORY_CLIENTS] - sizes[100]) / (MEMORY_CLIENTS - 100)

    def measure_lateness(self):
        """Median and 99th percentile of how late an open loop sends, in microseconds."""
        runs = []
        with self.serving(BARE) as (_, port):
            for _ in range(5):
                lateness = self.load(port, f"--rate {RATE} --warmup 1s --duration 2s")["lateness"]
                runs.append((lateness["p50"] / 1000, lateness["p99"] / 1000))
        return [statistics.median(run[place] for run in runs) for place in (0, 1)]


def markdown(about, rows, memory, lateness, options):
    commit = about["commit"] + (" with changes" if about["changed"] else "")
    lines = [f"{about['processor']}, {about['cores']} cores, Linux {about['kernel']}; {about['date']}, commit {commit}; "
             f"{options.rounds} rounds of {options.seconds:g} s, the bare loop as the server, each side on a core of its own.", "",
             "| workload | goal | median ratio | spread | C client | eco load | met? |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for name, ratios, middle in rows:
        lines.append(f"| {name} | {GOAL:.2f} | {ratios['median']:.2f} | {told_spread(ratios)} | {middle['client'] / 1000:.3g} µs "
                     f"| {middle['eco'] / 1000:.3g} µs | {told_success(GOAL, ratios['median'])} |")
    lines.append(f"| user memory per client, of {MEMORY_CLIENTS:,}, a message in flight each | {MEMORY_GOAL} B | - | - | - "
                 f"| {memory:.0f} B | {'yes' if memory <= MEMORY_GOAL else 'no'} |")
    lines.append(f"| open loop, {RATE:,} a second: median lateness of sending | under {LATENESS_GOAL} µs | - "
                 f"| 99th percentile {lateness[1]:.0f} µs | - | {lateness[0]:.0f} µs | {'yes' if lateness[0] < LATENESS_GOAL else 'no'} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--eco", type=pathlib.Path, default=ROOT / ".build/release/eco", metavar="PATH")
    parser.add_argument("--build-dir", type=pathlib.Path, default=ROOT / ".build-bench", metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="rows whose name holds it, and no more than rows")
    parser.add_argument("--markdown", type=pathlib.Path, metavar="FILE", help=f"takes the table, between {BEGIN} and {END}")
    options = parser.parse_args()
    options.build_dir, options.eco = options.build_dir.resolve(), options.eco.resolve()
    bench = LoadBench(options)
    try:
        bench.compile()
        rows = [bench.measure_row(*row) for row in ROWS if options.only in row[0]]
        if options.only:
            return print(*((name, f"{ratios['median']:.3f}", told_spread(ratios)) for name, ratios, _ in rows), sep="\n")
        memory, lateness = bench.measure_memory(), bench.measure_lateness()
    except KeyboardInterrupt:
        return 130
    except (Broken, OSError, subprocess.TimeoutExpired) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    progress("")
    text = markdown(machine(), rows, memory, lateness, options)
    print(text)
    if options.markdown:
        write_markdown(options.markdown, text, BEGIN, END)
    return 0


if __name__ == "__main__":
    sys.exit(main())
