"""The examples of the API document that the gateway ships with, as the e2e tests have recorded them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "api_examples.json"


@cache
def recorded_examples() -> dict[str, dict[str, Any]]:
    """Operation id → {parameters, request, response}, each where the operation has one."""
    found: dict[str, dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))
    return found
