"""What the documents name is there: files, headings, commands of `bashan` with their options, containers."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bashan.cli import app
from tests.deploy.compose import services

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("services/*/README.md"))]
FOLDERS = ("services", "shared", "bashan", "migrations", "tests", "bench", "docs", "deploy")
PROGRAM = get_command(app)

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`]+)`")
_FENCE = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
_PATH = re.compile(rf"^(?:{'|'.join(FOLDERS)})/[\w./*-]+")
_DECISION = re.compile(r"docs/decisions/\d{4}$")
_CONTAINERS = re.compile(
    r"docker compose (?:--profile \w+ )?(?:restart|exec|logs|ps|stop) (?:--\S+ (?:\d+\w? )?)*([a-z]+|SERVICE)\b"
)
_OURS = re.compile(r"(?:^|[\s/])bashan\s+(?=[a-z])|\brun\s.*?\b(?:ops|backup)\s+(?=[a-z])")
_PLACEHOLDER = re.compile(r"…|\.\.\.")


def documents() -> list[object]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in DOCUMENTS]


def code_of(text: str) -> Iterator[str]:
    """Every line of a code block, and every code span, joined where the text was wrapped."""
    for block in _FENCE.findall(text):
        yield from block.splitlines()
    for span in _SPAN.findall(_FENCE.sub("", text)):
        yield " ".join(span.split())


def slugs(text: str) -> set[str]:
    """The anchors of a document's headings."""
    headings = [line.lstrip("#").strip().lower() for line in text.splitlines() if line.startswith("#")]
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading)) for heading in headings}


@pytest.mark.parametrize("document", documents())
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in _LINK.findall(document.read_text("utf-8")):
        place, _, anchor = link.partition("#")
        if place.startswith(("http:", "https:")):
            continue
        target = document.parent / place if place else document
        assert target.exists(), link
        assert not anchor or anchor in slugs(target.read_text("utf-8")), link


@pytest.mark.parametrize("document", documents())
def test_every_file_that_is_named_is_there(document: Path) -> None:
    for span in code_of(document.read_text("utf-8")):
        for name in _PATH.findall(span):
            # A decision is named by its number.
            assert list(ROOT.glob(f"{name}-*" if _DECISION.match(name) else name.rstrip("/."))), name


def commands_in(text: str) -> Iterator[list[str]]:
    """The words after `bashan`, or after the container that runs it, up to a pipe, a comment or the next command."""
    for line in code_of(text):
        for found in _OURS.finditer(line):
            said = re.split(r"\s[|>#&<]|[;)]", line[found.end() :], maxsplit=1)[0]
            words = shlex.split(_PLACEHOLDER.sub("", said), posix=False)
            if words:
                yield words


def fault_of(words: list[str]) -> str | None:
    """What of a command line the program does not know."""
    command = PROGRAM
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        name, *words = words
        if name not in command.commands:
            return name
        command = command.commands[name]
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    return next((word for word in words if word.startswith("--") and word.partition("=")[0] not in known), None)


@pytest.mark.parametrize("document", documents())
def test_every_command_of_ours_is_one_with_the_options_that_are_named(document: Path) -> None:
    for words in commands_in(document.read_text("utf-8")):
        assert fault_of(list(words)) is None, " ".join(words)


def test_a_command_that_is_none_is_seen() -> None:
    text = "`bashan audit verfy`, and `docker compose run --rm ops users add wang --rôle operator`"
    assert [fault_of(words) for words in commands_in(text)] == ["verfy", "--rôle"]


@pytest.mark.parametrize("document", documents())
def test_every_container_that_is_named_is_one_of_the_compose_file(document: Path) -> None:
    known = set(services())
    for line in code_of(document.read_text("utf-8")):
        for found in _CONTAINERS.findall(line):
            assert found in known | {"SERVICE"}, line
