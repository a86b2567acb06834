"""`bashan rotate-keys`: new keys for ID numbers, phones, objections, uploads and the secrets of authenticators."""

from typing import Annotated, Any

import typer

from bashan.keys_command import typed
from bashan.terminal import Json, answer, read_settings, run, say, stop

Services = Annotated[list[str] | None, typer.Option("--service", help="Only this one; may be given several times.")]


def rotate_keys(
    service: Services = None,
    operator: Annotated[list[str] | None, typer.Option("--operator", help="Who does it; twice, two people.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a rotation that was cut off.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Only say what is sealed with which key.")] = False,
    json: Json = False,
) -> None:
    """New keys for the personal fields while the services serve. Outside the demonstration two operators type their
    passwords. Exit code 1 when something is left on an old key: run it again with --resume."""
    from bashan.rotate_keys import SERVICES, begin_new_keys, finish, standing_of_keys

    settings = read_settings()
    services = [name for name in SERVICES if name in service] if service else list(SERVICES)
    if unknown := sorted(set(service or ()) - set(SERVICES)):
        stop(f"there is no service {', '.join(unknown)}; name one of {', '.join(SERVICES)}", 2)
    if status:
        found = run(standing_of_keys(settings, services))
        answer(json, found, [_standing(name, one) for name, one in found.items()])
        return
    names = operator or []
    if not resume:
        if len(names) not in {0, 2} or (not names and not settings.demonstration):
            stop("name two operators: --operator NAME --operator OTHER", 2)
        run(begin_new_keys(settings, services, [typed(name) for name in names]))
    done = run(finish(settings, services, say if not json else lambda _line: None))
    answer(json, done, [_done(name, one) for name, one in done.items()])
    if any(one["left"] for one in done.values()):
        raise typer.Exit(1)


def _standing(service: str, one: dict[str, Any]) -> str:
    rows = ", ".join(f"key {key}: {number:,} rows" for key, number in one["rows"].items()) or "no rows"
    files = "".join(f", key {key}: {number:,} files" for key, number in one["files"].items())
    return f"{service}: key {one['newest']} seals; {rows}{files}"


def _done(service: str, one: dict[str, Any]) -> str:
    said = f"{service}: key {one['newest']} seals; {one['sealed_anew']:,} sealed anew, {one['left']:,} left"
    gone = f"; put by: {', '.join(map(str, one['retired']))}" if one["retired"] else ""
    broken = f"; these do not open: {', '.join(one['unreadable'][:10])}" if one["unreadable"] else ""
    return said + gone + broken
