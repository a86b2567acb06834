"""The usual way to build a gateway in Python: FastAPI, python-jose, httpx."""

import argparse
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from jose import JWTError, jwt

from bench.references import KEYS, UPSTREAM

keys: dict[str, str] = json.loads(Path(os.environ[KEYS]).read_text("ascii"))
client = httpx.AsyncClient(base_url=os.environ[UPSTREAM], timeout=10)


@asynccontextmanager
async def life(_app: FastAPI) -> AsyncIterator[None]:
    async with client:
        yield


app = FastAPI(lifespan=life)


@app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "DELETE"])
async def forward(path: str, request: Request) -> Response:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        kid = jwt.get_unverified_header(token)["kid"]
        jwt.decode(token, keys[kid], algorithms=["ES256"], audience="bashan-partner")
    except (JWTError, KeyError):
        raise HTTPException(401) from None
    answer = await client.request(
        request.method,
        f"/{path}",
        content=await request.body(),
        headers={"content-type": request.headers.get("content-type", "application/json"), "authorization": token},
    )
    return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="warning", access_log=False)
