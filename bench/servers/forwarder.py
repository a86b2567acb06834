"""Our front for the forwarding row, one process: the product's policy, tokens, limits, request ids and metrics."""

import argparse
import gc
from pathlib import Path
from typing import cast

import uvicorn

from bench.servers.tokens import PUBLIC
from services.gateway.api.forward import Forwarder
from services.gateway.api.front_protocol import FrontProtocol
from services.gateway.api.identity import Identity
from services.gateway.api.request_metrics import RequestMetrics
from services.gateway.clients.http_upstream import HttpUpstream
from services.gateway.domain.policy import PARTNER_PATHS, ROWS
from services.gateway.domain.route_table import RouteTable
from services.gateway.storage.request_counts import RequestCounts
from services.gateway.storage.shipped_limits import shipped_limits
from services.gateway.use_cases.limit_requests import RequestLimits
from services.gateway.use_cases.token_mint import session_of
from shared.auth import Authenticator, Principal
from shared.db import Database
from shared.tokens import PublicKeys


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--keys", type=Path, required=True)
    options = parser.parse_args()
    ended: frozenset[str] = frozenset({f"ended-{number}" for number in range(50)})

    def stopped(principal: Principal) -> bool:
        return session_of(principal.token_id) in ended or principal.partner_id in ended

    rows = [row for row in ROWS if not row.template.startswith(PARTNER_PATHS)]
    # Counted as in production, with room for the load; sharing every second needs a database, which is not here.
    limits = RequestLimits(shipped_limits()[0].times(10_000), RequestCounts(Database("postgresql+asyncpg:///unused")))
    upstream = HttpUpstream("service", [options.upstream])
    app = Forwarder(
        RouteTable(rows),
        {row.service: upstream for row in rows},
        Identity(Authenticator(PublicKeys.load(options.keys / PUBLIC)), stopped).of_person,
        quota=lambda row, principal, address: limits.take(row.quota, cast("Principal | None", principal), address),
        observe=RequestMetrics().observe,
    )
    gc.freeze()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=options.port,
        http=FrontProtocol,
        loop="uvloop",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        backlog=2048,
    )


if __name__ == "__main__":
    main()
