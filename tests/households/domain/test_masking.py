import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.masking import mask_id_number, mask_name, mask_phone, mask_text


def test_numbers_and_names_show_what_the_api_promises() -> None:
    assert mask_id_number("511902199001011234") == "5119**********1234"
    assert mask_phone("13800000001") == "138****0001"
    assert mask_phone("08275221234") == "082****1234"
    assert mask_name("李建国") == "李**"
    assert mask_name("李") == "李"
    assert mask_name("") == ""


@pytest.mark.parametrize("short", ["", "1", "12345678", "19900101"])
def test_what_is_too_short_to_mask_in_part_is_masked_whole(short: str) -> None:
    assert mask_id_number(short) == "*" * len(short)
    assert mask_phone(short) == "*" * len(short)


def test_other_text_keeps_dates_but_hides_long_numbers() -> None:
    assert mask_text("2014-01-01") == "2014-01-01"
    assert mask_text("长岭村") == "长岭村"
    assert mask_text("张三511902199001011234") == "张三51**************34"
    assert mask_text("5119 0219 9001 0112 34") == "51** **** **** **** 34"
    assert len(mask_text("字" * 1000)) == 40


def test_control_characters_are_shown_as_a_box() -> None:
    assert mask_text("张\0三\x07") == "张□三□"


@given(st.text(alphabet="0123456789 -X张", max_size=60))
def test_no_masked_text_holds_nine_digits_in_a_row_of_writing(text: str) -> None:
    shown = mask_text(text)
    assert len(re.sub(r"[^0-9]", "", shown)) <= 8
    assert not re.search(r"[0-9]{17}", mask_id_number(text))
