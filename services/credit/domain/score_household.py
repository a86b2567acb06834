"""What does a household score on a card, and how is that proven later?

Base points plus the points of every attribute's bin (credit rules 2.1, 2.2). The trace holds the facts that were
read, each bin and each number, so that anybody with the card replays it to the same bytes.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from services.credit.domain.errors import CardMismatch, FactsRefused
from services.credit.domain.find_bin import Fact, Facts, find_bin
from services.credit.domain.scorecard import MISSING, NOT_RATED, VETOED, Card, Ratio
from services.credit.domain.vetoes import VETOES


@dataclass(frozen=True, slots=True)
class Score:
    """A household's score. `total` and some `points` are None when it is not rated.

    `band` is a band of the card, `none`, `vetoed` or `not_rated`; a vetoed household keeps total and points, and
    one that is not rated stays so with a veto. `points` and `bins` are by attribute in card order; `missing` names
    the fields without a usable value.
    """

    total: int | None
    band: str
    vetoes: tuple[str, ...]
    points: dict[str, int | None]
    bins: dict[str, str]
    missing: tuple[str, ...]
    trace: dict[str, Any]

    @property
    def trace_bytes(self) -> bytes:
        """The trace in canonical JSON (RFC 8785)."""
        return rfc8785.dumps(self.trace)

    @property
    def trace_sha256(self) -> str:
        """The SHA-256 of the canonical trace, in hex."""
        return hashlib.sha256(self.trace_bytes).hexdigest()


def score(card: Card, facts: Facts, vetoes: Collection[str] = ()) -> Score:
    """Scores one household; facts that the card does not read are not looked at.

    FactsRefused when a fact is not of the kind that its attribute reads, or a veto code is unknown.
    """
    read = _facts_of_card(card, facts)
    standing = _standing_vetoes(vetoes)
    found = {attribute.id: find_bin(attribute, read) for attribute in card.attributes}
    points = {name: one.points for name, one in found.items()}
    bins = {name: one.id for name, one in found.items()}
    total = total_of(card, points)
    band = grade_of(card, total, standing)
    trace = {
        "attributes": [{"id": name, "bin": bins[name], "points": points[name]} for name in bins],
        "band": band,
        "base_points": card.base_points,
        "card": {"id": card.id, "version": card.version, "sha256": card.sha256},
        "facts": read,
        "total": total,
        "vetoes": list(standing),
    }
    return Score(total, band, standing, points, bins, missing_fields(card, facts, bins), trace)


def replay(card: Card, trace: Mapping[str, Any]) -> bytes:
    """The canonical bytes that the trace's own facts give on the card; CardMismatch when it is another card's."""
    if trace.get("card") != {"id": card.id, "version": card.version, "sha256": card.sha256}:
        raise CardMismatch(card=f"{card.id}@{card.version}")
    return score(card, trace["facts"], trace["vetoes"]).trace_bytes


def total_of(card: Card, points: Mapping[str, int | None]) -> int | None:
    """Base plus points, None as soon as one attribute leaves the household not rated."""
    total = card.base_points
    for value in points.values():
        if value is None:
            return None
        total += value
    return total


def grade_of(card: Card, total: int | None, vetoes: Collection[str]) -> str:
    """The band of a total under its vetoes."""
    if total is None:
        return NOT_RATED
    return VETOED if vetoes else card.band_of(total)


def missing_fields(card: Card, facts: Facts, bins: Mapping[str, str]) -> tuple[str, ...]:
    """The fields, once each in card order, that sent an attribute to its *missing* bin."""
    named: list[str] = []
    for attribute in card.attributes:
        if bins[attribute.id] != MISSING:
            continue
        measure = attribute.measure
        absent = [name for name in measure.fields if facts.get(name) is None]
        unusable = measure.denominators if isinstance(measure, Ratio) else measure.fields
        named.extend(absent or unusable)
    return tuple(dict.fromkeys(named))


def _facts_of_card(card: Card, facts: Facts) -> dict[str, Fact]:
    """The facts that the card reads; a null stays only where it says *no record*, elsewhere it is an absence."""
    read: dict[str, Fact] = {}
    for name in card.fields:
        value = facts.get(name)
        if value is not None:
            read[name] = list(value) if isinstance(value, tuple) else value
        elif name in facts and name in card.no_record_fields:
            read[name] = None
    return read


def _standing_vetoes(vetoes: Collection[str]) -> tuple[str, ...]:
    standing = tuple(sorted(set(vetoes)))
    if any(code not in VETOES for code in standing):
        message = f"否决事项只有 {'、'.join(VETOES)}"
        raise FactsRefused(errors=[{"pointer": "/vetoes", "code": "veto_unknown", "message": message}])
    return standing
