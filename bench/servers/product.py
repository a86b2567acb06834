"""The product itself for a measurement: its own `up` on a data directory of the bench."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.processes import ROOT, free_port
from shared.auth import ACCESS, FIELD, PARTNER, Principal, access_claims
from shared.tokens import Signer, SigningKey

BANK = "bench-bank"


@dataclass(frozen=True, slots=True)
class Product:
    port: int
    data_dir: Path
    pid: int


def household(number: int) -> uuid.UUID:
    return uuid.UUID(int=(0x0190 << 112) | (0x7000 << 64) | (0x8000 << 48) | number)


def consent(number: int) -> uuid.UUID:
    return uuid.UUID(int=(0x0191 << 112) | (0x7000 << 64) | (0x8000 << 48) | number)


def cadre(households: int) -> uuid.UUID:
    """The one that helps so many."""
    return uuid.UUID(int=(0x0193 << 112) | (0x7000 << 64) | (0x8000 << 48) | households)


def notice(number: int) -> uuid.UUID:
    return uuid.UUID(int=(0x0194 << 112) | (0x7000 << 64) | (0x8000 << 48) | number)


@contextlib.contextmanager
def product(data_dir: Path, *arguments: str, demonstration: bool = False) -> Iterator[Product]:
    """Runs `bashan up` until the block ends, which begins once it is ready."""
    port = free_port()
    environment = {
        **os.environ,
        "BASHAN_DATA_DIR": str(data_dir),
        "BASHAN_PORT": str(port),
        "BASHAN_DEMONSTRATION": str(demonstration).lower(),
        "BASHAN_GATEWAY_REQUIRE_SIGNATURES": "false",
        # One address stands for everybody who asks; the limits of one are not what is measured.
        "BASHAN_GATEWAY_LIMITS_FACTOR": "1000",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "bashan", "up", *arguments]
    with (data_dir / "bench-up.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=data_dir, env=environment, stdout=log, stderr=log)
    try:
        _until_ready(process, port)
        yield Product(port, data_dir, process.pid)
    finally:
        process.terminate()
        process.wait(30)


class Tokens:
    """Tokens as the gateway of that data directory would give them."""

    def __init__(self, data_dir: Path) -> None:
        stored = json.loads((data_dir / "secrets" / "token-signing.json").read_text())
        self._signer = Signer(SigningKey(stored["kid"], stored["private_pem"]))

    def of_bank(self, count: int) -> list[str]:
        """Those of the bench's bank."""
        who = Principal(BANK, "测量银行", frozenset({"bank"}), {"bank": ()}, "", 0, partner_id=BANK)
        return [self._signed(who, PARTNER, f"bank-{number}") for number in range(count)]

    def of_official(self, number: int, counties: Sequence[str]) -> str:
        role = "county_official"
        who = Principal(f"official-{number}", "测量人员", frozenset({role}), {role: tuple(counties)}, "", 0)
        return self._signed(who, FIELD, f"official-{number}")

    def of_household(self, household_id: uuid.UUID) -> str:
        who = Principal(
            f"of-{household_id}", "测量农户", frozenset({"household"}), {"household": ()}, "", 0, str(household_id)
        )
        return self._signed(who, FIELD, f"household-{household_id}")

    def of_cadre(self, cadre_id: uuid.UUID) -> str:
        who = Principal(
            f"of-{cadre_id}", "测量干部", frozenset({"cadre"}), {"cadre": ("5119",)}, "", 0, None, str(cadre_id)
        )
        return self._signed(who, FIELD, f"cadre-{cadre_id}")

    def _signed(self, who: Principal, audience: str, session: str) -> str:
        now = int(time.time())
        bearer = replace(who, token_id=f"{session}.1", expires_at=now + 3600)
        return self._signer.sign(access_claims(bearer, audience=audience, issued_at=now), ACCESS)


def _until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    give_up = time.monotonic() + 180
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"bashan up ended with {process.returncode}")
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2)
            return
        time.sleep(0.02)
    raise RuntimeError("bashan up did not become ready")
