"""Who may do what in the database? Per service an owner, a runtime role and a jobs role, and nothing for the rest.

    <service>_owner   runs the migrations, owns the schema <service>
    <service>         serves requests: reads and writes rows of its own schema; no DDL, statements of 3 s at most
    <service>_jobs    the same rights and temporary tables for bulk work, statements of 5 minutes at most

Roles belong to the whole server, schemas and grants to one database. Everything here may run again.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping

import asyncpg

SERVICES = ("households", "cadres", "credit", "gateway")

_OWNER = {"lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}
_RUNTIME = {
    "statement_timeout": "3s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "transaction_timeout": "30s",
}
_JOBS = {"statement_timeout": "5min", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"}

LIMITS: Mapping[str, Mapping[str, str]] = {
    role: limits
    for service in SERVICES
    for role, limits in ((f"{service}_owner", _OWNER), (service, _RUNTIME), (f"{service}_jobs", _JOBS))
}
"""Every login role of the services with its time limits."""


async def ensure_roles(server: asyncpg.Connection, passwords: Mapping[str, str]) -> None:
    """Create or correct the roles of LIMITS. `server` is a superuser's connection to any database."""
    there = {row["rolname"] for row in await server.fetch("SELECT rolname FROM pg_roles")}
    await server.execute(";\n".join(_role_statements(there, passwords, scram_verifier)))


def fingerprint(passwords: Mapping[str, str]) -> str:
    """Changes when anything that this file would do changes; stored with the database to skip doing it again."""
    everything = [*_role_statements(set(), passwords, str), access_statements(""), *_schema_statements()]
    return hashlib.sha256("\n".join(everything).encode()).hexdigest()


async def ensure_database(server: asyncpg.Connection, database: str) -> None:
    """Create the database if it is missing and shut everybody out of it but the services' roles."""
    if not await server.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
        await server.execute(f'CREATE DATABASE "{database}"')
    await server.execute(access_statements(database))


def access_statements(database: str) -> str:
    """The rights on a database itself; a copy made with TEMPLATE does not inherit them."""
    roles = ", ".join(LIMITS)
    temporary = ", ".join(role for role, limits in LIMITS.items() if limits is not _RUNTIME)
    return (
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC; GRANT CONNECT ON DATABASE "{database}" TO {roles};'
        f' GRANT TEMPORARY ON DATABASE "{database}" TO {temporary}'
    )


async def ensure_schemas(connection: asyncpg.Connection) -> None:
    """Create schemas, grants and extensions in the database that the superuser's `connection` is in."""
    await connection.execute(";\n".join(_schema_statements()))


def _role_statements(there: set[str], passwords: Mapping[str, str], conceal: Callable[[str], str]) -> Iterator[str]:
    for role, limits in LIMITS.items():
        if role not in there:
            yield f"CREATE ROLE {role}"
        yield (
            f"ALTER ROLE {role} LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
            f" PASSWORD '{conceal(passwords[role])}'"
        )
        yield f"ALTER ROLE {role} RESET ALL"
        schema = role.removesuffix("_owner").removesuffix("_jobs")
        yield f"ALTER ROLE {role} SET search_path = {schema}, extensions"
        yield from (f"ALTER ROLE {role} SET {name} = '{value}'" for name, value in limits.items())
    yield from (f"GRANT {service} TO {service}_jobs" for service in SERVICES)
    yield "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC"


def _schema_statements() -> Iterator[str]:
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield "CREATE SCHEMA IF NOT EXISTS extensions"
    yield f"GRANT USAGE ON SCHEMA extensions TO {', '.join(LIMITS)}"
    yield from (f"CREATE EXTENSION IF NOT EXISTS {name} SCHEMA extensions" for name in ("pg_trgm", "btree_gist"))
    for service in SERVICES:
        owner = f"{service}_owner"
        yield f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {owner}"
        yield f"GRANT USAGE ON SCHEMA {service} TO {service}"
        default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {service} GRANT"
        yield f"{default} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {service}"
        yield f"{default} USAGE, SELECT ON SEQUENCES TO {service}"


def scram_verifier(password: str, iterations: int = 4096) -> str:
    """What PostgreSQL stores of an ASCII password; we send this, so that no statement or log holds the password."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored_key, server_key))
    return f"SCRAM-SHA-256${iterations}:{salt64}${stored64}:{server64}"
