"""On an empty data directory `bashan up` makes the demonstration; `/readyz` says 200 when it is complete."""

import asyncio
import time
from collections.abc import Callable

from bashan.demo.credentials import announce_bank, credentials_path, follow_port, make_credentials
from bashan.demo.identification import post_first_notice
from bashan.demo.load import fill_township
from bashan.demo.monitoring import load_monitoring
from bashan.demo.people import ensure_officials
from bashan.demo.plans import plan_one_village
from bashan.demo.population import make_plan
from bashan.demo.register_file import write_register
from bashan.demo.stores import open_stores
from bashan.demo.wishes import fill_wishes
from bashan.environment import Ground
from shared.clock import Clock

TOWNSHIP = "511921122"
Say = Callable[[str], None]


async def fill_when_empty(on: Ground, filled: asyncio.Event, say: Say) -> None:
    """Sets `filled` at once outside the demonstration, or where it is complete already."""
    if on.settings.demonstration and credentials_path(on).exists():
        follow_port(on)
    elif on.settings.demonstration:
        began = time.monotonic()
        say("filling the demonstration: 通江县 龙凤场镇, invented people only ...")
        await fill_first_township(on, say)
        say(f"the demonstration is complete after {time.monotonic() - began:.0f} s")
    if on.settings.demonstration:
        say(f"who may log in: {credentials_path(on)}")
    filled.set()


async def fill_first_township(on: Ground, say: Say) -> None:
    plan = make_plan()
    today = Clock().today()
    await announce_bank(on)
    officials = await ensure_officials(on)
    filled = await fill_township(on, plan, TOWNSHIP, today, officials, say)
    await post_first_notice(on, filled.units[1])
    async with open_stores(on) as stores:
        await load_monitoring(stores, TOWNSHIP, filled.units, today)
    await plan_one_village(on, filled.units[0])
    write_register(on.data_dir / "demo" / "register.xlsx", filled.units, today)
    await fill_wishes(on, filled.units, today)
    await make_credentials(on, TOWNSHIP, filled)
