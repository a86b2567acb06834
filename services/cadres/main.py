"""Puts the cadres service together: the only file that knows everything."""

from collections.abc import Mapping

import httpx
from fastapi import FastAPI

from services.cadres.api import routes_cadres, routes_coverage, routes_pairings, routes_posts, routes_units
from services.cadres.api.deps import Rooms
from services.cadres.settings import Settings
from services.cadres.storage import tables
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.caseload import Caseload
from services.cadres.storage.households_feed import households_subscription
from services.cadres.storage.policy_file import load_policies
from shared.web.assemble import feed_reader, field_cipher, mechanisms, sibling_client
from shared.web.service_app import service_app

NAME = "cadres"


def create_app(settings: Settings, siblings: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> FastAPI:
    """`siblings` gives another way to a sibling than its URL: in one process, its application itself."""
    ways = siblings or {}
    service = mechanisms(NAME, settings, tables)
    households = sibling_client(NAME, "households", settings.households_url, settings, ways.get("households"))
    register = feed_reader(service, households_subscription(), households)
    # Coverage comes first: /v1/cadres/coverage is not a cadre's id.
    routers = [
        routes_units.router,
        routes_coverage.router,
        routes_cadres.router,
        routes_pairings.router,
        routes_posts.router,
    ]
    app = service_app(service, routers, [register.run], "巴山 · 干部帮扶")
    app.state.rooms = Rooms(
        CadreRepository(field_cipher(NAME, settings.secrets_dir)),
        Caseload(service.database),
        load_policies(settings.policy_file),
    )
    app.state.feeds = [register]
    return app
