"""A sibling as the gateway meets them, and the problem that the gateway answers in its place."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from tests.builders.front import Answer

ID_LENGTH = 25


def service() -> FastAPI:
    """A sibling as the gateway meets them."""
    app = FastAPI(openapi_url=None)

    @app.api_route("/v1/households/{number}", methods=["GET", "PUT"])
    async def household(number: str, request: Request) -> dict[str, Any]:
        return {"number": number, "method": request.method, "headers": dict(request.headers)}

    @app.post("/v1/households")
    async def register(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.post("/v1/imports")
    async def take(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.get("/v1/notices/{number}")
    async def notice(number: str) -> dict[str, str]:
        return {"number": number}

    @app.get("/v1/reports")
    async def report() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b"part "

        return StreamingResponse(parts(), media_type="text/plain")

    @app.get("/internal/changes")
    async def changes() -> dict[str, str]:
        return {"never": "seen outside"}

    return app


def assert_is_problem(answer: Answer, status: int, code: str) -> None:
    problem = answer.problem
    assert answer.status == problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"urn:bashan:error:{code}"
    assert problem.keys() >= {"title", "detail", "instance", "message", "request_id", "retryable", "errors"}
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert len(problem["request_id"]) == ID_LENGTH
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers
