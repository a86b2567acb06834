"""A villager comes by WeChat for the first time: who is it, and whose household's member?

WeChat itself vouches for the phone; the ID number is the villager's word. Only both together, as the register has
them, bind the openid to the person. Whatever is wrong, the answer is the same.
"""

from dataclasses import dataclass
from uuid import UUID

from services.gateway.clients.households import FindPerson, RegisteredPerson
from services.gateway.clients.wechat import WeChat
from services.gateway.domain.errors import WechatBindingRefused
from services.gateway.domain.user import User
from services.gateway.storage.attempt_repository import note_failure, note_success, uncount
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.session_repository import end_sessions_of
from services.gateway.storage.user_repository import find_by_openid, find_by_username, get_user, put_only_binding
from services.gateway.use_cases.count_login import take_place
from services.gateway.use_cases.desk import Desk, Origin, Tokens
from services.gateway.use_cases.open_session import open_session
from services.gateway.use_cases.save_user import save_user
from shared.db import Connection
from shared.errors import Failure


@dataclass(frozen=True, slots=True)
class Claim:
    """What the mini-program sends: a fresh login code, the code of getPhoneNumber, and the ID number typed."""

    code: str
    phone_code: str
    id_number: str


async def bind_wechat(desk: Desk, wechat: WeChat, find_person: FindPerson, claim: Claim, origin: Origin) -> Tokens:
    """Logs the person in. Raises WechatBindingRefused, alike for a wrong, an unknown and a disabled person;
    TooManyLogins, LoginsAtOnce; SiblingAway; and what `WeChat` raises.

    Trying is counted as failed logins are, for the openid and the address, before anything is looked up.
    """
    openid = await wechat.openid_of(claim.code)
    # The counts keep a digest of this; the openid itself is written nowhere.
    account = f"wechat-binding:{openid}"
    await take_place(desk, account, origin)
    try:
        phone = await wechat.phone_of(claim.phone_code)
        person = await find_person(claim.id_number, phone)
    except Failure:
        async with desk.database.transaction() as connection:
            await uncount(connection, account, origin.address)
        raise
    async with desk.database.transaction() as connection:
        user = await _user_of(connection, desk, openid, person)
        if user is not None:
            await note_success(connection, account, origin.address, desk.clock.now())
            await _bind(connection, desk, openid, user.user_id)
            return await open_session(connection, desk, user, origin, method="wechat")
        await note_failure(connection, account, origin.address)
        await AUDIT.append(
            connection, at=desk.clock.now(), event="wechat_binding_refused", actor="-", subject="unknown", facts={}
        )
    raise WechatBindingRefused


async def _user_of(connection: Connection, desk: Desk, openid: str, person: RegisteredPerson | None) -> User | None:
    """The person's user, made at the first time. Nobody who was disabled comes back this way, under either name."""
    bound = await find_by_openid(connection, openid)
    if person is None or (bound is not None and not bound.active):
        return None
    username = f"member-{person.member_id}"
    known = await find_by_username(connection, username)
    if known is not None and not known.active:
        return None
    user_id = await save_user(
        connection,
        desk.passwords,
        username=username,
        name=person.name,
        grants={"household": ()},
        household_id=person.household_id,
        now=desk.clock.now(),
        actor="wechat-binding",
    )
    return await get_user(connection, user_id)


async def _bind(connection: Connection, desk: Desk, openid: str, user_id: UUID) -> None:
    """From now on this openid and no other is the person's; who came by another is signed out."""
    now = desk.clock.now()
    replaced = await put_only_binding(connection, openid, user_id, now)
    ended = await end_sessions_of(connection, user_id, "wechat_rebound", now) if replaced else 0
    facts = {"replaced": replaced, "sessions_ended": ended}
    await AUDIT.append(connection, at=now, event="wechat_bound", actor=str(user_id), subject=str(user_id), facts=facts)
