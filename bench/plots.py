"""Draws each row of results.json: what was measured, and how each ratio stands to its target.

Runs in the bench's own environment, which has matplotlib: `plots.py results.json folder`.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "bashan", "font.size": 8, "axes.spines.top": False, "axes.spines.right": False})
STEP = re.compile(r"(\d+) req/s, (\w+)")
MET, MISSED, TOLD = "tab:green", "tab:red", "tab:gray"


def main(results: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, row in json.loads(results.read_text("utf-8")).items():
        if row["lines"]:
            figure = _figure(row)
            figure.suptitle(f"{name}: {row['title']}")
            figure.savefig(folder / f"{name.lower()}.svg", metadata={"Date": None})
            plt.close(figure)


def _figure(row: dict[str, Any]) -> Any:
    height = 1.2 + 0.3 * max(len(row["lines"]), len(row["ratios"]))
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, min(height, 8)), layout="constrained")
    steps = [(STEP.fullmatch(line["name"]), line["values"]) for line in row["lines"]]
    if all(match for match, _ in steps):
        _draw_steps(left, steps)
    else:
        _draw_lines(left, row["lines"])
    _draw_ratios(right, row["ratios"])
    return figure


def _draw_steps(axes: Any, steps: list[Any]) -> None:
    """p95 over the rate, a curve for each kind."""
    for kind in dict.fromkeys(match[2] for match, _ in steps):
        of_kind = [(int(match[1]), values["p95 ms"]) for match, values in steps if match[2] == kind]
        axes.plot(*zip(*of_kind, strict=True), marker="o", label=kind)
    axes.set(xlabel="requests a second", ylabel="p95, ms", yscale="log")
    axes.legend()


def _draw_lines(axes: Any, lines: list[Any]) -> None:
    """The first figure that the lines have."""
    column = next(iter(lines[0]["values"]))
    told = [line for line in lines if column in line["values"]]
    bars = axes.barh([line["name"] for line in told], [line["values"][column] for line in told], color="tab:blue")
    axes.bar_label(bars, fmt="{:,.6g}", padding=2)
    axes.invert_yaxis()
    axes.set_xlabel(column)


def _draw_ratios(axes: Any, ratios: list[Any]) -> None:
    """Each in shares of its target, where it has one, with the range of the pairs; the line is the target."""
    for place, one in enumerate(ratios):
        bound = re.search(r"[\d.]+", one["target"])
        scale = float(bound[0]) if bound and float(bound[0]) else 1.0
        colour = (MET if one["met"] else MISSED) if one["target"] else TOLD
        axes.plot([one["low"] / scale, one["high"] / scale], [place, place], color=colour)
        axes.plot(one["value"] / scale, place, "o", color=colour)
    axes.axvline(1.0, color="black", linewidth=0.7)
    axes.set_yticks(range(len(ratios)), [f"{one['name']} {one['target']}" for one in ratios])
    axes.invert_yaxis()
    axes.set_xlabel("÷ target")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
