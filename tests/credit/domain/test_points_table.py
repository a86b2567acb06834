"""A card shown to people: every bin a line, what falls in it and its points."""

import csv
from dataclasses import replace
from io import StringIO

from services.credit.domain.points_table import HEAD, csv_of, markdown_of
from tests.builders.german_credit import german_card
from tests.builders.worked_cases import rural_household

CARD = rural_household()


def lines() -> dict[tuple[str, str], dict[str, str]]:
    rows = csv.DictReader(StringIO(csv_of(CARD)))
    return {(row["指标"], row["档"]): row for row in rows}


def test_every_bin_of_the_card_is_a_line_with_its_points() -> None:
    found = lines()
    assert {key: row["得分"] for key, row in found.items()} == {
        (one.id, each.id): "不评级" if each.points is None else str(each.points)
        for one in CARD.attributes
        for each in one.every_bin
    }


def test_what_falls_in_a_bin_is_said_without_brackets() -> None:
    found = lines()
    assert found["B1", "b3"]["条件"] == "≥0.8，<1.2"
    assert found["B1", "b3"]["依据"] == "net_income_cents ÷ (people × county_median_cents)"
    assert found["A2", "training"]["条件"] == "training"
    assert found["D1", "no_record"]["条件"] == "没有记录"
    assert found["A1", "missing"]["条件"].endswith("没有数据")
    assert "分子" in found["C1", "b1"]["条件"]


def test_the_markdown_names_the_card_its_bands_and_every_line() -> None:
    text = markdown_of(CARD)
    assert text.startswith("# 农户信用评分卡\n")
    assert f"rural-household@1，2020-01-01起生效，SHA-256 {CARD.sha256}" in text
    assert "AAA 80分起，AA 70分起，A 60分起" in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert (len(table), {line.count("|") for line in table}) == (len(lines()) + 2, {len(HEAD) + 1})


def test_a_text_that_looks_like_a_formula_or_a_column_stays_a_text() -> None:
    wild = replace(CARD, attributes=(replace(CARD.attributes[0], title="=1+1|x"), *CARD.attributes[1:]))
    assert "'=1+1|x" in csv_of(wild)
    assert "=1+1\\|x" in markdown_of(wild)
    assert ",-48," in csv_of(german_card())
