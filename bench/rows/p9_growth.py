"""P9: ten times the households: what a look-up costs then, and whether a rescoring stays linear."""

import asyncio
import shutil
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

from bashan.embedded_postgres import EmbeddedPostgres
from bench.harness import Line, Options, Outcome, Ratio, Reading, Side, alternate, ratio
from bench.load import scratch
from bench.rows import p6_rescoring
from bench.rows.lookups import KINDS, sides_of
from bench.servers.prefecture import filled
from bench.servers.product import product

MOST_OF_LOOKUPS, MOST_OF_RUNS = 1.2, 1.15


class Growth:
    id = "P9"
    title = "ten times the households, at each step: look-ups and rescoring"
    target = "a look-up ≤ 1.2 × a decade; a rescoring, per household, ≤ 1.15 ×"

    def run(self, options: Options) -> Outcome:
        sizes = [options.households // 10, options.households]
        if options.most > options.households:
            sizes.append(options.most)
        lines: list[Line] = []
        ratios: list[Ratio] = []
        for small, large in pairwise(sizes):
            for found in (_lookups(small, large, options), _runs(small, large, options)):
                lines += [side.line() for side in found[0] if side.name not in {line.name for line in lines}]
                ratios += found[1]
        return Outcome(
            lines=lines,
            ratios=ratios,
            notes=["A rescoring's req/s are households a second, from the order of the run to grades in effect."],
        )


Found = tuple[list[Side], list[Ratio]]


def _lookups(small: int, large: int, options: Options) -> Found:
    with (
        product(filled(small).folder, "--processes") as one,
        product(filled(large).folder, "--processes") as ten,
    ):
        count = 20 if options.quick else 60
        of_small, of_large = sides_of(filled(small), one, count), sides_of(filled(large), ten, count)
        sides = [side for kind in KINDS for side in (of_small[kind], of_large[kind])]
        alternate(sides, options, most=5, allowance=options.allowance.share(0.5))
    return sides, [
        ratio(
            f"{kind}, p50, {small:,} → {large:,}",
            of_large[kind],
            of_small[kind],
            lambda reading: reading.p50_ms,
            at_most=MOST_OF_LOOKUPS,
        )
        for kind in KINDS
    ]


def _runs(small: int, large: int, options: Options) -> Found:
    folders = [scratch(), scratch()]
    try:
        for folder, households in zip(folders, (small, large), strict=True):
            asyncio.run(p6_rescoring.prepare(folder, households))
        sides = [
            Side(f"rescoring, {households:,} households", _rescoring(folder, households))
            for folder, households in zip(folders, (small, large), strict=True)
        ]
        alternate(sides, options, most=3, warm=False)
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
    name = f"rescoring per household, {small:,} → {large:,}"
    return sides, [ratio(name, sides[1], sides[0], lambda one: 1 / one.per_second, at_most=MOST_OF_RUNS)]


def _rescoring(folder: Path, households: int) -> Callable[[], Reading]:
    def measure() -> Reading:
        with EmbeddedPostgres(folder) as server:
            return p6_rescoring.reading(server, partial(p6_rescoring.rescored, server), households)

    return measure
