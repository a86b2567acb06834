"""What does a public notice say, and how does everybody see that it was not changed?

`document` is all that the public reads. Its hash is the SHA-256 of its canonical JSON (RFC 8785): keys in order, no
spaces, UTF-8. It holds strings and whole numbers only, so any JSON library gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

RECIPE = "sha256 = SHA-256(UTF-8(RFC 8785 canonical JSON of `notice`)), hex"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """`number` from 1; the head's masked name, the group (村民小组), the kind of the course; nothing else is told."""

    number: int
    name: str
    group: str
    kind: str


@dataclass(frozen=True, slots=True)
class Notice:
    """`stage`: NOTICE_1 or NOTICE_2; `last_day` is the last on which one may object; `remark` marks a demonstration."""

    notice_id: UUID
    village_code: str
    place: str
    stage: str
    posted_on: date
    last_day: date
    lines: tuple[NoticeLine, ...]
    remark: str = ""

    def document(self) -> dict[str, Any]:
        """All that is posted, as plain JSON."""
        return {
            "notice_id": str(self.notice_id),
            "village_code": self.village_code,
            "place": self.place,
            "stage": self.stage,
            "posted_on": self.posted_on.isoformat(),
            "last_day": self.last_day.isoformat(),
            "remark": self.remark,
            "lines": [
                {"number": one.number, "name": one.name, "group": one.group, "kind": one.kind} for one in self.lines
            ],
        }


def notice_hash(document: Mapping[str, Any]) -> str:
    return sha256(rfc8785.dumps(dict(document))).hexdigest()
