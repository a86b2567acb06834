"""Why a grade is what it is."""

import pytest

from services.credit.domain.card_document import card_from_document, card_to_document
from services.credit.domain.explain_grade import explain_grade
from services.credit.domain.score_household import score
from tests.builders.worked_cases import H1, rural_household


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
    for text in texts:
        assert any("一" <= sign <= "鿿" for sign in text)
        assert not any(word in text for word in ("贷款", "放贷", "额度", "保证", "一定能", "负债率", "权重", "模型"))


@pytest.mark.parametrize("code", ["V1", "V2", "V3", "V4", "V5"])
def test_every_veto_has_its_sentence(code: str) -> None:
    card = rural_household()
    assert explain_grade(card, score(card, H1).bins, [code])[0].text
