import time

import pytest

from services.households.domain.errors import ValueRefused
from services.households.domain.person_name import person_name
from shared.sheets.cells import Cell


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("李建国", "李建国"),
        ("张  三", "张三"),
        ("张\u3000三", "张三"),
        ("\ufeff张三\n", "张三"),
        ("欧阳春生", "欧阳春生"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("吉克．阿木", "吉克·阿木"),
        ("\U00020b9f\U00030000", "\U00020b9f\U00030000"),
        ("王\ue863", "王\ue863"),
        ("李〇", "李〇"),
        ("Mary O'Neill", "Mary O'Neill"),
        ("仉", "仉"),
    ],
)
def test_names_as_id_cards_print_them_are_taken(written: str, name: str) -> None:
    assert person_name(written) == name


@pytest.mark.parametrize("blank", [None, "", "  ", "无"])
def test_a_person_has_a_name(blank: Cell) -> None:
    with pytest.raises(ValueRefused) as refused:
        person_name(blank)
    assert refused.value.reason == "person_name_missing"


@pytest.mark.parametrize(
    "wrong",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-张三",
        "@SUM(A1)",
        "\0张三",
        "张三\x01李",
        "张三1",
        "张?",
        "张三(户主)",
        "·张三",
        "张" * 51,
        511902.0,
        "张\u200e三<b>",
        "\ud800张",
    ],
)
def test_what_is_no_name_is_refused(wrong: Cell) -> None:
    with pytest.raises(ValueRefused) as refused:
        person_name(wrong)
    assert refused.value.reason == "person_name_wrong"


@pytest.mark.parametrize("part", ["张", "张·", "a", "a ", "a.", "a-'", "·", " "])
def test_a_hostile_name_takes_no_time(part: str) -> None:
    started = time.process_time()
    for hostile in (part * 25_000, part * 24 + "!", "张" + part * 25_000 + "\0"):
        with pytest.raises(ValueRefused):
            person_name(hostile)
    assert time.process_time() - started < 0.15
