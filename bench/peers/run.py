#!/usr/bin/python3
"""Measures the peers, and with --ours our own program, in interleaved rounds on one core; see README.md."""
import os

ENVIRONMENT = dict(os.environ)  # ours runs in the caller's environment; the peers' is set by problem.py

import argparse
import json
import re
import shlex
import statistics
import subprocess
import sys
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
CASES = {0.0: re.compile("notebook"), 0.2: re.compile(r"notebook\b.*(dropout|p ?= ?0?\.2).*")}  # names in ours' JSON


def arguments():
    parser = argparse.ArgumentParser(description="Seconds per configuration of the article's λ sweep, by program.")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
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
    """The JSON object a command prints, run on one core."""
    done = subprocess.run(["taskset", "-c", str(core), *command], stdout=subprocess.PIPE, text=True, **how)
    if done.returncode != 0:
        raise SystemExit(f"{shlex.join(command)}: must exit with 0, found {done.returncode}")
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"{shlex.join(command)}: must print one JSON object, found {done.stdout[:200]!r}") from None


def train(script, dropout, core):
    found = output([sys.executable, str(HERE / f"{script}.py"), "--dropout", str(dropout)], core)
    losses = p.Losses(np.array(found.pop("training")), np.array(found.pop("validation")))
    return found, losses


def ours(command, core):
    """[(name of the row, dropout, measurement)] of one run of our program."""
    found = output(["sh", "-c", command], core, env=ENVIRONMENT)
    if "cases" not in found:
        return [("ours", 0.0, {"seconds_per_configuration": found["seconds_per_configuration"]})]
    rows = []
    for case in found["cases"]:
        for dropout, name in CASES.items():
            if name.fullmatch(case["name"]):
                row = "ours" if case.get("path", "default") == "default" else f"ours, {case['path']} path"
                rows.append((row, dropout, {"fma_peak_gflops": found.get("fma_peak_gflops"), **case}))
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
            expected[dropout] = train("reference", dropout, options.core)[1]
    for number in range(1, options.rounds + 1):
        for peer in options.peers:
            for dropout in DROPOUTS:
                measured, losses = train(peer, dropout, options.core)
                wrong = faults(losses, expected[dropout], dropout, own_masks=PEERS[peer][1])
                if wrong:
                    raise SystemExit(f"{peer}, p = {dropout}: wrong losses\n  " + "\n  ".join(wrong))
                runs.setdefault(peer, {}).setdefault(dropout, []).append(measured)
                tell(f"round {number}, {peer}, p = {dropout}: {measured['seconds_per_configuration']:.3f} s")
        for row, dropout, measured in ours(options.ours, options.core) if options.ours else []:
            runs.setdefault(row, {}).setdefault(dropout, []).append(measured)
            tell(f"round {number}, {row}, p = {dropout}: {measured['seconds_per_configuration']:.3f} s")
    return runs


def tell(line):
    print(line, file=sys.stderr, flush=True)


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
    heads += ["least share of the core"]
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
        shares = [run["share_of_core"] for measured in by.values() for run in measured if "share_of_core" in run]
        cells.append(f"{min(shares):.0%}" if shares else "–")
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
    shares = [r["share_of_core"] for by in runs.values() for m in by.values() for r in m if "share_of_core" in r]
    if shares and min(shares) < 0.97:
        tell(f"Something else used core {options.core}: a peer got {min(shares):.0%} of it. Trust the minima, or run again.")
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    if options.json:
        rows = {row: {str(d): measured for d, measured in by.items()} for row, by in runs.items()}
        record = {"machine": facts, "rounds": options.rounds, "lambdas": p.LAMBDAS, "programs": rows}
        options.json.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
