"""Which passwords does everybody guess first (check S12)?"""

import pytest

from services.gateway.domain.errors import PasswordTooPlain
from services.gateway.domain.password_rules import check_password, is_common
from services.gateway.storage.shipped_passwords import common_passwords


@pytest.mark.parametrize(
    "password",
    ["password1234", "!!Password99!!", "1qaz2wsx3edc", "iloveyouiloveyou", "qwertyuiop123", "dragondragondragon"],
)
def test_a_common_password_is_refused_also_with_little_around_it(password: str) -> None:
    with pytest.raises(PasswordTooPlain):
        check_password(password, "wang", common_passwords())


@pytest.mark.parametrize(
    "password", ["71839204615password", "correct horse 竹篮打水", "thirsty-otter-canal", "Xk3-9vQ-77b-Lp"]
)
def test_a_password_that_is_only_partly_common_is_taken(password: str) -> None:
    check_password(password, "wang", common_passwords())


def test_the_shipped_list_is_the_whole_one() -> None:
    assert len(common_passwords()) > 27_000
    assert is_common("1q2w3e4r5t6y", common_passwords())
