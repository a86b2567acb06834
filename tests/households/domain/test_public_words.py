"""May these words be shown to everybody?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.public_words import tells_who

NAMES = ("李建国", "何秀兰")


@pytest.mark.parametrize(
    "words",
    [
        "李建国家想要一台电视",
        "李 建 国家想要一台电视",
        "联系 13800000001",
        "联系 138 0000 0001",
        "联系138-0000-0001",
        "联系１３８００００００１",
        "座机 0827-5261234",
        "511921199001011234",
        "卡号 6228 4804 0256 4890 018",
    ],
)
def test_names_and_numbers_of_people_are_found_however_they_are_written(words: str) -> None:
    assert tells_who(words, NAMES)


@pytest.mark.parametrize(
    "words", ["一台 32 寸电视，约 1200 元", "2026 年秋季学费 800 元", "10 只鸡苗、20 斤饲料", "建国路口的路灯", ""]
)
def test_plain_words_pass(words: str) -> None:
    assert not tells_who(words, NAMES)


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from(NAMES))
def test_a_name_is_found_anywhere(before: str, after: str, name: str) -> None:
    assert tells_who(before + name + after, NAMES) or not (before + name + after).isprintable()
