"""How is a scorecard written down, and read back with every check?

The document is plain JSON of texts, whole numbers and decimal texts; its canonical bytes are those of RFC 8785 and
its SHA-256 names the card for good. What is wrong is collected and refused in one go (credit rules 2.1).
"""

import hashlib
from typing import Any

import rfc8785

from services.credit.domain.attribute_document import attribute_from_document, attribute_to_document
from services.credit.domain.errors import CardRefused
from services.credit.domain.findings import Findings, escape
from services.credit.domain.scorecard import MOST_POINTS, RESERVED_ATTRIBUTES, RESERVED_BANDS, Attribute, Band, Card

_KEYS = ("id", "version", "title", "effective_from", "base_points", "bands", "attributes")


def card_from_document(doc: Any) -> Card:
    """The card of a parsed JSON document; CardRefused with all findings as `{pointer, code, message}`."""
    findings = Findings()
    _check_no_float(doc, "", findings)
    top = findings.mapping(doc, "", _KEYS)
    card_id = findings.name(top, "id", "")
    version = findings.whole(top, "version", "", 1, MOST_POINTS)
    title = findings.text(top, "title", "")
    effective_from = findings.day(top, "effective_from", "")
    base = findings.whole(top, "base_points", "", -MOST_POINTS, MOST_POINTS)
    bands = _bands(findings.sequence(top, "bands", "", least=0), findings)
    attributes = [
        attribute_from_document(one, f"/attributes/{place}", findings)
        for place, one in enumerate(findings.sequence(top, "attributes", ""))
    ]
    sound = [one for one in attributes if one is not None]
    _check_whole(sound, bands, base, findings)
    if findings.items:
        raise CardRefused(errors=findings.items)
    digest = hashlib.sha256(rfc8785.dumps(doc)).hexdigest()
    return Card(card_id, version, title, effective_from, base, tuple(bands), tuple(sound), digest)


def card_to_document(card: Card) -> dict[str, Any]:
    """The document that reads back to the same card, with the same canonical bytes."""
    return {
        "id": card.id,
        "version": card.version,
        "title": card.title,
        "effective_from": card.effective_from.isoformat(),
        "base_points": card.base_points,
        "bands": [{"id": band.id, "from": band.from_total} for band in card.bands],
        "attributes": [attribute_to_document(one) for one in card.attributes],
    }


def canonical_card(card: Card) -> bytes:
    """The card's document in canonical JSON (RFC 8785)."""
    return rfc8785.dumps(card_to_document(card))


def card_sha256(card: Card) -> str:
    """The SHA-256 of the canonical document, in hex; equals `card.sha256` for every card that was loaded."""
    return hashlib.sha256(canonical_card(card)).hexdigest()


def _bands(items: list[Any], findings: Findings) -> list[Band]:
    bands: list[Band] = []
    for place, item in enumerate(items):
        at = f"/bands/{place}"
        found = len(findings.items)
        doc = findings.mapping(item, at, ("id", "from"))
        band_id, least = findings.text(doc, "id", at), findings.whole(doc, "from", at, -MOST_POINTS, MOST_POINTS)
        if len(findings.items) > found:
            continue
        if band_id in RESERVED_BANDS or band_id in {band.id for band in bands}:
            findings.add(f"{at}/id", "id_duplicate", f"等级 {band_id} 重复，或是保留的名称")
        if bands and least >= bands[-1].from_total:
            findings.add(f"{at}/from", "bands_out_of_order", f"等级 {band_id} 的分数要低于前一级")
        bands.append(Band(band_id, least))
    return bands


def _check_whole(attributes: list[Attribute], bands: list[Band], base: int, findings: Findings) -> None:
    seen: set[str] = set()
    for place, one in enumerate(attributes):
        if one.id in seen or one.id in RESERVED_ATTRIBUTES:
            findings.add(f"/attributes/{place}/id", "id_duplicate", f"指标 {one.id} 重复，或是保留的名称")
        seen.add(one.id)
    if findings.items:
        return
    best = base + sum(one.maximum for one in attributes)
    for place, band in enumerate(bands):
        if band.from_total > best:
            findings.add(f"/bands/{place}/from", "band_unreachable", f"满分 {best} 也达不到等级 {band.id}")


def _check_no_float(value: Any, at: str, findings: Findings) -> None:
    if isinstance(value, float):
        findings.add(at, "float_not_allowed", "不能用小数，小数要写成文字")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_no_float(item, f"{at}/{escape(key)}", findings)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            _check_no_float(item, f"{at}/{place}", findings)
