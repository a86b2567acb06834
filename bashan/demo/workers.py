"""Two processes fill the prefecture side by side; each keeps its event loop, its plan and its connections.

Making people and encrypting them is what costs, and one interpreter uses one processor.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.connection import wait

import uvloop

from bashan.demo.load import catch_up
from bashan.demo.population import DemoPlan, generate_cadres, generate_unit, make_plan
from bashan.demo.stores import Stores, make_stores, poor_of
from bashan.environment import Ground

WORKERS = 2


@contextmanager
def workers(on: Ground) -> Iterator[ProcessPoolExecutor]:
    """Processes for `fill_one` and `read_feeds`. What they have not begun when the block ends is not begun."""
    context = multiprocessing.get_context("spawn")
    # The server stays with the process that started it.
    pool = ProcessPoolExecutor(WORKERS, context, _begin, (replace(on, embedded=None),))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def fill_one(township: str, today: date) -> int:
    """In a worker: loads a township's people, credit files and helpers; how many households are there by its plan."""
    desk = _desk[0]
    return desk.runner.run(_fill(desk, township, today))


def read_feeds(service: str) -> None:
    """In a worker: one service reads what its siblings have written."""
    desk = _desk[0]
    desk.runner.run(catch_up(desk.on, (service,)))


@dataclass(frozen=True, slots=True)
class _Desk:
    on: Ground
    plan: DemoPlan
    stores: Stores
    runner: "asyncio.Runner"


_desk: list[_Desk] = []


def _begin(on: Ground) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _desk.append(_Desk(on, make_plan(), make_stores(on), asyncio.Runner(loop_factory=uvloop.new_event_loop)))


def _end_with_parent() -> None:
    """A killed command leaves nobody behind who still writes."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


async def _fill(desk: _Desk, township: str, today: date) -> int:
    poor: dict[str, list[str]] = {}
    households = 0
    for code in desk.plan.codes(township):
        unit = generate_unit(desk.plan, code, today)
        households += len(unit.households)
        if await desk.stores.load_unit(unit):
            poor[code] = poor_of(unit)
    await desk.stores.load_helpers(generate_cadres(desk.plan, township, poor, today))
    return households
