"""A cursor belongs to the list it was made for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.change_log import CursorUnreadable
from shared.pagination import Cursors

CURSORS = Cursors(b"k" * 32)


@given(st.lists(st.text(), max_size=3), st.text())
def test_a_cursor_reads_back_for_its_own_list(keyset: list[str], scope: str) -> None:
    try:
        keyset_bytes = [key.encode() for key in keyset] and scope.encode()
    except UnicodeEncodeError:
        return
    assert keyset_bytes is not None
    assert CURSORS.read(scope, CURSORS.write(scope, keyset)) == keyset


@pytest.mark.parametrize("forged", ["", "x", "AAAA", "中文", "a" * 400])
def test_a_made_up_cursor_is_refused(forged: str) -> None:
    with pytest.raises(CursorUnreadable):
        CURSORS.read("list", forged)


def test_a_cursor_of_another_list_or_key_is_refused() -> None:
    cursor = CURSORS.write("households:511921", ["a"])
    with pytest.raises(CursorUnreadable):
        CURSORS.read("households:5119", cursor)
    with pytest.raises(CursorUnreadable):
        Cursors(b"other" * 8).read("households:511921", cursor)
