"""The usual way to build the service behind a grade query: FastAPI, SQLAlchemy's ORM, a response model.

It looks a grade up by its key and answers. It checks no consent and keeps no log of who asked.
"""

import argparse
import os
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated
from uuid import UUID

import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.references import DATABASE


class Base(DeclarativeBase):
    pass


class Grade(Base):
    __tablename__ = "usual_grades"

    household_id: Mapped[UUID] = mapped_column(primary_key=True)
    band: Mapped[str]
    valid_until: Mapped[date]
    card_version: Mapped[str]
    as_of: Mapped[date]


class QueryIn(BaseModel):
    household_id: UUID
    consent_id: UUID
    purpose: str
    reference: str


class QueriesIn(BaseModel):
    queries: list[QueryIn]


class ResultOut(BaseModel):
    reference: str
    status: str
    grade: str
    valid_until: date
    card_version: str
    as_of: date


class ResultsOut(BaseModel):
    results: list[ResultOut]


engine = create_async_engine(os.environ[DATABASE], pool_size=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as one:
        yield one


@app.post("/v1/partner/grades/query")
async def query(body: QueriesIn, db: Annotated[AsyncSession, Depends(session)]) -> ResultsOut:
    results = []
    for one in body.queries:
        grade = await db.get(Grade, one.household_id)
        if grade is None:
            raise HTTPException(404)
        results.append(
            ResultOut(
                reference=one.reference,
                status="ok",
                grade=grade.band,
                valid_until=grade.valid_until,
                card_version=grade.card_version,
                as_of=grade.as_of,
            )
        )
    return ResultsOut(results=results)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="warning", access_log=False)
