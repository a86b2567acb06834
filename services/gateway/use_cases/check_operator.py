"""Are the two people who want to change a key two operators?"""

from dataclasses import dataclass

from services.gateway.domain.operator_errors import OperatorRefused, SameOperator
from services.gateway.domain.user import User, username_key
from services.gateway.storage.user_repository import find_by_username
from services.gateway.use_cases.check_second_factor import takes_second_factor
from services.gateway.use_cases.desk import Desk


@dataclass(frozen=True, slots=True)
class Shown:
    """What an operator types; `second_factor` where one is set up."""

    username: str
    password: str
    second_factor: str | None = None


async def check_two_operators(desk: Desk, first: Shown, second: Shown) -> tuple[User, User]:
    """Raises OperatorRefused, alike for whatever is wrong; SameOperator."""
    if username_key(first.username) == username_key(second.username):
        raise SameOperator
    return await _operator(desk, first), await _operator(desk, second)


async def _operator(desk: Desk, shown: Shown) -> User:
    async with desk.database.transaction() as connection:
        user = await find_by_username(connection, username_key(shown.username))
    fits = await desk.passwords.fits(user.password_hash if user else None, shown.password)
    if user is None or not fits or not user.active or "operator" not in user.grants:
        raise OperatorRefused(username=shown.username)
    async with desk.database.transaction() as connection:
        holds = not user.has_second_factor or await takes_second_factor(
            connection, desk, user.user_id, shown.second_factor or ""
        )
    if not holds:
        raise OperatorRefused(username=shown.username)
    return user
