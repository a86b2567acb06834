"""The tables of the households service. Household-keyed tables lead their keys with household_id (room to grow)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.households.storage.dividend_tables import dividend_tables
from services.households.storage.duplicate_tables import likely_duplicates_table
from services.households.storage.identification_tables import identification_tables
from services.households.storage.life_tables import life_tables
from services.households.storage.monitoring_tables import monitoring_tables
from services.households.storage.moral_bank_tables import moral_bank_tables
from services.households.storage.need_tables import need_tables
from services.households.storage.place_tables import place_changes_table
from services.households.storage.plan_tables import plan_tables
from services.households.storage.reserve_tables import reserve_tables
from services.households.storage.told_finding_tables import told_findings_table
from services.households.storage.wish_tables import wish_tables
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
plans = plan_tables(metadata)
reserve = reserve_tables(metadata)
identification = identification_tables(metadata)
dividend = dividend_tables(metadata)
# Without a name, so that only the moral bank's own repository reaches its tables.
moral_bank_tables(metadata)

regions = Table(
    "regions",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent", Text),
    Column("poor_village", Boolean, nullable=False, server_default=text("false")),
    Column("ended_on", Date),
    Column("successor", Text),
    Index("regions_by_parent", "parent"),
)

households = Table(
    "households",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("village_code", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("head_name", Text, nullable=False),
    Column("people", SmallInteger, nullable=False),
    Column("group_name", Text),
    Column("address", Text),
    Column("phone", LargeBinary),
    Column("phone_index", LargeBinary),
    Column("register_number", Text),
    Column("handbook_number", Text),
    Column("first_identified_on", Date),
    Column("poverty_type", Text),
    Column("causes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("monitoring_type", Text),
    Column("risk_removed", Boolean),
    Column("risk_found_on", Date),
    Column("risk_removed_on", Date),
    Column("housing_dangerous", Boolean),
    Column("safe_water", Boolean),
    Column("net_income_per_head_cents", BigInteger),
    Column("housing_kind", Text),
    Column("housing_grade", Text),
    Column("relocation_state", Text),
    Column("water_source", Text),
    Column("electricity", Boolean),
    Column("road", Text),
    Column("closed_on", Date),
    Column("closed_reason", Text),
    Column("demonstration", Boolean, nullable=False, server_default=text("false")),
    Column("content_digest", LargeBinary),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("households_by_village", "village_code", "household_id"),
    Index("households_by_status", "status", "village_code", "household_id"),
    Index("households_by_phone", "phone_index"),
)

# 户编号: one household a number, decided by the database.
register_numbers = Table(
    "register_numbers",
    metadata,
    Column("register_number", Text, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Index("register_numbers_by_household", "household_id"),
)

members = Table(
    "members",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("member_id", Uuid, primary_key=True),
    Column("village_code", Text, nullable=False),
    Column("is_head", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("id_number", LargeBinary, nullable=False),
    Column("id_number_index", LargeBinary, nullable=False),
    Column("sex", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("relation", Text, nullable=False),
    Column("person_number", Text),
    Column("ethnicity", Text),
    Column("education", Text),
    Column("schooling", Text),
    Column("health", Text),
    Column("work_capacity", Text),
    Column("skill", Text),
    Column("work_months", SmallInteger),
    Column("serious_illness_insurance", Boolean),
    Column("medical_insurance", Boolean),
    Column("pension", Boolean),
    Column("phone", LargeBinary),
    Column("phone_index", LargeBinary),
    Column("identified_on", Date),
    Column("training", Text),
    Column("joined_on", Date),
    Column("left_on", Date),
    Column("left_reason", Text),
    ForeignKeyConstraint(["household_id"], ["households.household_id"]),
    # A part of a name is its beginning or its end: 李建 or 建国 of 李建国.
    Index("members_by_name", "name", "village_code", postgresql_where=text("left_on IS NULL")),
    Index("members_by_name_end", text("reverse(name)"), postgresql_where=text("left_on IS NULL")),
    Index("members_by_phone", "phone_index"),
    # A person keeps the member id from one household to the next.
    Index("members_by_person", "member_id"),
)

# One living person is in one household, decided by the database across all places.
persons = Table(
    "persons",
    metadata,
    Column("id_number_index", LargeBinary, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Index("persons_by_household", "household_id"),
)

# The record as it stood after each change, without ID numbers and phones.
household_changes = Table(
    "household_changes",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("changed", ARRAY(Text), nullable=False),
    Column("record", JSONB, nullable=False),
)

# Each look by one person at another's single record; the household reads them.
looks = Table(
    "looks",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("look_id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("actor", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text),
)

# Who helps whom today, read from the cadres service's feed.
helpers = Table(
    "helpers",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("cadre_id", Uuid, nullable=False),
    Column("cadre_name", Text, nullable=False),
    Index("helpers_by_cadre", "cadre_id"),
)

monitoring = monitoring_tables(metadata)
life = life_tables(metadata)
wishes = wish_tables(metadata)
likely_duplicates = likely_duplicates_table(metadata)
place_changes = place_changes_table(metadata)
needs = need_tables(metadata)
told_findings = told_findings_table(metadata)
counts = place_counts(metadata, "household", "households")
