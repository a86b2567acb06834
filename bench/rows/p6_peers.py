"""P6's second half: the same rescoring by optbinning and by scorecardpy, each with COPY out and COPY in.

They stand in an environment of their own (`requirements-bench.txt`, made by `make bench`), because they need libraries
that the product does not have; without it this half is left out and the row says so.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.harness import Options, Ratio, Reading, Side, alternate, ratio
from bench.processes import ROOT

PYTHON = Path(os.environ.get("BASHAN_BENCH_PYTHON", ROOT / ".venv-bench" / "bin" / "python"))
SCRIPT = ROOT / "bench" / "references" / "peer_scoring.py"
ROUNDS = 3
PEERS = {"optbinning": 2.0, "scorecardpy": 10.0}
"""How many times as fast as each we mean to be."""
NOTE = """optbinning and scorecardpy have the twelve attributes and the ends of the bins of our card. They are spared:
the query of their COPY makes the ratios, one review stands for the mean of all, and they write a total and nothing
else; we write bins, points, vetoes and the hash of each trace, and confirm. "Rows as ours" copies ready rows of our
kind in after their scoring, which is what they would at least have to write to be asked what a score is made of.
"Scores alone" takes the same files from
memory there and from the table here, writes nothing on either side, and makes no trace."""
MISSING = f"optbinning and scorecardpy were not measured: {PYTHON.parent.parent} is not there; `make bench` makes it."


def installed() -> bool:
    return PYTHON.exists()


def seconds_of(peer: str, dsn: str, *, rows: bool = False, alone: bool = False) -> float:
    """One run of a peer in a process of its own, as it reports it.

    `rows`: it writes rows as ours are, instead of a total; `alone`: only its scoring in memory counts.
    """
    command = [str(PYTHON), str(SCRIPT), peer, "rows" if rows else "totals"]
    done = subprocess.run(command, env=os.environ | {"BENCH_DSN": dsn}, check=True, stdout=subprocess.PIPE, text=True)
    whole, scoring = map(float, done.stdout.split())
    return scoring if alone else whole


def against_peers(ours: Side, peers: Sequence[Side], options: Options, *, bounds: bool = True) -> list[Ratio]:
    """Three rounds at most, because one run of scorecardpy takes as long as all the others together."""
    alternate([ours, *peers], options, most=ROUNDS, warm=False)
    return [
        ratio(f"speed of {ours.name}, over {name}", ours, peer, _speed, at_least=times if bounds else None)
        for peer, (name, times) in zip(peers, PEERS.items(), strict=True)
    ]


def _speed(one: Reading) -> float:
    return one.per_second
