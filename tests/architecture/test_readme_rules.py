"""A README that sends its reader to a file sends them to one that is there; the households' one leaves no rule out."""

import re
from pathlib import Path

import pytest

from tests.architecture.test_rooms import ROOT

SERVICES = ("households", "cadres", "credit", "gateway")
# A path of the repository or of the service: not one of the web, nor one that begins with a slash.
NAMED = re.compile(r"`((?:[a-z_]+/)+[\w*.-]+\.(?:py|json|csv|md))`(?: \(`(\w+)`\))?")


def named_in(service: str) -> list[tuple[str, str]]:
    """Path and the name that is to be found in it, if one is given."""
    return NAMED.findall((ROOT / "services" / service / "README.md").read_text("utf-8"))


def found(service: str, path: str) -> list[Path]:
    """In the service or the repository; only where neither has it, in a sibling that the text names."""
    own = [*ROOT.glob(f"services/{service}/{path}"), *ROOT.glob(path)]
    return own or list(ROOT.glob(f"services/*/{path}"))


@pytest.mark.parametrize("service", SERVICES)
def test_every_file_that_a_readme_names_is_there(service: str) -> None:
    named = named_in(service)
    assert named
    assert [path for path, _ in named if not found(service, path)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_name_that_a_readme_gives_of_a_file_stands_in_it(service: str) -> None:
    lost = [
        (path, name)
        for path, name in named_in(service)
        if name and all(re.search(rf"\b{name}\b", one.read_text("utf-8")) is None for one in found(service, path))
    ]
    assert lost == []


def test_every_rule_of_the_households_is_in_its_readme() -> None:
    named = {path for path, _ in named_in("households")}
    rules = (ROOT / "services/households/domain").glob("*.py")
    assert [one.name for one in rules if not _tells_no_rule(one) and f"domain/{one.name}" not in named] == []


def _tells_no_rule(file: Path) -> bool:
    return file.stem in {"__init__", "errors"} or file.stem.endswith("_errors")
