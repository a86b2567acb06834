"""Results as JSON and as a Markdown table, with machine and method. A run of some rows keeps the others' results."""

import json
import os
import platform
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.harness import Options, Outcome, Row
from bench.load import generator
from bench.rows.p6_peers import PYTHON

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "results.json"
TABLE = FOLDER / "RESULTS.md"
QUICK_RESULTS, QUICK_TABLE = FOLDER / "var" / "quick.json", FOLDER / "var" / "QUICK.md"
PLOTS = FOLDER / "plots"
SIZING = FOLDER.parent / "docs" / "operations" / "sizing.md"
BASIS_BEGINS, BASIS_ENDS = "<!-- measured: written by the bench -->", "<!-- end -->"
BASIS = (
    ("P1", "ours → FastAPI", "req/s"),
    ("P2", "ours", "req/s"),
    ("P3", "ours, two processes", "req/s"),
    ("P4", "seconds for a million grades", ""),
    ("P6", "ours", "seconds"),
    *(("P7", f"{rate} req/s, {kind}", "p95 ms") for rate in (50, 200) for kind in ("read", "search", "write")),
    ("P8", "500 households", "bytes"),
    ("P9", "record", ""),
    ("P9", "rescoring per household", ""),
    *(("P10", name, "MiB") for name in ("gateway", "households", "cadres", "credit", "PostgreSQL", "database on disk")),
    ("P10", "warm start", ""),
    ("P11", "plan", "seconds"),
    ("P12", "record", "CPU µs"),
)
"""What the sizing rests on: row, beginning of a line's or ratio's name, and the line's column."""


def machine() -> str:
    """Processor, cores, Python and kernel, in one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    kernel = platform.release().partition("-")[0]
    return f"{model}, {os.cpu_count()} cores, CPython {platform.python_version()}, Linux {kernel}"


def record(row: Row, outcome: Outcome, options: Options, took: float = 0.0) -> dict[str, Any]:
    """One row's result as it is stored, with the load on the machine and the seconds that measuring took."""
    return {
        "title": row.title,
        "target": row.target,
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": machine(),
        "method": f"{options.rounds} rounds of {options.seconds:g} s by turns, load by {generator()}",
        "took": round(took),
        "load": [round(one, 1) for one in os.getloadavg()],
        **asdict(outcome),
        "notes": [*outcome.notes, *(f"Cut short for want of time: {cut}." for cut in options.allowance.cut)],
    }


def table_of(*, quick: bool) -> Path:
    return QUICK_TABLE if quick else TABLE


def write(results: Mapping[str, Mapping[str, Any]], *, quick: bool = False) -> None:
    """Merge into the stored results and write both files. What was measured quickly stands apart and is not committed:
    it is a look, and the sizing rests on whole runs."""
    stored, table = QUICK_RESULTS if quick else RESULTS, table_of(quick=quick)
    stored.parent.mkdir(exist_ok=True)
    known: dict[str, Any] = json.loads(stored.read_text("utf-8")) if stored.exists() else {}
    merged = dict(sorted((known | dict(results)).items(), key=lambda item: int(item[0][1:])))
    stored.write_text(json.dumps(merged, ensure_ascii=False, indent=1) + "\n", "utf-8")
    table.write_text(_markdown(merged), "utf-8")
    if not quick:
        write_basis(merged)


def draw() -> None:
    """A plot of each stored row, by the environment that `make bench` makes, because it has matplotlib."""
    if not PYTHON.exists():
        print(f"no plots: {PYTHON.parent.parent} is not there; `make bench` makes it")
        return
    subprocess.run([str(PYTHON), str(FOLDER / "plots.py"), str(RESULTS), str(PLOTS)], check=True)
    TABLE.write_text(_markdown(json.loads(RESULTS.read_text("utf-8"))), "utf-8")


def write_basis(results: Mapping[str, Mapping[str, Any]]) -> None:
    """Refreshes the table of docs/operations/sizing.md that says what its figures rest on."""
    head, begin, rest = SIZING.read_text("utf-8").partition(BASIS_BEGINS)
    _, end, tail = rest.partition(BASIS_ENDS)
    SIZING.write_text(f"{head}{begin}\n{basis(results)}{end}{tail}", "utf-8")


def basis(results: Mapping[str, Mapping[str, Any]]) -> str:
    """A line for each measured one of BASIS, with the day and the load; others are said to be missing."""
    rows = ["| row | measured | value | target | when, load averages |", "|---|---|---|---|---|"]
    for row, name, column in BASIS:
        result = results.get(row, {"lines": (), "ratios": ()})
        found = {(ratio["name"], ""): (f"{ratio['value']:,g}", ratio["target"]) for ratio in result["ratios"]}
        found |= {
            (line["name"], key): (f"{value:,g} {key}", "")
            for line in result["lines"]
            for key, value in line["values"].items()
        }
        matching = [(what, told) for what, told in found.items() if what[0].startswith(name) and what[1] == column]
        when = f"{result.get('when', '')}, {'/'.join(map(str, result.get('load', ())))}"
        rows += [f"| {row} | {what[0]} | {value} | {target} | {when} |" for what, (value, target) in matching]
        rows += [] if matching else [f"| {row} | {name} | not measured yet | | |"]
    return "\n".join(rows) + "\n"


def _markdown(results: Mapping[str, Mapping[str, Any]]) -> str:
    parts = [
        "# Measured performance",
        "",
        "Made by `python -m bench` (`--only P1`; what `--quick` sees is kept apart). Ours and the reference run by",
        "turns on the same machine;",
        "figures are medians, a ratio is the median over neighbouring runs, with the extremes behind it. `others %` is",
        "the share of the machine that processes outside the measurement used meanwhile; where at least three pairs",
        "were left alone only those count, and a ratio without is marked disturbed.",
        "",
    ]
    for name, result in results.items():
        parts += [f"## {name}: {result['title']}", "", f"Target: {result['target']}", ""]
        if result["skipped"]:
            parts += [f"Skipped: {result['skipped']}", ""]
            continue
        if (PLOTS / f"{name.lower()}.svg").exists():
            parts += [f"![{name}](plots/{name.lower()}.svg)", ""]
        parts += _lines(result["lines"])
        parts += ["| ours ÷ reference | value | range | pairs | target | |", "|---|---|---|---|---|---|"]
        for ratio in result["ratios"]:
            verdict = ("met" if ratio["met"] else "**missed**") if ratio["target"] else ""
            span = f"{ratio['low']:.2f} – {ratio['high']:.2f}"
            pairs = f"{ratio.get('pairs') or ''}" + ("" if ratio.get("quiet", True) else ", disturbed")
            parts.append(
                f"| {ratio['name']} | {ratio['value']:.2f} | {span} | {pairs} | {ratio['target']} | {verdict} |"
            )
        parts += ["", *(f"- {note}" for note in result["notes"])]
        loaded = "/".join(f"{one:g}" for one in result.get("load", ()))
        told = f"; load averages at its end {loaded}; measured in {result['took']} s" if loaded else ""
        parts += ["", f"{result['when']}; {result['machine']}; {result['method']}{told}.", ""]
    return "\n".join(parts)


def _lines(lines: list[dict[str, Any]]) -> list[str]:
    if not lines:
        return []
    columns = list(dict.fromkeys(column for line in lines for column in line["values"]))
    rows = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    rows += [
        f"| {line['name']} | " + " | ".join(_figure(line["values"].get(column)) for column in columns) + " |"
        for line in lines
    ]
    return [*rows, ""]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,}"
