"""P8: what a cadre's phone fetches before a day without a network: a caseload of 15 households, and one of 500."""

import gzip
import random
import re
from uuid import UUID

from bench.harness import Line, Options, Outcome, Side, alternate, bound
from bench.load import Request
from bench.rows.lookups import body_of, one_by_one
from bench.servers.prefecture import CASELOADS, filled
from bench.servers.product import Tokens, cadre, product
from shared.web.compressed import LEVEL

MOST_BYTES = {15: 20_000, 500: 150_000}
MOST_MS = {15: 30.0, 500: 300.0}


def compressed(body: bytes) -> int:
    """Bytes as the service would send them if the ids of the copies were as random as real ones."""
    chance = random.Random(8)
    real = re.sub(rb"0190[0-9a-f]{4}-[0-9a-f-]{27}", lambda _: str(UUID(int=chance.getrandbits(128))).encode(), body)
    return len(gzip.compress(real, LEVEL))


class CaseloadPack:
    id = "P8"
    title = "a cadre's caseload of 15 households, and one of 500, through the gateway"
    target = "15: ≤ 20 kB, ≤ 30 ms; 500: ≤ 150 kB compressed, ≤ 300 ms"

    def run(self, options: Options) -> Outcome:
        at = filled(options.households)
        tokens = Tokens(at.folder)
        asked = {
            size: Request(
                "/v1/me/caseload",
                {"Authorization": f"Bearer {tokens.of_cadre(cadre(size))}", "Accept-Encoding": "gzip"},
            )
            for size in CASELOADS
        }
        with product(at.folder, "--processes") as ours:
            sent = {size: body_of(ours.port, one) for size, one in asked.items()}
            bodies = {size: gzip.decompress(body) for size, body in sent.items()}
            packed = {size: compressed(body) for size, body in bodies.items()}
            sides = {
                size: Side(f"{size} households", lambda one=one: one_by_one(ours, [one] * 20))  # type: ignore[misc] # mypy cannot see the default
                for size, one in asked.items()
            }
            alternate(list(sides.values()), options, most=5)
        return Outcome(
            lines=[
                Line(
                    side.name,
                    {
                        **side.line().values,
                        "bytes": packed[size],
                        "sent": len(sent[size]),
                        "unpacked": len(bodies[size]),
                    },
                )
                for size, side in sides.items()
            ],
            ratios=[
                *(
                    bound(f"{size} households, bytes", [compressed(bodies[size])], MOST_BYTES[size])
                    for size in CASELOADS
                ),
                *(
                    bound(f"{size} households, p50 ms", [one.p50_ms for one in sides[size].readings], MOST_MS[size])
                    for size in CASELOADS
                ),
            ],
            notes=[
                "One connection, 20 requests a run; the client asks for gzip, the service compresses each answer.",
                "`bytes` is what is sent when ids are as random as real ones; `sent` with the ids of the copies.",
            ],
        )
