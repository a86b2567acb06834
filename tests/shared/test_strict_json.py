"""A body that cannot be stored, sent back or understood in one way only is refused before anyone reads it.

Checks S32, S33, S35.
"""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Unreadable
from shared.web.strict_json import JsonDuplicateKey, JsonTooDeep, JsonUnreadable, read_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "body",
    [
        *(b"[NaN]", b"[Infinity]", b"[-Infinity]", b"[1e999]"),
        *(b'"\\ud800"', b'{"\\u0000": 1}', b'"a\\u0000b"', b"\xff"),
        *(b'"a\0b"', b'"\xed\xa0\x80"', b'{"\\ud83d": "\\ude00"}'),
        *('{"a":1}'.encode("utf-16"), "\ufeff{}".encode(), '{"名":"张"}'.encode("gbk")),
        *(b"", b"{", b"{} {}"),
    ],
)
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(JsonUnreadable):
        read_json(body)


def test_twin_keys_are_refused_at_any_depth() -> None:
    with pytest.raises(JsonDuplicateKey):
        read_json(b'{"a": [{"b": 1, "b": 2}]}')


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_deep_nesting_is_refused_quickly(bracket: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(JsonTooDeep):
        read_json(bracket * 100_000)
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("text", [r"\"", r"\\", r"\\\"", r"a\\\\", r"[\"[", ""])
def test_deep_nesting_behind_text_is_seen_whatever_the_text_escapes(text: str) -> None:
    with pytest.raises(JsonTooDeep):
        read_json(f'{{"a":"{text}","b":{"[" * 40}{"]" * 40}}}'.encode())


def test_brackets_inside_text_are_no_nesting() -> None:
    text = "[{" * 200 + '\\"'
    assert read_json(b'{"a":"' + text.encode() + b'"}') == {"a": "[{" * 200 + '"'}


@given(JSON)
def test_everything_ordinary_reads_as_it_was_written(document: object) -> None:
    import orjson

    assert read_json(orjson.dumps(document)) == document


@given(st.binary(max_size=200))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        read_json(body)


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b"1.0", 1),
        (b"-3.00", -3),
        (b"2e2", 200),
        (b"1.5E7", 15_000_000),
        (b"1.5", 1.5),
        (b"9007199254740994.0", 2.0**53 + 2),
    ],
)
def test_a_whole_number_with_a_fraction_of_nothing_is_a_whole_number(body: bytes, number: float) -> None:
    read = read_json(body)
    assert (read, type(read)) == (number, type(number))


@pytest.mark.parametrize(
    "body",
    [b"9007199254740993.0", b"-9007199254740993.0", b"0.99999999999999999999", b"1.00000000000000000001", b"1e-400"],
)
def test_a_number_that_only_lies_next_to_a_whole_one_is_none(body: bytes) -> None:
    assert type(read_json(body)) is float


@pytest.mark.parametrize("body", [b"1e-99999999999999999999", b"0e99999999999999999999"])
def test_an_exponent_without_measure_is_unreadable(body: bytes) -> None:
    with pytest.raises(JsonUnreadable):
        read_json(body)
