"""Which standing does a course change, and into which? (report 四.8: 扶贫对象有进有出)"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"
    REENTRY = "reentry"


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A household's `status` before the course, and after its county entry."""

    before: str
    after: str


CHANGES: Mapping[Kind, StatusChange] = {
    Kind.ENTRY: StatusChange("general", "poor"),
    Kind.EXIT: StatusChange("poor", "out_of_poverty"),
    Kind.REENTRY: StatusChange("out_of_poverty", "poor"),
}


def fits(kind: Kind, status: str) -> bool:
    """May a household of this status begin, or end, such a course?"""
    return CHANGES[kind].before == status


def counts_against_quota(kind: Kind) -> bool:
    """规模控制: who comes onto the list fills one of the village's places; who leaves it fills none."""
    return kind is not Kind.EXIT
