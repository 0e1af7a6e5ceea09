"""What bench.py makes of its figures: ratios, a Markdown table, and the machine they hold for."""
import datetime
import os
import pathlib
import platform
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def ratios(pairs, side):
    return [pair[side]["cpu_ns_per_message"] / pair["base"]["cpu_ns_per_message"] for pair in pairs]


def summary(values):
    quartiles = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return {"median": statistics.median(values), "min": min(values), "max": max(values),
            "lower_quartile": quartiles[0], "upper_quartile": quartiles[2]}


def told_spread(figures):
    return "{min:.2f} to {max:.2f}, quartiles {lower_quartile:.2f} and {upper_quartile:.2f}".format(**figures)


def told_side(side):
    microseconds, rate = side["cpu_ns_per_message"] / 1000, side["rate"]
    per_second = f"{rate / 1e6:.2f}M/s" if rate >= 1e6 else f"{rate / 1e3:.1f}k/s"
    return f"{microseconds:.3g} µs, {per_second}"


def lines_of(result):
    """The cells of a result's lines: memory has two, all others one."""
    base, subject = result["base"], result["subject"]
    if "goal_bytes" in result:
        goal = result["goal_bytes"]
        return [[f"{result['name']}, {when}", f"{goal} B", "-", "-", f"{base[key]:.1f} B", f"{subject[key]:.1f} B",
                 "yes" if subject[key] <= goal else "no"]
                for key, when in (("idle", "before traffic"), ("talked", "after traffic"))]
    goal, ratio = result["goal"], result["ratio"]
    return [[result["name"], "-" if goal is None else f"{goal:.2f}", f"{ratio['median']:.2f}", told_spread(ratio),
             told_side(base), told_side(subject), told_success(goal, ratio["median"])]]


def told_success(goal, ratio):
    """Goals of 1.00 have a margin of 5 %, which is what a machine like ours can tell apart."""
    if goal is None:
        return "-"
    ratio = round(ratio, 2)
    return "yes" if ratio <= goal else "within the margin" if goal == 1.0 and ratio <= 1.05 else "no"


def table(results):
    with_noise = any("noise" in result for result in results)
    titles = ["workload", "goal", "median ratio", "spread", "bare loop", "eco", "met?"] + ["noise"] * with_noise
    lines = [titles, ["---"] * len(titles)]
    for result in results:
        noise = [told_spread(result["noise"]) if "noise" in result else "-"] * with_noise
        lines += [line + noise for line in lines_of(result)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine():
    def git(*words):
        return subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True).stdout.strip()

    processor = platform.machine()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.split(":", 1)[1].strip()
            break
    commit = git("rev-parse", "--short", "--verify", "HEAD") or "none"
    return {"processor": processor, "cores": os.cpu_count(), "kernel": platform.release(),
            "date": datetime.date.today().isoformat(), "commit": commit,
            "changed": bool(git("status", "--porcelain"))}


def markdown(about, results, rounds, seconds, shares_a_core):
    commit = about["commit"] + (" with changes" if about["changed"] else "")
    shares = " Server and client shared one core: believe no rate." if shares_a_core else ""
    machine = f"{about['processor']}, {about['cores']} cores, Linux {about['kernel']}"
    return f"""{machine}; {about['date']}, commit {commit}; {rounds} rounds of {seconds:g} s a server.{shares}
The ratio is eco's CPU time per message over the bare loop's in the same round. The columns of the two servers give \
medians of CPU time per message (per session where clients come and go) and of messages per second.

{table(results)}
"""


def short_markdown(about, results, rounds):
    """The table for a first look: what was measured, what it came to, what it may be."""
    lines = ["| workload | eco, x bare C loop | goal | rate |", "| --- | --- | --- | --- |"]
    for result in results:
        if "goal_bytes" in result:
            lines += [f"| {line[0]} | {line[5]} | {line[1]} | |" for line in lines_of(result)]
        elif result["goal"] is not None:
            rate = told_side(result["subject"]).split(", ")[1]
            lines.append(f"| {result['name']} | {result['ratio']['median']:.2f} | {result['goal']:.2f} | {rate} |")
    return "\n".join(lines) + f"\n\n{about['processor']}, {about['cores']} cores, {about['date']}, `make bench ROUNDS={rounds}`.\n"


def write_markdown(path, text, begin=BEGIN, end=END):
    """Between the markers if the file has them, else the whole file."""
    whole = path.read_text() if path.exists() else ""
    if begin in whole and end in whole.split(begin, 1)[1]:
        before, rest = whole.split(begin, 1)
        text = f"{before}{begin}\n{text}{end}{rest.split(end, 1)[1]}"
    path.write_text(text)
