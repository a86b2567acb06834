"""P6's second half: the same rescoring by optbinning and by scorecardpy, each with COPY out and COPY in.

They stand in an environment of their own (`requirements-bench.txt`, made by `make bench`), because they need libraries
that the product does not have; without it this half is left out and the row says so.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.harness import Options, Ratio, Side, alternate, ratio
from bench.processes import ROOT

PYTHON = Path(os.environ.get("BASHAN_BENCH_PYTHON", ROOT / ".venv-bench" / "bin" / "python"))
SCRIPT = ROOT / "bench" / "references" / "peer_scoring.py"
ROUNDS = 3
PEERS = {"optbinning": 2.0, "scorecardpy": 10.0}
"""How many times as fast as each we mean to be."""
NOTE = """optbinning and scorecardpy have the twelve attributes and the ends of the bins of our card. They are spared:
the query of their COPY makes the ratios, one review stands for the mean of all, and they write a total and nothing
else; we write bins, points, vetoes and the hash of each trace, and confirm."""
MISSING = f"optbinning and scorecardpy were not measured: {PYTHON.parent.parent} is not there; `make bench` makes it."


def installed() -> bool:
    return PYTHON.exists()


def seconds_of(peer: str, dsn: str) -> float:
    """One run of a peer in a process of its own, as it reports it."""
    command = [str(PYTHON), str(SCRIPT), peer]
    done = subprocess.run(command, env=os.environ | {"BENCH_DSN": dsn}, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def against_peers(ours: Side, peers: Sequence[Side], options: Options) -> list[Ratio]:
    """Three rounds at most, because one run of scorecardpy takes as long as all the others together."""
    alternate([ours, *peers], min(options.rounds, ROUNDS), lambda text: print(text, file=sys.stderr), wait=options.wait)
    least = zip(peers, PEERS.items(), strict=True)
    return [
        ratio(f"speed, over {name}", ours, peer, lambda one: one.per_second, at_least=times)
        for peer, (name, times) in least
    ]
