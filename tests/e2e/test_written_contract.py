"""What the API document says, held against the product by schemathesis: every check, no finding (checks S36).

`beyond_schemas.py` beside this file names the refusals of values that fit their schema and are right all the same, each
with the rule that a schema cannot say (an ID number's check digit, a page mark that we did not sign).
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.callers import Caller
from tests.e2e.operations import document_of
from tests.e2e.running import Bashan

pytest.importorskip("schemathesis", reason="requirements-dev.txt has it")

CONFIG = Path(__file__).with_name("schemathesis.toml")
ROOT = Path(__file__).parents[2]
"""Where schemathesis finds the hooks that the configuration names."""
# They end the sessions that the whole run uses: an id that one answer gives is tried in the next request.
LOGOUT = "^/v1/auth/logout$|/sign-out$"
PARTNER = "^/v1/partner/"
SECONDS = os.environ.get("BASHAN_CONTRACT_SECONDS", "840")
"""How long each caller of the long form (`make contract`) may go on; who wants all of it gives more."""


def run(product: Bashan, caller: Caller, *options: str, folder: Path) -> None:
    document_of(product)
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
            *("run", f"{product.url}/openapi.json", "--checks", "all", "--continue-on-failure", "--no-color"),
            *("--header", f"Authorization: Bearer {caller.token}", "--warnings", "off", "--seed", "1", *options),
            # `takes_what_fits` of the hooks stands in its place.
            *("--exclude-checks", "positive_data_acceptance"),
        ],
        env={**os.environ, "PYTHONWARNINGS": "default", "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    report = folder / "report.txt"
    report.write_text(finished.stdout + finished.stderr, "utf-8")
    # 0: no finding; 1: findings; anything else: it did not run.
    assert finished.returncode == 0, f"{report}: {finished.stdout[-4000:]}{finished.stderr[-2000:]}"
    print(finished.stdout[-1500:])


def test_an_officials_every_request_is_answered_as_the_document_says(
    product: Bashan, county: Caller, tmp_path: Path
) -> None:
    run(
        product,
        county,
        *("--exclude-path-regex", f"{LOGOUT}|{PARTNER}", "--phases", "examples,fuzzing", "--max-examples", "2"),
        folder=tmp_path,
    )


def test_a_banks_every_request_is_answered_as_the_document_says(product: Bashan, bank: Caller, tmp_path: Path) -> None:
    run(
        product,
        bank,
        *("--include-path-regex", PARTNER, "--phases", "examples,fuzzing", "--max-examples", "10"),
        folder=tmp_path,
    )


@pytest.mark.slow
@pytest.mark.parametrize("role", ["county_official", "household", "operator"])
def test_five_hundred_requests_of_each_operation_find_nothing(product: Bashan, role: str, tmp_path: Path) -> None:
    # By now the run has guessed at passwords, and whoever logs in from here has to wait.
    caller = product.logged_in(role) if role == "county_official" else _without_logging_in(product, role)
    run(
        product,
        caller,
        *("--exclude-path-regex", f"{LOGOUT}|{PARTNER}", "--max-examples", "500", "--max-time", SECONDS),
        folder=tmp_path,
    )


def _without_logging_in(product: Bashan, role: str) -> Caller:
    return product.household() if role == "household" else product.invented(role)
