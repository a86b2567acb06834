"""How every command of `bashan` runs, answers and stops."""

import gc
import sys
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, NoReturn, TypeVar

import orjson
import typer
from pydantic import ValidationError

from bashan.cannot_start import CannotStart
from bashan.settings import Settings
from shared.errors import Failure

T = TypeVar("T")
X = TypeVar("X")
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output.")]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a command; whatever stops it is one line, never a traceback."""
    import uvloop

    from shared.logs import configure_logs

    configure_logs()
    return attempt(uvloop.run, work)


def attempt(do: Callable[[X], T], given: X) -> T:
    """What stops `do` is one line."""
    try:
        return do(given)
    except CannotStart as failure:
        stop(failure.line)
    except Failure as failure:
        stop(f"{failure.code}: {failure.sentence}")
    except KeyboardInterrupt:
        stop("interrupted", 130)
    finally:
        # Python would look through every object once more before it ends: half a second in which nothing happens.
        gc.freeze()


def read_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as failure:
        wrong = [str(error["loc"][0]) for error in failure.errors()]
        names = ", ".join(f"BASHAN_{name.upper()}" for name in wrong)
        takes = " and ".join(f"give BASHAN_{name.upper()} {Settings.model_fields[name].description}" for name in wrong)
        stop(f"cannot start: the value of {names} is not usable; {takes}, or unset it")


def stop(line: str, code: int = 1) -> NoReturn:
    print(f"bashan: {line}", file=sys.stderr, flush=True)
    raise typer.Exit(code)


def say(line: str) -> None:
    print(line, flush=True)


def answer(as_json: bool, found: Any, lines: list[str]) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")
    else:
        for line in lines:
            say(line)
