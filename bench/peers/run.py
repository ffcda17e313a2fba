#!/usr/bin/python3
"""Measures the peers, and with --ours our own program, in interleaved rounds on one core; see README.md."""
import os

ENVIRONMENT = dict(os.environ)  # ours runs in the caller's environment; the peers' is set by problem.py

import argparse
import json
import re
import resource
import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path

try:
    import machine
    import problem as p
    from judge import faults
    import numpy as np
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is missing from {sys.executable}: apt-get install python3-torch python3-numpy "
             "libopenblas0-pthread, and run with Debian's python3")

HERE = Path(__file__).resolve().parent
PEERS = {  # name: (what it is, whether it draws its own dropout masks)
    "article": ("PyTorch as the article writes it", True),
    "tuned": ("PyTorch tuned, autograd", False),
    "manual": ("PyTorch, hand-written gradients", False),
    "stacked": ("PyTorch, eight configurations stacked", False),
    "hybrid": ("the stacked program on NumPy's matmul", False),
}
DROPOUTS = (0.0, 0.2)
UNDISTURBED = 0.97  # of the core left to a run by everything else
CASES = {0.0: re.compile("notebook"), 0.2: re.compile(r"dropout 0\.2")}  # names in ours' JSON


def arguments():
    parser = argparse.ArgumentParser(description="Seconds per configuration of the article's λ sweep, by program.")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
    parser.add_argument("--retries", type=int, default=2, help="more tries at a run that was disturbed (default 2)")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="the core to run on")
    parser.add_argument("--peers", default=",".join(PEERS), help="which peers, with commas (default all)")
    parser.add_argument("--ours", metavar="COMMAND", help="run in every round; prints JSON with seconds_per_configuration")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measured number there")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there")
    options = parser.parse_args()
    options.peers = options.peers.split(",") if options.peers else []
    unknown = [peer for peer in options.peers if peer not in PEERS]
    if unknown:
        parser.error(f"--peers: must be of {', '.join(PEERS)}; found {', '.join(unknown)}")
    if options.rounds < 1:
        parser.error(f"--rounds must be >= 1, found {options.rounds}")
    return options


def output(command, core, **how):
    """The JSON object a command prints, run on one core, and the share of the core that nothing else used."""
    busy, own, wall = busy_seconds(core), children_seconds(), time.monotonic()
    done = subprocess.run(["taskset", "-c", str(core), *command], stdout=subprocess.PIPE, text=True, **how)
    busy, own, wall = busy_seconds(core) - busy, children_seconds() - own, time.monotonic() - wall
    if done.returncode != 0:
        raise SystemExit(f"{shlex.join(command)}: must exit with 0, found {done.returncode}")
    try:
        return json.loads(done.stdout), min(1.0, 1 - (busy - own) / wall)
    except ValueError:
        raise SystemExit(f"{shlex.join(command)}: must print one JSON object, found {done.stdout[:200]!r}") from None


def busy_seconds(core):
    """Seconds the core was not idle since boot, by anyone, the hypervisor's other guests included."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _wait, *rest = next(line for line in file if line.startswith(f"cpu{core} ")).split()[1:]
    interrupts, soft, steal = rest[:3]
    return sum(map(int, (user, nice, system, interrupts, soft, steal))) / os.sysconf("SC_CLK_TCK")


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def quietly(run, retries):
    """run() → (result, share of the core), again while the core was shared: the least disturbed of the tries."""
    best = None
    for _ in range(retries + 1):
        found = run()
        if best is None or found[1] > best[1]:
            best = found
        if best[1] >= UNDISTURBED:
            break
    return best


def train(script, dropout, options, retries):
    command = [sys.executable, str(HERE / f"{script}.py"), "--dropout", str(dropout)]
    found, share = quietly(lambda: output(command, options.core), retries)
    losses = p.Losses(np.array(found.pop("training")), np.array(found.pop("validation")))
    return {**found, "undisturbed": share}, losses


def ours(options):
    """[(name of the row, dropout, measurement)] of one run of our program."""
    found, share = quietly(lambda: output(["sh", "-c", options.ours], options.core, env=ENVIRONMENT), options.retries)
    peak = found.get("fma_peak_gflops")
    if "cases" not in found:
        return [("ours", 0.0, {**found, "undisturbed": share})]
    rows = []
    for case in found["cases"]:
        for dropout, name in CASES.items():
            if name.fullmatch(case["name"]):
                row = "ours" if case.get("path", "default") == "default" else f"ours, {case['path']} path"
                rows.append((row, dropout, {"fma_peak_gflops": peak, **case, "undisturbed": share}))
    if not rows:
        raise SystemExit(f"--ours: must have a case named notebook, found {[case['name'] for case in found['cases']]}")
    return rows


def measure(options):
    """→ {row: {dropout: [measurement of each round]}}; stops at the first wrong loss."""
    runs = {}
    expected = {}
    if options.peers:
        for dropout in DROPOUTS:
            tell(f"reference, p = {dropout}")
            expected[dropout] = train("reference", dropout, options, retries=0)[1]
    for number in range(1, options.rounds + 1):
        for peer in options.peers:
            for dropout in DROPOUTS:
                measured, losses = train(peer, dropout, options, options.retries)
                wrong = faults(losses, expected[dropout], dropout, own_masks=PEERS[peer][1])
                if wrong:
                    raise SystemExit(f"{peer}, p = {dropout}: wrong losses\n  " + "\n  ".join(wrong))
                record(runs, number, peer, dropout, measured)
        for row, dropout, measured in ours(options) if options.ours else []:
            record(runs, number, row, dropout, measured)
    return runs


def record(runs, number, row, dropout, measured):
    runs.setdefault(row, {}).setdefault(dropout, []).append(measured)
    tell("round {}, {}, p = {}: {seconds_per_configuration:.3f} s, {undisturbed:.0%} of the core".format(
        number, row, dropout, **measured))


def tell(line):
    print(line, file=sys.stderr, flush=True)


def shares(by):
    return [run["undisturbed"] for measured in by.values() for run in measured]


def seconds(measured):
    return [run["seconds_per_configuration"] for run in measured]


def table(runs, facts, options):
    """The Markdown table; ratios are of medians."""
    medians = {row: {d: statistics.median(seconds(m)) for d, m in by.items()} for row, by in runs.items()}
    against = [row for row in ("article", "ours") if row in medians]
    heads = ["", "program"]
    for dropout in DROPOUTS:
        case = "no dropout" if dropout == 0 else f"p = {dropout}"
        heads += [f"{case}: s per configuration", "min – max"]
        heads += ["× article" if row == "article" else "ours is × faster" for row in against]
    heads += ["least of the core"]
    lines = [" | ".join(heads), " | ".join(["---"] * 2 + ["---:"] * (len(heads) - 2))]
    for row, by in runs.items():
        cells = [row, PEERS[row][0] if row in PEERS else "this repository"]
        for dropout in DROPOUTS:
            if dropout not in by:
                cells += ["–"] * (2 + len(against))
                continue
            values, median = seconds(by[dropout]), medians[row][dropout]
            cells += [f"{median:.3f}", f"{min(values):.3f} – {max(values):.3f}"]
            for other in against:
                reference = medians[other].get(dropout)
                ratio = None if reference is None else reference / median if other == "article" else median / reference
                cells.append("–" if ratio is None else f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}")
        cells.append(f"{min(shares(by)):.0%}")
        lines.append(" | ".join(cells))
    peaks = [run["fma_peak_gflops"] for by in runs.values() for m in by.values() for run in m if run.get("fma_peak_gflops")]
    about = [
        f"CPU: {facts['cpu']}, one core" + (f", FMA peak {statistics.median(peaks):.0f} GFLOP/s." if peaks else "."),
        f"Python {facts['python']}, PyTorch {facts['torch']} (ATen {facts['aten']}), NumPy {facts['numpy']}, {facts['blas']}.",
        f"Medians of {options.rounds} interleaved rounds; eight λ, 50 epochs with validation; `bench/peers/run.py`.",
    ]
    return "\n".join([*("| " + line + " |" for line in lines), "", *("- " + line for line in about)]) + "\n"


def main():
    options = arguments()
    facts = machine.describe()
    runs = measure(options)
    text = table(runs, facts, options)
    print(text, end="")
    least = min((share for by in runs.values() for share in shares(by)), default=1)
    if least < UNDISTURBED:
        tell(f"Something else used core {options.core}: a program got {least:.0%} of it. Trust the minima, or run again.")
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    if options.json:
        rows = {row: {str(d): measured for d, measured in by.items()} for row, by in runs.items()}
        everything = {"machine": facts, "rounds": options.rounds, "lambdas": p.LAMBDAS, "programs": rows}
        options.json.write_text(json.dumps(everything, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
