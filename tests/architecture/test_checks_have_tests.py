"""Each check of identity, rights and the way in is named by a module that tests it, so that it is found by its id."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.test_rooms import ROOT

CHECKS = {
    "S01": "a token names its algorithm to nobody",
    "S02": "every claim and the type of a token are needed",
    "S03": "a token for one purpose opens no other",
    "S04": "what a token's header points to is not followed",
    "S05": "encrypted and giant tokens are refused at once",
    "S06": "token keys change under load and nobody is logged out",
    "S07": "who was disabled or moved is refused everywhere within five seconds",
    "S08": "a refresh token has one successor; used again it ends its family",
    "S09": "no token that was issued can be read in the database",
    "S10": "who guesses passwords has to wait, and nobody else",
    "S11": "a known and an unknown account look and take the same",
    "S12": "passwords are long, not common, and kept by argon2id",
    "S13": "WeChat's codes count once, its refusals become ours",
    "S14": "no secret lies in files, rows, logs, answers or documents",
    "S15": "every object of every operation, asked by who has no right to it",
    "S16": "every operation, asked by every role and by nobody",
    "S17": "each role reads the fields of the policy and no other",
    "S18": "fields that nobody may set are refused",
    "S19": "without a right a service gives no row",
    "S20": "a connection that served one user gives the next one nothing of it",
    "S21": "a scope that is no whole code covers nothing",
    "S22": "a service's role gets around no right in the database",
    "S23": "who registers somebody from elsewhere learns neither where nor who",
    "S24": "two users on one connection never see each other's rows",
    "S25": "headers from outside make nobody somebody else",
    "S26": "a service asked past the gateway asks who it is",
    "S27": "a sibling that asks for a user has that user's rights",
    "S28": "a path with two readings is refused",
    "S29": "a method that a path has not is refused",
    "S31": "counts of few are held back, also against subtraction",
    "S32": "numbers and texts that JSON should not have are refused",
    "S33": "keys and parameters that come twice or are unknown are refused",
    "S34": "values at the edge of their range are refused or taken, never an error of ours",
    "S35": "a body is counted while it comes",
    "S59": "each signed part of a bank's request counts, a nonce once",
    "S61": "a bank that walks through ids is slowed down",
    "S62": "a grade comes with its reasons and the way to a person's review",
    "S63": "a household corrects, takes its consent back, and what was scored goes",
    "S64": "what weighs much is done by two people",
    "S65": "a weak setting stops the start and is named without its value",
    "S66": "outside the demonstration little is shown",
}
ID = re.compile(r"\bS\d\d\b")


def checks_named_in(path: Path) -> set[str]:
    """Ids in the docstrings of a module that has tests, and of the tests themselves."""
    module = ast.parse(path.read_text("utf-8"))
    tests = [
        node
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    if not tests:
        return set()
    return {found for node in (module, *tests) for found in ID.findall(ast.get_docstring(node) or "")}


@pytest.fixture(scope="module")
def named() -> set[str]:
    return set().union(*(checks_named_in(path) for path in (ROOT / "tests").rglob("test_*.py")))


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_is_named_by_who_tests_it(named: set[str], check: str) -> None:
    assert check in named, f"nobody says that they test {check}: {CHECKS[check]}"


def test_a_module_that_only_speaks_of_a_check_does_not_count(tmp_path: Path) -> None:
    spoken = tmp_path / "test_spoken.py"
    spoken.write_text('"""Of check S99."""\n')
    assert checks_named_in(spoken) == set()
    spoken.write_text('"""Of check S99."""\n\n\ndef test_it() -> None:\n    """And S98."""\n')
    assert checks_named_in(spoken) == {"S98", "S99"}
