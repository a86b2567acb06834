"""The kinds of needs that may be chosen, as data: `data/need-kinds.json`."""

import json
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "data" / "need-kinds.json"


def shipped_need_kinds() -> dict[str, str]:
    """Code → name, in the order in which they are offered."""
    return {kind["code"]: kind["name"] for kind in json.loads(FILE.read_text("utf-8"))["kinds"]}
