"""What a soak tells: a verdict a line, and the same as a block of Markdown."""
import datetime
import os
import pathlib
import platform
import subprocess

from plan import ROOT


def machine():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{processor}, {os.cpu_count()} cores, Linux {platform.release()}"


def commit():
    words = ["git", "-C", ROOT, "rev-parse", "--short", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True).stdout.strip() or "none"


def heading(plan, soak):
    keepalive = f"keepalive from {plan.keepalive} s on" if plan.keepalive else "keepalive by default"
    return f"{plan.model}, {plan.minutes:g} minutes, {plan.idle:,} idle clients, {keepalive}, seed {plan.seed}"


def stalls(soak):
    seconds = max((ledger["stalls"] for ledger in soak.ledgers), default=0)
    return f"This side stood still for {seconds:.1f} s at the most."


def text(plan, soak, verdicts):
    held, failed, unchecked = (sum(verdict.passed is value for verdict in verdicts) for value in (True, False, None))
    total = f"{held} verdicts hold, {failed} fail, {unchecked} not checked"
    return "\n".join([heading(plan, soak), *map(str, verdicts), stalls(soak), f"{total} ({plan.model}, seed {plan.seed})"])


def write(plan, soak, verdicts):
    """Puts the figures between the markers of this model, or at the end of the file if it has none."""
    begin, end = f"<!-- soak-{plan.model}:begin -->", f"<!-- soak-{plan.model}:end -->"
    words = {True: "held", False: "failed", None: "not checked"}
    lines = [f"{machine()}; {datetime.date.today().isoformat()}, commit {commit()}. {heading(plan, soak)}. {stalls(soak)}", "",
             "| what | | figures |", "| --- | --- | --- |"]
    lines += [f"| {verdict.what} | {words[verdict.passed]} | {verdict.figures} |" for verdict in verdicts]
    block = "\n".join([begin, *lines, end])
    whole = plan.markdown.read_text() if plan.markdown.exists() else ""
    if begin in whole and end in whole.split(begin, 1)[1]:
        before, rest = whole.split(begin, 1)
        whole = before + block + rest.split(end, 1)[1]
    else:
        whole += "\n" * bool(whole) + block + "\n"
    plan.markdown.write_text(whole)
