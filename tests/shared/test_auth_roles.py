"""Who is refused for his role is told who may do it."""

import pytest

from shared.auth import role_refused


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (
            {"township_official", "village_official"},
            "您没有做这件事的权限。能办这件事的是：村级工作人员、乡镇工作人员。",
        ),
        ({"household"}, "您没有做这件事的权限。能办这件事的是：农户本人。"),
        ({"operator", "auditor"}, "您没有做这件事的权限。"),
    ],
)
def test_a_refusal_names_those_to_whom_one_can_turn(roles: set[str], sentence: str) -> None:
    assert role_refused(roles).sentence == sentence
