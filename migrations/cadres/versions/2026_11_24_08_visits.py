"""Visits and what became of what they found, photos, looks; tasks, the working log, what is due at households"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_08"
down_revision: str | None = "2026_11_24_07"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("cadre_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("participants", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["cadre_id"], ["cadres.cadre_id"]),
        sa.PrimaryKeyConstraint("household_id", "visit_id"),
    )
    op.create_index("visits_by_id", "visits", ["visit_id"])
    op.create_index("visits_of_household", "visits", ["household_id", "visited_at", "visit_id"])
    op.create_index("visits_by_village", "visits", ["village_code", "visited_at"])
    op.create_index("visits_by_cadre", "visits", ["cadre_id", "visited_at"])
    op.create_table(
        "visit_findings",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["household_id", "visit_id"], ["visits.household_id", "visits.visit_id"]),
        sa.PrimaryKeyConstraint("household_id", "visit_id", "number"),
    )
    op.create_table(
        "last_visits",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("household_id"),
    )
    op.create_table(
        "visit_outcomes",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("household_id", "finding_id"),
    )
    op.create_table(
        "visit_looks",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("look_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "look_id"),
    )
    _files()
    _tasks()
    _log_and_duties()


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("belongs_to", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("belongs_to", "file_id"),
    )
    op.create_index("files_unattached", "files", ["at"], postgresql_where=sa.text("attached_at IS NULL"))
    op.create_index("files_by_id", "files", ["file_id"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("cadre_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_by_name", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cadre_id"], ["cadres.cadre_id"]),
        sa.PrimaryKeyConstraint("village_code", "task_id"),
    )
    op.create_index("tasks_by_id", "tasks", ["task_id"])
    op.create_index("tasks_by_day", "tasks", ["due_on", "task_id"])
    op.create_index("tasks_of_village", "tasks", ["village_code", "due_on"])
    still = sa.text("state IN ('open', 'done')")
    op.create_index("tasks_of_cadre", "tasks", ["cadre_id", "due_on"], postgresql_where=still)
    op.create_table(
        "task_steps",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("cadre_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("village_code", "task_id", "version"),
    )
    op.create_index("task_steps_of_cadre", "task_steps", ["cadre_id", "at"])


def _log_and_duties() -> None:
    op.create_table(
        "work_log",
        sa.Column("cadre_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["cadre_id"], ["cadres.cadre_id"]),
        sa.PrimaryKeyConstraint("cadre_id", "entry_id"),
    )
    op.create_index("work_log_by_day", "work_log", ["cadre_id", "on_day"])
    op.create_table(
        "household_duties",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("open_cases", sa.Integer(), nullable=False),
        sa.Column("check_due_on", sa.Date(), nullable=True),
        sa.Column("watch_due_on", sa.Date(), nullable=True),
        sa.Column("open_problems", sa.Integer(), nullable=False),
        sa.Column("problem_due_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("household_id"),
    )
    op.create_index(
        "households_with_problems",
        "household_duties",
        ["problem_due_on", "household_id"],
        postgresql_where=sa.text("open_problems > 0"),
    )


def downgrade() -> None:
    for table in ("household_duties", "work_log", "task_steps", "tasks"):
        op.drop_table(table)
    for table in ("files", "visit_looks", "visit_outcomes", "last_visits", "visit_findings", "visits"):
        op.drop_table(table)
