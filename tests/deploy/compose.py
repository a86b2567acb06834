"""docker-compose.yml as the tests read it: parsed, its variables filled in from .env.example and what a test gives."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"
GIVEN = {
    "DEPLOY_IMAGE": "registry.invalid/bashan@sha256:" + "0" * 64,
    "DEPLOY_BASE_IMAGE": "python@sha256:" + "1" * 64,
    "DEPLOY_POSTGRES_IMAGE": "postgres@sha256:" + "2" * 64,
    "DEPLOY_NGINX_IMAGE": "nginx@sha256:" + "3" * 64,
    "DEPLOY_PROMETHEUS_IMAGE": "prometheus@sha256:" + "4" * 64,
    "DEPLOY_GRAFANA_IMAGE": "grafana@sha256:" + "5" * 64,
    "BASHAN_GATEWAY_PUBLIC_URL": "https://bashan.invalid",
}
"""What an operator has to fill in."""

_VARIABLE = re.compile(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}")


def example() -> dict[str, str]:
    """.env.example: variable → value."""
    lines = [line for line in EXAMPLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def variables() -> dict[str, str]:
    """Every variable of the compose file → how it is written: `-` has a default, `?` has to be given, `` bare."""
    return {name: (form or "")[-1:] for name, form, _ in _VARIABLE.findall(FILE.read_text("utf-8"))}


def filled(environment: Mapping[str, str]) -> dict[str, Any]:
    """The file as compose sees it with this environment. Raises KeyError for a variable that has to be given."""

    def value(found: re.Match[str]) -> str:
        name, form, rest = found.groups()
        if given := environment.get(name):
            return given
        if form == ":-":
            return str(rest)
        raise KeyError(f"{name}: {rest}")

    document: dict[str, Any] = yaml.safe_load(_VARIABLE.sub(value, FILE.read_text("utf-8")))
    return document


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = filled(example() | GIVEN)["services"]
    return found
