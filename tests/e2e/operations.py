"""Every operation of the merged API document, with the roles of the policy, and how a request of one is sent."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from services.gateway.domain.policy import ROWS
from services.gateway.domain.route_table import ANYONE
from tests.e2e.callers import Caller
from tests.e2e.running import Bashan, until

ALL_ROLES = tuple(sorted({role for row in ROWS for role in row.allow} - {ANYONE}))


@dataclass(frozen=True)
class Operation:
    """`roles` are those of the policy's row; `public` needs no token."""

    operation_id: str
    method: str
    template: str
    roles: frozenset[str]

    @property
    def public(self) -> bool:
        return ANYONE in self.roles

    @property
    def partner(self) -> bool:
        return self.template.startswith("/v1/partner/")

    def __str__(self) -> str:
        return self.operation_id


def operations_of(document: Mapping[str, Any]) -> list[Operation]:
    """In the document's order, with the roles of the policy itself and not of the document."""
    allow = {(row.method, row.template): row.allow for row in ROWS}
    return [
        Operation(operation["operationId"], method.upper(), template, allow[method.upper(), template])
        for template, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


@dataclass(frozen=True)
class Asked:
    """One request: what fills the template, the query, and a JSON body or a form."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    form: Mapping[str, str] | None = None
    file: bytes | None = None
    version: int | None = None

    def changed(self, **fields: Any) -> "Asked":
        return replace(self, **fields)

    def send(self, caller: Caller, operation: Operation, **how: Any) -> httpx.Response:
        """As a good client would; `how` overrides parts of the request (httpx's names)."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if operation.method == "POST" else {}
        if self.version is not None:
            headers["If-Match"] = f'"v{self.version}"'
        headers |= how.pop("headers", {})
        given: dict[str, Any] = {"params": dict(self.query)}
        if self.file is not None:
            given |= {"files": {"file": ("register.csv", self.file)}, "data": self.form}
        elif self.form is not None:
            given["data"] = self.form
        elif self.body is not None:
            given["json"] = self.body
        if "content" in how:
            given = {"params": given["params"]}
        return caller.send(operation.method, operation.template.format(**self.path), headers=headers, **given | how)


def document_of(product: Bashan) -> dict[str, Any]:
    """A machine that is busy may need more than one request's time to write it the first time."""

    def written() -> httpx.Response | None:
        reply = product.anyone().get("/openapi.json")
        return reply if reply.status_code == 200 else None

    found: dict[str, Any] = json.loads(until(written, 60, "the API document").content)
    return found
