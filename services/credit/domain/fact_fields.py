"""Which facts about a household may this service keep, and score?

Exactly those named here, with type and range. What must never count (credit rules 2.2: sex, ethnicity, religion,
health, marriage, age, party, origin, children, subsidies, poverty status, relatives, moral points, the village's
title) has no field, and a name that speaks of it is refused by that reason. The ranges keep cross-multiplication
within 64 bits: whole numbers up to 10^12 in size, and people × county median up to 10^12.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.credit.domain.banned_facts import is_banned_fact
from services.credit.domain.errors import CardRefused, FactsRefused, FactsUnknown
from services.credit.domain.findings import Finding, escape
from services.credit.domain.scorecard import Card
from services.credit.domain.vetoes import VETOES

MOST_CENTS = 10**12
SKILLS = ("none", "training", "certificate")


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number within bounds, both inclusive; money is in 分."""

    least: int
    most: int

    def accepts(self, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most

    @property
    def demand(self) -> str:
        return f"要填{self.least}到{self.most}的整数"


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    words: tuple[str, ...]

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and value in self.words

    @property
    def demand(self) -> str:
        return f"要填 {'、'.join(self.words)} 之一"


@dataclass(frozen=True, slots=True)
class Several:
    """A list of the same, up to a number of them."""

    each: WholeNumber | Word
    most: int

    def accepts(self, value: object) -> bool:
        return isinstance(value, (list, tuple)) and len(value) <= self.most and all(map(self.each.accepts, value))

    @property
    def demand(self) -> str:
        return f"要填一个列表，最多{self.most}项，每项{self.each.demand}"


FactKind = WholeNumber | Word | Several

FACT_FIELDS: dict[str, FactKind] = {
    "workers": WholeNumber(0, 100),
    "skill": Word(SKILLS),
    "people": WholeNumber(1, 100),
    "net_income_cents": WholeNumber(-MOST_CENTS, MOST_CENTS),
    "county_median_cents": WholeNumber(1, MOST_CENTS // 100),
    "bills_ok": WholeNumber(0, 10**6),
    "bills_due": WholeNumber(0, 10**6),
    "debt_service_cents": WholeNumber(0, MOST_CENTS),
    "net_assets_cents": WholeNumber(-MOST_CENTS, MOST_CENTS),
    "income_sources": WholeNumber(0, 1000),
    "insurance_orders": WholeNumber(0, 2),
    "worst_days_past_due": WholeNumber(0, 36_500),
    "months_since_first_loan": WholeNumber(0, 1200),
    "lenders": WholeNumber(0, 1000),
    "reviews": Several(WholeNumber(0, 10), 1000),
}
"""Of every fact an absence or a null is allowed; what it means is the card's business."""

VETO_KIND = Several(Word(tuple(VETOES)), len(VETOES))

_MOST_FINDINGS = 100
_NO_FACT = ("fact_unknown", "fact_banned")


def check_facts(facts: Mapping[str, Any], *, at: str = "") -> None:
    """Nothing when every fact is allowed and readable; else each place is named, under the pointer `at`.

    Raises FactsUnknown when one is no fact of this service or may never be, FactsRefused when its value cannot be.

    `vetoes` may stand among the facts, as it does in a preview.
    """
    findings = [finding for name, value in facts.items() for finding in _check(name, value, at)]
    ok, due = facts.get("bills_ok"), facts.get("bills_due")
    if not findings and isinstance(ok, int) and isinstance(due, int) and ok > due > 0:
        message = "按时交的次数不能比应交的次数多"
        findings.append({"pointer": f"{at}/bills_ok", "code": "fact_contradiction", "message": message})
    if any(finding["code"] in _NO_FACT for finding in findings):
        raise FactsUnknown(errors=findings[:_MOST_FINDINGS])
    if findings:
        raise FactsRefused(errors=findings[:_MOST_FINDINGS])


def check_card_fields(card: Card) -> None:
    """Nothing when the card reads only facts that this service may keep; CardRefused naming the attributes."""
    findings = [
        {**finding, "pointer": f"/attributes/{place}", "message": f"{attribute.id}：{finding['message']}"}
        for place, attribute in enumerate(card.attributes)
        for name in attribute.measure.fields
        if name not in FACT_FIELDS
        for finding in _check(name, None, "")
    ]
    if findings:
        raise CardRefused(errors=findings)


def _check(name: str, value: object, at: str) -> Iterator[Finding]:
    pointer = f"{at}/{escape(name)}"
    kind = VETO_KIND if name == "vetoes" else FACT_FIELDS.get(name)
    if kind is None:
        if is_banned_fact(name):
            message = "按规定这一项不能用来评分，也不能登记"
            yield {"pointer": pointer, "code": "fact_banned", "message": message}
        else:
            yield {"pointer": pointer, "code": "fact_unknown", "message": "没有这一项"}
    elif not kind.accepts(value) and (value is not None or kind is VETO_KIND):
        yield {"pointer": pointer, "code": "fact_type", "message": kind.demand}
