"""The service behind the front: FastAPI answering about 600 bytes of JSON, as an ordinary route does."""

import argparse
from typing import Any

import uvicorn
from fastapi import FastAPI

app = FastAPI(docs_url=None, openapi_url=None)

ANSWER: dict[str, Any] = {
    "household_id": "0190a0b0-0000-7000-8000-000000000001",
    "region": "511921122001",
    "head": "李*国",
    "status": "registered",
    "members": [{"name": f"成员{number}", "relation": "child", "year": 1990 + number} for number in range(6)],
    "net_income_cents": 1_234_500,
    "measures": ["medical", "education", "housing"],
    "version": 17,
    "note": "为对比转发而设的固定答复，长度约六百字节。",
}


@app.get("/v1/households/{household_id}")
async def household(household_id: str) -> dict[str, Any]:
    del household_id
    return ANSWER


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--path")
    options = parser.parse_args()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=options.port,
        uds=options.path,
        http="httptools",
        loop="uvloop",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
