"""The limits of requests, as shipped with the service."""

import json
from pathlib import Path

from services.gateway.domain.request_limits import LimitPolicy

_FILE = Path(__file__).parents[1] / "data" / "limits.json"


def shipped_limits() -> tuple[LimitPolicy, int]:
    """The policy, and how much more room the demonstration has."""
    stored = json.loads(_FILE.read_text("utf-8"))
    return LimitPolicy(stored["version"], stored["seconds"], stored["limits"]), stored["demonstration_factor"]
