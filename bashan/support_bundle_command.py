"""`bashan support-bundle`: an archive for whoever is to help."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bashan.backup_command import folder_of
from bashan.terminal import Json, answer, attempt, read_settings, run, stop


def support_bundle(
    to: Annotated[Path | None, typer.Option(help="The archive; bashan-support-<time>.tar.gz here.")] = None,
    log: Annotated[
        list[str] | None, typer.Option(help="A log of the services, - for standard input; may be given several times.")
    ] = None,
    metrics: Annotated[
        list[str] | None, typer.Option(help="Where metrics are read, such as http://gateway:9000/metrics.")
    ] = None,
    json: Json = False,
) -> None:
    """Versions, settings' names, findings, counts, metrics and the last log lines; nothing of anybody's, no secret."""
    from bashan.support_bundle import Asked, gather, pack
    from shared.clock import Clock

    settings = read_settings()
    archive = to or Path(f"bashan-support-{Clock().now():%Y%m%dT%H%M%SZ}.tar.gz")
    addresses = list(metrics or ())
    if settings.operator_port is not None:
        addresses.append(f"http://{settings.operator_host}:{settings.operator_port}/metrics")
    with ExitStack() as streams:
        logs = [(_name(one, number), _open(one, streams)) for number, one in enumerate(log or (), 1)]
        parts = run(gather(settings, folder_of(settings, None), Asked(logs, addresses)))
    attempt(lambda target: pack(parts, target), archive)
    found = {"archive": str(archive), "entries": sorted(parts)}
    answer(json, found, [*found["entries"], f"written to {archive}: look through it before you send it"])


def _name(file: str, number: int) -> str:
    return "standard-input" if file == "-" else f"{number}"


def _open(file: str, streams: ExitStack) -> TextIO:
    if file == "-":
        return sys.stdin
    try:
        return streams.enter_context(Path(file).open(encoding="utf-8", errors="replace"))
    except OSError as failure:
        stop(f"{file} cannot be read ({failure.strerror}); name another with --log")
