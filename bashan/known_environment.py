"""Does every BASHAN_ variable of the environment mean something? A mistyped one would be a setting that never took."""

import difflib
from collections.abc import Iterable, Mapping

from pydantic_settings import BaseSettings

from bashan.cannot_start import CannotStart
from bashan.settings import Settings
from services.cadres.settings import Settings as CadresSettings
from services.credit.settings import Settings as CreditSettings
from services.gateway.settings import Settings as GatewaySettings
from services.households.settings import Settings as HouseholdsSettings

PREFIX = "BASHAN_"
DEPLOY_PREFIX = "DEPLOY_"
DEPLOYMENT = frozenset(
    f"{DEPLOY_PREFIX}{name}"
    for name in (
        "IMAGE",
        "BASE_IMAGE",
        "POSTGRES_IMAGE",
        "NGINX_IMAGE",
        "PROMETHEUS_IMAGE",
        "GRAFANA_IMAGE",
        "GRAFANA_PORT",
        "HTTPS_PORT",
        "HOUSEHOLDS_REPLICAS",
        "CADRES_REPLICAS",
        "CREDIT_REPLICAS",
        "GATEWAY_REPLICAS",
        "POSTGRES_CPUS",
        "POSTGRES_MEMORY",
        "HOUSEHOLDS_MEMORY",
        "CADRES_MEMORY",
        "CREDIT_MEMORY",
        "GATEWAY_MEMORY",
        "BACKUP_KEEP",
    )
)
"""What docker-compose.yml itself reads."""
HANDED_ON = frozenset(
    {
        "BASHAN_GATEWAY_PUBLIC_URL",
        "BASHAN_GATEWAY_WECHAT_APPID",
        "BASHAN_GATEWAY_WECHAT_SECRET",
        "BASHAN_GATEWAY_LIMITS_FACTOR",
        "BASHAN_GATEWAY_SECOND_FACTOR_ROLES",
        "BASHAN_GATEWAY_REQUIRE_SIGNATURES",
        "BASHAN_TRACES_ENDPOINT",
        "BASHAN_TRACES_SHARE",
    }
)
"""What docker-compose.yml hands on to a service; every other setting of a service stands in that file itself."""
OF_INIT = frozenset({"BASHAN_DATA_DIR", "BASHAN_SERVICE_SECRETS_DIR"})
SETTINGS: Mapping[str, type[BaseSettings]] = {
    "bashan": Settings,
    "households": HouseholdsSettings,
    "cadres": CadresSettings,
    "credit": CreditSettings,
    "gateway": GatewaySettings,
}


def variables_of(*names: str) -> set[str]:
    """The variables that these settings read."""
    return {
        f"{SETTINGS[name].model_config.get('env_prefix', '')}{field}".upper()
        for name in names
        for field in SETTINGS[name].model_fields
    }


def refuse_unknown(environment: Iterable[str]) -> None:
    """Raises CannotStart that names every BASHAN_ or DEPLOY_ variable which nothing reads, and what may be meant."""
    _refuse_other_than(variables_of(*SETTINGS) | DEPLOYMENT, environment)


def refuse_unused_in_containers(environment: Iterable[str]) -> None:
    """The same of what `init` is given of `.env`: a service's setting that no container would get is refused too."""
    _refuse_other_than(DEPLOYMENT | HANDED_ON | OF_INIT, environment)


def _refuse_other_than(known: frozenset[str] | set[str], environment: Iterable[str]) -> None:
    unknown = sorted(name for name in environment if name.startswith((PREFIX, DEPLOY_PREFIX)) and name not in known)
    if not unknown:
        return
    meant = [close[0] for name in unknown if (close := difflib.get_close_matches(name, known, 1))]
    cure = "take them away, or correct them" + (f" (did you mean {', '.join(meant)}?)" if meant else "")
    raise CannotStart(f"nothing reads the variables {', '.join(unknown)}", cure)
