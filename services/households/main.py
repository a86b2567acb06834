"""Puts the households service together: the only file that knows everything."""

from collections.abc import Mapping

import httpx
from fastapi import FastAPI

from services.households.api import routes_households, routes_lists, routes_members, routes_regions
from services.households.api.deps import Rooms
from services.households.settings import Settings
from services.households.storage import tables
from services.households.storage.helper_feed import helper_subscription
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.shipped_regions import shipped_regions
from services.households.use_cases.load_regions import load_regions
from shared.change_log import ChangeLog
from shared.db import Database
from shared.jobs import Jobs
from shared.web.assemble import feed_reader, field_cipher, mechanisms, sibling_client
from shared.web.service_app import service_app

NAME = "households"


def create_app(settings: Settings, siblings: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> FastAPI:
    """`siblings` gives another way to a sibling than its URL: in one process, its application itself."""
    ways = siblings or {}
    service = mechanisms(NAME, settings, tables)
    cipher = field_cipher(NAME, settings.secrets_dir)
    cadres = sibling_client(NAME, "cadres", settings.cadres_url, settings, ways.get("cadres"))
    helpers = feed_reader(service, helper_subscription(), cadres)
    # Lists come first: /v1/households/summary is not a household's id.
    routers = [routes_regions.router, routes_lists.router, routes_households.router, routes_members.router]
    app = service_app(service, routers, [helpers.run], "巴山 · 农户")
    app.state.rooms = Rooms(HouseholdRepository(cipher), cipher, Jobs(tables.jobs))
    app.state.feeds = [helpers]
    return app


async def begin(settings: Settings) -> None:
    """What must be there before the service starts: the places that it ships."""
    database = Database(settings.database_url, name=f"{NAME}-begin")
    try:
        async with database.transaction() as connection:
            await load_regions(connection, ChangeLog(tables.change_log), shipped_regions())
    finally:
        await database.close()
