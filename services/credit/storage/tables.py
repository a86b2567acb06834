"""The tables of the credit service. Household-keyed tables lead their keys with household_id (room to grow)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
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

from services.credit.storage.clock_tables import clock_tables
from services.credit.storage.course_tables import course_tables
from services.credit.storage.negative_tables import negative_notices_table
from services.credit.storage.title_tables import title_tables
from services.credit.storage.use_of_money_table import use_of_money_table
from shared.change_log import change_log_tables
from shared.hash_chain import audit_table
from shared.idempotency import idempotency_table
from shared.jobs import jobs_table

metadata = MetaData()

change_log = change_log_tables(metadata)
audit_events = audit_table(metadata)
idempotency_keys = idempotency_table(metadata)
jobs = jobs_table(metadata)
course = course_tables(metadata)
clocks = clock_tables(metadata)
negative_notices = negative_notices_table(metadata)
titles = title_tables(metadata)
use_of_money = use_of_money_table(metadata)

# Read from the households service's feed. Whether a household is poor stands here for the counts of a place and is
# never an input of a score: no statement that scores reads this table.
regions = Table(
    "regions",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent", Text),
    Column("poor_village", Boolean, nullable=False),
    # The day on which it was merged into another; it keeps its code and counts among the villages no more.
    Column("ended_on", Date),
)
directory = Table(
    "directory",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("village_code", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("people", SmallInteger, nullable=False),
    Column("registered_poor", Boolean, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    # Died out or merged into another: its loans are still owed, but nobody lives there who could be rated.
    Column("closed", Boolean, nullable=False, server_default=text("false")),
    Index("directory_by_village", "village_code", "household_id"),
    Index("directory_of_closed", "household_id", postgresql_where=text("closed")),
)
# By which keyed index a bank's query with an ID number finds the household: its head and the head's spouse.
identities = Table(
    "identities",
    metadata,
    Column("identity", LargeBinary, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Index("identities_by_household", "household_id"),
)
# Read from the cadres service's feed: a household's helper may see its grade.
helpers = Table(
    "helpers",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("cadre_id", Uuid, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("card_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("status", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("approved_by", Text),
    Column("approved_at", DateTime(timezone=True)),
)

# What a household's score is made of. A NULL is missing, unless `no_record` names the field: then it is known that
# there is no record. A row is replaced by the next version; the ones before stand in `fact_history`.
FACT_COLUMNS = (
    "workers",
    "people",
    "net_income_cents",
    "county_median_cents",
    "bills_ok",
    "bills_due",
    "debt_service_cents",
    "net_assets_cents",
    "income_sources",
    "insurance_orders",
    "worst_days_past_due",
    "months_since_first_loan",
    "lenders",
)
facts = Table(
    "facts",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("village_code", Text, nullable=False),
    *(Column(name, BigInteger) for name in FACT_COLUMNS),
    Column("skill", Text),
    Column("no_record", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("reviews", ARRAY(SmallInteger)),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("source", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("entered_by_name", Text),
    Column("entered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Since when the same days past due have stood in the file; NULL says since this version.
    Column("lateness_since", DateTime(timezone=True)),
    Index("facts_by_village", "village_code", "household_id"),
)
fact_history = Table(
    "fact_history",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("facts", JSONB, nullable=False),
    Column("source", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("entered_by_name", Text),
    Column("entered_at", DateTime(timezone=True), nullable=False),
)
vetoes = Table(
    "vetoes",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("veto_id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("expires_on", Date),
    Column("cleared_on", Date),
    Column("entered_by", Text, nullable=False),
    # Whose it is: the head's or the spouse's, never another's of the family.
    Column("person", Text, nullable=False, server_default="head"),
)

# One scoring of a place. Its scores are seen by nobody until it is finished; confirmed, it becomes the grades in effect
# of the villages that `taken_over` then points to it.
runs = Table(
    "runs",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    Column("region", Text, nullable=False),
    Column("card_id", Text, nullable=False),
    Column("card_version", Integer, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("scored_to", Text, nullable=False, server_default=""),
    Column("may_take_over", Boolean, nullable=False),
    Column("ordered_by", Text, nullable=False),
    Column("ordered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Column("confirmed_by", Text),
    Column("effective_on", Date),
    Column("valid_until", Date),
)
# A village is taken over once: the run whose scores are its first grades.
taken_over = Table(
    "taken_over",
    metadata,
    Column("village_code", Text, primary_key=True),
    Column("run_id", Uuid, nullable=False),
)
scores = Table(
    "scores",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("run_id", Uuid, primary_key=True),
    Column("village_code", Text, nullable=False),
    Column("facts_version", Integer, nullable=False),
    Column("total", SmallInteger),
    Column("band", Text, nullable=False),
    Column("bins", ARRAY(Text), nullable=False),
    Column("points", ARRAY(SmallInteger), nullable=False),
    Column("vetoes", ARRAY(Text), nullable=False),
    Column("trace_sha256", Text, nullable=False),
    Index("scores_by_place", "run_id", "village_code"),
)

consents = Table(
    "consents",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("consent_id", Uuid, primary_key=True),
    Column("partner_id", Text, nullable=False),
    Column("purposes", ARRAY(Text), nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("written", Boolean, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("given_through", Text, nullable=False),
    Column("witness", Text),
    Column("given_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("withdrawn_at", DateTime(timezone=True)),
    Index("consents_by_id", "consent_id"),
)
# Every query of a bank, also a refused one, under the household that it named; under the nil id when nobody is known by
# the number that it named. Its id begins with its time, so that a partner's day is a range of ids.
query_log = Table(
    "query_log",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("query_id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("partner_id", Text, nullable=False),
    Column("partner_name", Text, nullable=False),
    Column("consent_id", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("status", Text, nullable=False),
    Index("query_log_by_partner", "partner_id", "query_id"),
)
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
)

loans = Table(
    "loans",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("partner_id", Text, primary_key=True),
    Column("loan_number", Text, primary_key=True),
    Column("village_code", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("principal_cents", BigInteger, nullable=False),
    Column("balance_cents", BigInteger, nullable=False),
    Column("disbursed_on", Date, nullable=False),
    Column("days_past_due", Integer, nullable=False, server_default="0"),
    Column("reported_on", Date, nullable=False),
    Column("non_performing_since", Date),
    Column("written_off_on", Date),
    Column("last_event", Integer, nullable=False),
    Index("loans_by_village", "village_code"),
    Index("loans_by_number", "partner_id", "loan_number"),
)
loan_events = Table(
    "loan_events",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("partner_id", Text, primary_key=True),
    Column("loan_number", Text, primary_key=True),
    Column("event_number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("balance_cents", BigInteger, nullable=False),
    Column("days_past_due", Integer, nullable=False),
    Column("product", Text),
    Column("applied", Boolean, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("loan_events_waiting", "partner_id", "loan_number", postgresql_where=text("NOT applied")),
)
