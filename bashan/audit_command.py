"""`bashan audit`: were the chains touched, and where do they end?"""

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bashan.terminal import Json, answer, read_settings, run

audit_app = typer.Typer(help="The hash chains of audit events.", no_args_is_help=True)


@audit_app.command()
def verify(
    checkpoint: Annotated[
        typer.FileText | None, typer.Option(help="Checkpoints that were kept elsewhere; - reads them from the pipe.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The key that they are signed with, from `bashan audit key`.", exists=True)
    ] = None,
    json: Json = False,
) -> None:
    """Recompute every chain; the first row that does not fit is named, and the exit code is 1."""
    from bashan.audit import verify_audit

    kept = checkpoint.read() if checkpoint else None
    found = run(verify_audit(read_settings(), kept, key.read_text("ascii") if key else None))
    lines = [f"{service}: {one['rows']} rows fit{_break(one)}" for service, one in found.items()]
    answer(json, found, lines)
    if any(one["broken_at"] is not None for one in found.values()):
        raise typer.Exit(1)


@audit_app.command()
def checkpoint(json: Json = False) -> None:
    """Print a signed line that says where each chain ends now. Keep it on another machine."""
    from bashan.audit import take_checkpoint

    line = run(take_checkpoint(read_settings()))
    answer(json, orjson.loads(line), [line])


@audit_app.command()
def key(json: Json = False) -> None:
    """Print the public key of checkpoints. Keep it beside them."""
    from bashan.audit import public_key_of_checkpoints

    pem = run(public_key_of_checkpoints(read_settings())).strip()
    answer(json, {"public_pem": pem}, [pem])


def _break(one: dict[str, Any]) -> str:
    return f"; row {one['broken_at']} does not: {one['reason']}" if one["broken_at"] is not None else ""
