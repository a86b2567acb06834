"""`bashan keys`: the keys that access tokens are signed with."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bashan.settings import Settings
from bashan.terminal import Json, answer, read_settings, run, stop

keys_app = typer.Typer(help="The keys of access tokens: which count, and a new one.", no_args_is_help=True)
OVERLAP_MINUTES = 20
"""Longer than a token lives, so that nobody is logged out."""


@keys_app.command("list")
def list_keys(json: Json = False) -> None:
    """The keys that count, and until when."""
    found = run(keys_as_told(read_settings()))
    answer(json, {"keys": found}, [_line(key) for key in found])


@keys_app.command("rotate")
def rotate(
    operator: Annotated[list[str] | None, typer.Option("--operator", help="Who does it; twice, two people.")] = None,
    overlap_minutes: Annotated[
        int, typer.Option(help="How long the old key still counts; 0 for one that others may have.", min=0, max=10080)
    ] = OVERLAP_MINUTES,
    json: Json = False,
) -> None:
    """A new key signs from now on, without a restart. Outside the demonstration two operators type their passwords."""
    settings = read_settings()
    names = operator or []
    if len(names) not in {0, 2} or (not names and not settings.demonstration):
        stop("name two operators: --operator NAME --operator OTHER", 2)
    shown = [typed(name) for name in names]
    done = run(rotate_keys(settings, shown, overlap_minutes))
    answer(json, done, [f"{key}: {value}" for key, value in done.items()])


async def keys_as_told(settings: Settings) -> list[dict[str, Any]]:
    from bashan.environment import ground
    from shared.clock import Clock
    from shared.token_keys import TOKEN_KEYS
    from shared.tokens import PublicKeys

    async with ground(settings, begins=False) as on:
        keys = PublicKeys.load(on.secrets_dir / TOKEN_KEYS).live(Clock().now().timestamp())
    return [{"kid": kid, "until": _instant(keys.until.get(kid))} for kid in keys.pem_by_kid]


async def rotate_keys(settings: Settings, shown: list[tuple[str, str, str]], overlap_minutes: int) -> dict[str, Any]:
    """`shown`: name, password and code of two operators, or of nobody. Raises OperatorRefused, SameOperator,
    RotationUnderWay."""
    from bashan.gateway_work import gateway_desk, who_types
    from bashan.private_file import write_private
    from services.gateway.use_cases.check_operator import Shown
    from services.gateway.use_cases.rotate_token_key import rotate_token_key

    async with gateway_desk(settings) as (desk, secrets_dir):
        operators = [Shown(name, password, code or None) for name, password, code in shown]
        done = await rotate_token_key(
            desk, secrets_dir, write_private, operators, overlap_seconds=overlap_minutes * 60, actor=who_types()
        )
    return {
        "kid": done.kid,
        "signs_from": _instant(done.signs_from),
        "old_kid": done.old_kid,
        "old_until": _instant(done.old_until),
    }


def typed(name: str) -> tuple[str, str, str]:
    """From the terminal unseen, or two lines of standard input."""
    if sys.stdin.isatty():
        password = typer.prompt(f"password of {name}", hide_input=True)
        return name, password, typer.prompt(f"code of {name} (empty for none)", default="", show_default=False)
    password, code = (sys.stdin.readline().rstrip("\r\n") for _ in range(2))
    return name, password, code


def _instant(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _line(key: dict[str, Any]) -> str:
    return f"{key['kid']}  until {key['until']}" if key["until"] else f"{key['kid']}  signs"
