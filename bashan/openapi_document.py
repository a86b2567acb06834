"""The merged API document as `/openapi.json` serves it, made without a database: for its committed copy and its test.

python -m bashan.openapi_document > docs/openapi.json
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from bashan.database_roles import SERVICES
from bashan.embedded_postgres import ServiceUrls
from bashan.environment import Ground
from bashan.secret_files import ensure_secrets
from bashan.serving import BEHIND, make_gateway, make_service
from bashan.settings import Settings
from services.gateway.api.openapi import merged_openapi
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.domain.policy import ROWS
from services.gateway.storage.shipped_examples import recorded_examples

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:9/nothing"


def merged_document() -> dict[str, Any]:
    """Nothing connects: an application opens its database at the first request."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        urls = {service: ServiceUrls(NOWHERE, NOWHERE, NOWHERE) for service in SERVICES}
        on = Ground(Settings(data_dir=data_dir), data_dir, ensure_secrets(data_dir), data_dir, urls, None)
        apps = {name: make_service(on, name) for name in BEHIND}
        upstreams = {name: AsgiUpstream(name, app) for name, app in apps.items()}
        own = make_gateway(on, upstreams, {}, lambda: True).own
        return merged_openapi(
            {"gateway": own.openapi(), **{name: app.openapi() for name, app in apps.items()}}, ROWS, recorded_examples()
        )


def text_of(document: dict[str, Any]) -> str:
    """One order, one form: two documents are the same when their texts are."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(text_of(merged_document()), end="")
