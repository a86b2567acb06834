"""The versions of the wish policy that the product ships: `data/wish-policy-*.json`."""

import json
from pathlib import Path

from services.households.domain.wish_policy import WishPolicy, wish_policy_of

FOLDER = Path(__file__).resolve().parent.parent / "data"


def shipped_wish_policies() -> tuple[WishPolicy, ...]:
    return tuple(
        wish_policy_of(json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("wish-policy-*.json"))
    )
