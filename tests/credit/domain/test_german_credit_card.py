"""A card fitted on real outcomes scores the 1,000 German rows as the library that fitted it does."""

import pytest

from services.credit.domain.score_household import score
from services.credit.domain.scorecardpy_table import card_document_of_table
from tests.builders.german_credit import german_card, german_facts, german_scores


def test_the_1000_scores_come_from_card_and_rows_alone() -> None:
    card = german_card()
    found = [score(card, facts) for facts in german_facts()]
    assert len(found) == 1000
    assert [one.points | {"score": one.total} for one in found] == german_scores()


def test_a_fitted_card_may_give_points_to_a_missing_value_and_join_categories() -> None:
    rows = [("basepoints", "", "10"), ("x", "[-inf,2.0)", "1"), ("x", "[2.0,inf)", "3.0"), ("x", "missing", "-4")]
    rows += [("y", "a%,%b", "5"), ("y", "c", "6")]
    doc = card_document_of_table(rows, card_id="t", title="t", effective_from=german_card().effective_from)
    x, y = doc["attributes"]
    assert (doc["base_points"], x["missing"]["points"], y["bins"][0]["values"]) == (10, -4, ["a", "b"])
    assert x["bins"][0]["interval"] == "(-inf,2.0)"


def test_points_that_are_not_whole_are_not_rounded_in_silence() -> None:
    with pytest.raises(ValueError, match="not whole"):
        card_document_of_table(
            [("x", "[-inf,inf)", "1.5")], card_id="t", title="t", effective_from=german_card().effective_from
        )
