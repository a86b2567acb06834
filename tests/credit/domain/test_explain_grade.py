"""Why a grade is what it is."""

import pytest

from services.credit.domain.card_document import card_from_document, card_to_document
from services.credit.domain.explain_grade import explain_grade
from services.credit.domain.score_household import score
from services.credit.domain.vetoes import VETOES
from tests.builders.worked_cases import H1, rural_household

OFFICE_WORDS = ("负债率", "权重", "模型", "核销", "贴息", "虚假", "逾期", "倍二", "成半", "成五")
"""What a farmer does not say; a share is told in yuan or times instead."""


def _income(per_head: int) -> dict[str, int]:
    return {"people": 1, "net_income_cents": per_head, "county_median_cents": 10_000_00}


def _owing(service: int) -> dict[str, int]:
    return {"net_income_cents": 100_00, "debt_service_cents": service}


def _a_little_less(facts: dict[str, int]) -> dict[str, int]:
    """One cent less earned, one bill more late, one cent more to pay back."""
    if "bills_ok" in facts:
        return facts | {"bills_ok": facts["bills_ok"] - 1}
    if "debt_service_cents" in facts:
        return facts | {"debt_service_cents": facts["debt_service_cents"] + 1}
    return facts | {"net_income_cents": facts["net_income_cents"] - 1}


def _codes(changed: dict[str, object], vetoes: tuple[str, ...] = ()) -> list[str]:
    card = rural_household()
    found = score(card, H1 | changed, vetoes)
    return [reason.code.removeprefix("rural-household@1/") for reason in explain_grade(card, found.bins, found.vetoes)]


def test_all_vetoes_come_first_then_at_most_four_attributes() -> None:
    codes = _codes({"lenders": 4}, ("V4", "V1", "V2"))
    assert codes == ["veto/V1", "veto/V2", "veto/V4", "A2/none", "D3/b4", "B1/b3", "C4/b2"]


def test_equal_losses_stay_in_card_order() -> None:
    # B1 loses 3, C1 loses 3, C2 loses 3.
    changed = {"skill": "certificate", "debt_service_cents": 20_000_00, "net_assets_cents": 30_000_00}
    assert _codes(changed)[:3] == ["B1/b3", "C1/b2", "C2/b3"]


def test_card_order_is_that_of_the_document_and_not_of_the_names() -> None:
    doc = card_to_document(rural_household())
    doc["attributes"].reverse()
    card = card_from_document(doc)
    found = score(card, H1 | {"skill": "certificate", "debt_service_cents": 20_000_00, "net_assets_cents": 30_000_00})
    codes = [reason.code for reason in explain_grade(card, found.bins)]
    assert codes[:3] == ["rural-household@1/C2/b3", "rural-household@1/C1/b2", "rural-household@1/B1/b3"]


def test_an_attribute_that_lost_nothing_is_no_reason() -> None:
    best = {
        "workers": 3,
        "skill": "certificate",
        "net_income_cents": 200_000_00,
        "net_assets_cents": 400_000_00,
        "income_sources": 3,
        "insurance_orders": 2,
        "reviews": [10] * 5,
    }
    assert _codes(best) == []
    assert _codes(best | {"insurance_orders": 1}) == ["C4/b2"]


def test_a_household_that_is_not_rated_reads_what_is_missing_first() -> None:
    assert _codes({"reviews": []})[0] == "E1/missing"


def test_every_bin_of_the_card_speaks_plain_chinese_and_promises_no_loan() -> None:
    card = rural_household()
    texts = [text for one in card.attributes for found in one.every_bin for text in (found.reason, found.reach) if text]
    assert len(texts) > 80
    assert not any(word in text for text in texts for word in ("贷款", "放贷", "额度", "保证", "一定能"))
    for text in [*texts, *VETOES.values()]:
        assert any("一" <= sign <= "鿿" for sign in text)
        assert not any(word in text for word in OFFICE_WORDS)


@pytest.mark.parametrize(
    ("attribute", "bin_id", "words", "facts"),
    [
        ("B1", "b3", "全县是1万元，家里就要8千元", _income(8_000_00)),
        ("B1", "b4", "多两成，比如全县是1万元，家里就要1万2千元", _income(12_000_00)),
        ("B2", "b2", "每10次至少8次按时", {"bills_due": 10, "bills_ok": 8}),
        ("B2", "b3", "每20次最多晚1次", {"bills_due": 20, "bills_ok": 19}),
        ("C1", "b1", "每100元里，一年要还的钱不超过20元", _owing(20_00)),
        ("C1", "b2", "每100元里，一年要还的钱不超过35元", _owing(35_00)),
        ("C1", "b3", "每100元里，一年要还的钱不超过50元", _owing(50_00)),
        ("C1", "b4", "每100元里，一年要还的钱不超过70元", _owing(70_00)),
    ],
)
def test_whoever_does_just_what_a_text_says_in_yuan_or_times_is_in_its_bin(
    attribute: str, bin_id: str, words: str, facts: dict[str, int]
) -> None:
    card = rural_household()
    reach = next(one for one in card.attributes if one.id == attribute).bin(bin_id).reach
    assert reach is not None
    assert reach.endswith(words)
    assert score(card, H1 | facts).bins[attribute] == bin_id
    assert score(card, H1 | _a_little_less(facts)).bins[attribute] != bin_id


@pytest.mark.parametrize("code", ["V1", "V2", "V3", "V4", "V5"])
def test_every_veto_has_its_sentence(code: str) -> None:
    card = rural_household()
    assert explain_grade(card, score(card, H1).bins, [code])[0].text
