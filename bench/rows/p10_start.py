"""P10: from `bashan up` on a filled data directory to ready, and the memory of everything at rest."""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

from bench.harness import Line, Options, Outcome, Ratio
from bench.load import scratch
from bench.servers.product import product

MOST_SECONDS, MOST_MIB = 5.0, 500.0


class WarmStart:
    id = "P10"
    title = "`bashan up`: warm start to ready; memory of everything at rest, one township loaded"
    target = "≤ 5 s; ≤ 500 MiB"

    def run(self, options: Options) -> Outcome:
        folder = scratch()
        try:
            return _measured(folder, options)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, options: Options) -> Outcome:
    began = time.monotonic()
    with product(folder, demonstration=True):
        cold = time.monotonic() - began
    starts, memory = [], []
    for _ in range(min(options.rounds, 5)):
        began = time.monotonic()
        with product(folder, demonstration=True) as one:
            starts.append(time.monotonic() - began)
            time.sleep(3)
            memory.append(_pss_mib(one.pid, folder))
    return Outcome(
        lines=[
            Line("cold, demonstration made", {"seconds": round(cold, 1)}),
            Line("warm", {"seconds": round(median(starts), 2), "MiB": round(median(memory))}),
        ],
        ratios=[
            Ratio("warm start, s", median(starts), min(starts), max(starts), "≤ 5", median(starts) <= MOST_SECONDS),
            Ratio("memory, MiB", median(memory), min(memory), max(memory), "≤ 500", median(memory) <= MOST_MIB),
        ],
        notes=["Memory is the proportional set size of the process and its PostgreSQL's, 3 s after ready."],
    )


def _pss_mib(pid: int, folder: Path) -> float:
    """The process itself and every server process that works in the data directory."""
    total = 0.0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with suppress(OSError):
            ours = int(process.name) == pid or (process / "cwd").resolve().is_relative_to(folder)
            if ours:
                lines = (process / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
