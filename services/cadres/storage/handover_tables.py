"""The tables of departures and hand-overs."""

from dataclasses import dataclass

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, MetaData, Table, Text, Uuid, func, text


@dataclass(frozen=True, slots=True)
class HandoverTables:
    """One open departure a cadre, one open proposal a household: decided by partial unique indexes."""

    departures: Table
    handovers: Table


def handover_tables(metadata: MetaData) -> HandoverTables:
    return HandoverTables(_departures(metadata), _handovers(metadata))


def _departures(metadata: MetaData) -> Table:
    return Table(
        "departures",
        metadata,
        Column("departure_id", Uuid, primary_key=True),
        Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), nullable=False),
        Column("leaves_on", Date, nullable=False),
        Column("reason", Text, nullable=False),
        Column("note", Text),
        Column("state", Text, nullable=False),
        Column("announced_by", Text, nullable=False),
        Column("announced_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("ended_by", Text),
        Column("ended_at", DateTime(timezone=True)),
        Index("one_open_departure", "cadre_id", unique=True, postgresql_where=text("state = 'open'")),
    )


def _handovers(metadata: MetaData) -> Table:
    return Table(
        "handovers",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("handover_id", Uuid, primary_key=True),
        Column("pairing_id", Uuid, nullable=False),
        Column("from_cadre_id", Uuid, ForeignKey("cadres.cadre_id"), nullable=False),
        Column("to_cadre_id", Uuid, ForeignKey("cadres.cadre_id"), nullable=False),
        Column("departure_id", Uuid, ForeignKey("departures.departure_id")),
        Column("state", Text, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("proposed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("answered_by", Text),
        Column("answered_at", DateTime(timezone=True)),
        Column("answer_note", Text),
        Index("one_open_handover", "household_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("handovers_by_id", "handover_id"),
        Index("handovers_by_receiver", "to_cadre_id", "state"),
        Index("handovers_by_giver", "from_cadre_id", "state"),
    )
