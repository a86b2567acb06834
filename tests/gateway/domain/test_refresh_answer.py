"""May a refresh token still be exchanged?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.refresh_answer import GRACE, Answer, StoredRefresh, refresh_answer

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
FRESH = StoredRefresh(NOW + timedelta(days=30), None, None, session_ended=False, user_active=True)
USED = replace(FRESH, rotated_at=NOW, rotated_by=b"phone")


def test_a_fresh_token_is_exchanged_from_any_device() -> None:
    assert refresh_answer(FRESH, b"phone", NOW) is Answer.ROTATE


def test_the_lost_reply_is_answered_for_thirty_seconds() -> None:
    assert refresh_answer(USED, b"phone", NOW + GRACE) is Answer.SAME_AGAIN
    assert refresh_answer(USED, b"phone", NOW + GRACE + timedelta(microseconds=1)) is Answer.STOLEN


def test_another_device_has_no_grace() -> None:
    assert refresh_answer(USED, b"thief", NOW) is Answer.STOLEN


def test_an_old_token_is_ended_and_no_theft() -> None:
    assert refresh_answer(FRESH, b"phone", FRESH.expires_at) is Answer.ENDED


@given(st.sampled_from((FRESH, USED)), st.booleans(), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_an_ended_session_or_a_disabled_user_gets_nothing_ever(
    token: StoredRefresh, ended: bool, passed: timedelta
) -> None:
    stopped = replace(token, session_ended=ended, user_active=not ended)
    if not ended:
        stopped = replace(stopped, user_active=False)

    assert refresh_answer(stopped, b"phone", NOW + passed) is Answer.ENDED
