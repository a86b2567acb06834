"""The command `bashan`: starts, migrates, loads, scores, checks.

bashan up                          everything on 127.0.0.1:8000, with the demonstration
bashan import FILE --kind register a register of households
bashan score --region CODE         score a place
bashan credit recompute-titles     titles of villages and townships
bashan status                      services, schemas, rows, change-log lag
bashan users, bashan partners      people who log in, banks that ask
bashan recount                     are the kept counts of places those of the record
bashan doctor, bashan support-bundle   is it well, and what to send when it is not
bashan keys, bashan rotate-keys    the keys that sign; those of personal fields
"""

from pathlib import Path
from typing import Annotated

import typer

from bashan.audit_command import audit_app
from bashan.backup_command import backup, folder_of, restore
from bashan.counts_command import recount
from bashan.credit_command import credit_app
from bashan.keys_command import keys_app
from bashan.partners_command import partners_app
from bashan.rotate_keys_command import rotate_keys
from bashan.support_bundle_command import support_bundle
from bashan.terminal import Json, answer, attempt, read_settings, run, say, stop
from bashan.users_command import users_app

app = typer.Typer(
    name="bashan",
    help="巴山: household records, helping cadres, farm credit. Settings: BASHAN_DATA_DIR (var/), BASHAN_PORT (8000).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
feeds_app = typer.Typer(help="What the services read of each other's change logs.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
app.add_typer(feeds_app, name="feeds")
app.add_typer(credit_app, name="credit")
app.add_typer(keys_app, name="keys")
app.add_typer(users_app, name="users")
app.add_typer(partners_app, name="partners")
app.command()(backup)
app.command()(recount)
app.command()(restore)
app.command()(rotate_keys)
app.command()(support_bundle)


@app.command()
def up(
    processes: Annotated[bool, typer.Option("--processes", help="One process a service.")] = False,
) -> None:
    """Start everything and serve until Ctrl-C."""
    from bashan.up import up as serve_all

    run(serve_all(read_settings(), processes=processes, say=say))


@app.command(hidden=True)
def serve(
    service: str,
    parent: Annotated[int | None, typer.Option(help="Stop when this process ends.")] = None,
    listen: Annotated[str | None, typer.Option(help="HOST:PORT; all settings come from the environment.")] = None,
    metrics: Annotated[str | None, typer.Option(help="HOST:PORT for Prometheus, with --listen.")] = None,
) -> None:
    """One service: behind a unix socket (what `up --processes` starts), or in a container of its own."""
    from bashan.serve import serve_deployed, serve_one

    run(serve_one(read_settings(), service, parent) if listen is None else serve_deployed(service, listen, metrics))


@app.command()
def init(json: Json = False) -> None:
    """Make the keys and passwords of an installation and hand each service its own; overwrites none."""
    from bashan.hand_out import hand_out

    written = attempt(hand_out, read_settings())
    answer(json, written, [f"{folder}: {', '.join(files) or 'complete'}" for folder, files in written.items()])


@app.command()
def migrate(
    plan: Annotated[bool, typer.Option("--plan", help="Only say which revisions would run.")] = False,
    json: Json = False,
) -> None:
    """Bring every service's schema to the newest revision; the services may run meanwhile."""
    from bashan.commands import plan_migrations, run_migrations

    if plan:
        planned = run(plan_migrations(read_settings()))
        answer(json, planned, [f"{service}: {_revisions(to_go)}" for service, to_go in planned.items()])
        return
    ran = run(run_migrations(read_settings()))
    answer(json, ran, [f"{service}: {', '.join(done) or 'nothing to do'}" for service, done in ran.items()])


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
        stop("unknown kind of file; the kinds are: register", 2)
    result = run(import_register_file(read_settings(), file, report, quiet=json))
    answer(json, result, [f"{name}: {value}" for name, value in result.items()])


@app.command()
def score(
    region: Annotated[str, typer.Option(help="The code of the place: 4, 6, 9 or 12 digits.")],
    card: Annotated[str, typer.Option(help="The card's id.")] = "rural-household",
    json: Json = False,
) -> None:
    """Score every credit file of a place; grades take effect only by a second person's confirmation."""
    from bashan.commands import score_region

    result = run(score_region(read_settings(), region, card, quiet=json))
    answer(json, result, [f"{name}: {value}" for name, value in result.items()])


@app.command()
def demo(
    township: Annotated[str | None, typer.Option(help="The code of the township to add: 9 digits.")] = None,
    whole: Annotated[bool, typer.Option("--all", help="Every township that is not there yet.")] = False,
    json: Json = False,
) -> None:
    """Add a township of invented people to the demonstration, or all that are missing; killed, it goes on."""
    from bashan.commands import add_everything, add_township

    tell = say if not json else lambda _line: None
    if whole == (township is not None):
        stop("name either one township with --township, or all of them with --all", 2)
    if township is None:
        result = run(add_everything(read_settings(), tell, quiet=json))
    else:
        result = run(add_township(read_settings(), township, tell))
    answer(json, result, [f"{name}: {value}" for name, value in result.items()])


@app.command()
def status(json: Json = False) -> None:
    """Services, versions, migrations, row counts, change-log lag."""
    from bashan.status import read_status, status_lines

    found = run(read_status(read_settings()))
    answer(json, found, status_lines(found))


@app.command()
def doctor(
    deep: Annotated[bool, typer.Option("--deep", help="Also recompute the chains and read every page.")] = False,
    backups: Annotated[Path | None, typer.Option(help="Where the backups are.")] = None,
    json: Json = False,
) -> None:
    """Is this installation well? Exit code 1 when something is not, with the cure."""
    from bashan.doctor import FAULT, examine

    settings = read_settings()
    found = run(examine(settings, folder_of(settings, backups), deep=deep))
    lines = [f"{one['state']:7}  {one['question']}: {one['said']}{_cure(one['cure'])}" for one in found]
    answer(json, {"findings": found}, lines)
    if any(one["state"] == FAULT for one in found):
        raise typer.Exit(1)


@feeds_app.command("rebuild")
def feeds_rebuild(
    service: Annotated[
        str, typer.Argument(help="The service whose projections are rebuilt: households, cadres, credit.")
    ],
    json: Json = False,
) -> None:
    """Empty a service's projections and read its siblings' logs from their beginning."""
    from bashan.commands import rebuild_feeds

    sources = run(rebuild_feeds(read_settings(), service))
    answer(json, {"service": service, "rebuilt_from": sources}, [f"{service}: rebuilt from {', '.join(sources)}"])


def main() -> None:
    app()


def _cure(cure: str) -> str:
    return f"; {cure}" if cure else ""


def _revisions(to_go: dict[str, str]) -> str:
    return "; ".join(f"{revision} {said}" for revision, said in to_go.items()) or "nothing to do"
