"""The application of one service in a container of its own: all that it knows comes from its own environment."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bashan.cannot_start import CannotStart
from bashan.environment import require_newest
from bashan.preflight import probe_database
from bashan.service_settings import service_settings, variable
from services.cadres import main as cadres
from services.cadres.storage import tables as cadre_tables
from services.credit import main as credit
from services.credit.storage import tables as credit_tables
from services.gateway import main as gateway
from services.gateway.clients.http_upstream import HttpUpstream
from services.gateway.clients.upstream import Upstream
from services.households import main as households
from services.households.storage import tables as household_tables
from shared.jobs import Jobs
from shared.web.metrics import ServiceMetrics, metrics_app

NEEDS: Mapping[str, tuple[str, ...]] = {
    "households": ("cadres",),
    "cadres": ("households",),
    "credit": ("households", "cadres"),
    "gateway": ("households", "cadres", "credit"),
}
"""Service → the siblings that it calls."""


async def deployed_apps(name: str) -> tuple[Any, Any]:
    """The service's application, and what operations read of it on a port of their own.

    Raises CannotStart for settings that are missing or wrong, for a database that does not answer, and before a
    schema that is behind or newer.
    """
    settings = settings_of(name)
    await probe_database(variable(name, "database_url"), settings.database_url)
    await require_newest(name, settings.database_url)
    app = _MAKERS[name](settings)
    return app, app.operator if name == "gateway" else _operator_app(name, app, settings.secrets_dir)


def _operator_app(name: str, app: Any, secrets_dir: Path) -> Any:
    feeds = {feed.source: feed for feed in app.state.feeds}
    own = getattr(app.state, "collectors", ())
    return metrics_app(ServiceMetrics(app.state.service, Jobs(_JOBS[name]), feeds, secrets_dir, own).read)


def settings_of(name: str) -> Any:
    """The service's settings from the environment. Raises CannotStart that names every variable at fault."""
    settings = service_settings(name)
    missing = [variable(name, f"{sibling}_url") for sibling in NEEDS[name] if not getattr(settings, f"{sibling}_url")]
    if missing:
        raise CannotStart(f"the settings {', '.join(missing)} are missing", "give each as http://host:port")
    return settings


def _gateway(settings: Any) -> Any:
    upstreams: dict[str, Upstream] = {
        sibling: HttpUpstream(sibling, [getattr(settings, f"{sibling}_url")]) for sibling in NEEDS["gateway"]
    }
    return gateway.create_app(settings, upstreams)


_JOBS = {"households": household_tables.jobs, "cadres": cadre_tables.jobs, "credit": credit_tables.jobs}
_MAKERS: Mapping[str, Callable[[Any], Any]] = {
    "households": households.create_app,
    "cadres": cadres.create_app,
    "credit": credit.create_app,
    "gateway": _gateway,
}
