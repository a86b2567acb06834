"""Invented people for the tests, registered where the demonstration has nobody."""

import itertools
import os
import uuid
from datetime import date, timedelta
from typing import Any

from tests.builders.register import invented_id_number

COUNTY = "511921"
TOWNSHIP = "511921100"
VILLAGE = "511921100202"
"""A village of 通江县 outside the demonstration's township, so that its numbers stay as they are."""

_PERSON = itertools.count(int.from_bytes(os.urandom(2)))


def new_id_number() -> str:
    number = next(_PERSON)
    return invented_id_number(date(1950, 1, 1) + timedelta(days=number % 20_000), 100 + number % 800, male=True)


def new_phone() -> str:
    return f"1549{next(_PERSON) % 10_000_000:07d}"


def new_household(village: str = VILLAGE, **fields: Any) -> dict[str, Any]:
    """A body for POST /v1/households: a head and a wife."""
    return {
        "household_id": str(uuid.uuid4()),
        "village_code": village,
        "status": "poor",
        "address": "一组 1 号",
        "phone": new_phone(),
        "members": [
            {"name": "白石山", "id_number": new_id_number(), "relation": "户主"},
            {"name": "何秀兰", "id_number": new_id_number(), "relation": "配偶"},
        ],
        **fields,
    }
