"""Each program of the bench starts as it is typed, whatever was loaded before it."""

import subprocess
import sys

import pytest

from tests.deploy.compose import ROOT


@pytest.mark.parametrize("program", ["bench", "bench.soak"])
def test_a_program_of_the_bench_starts(program: str) -> None:
    asked = [sys.executable, "-m", program, "--help"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"python -m {program}" in done.stdout
