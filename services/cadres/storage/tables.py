"""The tables of the cadres service.

Household-keyed tables lead their keys with household_id, village-keyed ones with village_code (room to grow). What
must hold at one time only is held by exclusion constraints over `during`, from the start up to and not including the
end; a row that begins and ends on one day holds on no day, and is kept all the same.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint

from services.cadres.storage.appraisal_tables import appraisal_tables
from services.cadres.storage.bulletin_tables import published_bulletins_table
from services.cadres.storage.decision_tables import decision_tables
from services.cadres.storage.handover_tables import handover_tables
from services.cadres.storage.import_tables import import_refusals_table
from services.cadres.storage.inspection_tables import inspection_tables
from services.cadres.storage.plan_tables import plan_tables
from services.cadres.storage.posting_tables import posting_tables
from services.cadres.storage.task_tables import task_tables
from services.cadres.storage.village_pairing_tables import village_pairing_tables
from services.cadres.storage.visit_tables import visit_tables
from shared.change_log import change_log_tables
from shared.hash_chain import audit_table
from shared.idempotency import idempotency_table
from shared.jobs import jobs_table
from shared.place_counts import place_counts

metadata = MetaData()

change_log = change_log_tables(metadata)
audit_events = audit_table(metadata)
idempotency_keys = idempotency_table(metadata)
jobs = jobs_table(metadata)


def _demonstration() -> Column[bool]:
    return Column("demonstration", Boolean, nullable=False, server_default=text("false"))


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False, server_default="1")


def _period() -> tuple[Column[object], ...]:
    """From `started_on` up to, and not including, `ended_on`; `during` is the same as one value for constraints."""
    return (
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("during", DATERANGE, Computed("daterange(started_on, ended_on)", persisted=True)),
    )


units = Table(
    "units",
    metadata,
    Column("unit_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("joint_kind", Text),
    _demonstration(),
    _version(),
    Index("units_by_region", "region_code", "unit_id"),
)

cadres = Table(
    "cadres",
    metadata,
    Column("cadre_id", Uuid, primary_key=True),
    Column("unit_id", Uuid, ForeignKey("units.unit_id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("rank", Text, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("phone", LargeBinary),
    Column("phone_index", LargeBinary),
    Column("subject", Text),
    _demonstration(),
    _version(),
    UniqueConstraint("subject", name="one_cadre_per_subject"),
    Index("cadres_by_region", "region_code", "cadre_id"),
    Index("cadres_by_unit", "unit_id"),
    Index("cadres_by_phone", "phone_index"),
)

# Who answers for which household, past ones too. One responsible cadre per household at a time.
pairings = Table(
    "pairings",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("pairing_id", Uuid, primary_key=True),
    Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), nullable=False),
    *_period(),
    Column("end_reason", Text),
    Column("end_note", Text),
    Column("paired_by", Text, nullable=False),
    Column("ended_by", Text),
    Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    _demonstration(),
    _version(),
    ExcludeConstraint(("household_id", "="), ("during", "&&"), name="one_cadre_per_household", using="gist"),
    CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="pairing_ends_with_reason"),
    Index("pairings_by_id", "pairing_id"),
    Index("pairings_by_cadre", "cadre_id", "ended_on"),
)

# The five posts of a village and who held them when. One holder per village and kind at a time.
posts = Table(
    "posts",
    metadata,
    Column("village_code", Text, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("holder_cadre_id", Uuid, ForeignKey("cadres.cadre_id")),
    Column("holder_unit_id", Uuid, ForeignKey("units.unit_id")),
    Column("letter", Text),
    *_period(),
    Column("term_ends_on", Date),
    Column("end_reason", Text),
    Column("end_note", Text),
    Column("posted_by", Text, nullable=False),
    Column("ended_by", Text),
    Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    _demonstration(),
    _version(),
    ExcludeConstraint(("village_code", "="), ("kind", "="), ("during", "&&"), name="one_holder_per_post", using="gist"),
    CheckConstraint("(holder_cadre_id IS NULL) <> (holder_unit_id IS NULL)", name="post_has_one_holder"),
    CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="post_ends_with_reason"),
    Index("posts_by_id", "post_id"),
    Index("posts_by_cadre", "holder_cadre_id"),
)

team_members = Table(
    "team_members",
    metadata,
    Column("village_code", Text, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), primary_key=True),
    Column("role", Text, nullable=False),
    ForeignKeyConstraint(["village_code", "post_id"], ["posts.village_code", "posts.post_id"]),
    Index("team_members_by_cadre", "cadre_id"),
)

# A first secretary has one village at a time. Keyed by the cadre, apart from `posts`, which is keyed by the village.
first_secretaries = Table(
    "first_secretaries",
    metadata,
    Column("cadre_id", Uuid, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("village_code", Text, nullable=False),
    *_period(),
    ExcludeConstraint(("cadre_id", "="), ("during", "&&"), name="one_village_per_first_secretary", using="gist"),
)

# Places and households, as the households service last said.
regions = Table(
    "regions",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent", Text),
    Column("poor_village", Boolean, nullable=False),
)

households = Table(
    "households",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("village_code", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("people", SmallInteger, nullable=False),
    Column("registered_poor", Boolean, nullable=False),
    Column("monitored", Boolean, nullable=False),
    _demonstration(),
    Index("households_by_village", "village_code", "household_id"),
)

pairing_plans = plan_tables(metadata)
handing_over = handover_tables(metadata)
posted = posting_tables(metadata)
organisations = village_pairing_tables(metadata)
deciding = decision_tables(metadata)
appraising = appraisal_tables(metadata)
visiting = visit_tables(metadata)
working = task_tables(metadata)
import_refusals = import_refusals_table(metadata)
inspected = inspection_tables(metadata)
published_bulletins = published_bulletins_table(metadata)
coverage = place_counts(metadata, "coverage", "number")
