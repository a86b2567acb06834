"""The passwords that everybody guesses first, as shipped with the service."""

import json
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[1] / "data" / "common_passwords.json"


@cache
def common_passwords() -> frozenset[str]:
    """Case-folded; those of six characters and more, which may be what a longer one is made of."""
    return frozenset(password.casefold() for password in json.loads(_FILE.read_text("ascii"))["passwords"])
