"""The Alembic environment of every service's history; `migrations/<service>/env.py` names the service's tables."""

from alembic import context
from sqlalchemy import MetaData


def run(metadata: MetaData) -> None:
    """Runs inside the connection that `migrations.runner` hands over, one transaction a revision."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        transaction_per_migration=True,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()
