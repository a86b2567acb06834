"""P10: from `bashan up` on a filled data directory to ready, and the memory of everything at rest."""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

from bench.harness import Line, Options, Outcome, bound
from bench.load import scratch
from bench.processes import of_product
from bench.servers.prefecture import filled
from bench.servers.product import product

MOST_SECONDS, MOST_MIB, REST_SECONDS = 5.0, 500.0, 3.0


class WarmStart:
    id = "P10"
    title = "`bashan up`: cold and warm start to ready; memory at rest, one township loaded, and of each process"
    target = "≤ 5 s; ≤ 500 MiB"

    def run(self, options: Options) -> Outcome:
        folder = scratch()
        try:
            return _measured(folder, options)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, options: Options) -> Outcome:
    empty, cold = _seconds_to_ready(folder / "empty", demonstration=False), _seconds_to_ready(folder / "shown")
    starts, memory = [], []
    for number in range(min(options.rounds, 5)):
        if number and not options.allowance.fits(MOST_SECONDS + REST_SECONDS, f"{number} warm starts"):
            break
        began = time.monotonic()
        with product(folder / "shown", demonstration=True) as one:
            starts.append(time.monotonic() - began)
            time.sleep(REST_SECONDS)
            memory.append(sum(_pss_mib(one.pid, folder / "shown").values()))
    at = filled(options.households)
    with product(at.folder, "--processes") as many:
        time.sleep(REST_SECONDS)
        apart = _pss_mib(many.pid, at.folder)
    disk = sum(file.stat().st_size for file in (at.folder / "postgres").rglob("*") if file.is_file()) / 2**20
    return Outcome(
        lines=[
            Line("cold, nothing there: schemas, places, cards", {"seconds": round(empty, 1)}),
            Line("cold, demonstration made", {"seconds": round(cold, 1)}),
            Line(
                "warm, everything in one process", {"seconds": round(median(starts), 2), "MiB": round(median(memory))}
            ),
            *(Line(f"{name}, {at.households:,} households", {"MiB": round(mib)}) for name, mib in apart.items()),
            Line(f"database on disk with its log, {at.households:,} households", {"MiB": round(disk)}),
        ],
        ratios=[
            bound("warm start, s", starts, MOST_SECONDS),
            bound("memory, MiB", memory, MOST_MIB),
        ],
        notes=[
            "Memory is the proportional set size, 3 s after ready; of PostgreSQL, of all its processes.",
            "The lines of each process are of `up --processes`, at rest.",
        ],
    )


def _seconds_to_ready(folder: Path, *, demonstration: bool = True) -> float:
    folder.mkdir(mode=0o700)
    began = time.monotonic()
    with product(folder, demonstration=demonstration):
        return time.monotonic() - began


def _pss_mib(pid: int, folder: Path) -> dict[str, float]:
    """Name → proportional set size of its processes."""
    return {name: sum(map(_pss_of, pids)) for name, pids in of_product(pid, folder).items()}


def _pss_of(pid: int) -> float:
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return 0.0
