"""What was made clear to whoever is posted, and the care that was given."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from uuid import UUID

from sqlalchemy import func, insert, select

from services.cadres.domain.care import Care, CareKind
from services.cadres.domain.posting import Posting
from services.cadres.domain.posting_terms import PostingTerms
from services.cadres.storage.queries import under
from services.cadres.storage.tables import posted
from shared.db import Connection

terms, care_records = posted.terms, posted.care
_TERMS = tuple(terms.c[f.name] for f in fields(PostingTerms))
LastDone = Mapping[tuple[UUID, UUID], Mapping[CareKind, date]]


async def add_terms(connection: Connection, posting: Posting, given: PostingTerms) -> None:
    values = asdict(given) | {"duties": list(given.duties)}
    await connection.execute(insert(terms).values(village_code=posting.village_code, post_id=posting.post_id, **values))


async def terms_of(connection: Connection, posting: Posting) -> PostingTerms | None:
    statement = select(*_TERMS).where(terms.c.village_code == posting.village_code, terms.c.post_id == posting.post_id)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else PostingTerms(**{**row._mapping, "duties": tuple(row.duties)})


async def add_care(connection: Connection, care: Care, author: str) -> None:
    await connection.execute(insert(care_records).values(**asdict(care), recorded_by=author))


async def care_of_post(connection: Connection, posting: Posting) -> Sequence[Care]:
    """The youngest first, two hundred at most."""
    rows = await connection.execute(
        select(*(care_records.c[f.name] for f in fields(Care)))
        .where(care_records.c.village_code == posting.village_code, care_records.c.post_id == posting.post_id)
        .order_by(care_records.c.done_on.desc(), care_records.c.care_id.desc())
        .limit(200)
    )
    return [Care(**row._mapping) for row in rows]


async def last_care(connection: Connection, region: str, day: date) -> LastDone:
    """When each kind was last done until the day, by posting and person."""
    rows = await connection.execute(
        select(care_records.c.post_id, care_records.c.cadre_id, care_records.c.kind, func.max(care_records.c.done_on))
        .where(under(care_records.c.village_code, region), care_records.c.done_on <= day)
        .group_by(care_records.c.post_id, care_records.c.cadre_id, care_records.c.kind)
    )
    found: dict[tuple[UUID, UUID], dict[CareKind, date]] = defaultdict(dict)
    for post_id, cadre_id, kind, last in rows:
        found[post_id, cadre_id][kind] = last
    return found
