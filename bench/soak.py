"""`python -m bench.soak`: the mixed load of a day for as long as it is told to, watching for what grows.

Memory, open files, threads and database connections of every process are read between slices of the load, when nothing
is under way; so is the length of the log. What was so in the first quarter after warming up has to be so in the last
one, and no answer may be an error. 200,000 requests: `python -m bench.soak --minutes 56 --rate 60`.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from statistics import median

from bench.harness import QUICK_HOUSEHOLDS
from bench.open_loop import drive, repeated, schedule
from bench.processes import DATABASE, of_product, resident_mib
from bench.requests import MIX, streams
from bench.servers.prefecture import Filled, filled, forget_all
from bench.servers.product import Product, product

SLICE_SECONDS, REST_SECONDS = 10.0, 1.0
WARM_SHARE = 1 / 3
"""Pools, caches and prepared statements fill while this part of the time goes by; no growth is told from it."""
MOST_GROWTH, MOST_LOG_GROWTH, SPARE_FILES = 1.05, 1.2, 8


@dataclass(frozen=True, slots=True)
class Sample:
    """Process → MiB, open files, threads; connections to the database; bytes of the log; requests and errors so far, an
    error by its kind and status."""

    seconds: float
    mib: dict[str, float]
    files: dict[str, int]
    threads: dict[str, int]
    connections: int
    log_bytes: int
    requests: int
    errors: Mapping[str, int]


def growth(samples: Sequence[Sample]) -> list[str]:
    """What grew or went wrong, a line each; nothing of it is well. Raises ValueError for too few samples to tell."""
    steady = samples[round(len(samples) * WARM_SHARE) :]
    quarter = len(steady) // 4
    if not quarter:
        raise ValueError(f"{len(samples)} samples tell nothing: soak longer")
    first, last = steady[:quarter], steady[-quarter:]
    found = []
    for process in sorted(first[0].mib):
        before, after = (median(one.mib.get(process, 0.0) for one in part) for part in (first, last))
        if after > before * MOST_GROWTH:
            found.append(f"memory of {process}: {before:.0f} → {after:.0f} MiB")
        for what in ("files", "threads"):
            few, many = (max(getattr(one, what).get(process, 0) for one in part) for part in (first, last))
            if many > few + SPARE_FILES:
                found.append(f"{what} of {process}: {few} → {many}")
    few, many = (max(one.connections for one in part) for part in (first, last))
    if many > few + SPARE_FILES:
        found.append(f"database connections: {few} → {many}")
    before, after = _log_a_request(steady[0], steady[quarter]), _log_a_request(steady[-1 - quarter], steady[-1])
    if after > max(before, 1.0) * MOST_LOG_GROWTH:
        found.append(f"log: {before:.0f} → {after:.0f} bytes a request")
    if errors := samples[-1].errors:
        kinds = ", ".join(f"{kind} × {number}" for kind, number in sorted(errors.items()))
        found.append(f"answers that were errors, of {samples[-1].requests}: {kinds}")
    return found


def _log_a_request(begin: Sample, end: Sample) -> float:
    return (end.log_bytes - begin.log_bytes) / max(end.requests - begin.requests, 1)


def soak(minutes: float, rate: float, at: Filled) -> Iterator[Sample]:
    """Drives the load and gives what is seen after each slice."""
    began = time.monotonic()
    asked = repeated(MIX, streams(at), seed=1)
    with product(at.folder, "--processes") as ours:
        requests, errors = 0, Counter[str]()
        for number in count():
            if time.monotonic() - began >= minutes * 60:
                return
            answers = drive(ours.port, list(schedule(rate, SLICE_SECONDS, asked, seed=number)))
            requests += len(answers)
            errors.update(f"{one.kind} {one.status}" for one in answers if not one.good)
            time.sleep(REST_SECONDS)
            yield _seen(ours, time.monotonic() - began, requests, dict(errors))


def _seen(ours: Product, seconds: float, requests: int, errors: Mapping[str, int]) -> Sample:
    processes = of_product(ours.pid, ours.data_dir)
    own = {name: pids[0] for name, pids in processes.items() if name != DATABASE}
    return Sample(
        round(seconds, 1),
        {name: round(resident_mib(pid), 1) for name, pid in own.items()},
        {name: len(list(Path(f"/proc/{pid}/fd").iterdir())) for name, pid in own.items()},
        {name: len(list(Path(f"/proc/{pid}/task").iterdir())) for name, pid in own.items()},
        len(processes[DATABASE]),
        (ours.data_dir / "bench-up.log").stat().st_size,
        requests,
        errors,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long")
    parser.add_argument("--rate", type=float, default=40.0, help="requests a second")
    parser.add_argument("--households", type=int, default=QUICK_HOUSEHOLDS, help="how many stand in the database")
    options = parser.parse_args()
    try:
        samples = []
        for sample in soak(options.minutes, options.rate, filled(options.households)):
            print(json.dumps(asdict(sample)), flush=True)
            samples.append(sample)
        found = growth(samples)
    finally:
        forget_all()
    for line in found or ["nothing grew"]:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
