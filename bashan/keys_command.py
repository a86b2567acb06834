"""`bashan keys`: what access tokens, calls between services and answers to banks are signed with."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bashan.settings import Settings
from bashan.terminal import Json, answer, read_settings, run, stop

keys_app = typer.Typer(help="The keys that sign: which count, and a new one.", no_args_is_help=True)


class Of(StrEnum):
    """What a key signs: people's tokens, a service's calls to the others, answers to banks by scheme."""

    TOKENS = "tokens"
    HOUSEHOLDS = "households"
    CADRES = "cadres"
    CREDIT = "credit"
    GATEWAY = "gateway"
    ANSWERS_P256 = "answers-p256"
    ANSWERS_SM2 = "answers-sm2"

    @property
    def answers(self) -> str | None:
        """The kind of key by which answers to banks are signed, or None."""
        return self.value.removeprefix("answers-") if self.value.startswith("answers-") else None


OVERLAP_MINUTES, ANSWERS_OVERLAP_MINUTES = 20, 30 * 24 * 60
"""Longer than a token lives, so that nobody is logged out; longer than a bank keeps an answer unchecked."""
NOTICE_HOURS = 14 * 24
"""In which banks take a new answer key into their configuration."""


@keys_app.command("list")
def list_keys(json: Json = False) -> None:
    """The keys that count, and until when."""
    found = run(keys_as_told(read_settings()))
    answer(json, {"keys": found}, [_line(key) for key in found])


@keys_app.command("rotate")
def rotate(
    of: Annotated[Of, typer.Option("--of", help="What the key signs.")] = Of.TOKENS,
    operator: Annotated[list[str] | None, typer.Option("--operator", help="Who does it; twice, two people.")] = None,
    overlap_minutes: Annotated[
        int | None,
        typer.Option(help="How long the old key still counts; 0 for one that others may have.", min=0, max=129_600),
    ] = None,
    notice_hours: Annotated[
        int, typer.Option(help="How long banks know a new answer key before it signs.", min=0, max=2160)
    ] = NOTICE_HOURS,
    json: Json = False,
) -> None:
    """A new key signs from now on, without a restart. Outside the demonstration two operators type their passwords."""
    settings = read_settings()
    names = operator or []
    if len(names) not in {0, 2} or (not names and not settings.demonstration):
        stop("name two operators: --operator NAME --operator OTHER", 2)
    usual = ANSWERS_OVERLAP_MINUTES if of.answers else OVERLAP_MINUTES
    overlap = usual if overlap_minutes is None else overlap_minutes
    done = run(rotate_keys(settings, of, [typed(name) for name in names], overlap, notice_hours))
    answer(json, done, [f"{key}: {value}" for key, value in done.items()])


async def keys_as_told(settings: Settings) -> list[dict[str, Any]]:
    from bashan.environment import ground
    from shared.answer_keys import ANSWER_KEYS, AnswerKeys
    from shared.clock import Clock
    from shared.service_tokens import SERVICE_KEYS
    from shared.token_keys import TOKEN_KEYS
    from shared.tokens import PublicKeys

    now = Clock().now().timestamp()
    async with ground(settings, begins=False) as on:
        public = {
            of: PublicKeys.load(on.secrets_dir / file).live(now)
            for of, file in (("tokens", TOKEN_KEYS), ("services", SERVICE_KEYS))
        }
        answers = AnswerKeys(on.secrets_dir / ANSWER_KEYS).published(now)
    return [
        *(
            {"of": of, "kid": kid, "until": _instant(keys.until.get(kid))}
            for of, keys in public.items()
            for kid in keys.pem_by_kid
        ),
        *(
            {
                "of": "answers",
                "kid": key.kid,
                "until": _instant(key.until),
                "signs_from": _instant(key.signs_from or None),
            }
            for key in answers
        ),
    ]


async def rotate_keys(
    settings: Settings, of: Of, shown: list[tuple[str, str, str]], overlap_minutes: int, notice_hours: int
) -> dict[str, Any]:
    """`shown`: name, password and code of two operators, or of nobody. Raises OperatorRefused, SameOperator,
    RotationUnderWay."""
    from bashan.gateway_work import gateway_desk, who_types
    from bashan.hand_out import write_everywhere
    from services.gateway.use_cases.check_operator import Shown
    from services.gateway.use_cases.rotate_key import rotate_key

    async with gateway_desk(settings) as (desk, secrets_dir):
        write = partial(write_everywhere, settings.service_secrets_dir)
        done = await rotate_key(
            desk,
            [Shown(name, password, code or None) for name, password, code in shown],
            _turn(of, secrets_dir, write, overlap_minutes * 60, notice_hours * 3600),
            event="token_key_rotated" if of is Of.TOKENS else "key_rotated",
            subject="token-signing" if of is Of.TOKENS else of.value,
            facts={"overlap_seconds": overlap_minutes * 60},
            actor=who_types(),
        )
    return {
        "kid": done.kid,
        "signs_from": _instant(done.signs_from),
        "old_kid": done.old_kid,
        "old_until": _instant(done.old_until),
    }


def _turn(
    of: Of, folder: Path, write: Callable[[Path, str], None], overlap_seconds: int, notice_seconds: int
) -> Callable[[int], Any]:
    """What changes the files of this kind of key, given the second at which it happens."""
    from shared.answer_keys import ANSWER_KEYS, rotate_answer_key
    from shared.service_tokens import rotate_service_key
    from shared.token_keys import rotate_key, token_key_files

    def turn(now: int) -> Any:
        how: dict[str, Any] = {"overlap_seconds": overlap_seconds, "now": now, "write": write}
        if of.answers:
            return rotate_answer_key(folder / ANSWER_KEYS, of.answers, notice_seconds=notice_seconds, **how)
        if of is Of.TOKENS:
            return rotate_key(token_key_files(folder), **how)
        return rotate_service_key(of.value, folder, **how)

    return turn


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
    begins = f" from {key['signs_from']}" if key.get("signs_from") else ""
    return f"{key['of']}: {key['kid']}  " + (f"until {key['until']}" if key["until"] else f"signs{begins}")
