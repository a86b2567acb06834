"""The tables of the gateway: users, sessions, partners. No password, no token and no openid is kept in plain."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.change_log import change_log_tables
from shared.hash_chain import audit_table
from shared.idempotency import idempotency_table
from shared.jobs import jobs_table

metadata = MetaData()

change_log = change_log_tables(metadata)
audit_events = audit_table(metadata)
idempotency_keys = idempotency_table(metadata)
jobs = jobs_table(metadata)

users = Table(
    "users",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    # Case-folded, so that equal names are equal rows.
    Column("username", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("status", Text, nullable=False, server_default=text("'active'")),
    Column("household_id", Uuid),
    Column("cadre_id", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("username", name="users_username"),
)

user_roles = Table(
    "user_roles",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("regions", ARRAY(Text), nullable=False),
    ForeignKeyConstraint(["user_id"], ["users.user_id"]),
)

wechat_bindings = Table(
    "wechat_bindings",
    metadata,
    Column("openid_sha256", LargeBinary, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("bound_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ForeignKeyConstraint(["user_id"], ["users.user_id"]),
    Index("wechat_bindings_by_user", "user_id"),
)

# One login on one device; its refresh tokens are one family.
sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("method", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_reason", Text),
    ForeignKeyConstraint(["user_id"], ["users.user_id"]),
    Index("sessions_by_user", "user_id", postgresql_where=text("revoked_at IS NULL")),
    Index("sessions_by_revocation", "revoked_at", postgresql_where=text("revoked_at IS NOT NULL")),
)

# `successor_nonce` and the token itself, which only its holder has, give the successor again.
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("rotated_at", DateTime(timezone=True)),
    Column("rotated_by", LargeBinary),
    Column("successor_nonce", LargeBinary),
    ForeignKeyConstraint(["session_id"], ["sessions.session_id"], ondelete="CASCADE"),
    Index("refresh_tokens_by_session", "session_id"),
    Index("refresh_tokens_by_expiry", "expires_at"),
)

# What was typed as a username may be anything, so account and address are digests.
login_attempts = Table(
    "login_attempts",
    metadata,
    Column("account_sha256", LargeBinary, primary_key=True),
    Column("address_sha256", LargeBinary, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("under_way", Integer, nullable=False, server_default=text("0")),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("succeeded_at", DateTime(timezone=True)),
    Index("login_attempts_by_address", "address_sha256", "began_at"),
)

partners = Table(
    "partners",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False, server_default=text("'active'")),
    Column("signing", Text, nullable=False, server_default=text("'none'")),
    Column("contacts", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("per_minute", BigInteger, nullable=False, server_default=text("6000")),
    Column("per_day", BigInteger, nullable=False, server_default=text("500000")),
    Column("throttled_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

partner_keys = Table(
    "partner_keys",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("kid", Text, primary_key=True),
    Column("public_pem", Text, nullable=False),
    Column("algorithm", Text, nullable=False, server_default=text("'ES256'")),
    Column("valid_from", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("valid_to", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ForeignKeyConstraint(["client_id"], ["partners.client_id"]),
)

used_assertions = Table(
    "used_assertions",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("jti", Text, primary_key=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("used_assertions_by_expiry", "expires_at"),
)

used_nonces = Table(
    "used_nonces",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("nonce", Text, primary_key=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("used_nonces_by_expiry", "expires_at"),
)

# What the processes took of a partner's minute or day, in lots; and, per watch, what it asked and was refused.
partner_usage = Table(
    "partner_usage",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("span", Text, primary_key=True),
    Column("began_at", DateTime(timezone=True), primary_key=True),
    Column("asked", BigInteger, nullable=False, server_default=text("0")),
    Column("refused", BigInteger, nullable=False, server_default=text("0")),
    Index("partner_usage_by_beginning", "began_at"),
)

# `pending` waits for its first code; `last_step` is the newest thirty seconds whose code was taken.
second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("secret", LargeBinary),
    Column("pending", LargeBinary),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("last_step", BigInteger),
    ForeignKeyConstraint(["user_id"], ["users.user_id"]),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("code_sha256", LargeBinary, primary_key=True),
    Column("used_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["user_id"], ["users.user_id"]),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["user_id"], ["users.user_id"]),
    Index("invitations_by_user", "user_id"),
)

# What busy users, devices and addresses asked in a span, of all processes together.
request_counts = Table(
    "request_counts",
    metadata,
    Column("began_at", DateTime(timezone=True), primary_key=True),
    Column("key_sha256", LargeBinary, primary_key=True),
    Column("asked", BigInteger, nullable=False),
)
