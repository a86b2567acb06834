"""A card as SQL text, for whoever wants to score the files of this service in the database without its programs."""

from datetime import date

from sqlalchemy.dialects.postgresql.base import PGDialect

from services.credit.domain.scorecard import Card
from services.credit.storage.card_sql import score_select
from services.credit.storage.fact_repository import fact_columns, vetoes_in_force
from services.credit.storage.tables import facts


def card_as_sql(card: Card, as_of: date) -> str:
    """One SELECT over `facts` and `vetoes`: household_id, version, bins, points, total, band. No parameters."""
    standing = vetoes_in_force(facts.c.household_id, as_of)
    keep = [facts.c[name].label(name) for name in ("household_id", "version")]
    statement = score_select(card, facts, fact_columns(), standing, keep)
    # Other styles of parameters would double each percent sign.
    dialect = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call] # SQLAlchemy leaves its constructor untyped
    written = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    head = f"-- {card.id}@{card.version} {card.sha256}\n-- vetoes as of {as_of.isoformat()}\n"
    return head + written + ";\n"
