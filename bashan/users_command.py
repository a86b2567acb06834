"""`bashan users`: who may log in. The first administrator is made here too: `bashan users add NAME --role operator`."""

import secrets
import sys
from datetime import timedelta
from typing import Annotated, Any

import typer

from bashan.settings import Settings
from bashan.terminal import Json, answer, read_settings, run, stop

users_app = typer.Typer(help="Who may log in: officials, cadres, auditors, operators.", no_args_is_help=True)
SHORTEST_SHOWN = 15
Username = Annotated[str, typer.Argument(help="The name to log in with.")]
Roles = Annotated[
    list[str], typer.Option("--role", help="A role, with its places: county_official=511921. May be repeated.")
]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@users_app.command("list")
def list_users(
    role: Annotated[str | None, typer.Option(help="Only who has this role.")] = None, json: Json = False
) -> None:
    """Everybody but the farm households, who come by WeChat."""
    found = run(users_as_told(read_settings(), role))
    answer(json, {"users": found}, [_line(user) for user in found])


@users_app.command("add")
def add_user(
    username: Username,
    role: Roles,
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    password_stdin: FromInput = False,
    json: Json = False,
) -> None:
    """Add a user. The password is made and shown once, unless it is read from standard input."""
    password = _password(password_stdin)
    made = run(save(read_settings(), username, name or username, _grants(role), password))
    shown = made if password_stdin else made | {"password": password}
    answer(json, shown, [f"{key}: {value}" for key, value in shown.items()])


@users_app.command("invite")
def invite_user(
    username: Username,
    role: Roles,
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    hours: Annotated[int, typer.Option(help="How long the invitation is good.", min=1, max=720)] = 72,
    json: Json = False,
) -> None:
    """Invite a new user, who chooses the password; the invitation is shown once. Who is there is invited anew."""
    made = run(invite(read_settings(), username, name or username, _grants(role), hours))
    answer(json, made, [f"{key}: {value}" for key, value in made.items()])


@users_app.command("forget-second-factor")
def forget_second_factor(username: Username, json: Json = False) -> None:
    """For a lost telephone without recovery codes: the user sets up another one; every session of theirs ends."""
    changed = run(forget_factor(read_settings(), username))
    answer(json, changed, [f"{username}: no second factor any more"])


@users_app.command("password")
def set_password(username: Username, password_stdin: FromInput = False, json: Json = False) -> None:
    """Give a user a new password; every session of theirs ends."""
    password = _password(password_stdin)
    changed = run(change(read_settings(), username, password=password))
    shown = changed if password_stdin else changed | {"password": password}
    answer(json, shown, [f"{key}: {value}" for key, value in shown.items()])


@users_app.command("roles")
def set_roles(username: Username, role: Roles, json: Json = False) -> None:
    """Give a user these roles and no others; every session of theirs ends."""
    changed = run(change(read_settings(), username, grants=_grants(role)))
    answer(json, changed, [f"{key}: {value}" for key, value in changed.items()])


@users_app.command("disable")
def disable_user(username: Username, json: Json = False) -> None:
    """Let a user in no more; every session of theirs ends within seconds."""
    changed = run(change(read_settings(), username, status="disabled"))
    answer(json, changed, [f"{username}: disabled"])


@users_app.command("enable")
def enable_user(username: Username, json: Json = False) -> None:
    """Let a user in again."""
    changed = run(change(read_settings(), username, status="active"))
    answer(json, changed, [f"{username}: active"])


async def users_as_told(settings: Settings, role: str | None) -> list[dict[str, Any]]:
    from bashan.gateway_work import gateway_transaction
    from services.gateway.storage.user_repository import all_users

    async with gateway_transaction(settings) as connection:
        found = await all_users(connection, role)
    return [
        {"username": user.username, "name": user.name, "status": user.status, "roles": _places(user.grants)}
        for user in found
    ]


async def save(
    settings: Settings, username: str, name: str, grants: dict[str, tuple[str, ...]], password: str
) -> dict[str, Any]:
    """A new user. Raises UsernameTaken for a name that is there, RolePlaceUnknown, RolePlaceEnded."""
    from bashan.gateway_work import gateway_transaction, who_types
    from services.gateway.use_cases.password_hashes import PasswordHashes
    from services.gateway.use_cases.save_user import add_user as add
    from shared.clock import Clock

    async with gateway_transaction(settings, grants) as connection:
        user_id = await add(
            connection,
            PasswordHashes(),
            username=username,
            name=name,
            grants=grants,
            password=password,
            now=Clock().now(),
            actor=who_types(),
        )
    return {"user_id": str(user_id), "username": username, "roles": _places(grants)}


async def change(settings: Settings, username: str, **changes: Any) -> dict[str, Any]:
    """Changes what is named. Raises UserNotFound, RolePlaceUnknown, RolePlaceEnded."""
    from bashan.gateway_work import gateway_transaction, who_types
    from services.gateway.use_cases.password_hashes import PasswordHashes
    from services.gateway.use_cases.save_user import change_user
    from shared.clock import Clock

    async with gateway_transaction(settings, changes.get("grants")) as connection:
        user_id = await change_user(
            connection, PasswordHashes(), username, now=Clock().now(), actor=who_types(), **changes
        )
    return {"user_id": str(user_id), "username": username}


async def invite(
    settings: Settings, username: str, name: str, grants: dict[str, tuple[str, ...]], hours: int
) -> dict[str, Any]:
    """A user without a password, and the invitation by which it is set."""
    from bashan.gateway_work import gateway_transaction, who_types
    from services.gateway.use_cases.invite_user import invite_user as invite_
    from services.gateway.use_cases.password_hashes import PasswordHashes
    from shared.clock import Clock

    async with gateway_transaction(settings, grants) as connection:
        user_id, invitation = await invite_(
            connection,
            PasswordHashes(),
            username=username,
            name=name,
            grants=grants,
            now=Clock().now(),
            actor=who_types(),
            lasts=timedelta(hours=hours),
        )
    return {"user_id": str(user_id), "username": username, "roles": _places(grants), "invitation": invitation}


async def forget_factor(settings: Settings, username: str) -> dict[str, Any]:
    """Raises UserNotFound."""
    from bashan.gateway_work import gateway_transaction, who_types
    from services.gateway.use_cases.save_user import forget_second_factor as forget
    from shared.clock import Clock

    async with gateway_transaction(settings) as connection:
        user_id = await forget(connection, username, now=Clock().now(), actor=who_types())
    return {"user_id": str(user_id), "username": username}


def _grants(roles: list[str]) -> dict[str, tuple[str, ...]]:
    """`county_official=511921,511922` → role and places; a role of no place stands alone."""
    from services.gateway.domain.user import OTHER_ROLES, PLACE_ROLES

    known = PLACE_ROLES | OTHER_ROLES
    grants: dict[str, tuple[str, ...]] = {}
    for role in roles:
        name, _, places = role.partition("=")
        if name not in known:
            stop(f"role_unknown: there is no role {name}; name one of {', '.join(sorted(known))}")
        grants[name] = (*grants.get(name, ()), *(place for place in places.split(",") if place))
    return grants


def _places(grants: Any) -> dict[str, list[str]]:
    return {role: list(places) for role, places in sorted(grants.items())}


def _password(from_input: bool) -> str:
    if not from_input:
        return secrets.token_urlsafe(SHORTEST_SHOWN)
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        stop("no password on standard input", 2)
    return password


def _line(user: dict[str, Any]) -> str:
    roles = " ".join(f"{role}={','.join(places)}" if places else role for role, places in user["roles"].items())
    return f"{user['username']}  {user['name']}  {user['status']}  {roles}"
