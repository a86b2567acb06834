"""Two processes with different hash seeds give the same bytes (checks R36)."""

import os
import subprocess
import sys

PROGRAM = """
from services.credit.domain.score_household import score
from services.credit.storage.shipped_cards import shipped_cards
from tests.builders.worked_cases import H1, H3, H4
for card in shipped_cards():
    for facts in (H1, H3, H4):
        found = score(card, facts, {"V1", "V3", "V5"})
        print(card.sha256, found.trace_sha256, found.vetoes)
"""


def test_a_trace_is_the_same_bytes_whatever_the_hash_seed() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert len(set(said)) == 1
    assert said[0].count("\n") >= 3
