"""The command `bashan`: starts, migrates, loads, scores, checks.

bashan up                          everything on 127.0.0.1:8000, with the demonstration
bashan import FILE --kind register a register of households
bashan score --region CODE         score a place
bashan status                      services, schemas, rows, change-log lag
"""

import gc
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import orjson
import typer
from pydantic import ValidationError

from bashan.cannot_start import CannotStart
from bashan.settings import Settings
from shared.errors import Failure

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output.")]

app = typer.Typer(
    name="bashan",
    help="巴山: household records, helping cadres, farm credit. Settings: BASHAN_DATA_DIR (var/), BASHAN_PORT (8000).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
audit_app = typer.Typer(help="The hash chains of audit events.", no_args_is_help=True)
feeds_app = typer.Typer(help="What the services read of each other's change logs.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
app.add_typer(feeds_app, name="feeds")


@app.command()
def up(
    processes: Annotated[bool, typer.Option("--processes", help="One process a service.")] = False,
) -> None:
    """Start everything and serve until Ctrl-C."""
    from bashan.up import up as serve

    _run(serve(_settings(), processes=processes, say=_say))


@app.command(hidden=True)
def serve(
    service: str, parent: Annotated[int | None, typer.Option(help="Stop when this process ends.")] = None
) -> None:
    """One service in this process, behind a unix socket (what `up --processes` starts)."""
    from bashan.serve import serve_one

    _run(serve_one(_settings(), service, parent))


@app.command()
def migrate(json: Json = False) -> None:
    """Bring every service's schema to the newest revision."""
    from bashan.commands import run_migrations

    ran = _run(run_migrations(_settings()))
    _answer(json, ran, [f"{service}: {', '.join(done) or 'nothing to do'}" for service, done in ran.items()])


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="An .xlsx or .csv file.", exists=True, dir_okay=False, readable=True)],
    kind: Annotated[str, typer.Option(help="What the file is: register.")],
    report: Annotated[Path | None, typer.Option(help="Where the report of refused rows goes (.xlsx).")] = None,
    json: Json = False,
) -> None:
    """Import a file; good households are taken even when their neighbours are not."""
    from bashan.import_command import import_register_file

    if kind != "register":
        _stop("unknown kind of file; the kinds are: register", 2)
    result = _run(import_register_file(_settings(), file, report, quiet=json))
    _answer(json, result, [f"{name}: {value}" for name, value in result.items()])


@app.command()
def score(
    region: Annotated[str, typer.Option(help="The code of the place: 4, 6, 9 or 12 digits.")],
    card: Annotated[str, typer.Option(help="The card's id.")] = "rural-household",
    json: Json = False,
) -> None:
    """Score every credit file of a place; grades take effect only by a second person's confirmation."""
    from bashan.commands import score_region

    result = _run(score_region(_settings(), region, card, quiet=json))
    _answer(json, result, [f"{name}: {value}" for name, value in result.items()])


@app.command()
def demo(
    township: Annotated[str, typer.Option(help="The code of the township to add: 9 digits.")],
    json: Json = False,
) -> None:
    """Add another township of invented people to the demonstration."""
    from bashan.commands import add_township

    result = _run(add_township(_settings(), township, _say if not json else lambda _line: None))
    _answer(json, result, [f"{name}: {value}" for name, value in result.items()])


@app.command()
def status(json: Json = False) -> None:
    """Services, versions, migrations, row counts, change-log lag."""
    from bashan.status import read_status, status_lines

    found = _run(read_status(_settings()))
    _answer(json, found, status_lines(found))


@audit_app.command("verify")
def audit_verify(json: Json = False) -> None:
    """Recompute every chain; the first row that does not fit is named, and the exit code is 1."""
    from bashan.commands import verify_audit

    found = _run(verify_audit(_settings()))
    lines = [f"{service}: {one['rows']} rows fit{_break(one)}" for service, one in found.items()]
    _answer(json, found, lines)
    if any(one["broken_at"] is not None for one in found.values()):
        raise typer.Exit(1)


@feeds_app.command("rebuild")
def feeds_rebuild(
    service: Annotated[
        str, typer.Argument(help="The service whose projections are rebuilt: households, cadres, credit.")
    ],
) -> None:
    """Empty a service's projections and read its siblings' logs from their beginning."""
    from bashan.commands import rebuild_feeds

    _run(rebuild_feeds(_settings(), service))
    _say(f"{service}: rebuilt")


def main() -> None:
    app()


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a command; whatever stops it is one line, never a traceback."""
    import uvloop

    from shared.logs import configure_logs

    configure_logs()
    try:
        return uvloop.run(work)
    except CannotStart as failure:
        _stop(failure.line)
    except Failure as failure:
        _stop(f"{failure.code}: {failure.sentence}")
    except KeyboardInterrupt:
        _stop("interrupted", 130)
    finally:
        # Python would look through every object once more before it ends: half a second in which nothing happens.
        gc.freeze()


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as failure:
        wrong = ", ".join(f"BASHAN_{'_'.join(map(str, error['loc'])).upper()}" for error in failure.errors())
        _stop(f"cannot start: the setting {wrong} is not usable; correct it or unset it")


def _stop(line: str, code: int = 1) -> NoReturn:
    print(f"bashan: {line}", file=sys.stderr, flush=True)
    raise typer.Exit(code)


def _say(line: str) -> None:
    print(line, flush=True)


def _answer(as_json: bool, found: Any, lines: list[str]) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")
    else:
        for line in lines:
            _say(line)


def _break(one: dict[str, Any]) -> str:
    return f"; row {one['broken_at']} does not: {one['reason']}" if one["broken_at"] is not None else ""
