"""The tables of tasks and duties, of the working log, and of what is due at households as their service tells it."""

from dataclasses import dataclass

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Integer, MetaData, Table, Text, Uuid, func, text


@dataclass(frozen=True, slots=True)
class TaskTables:
    tasks: Table
    steps: Table
    work_log: Table
    household_duties: Table


def task_tables(metadata: MetaData) -> TaskTables:
    return TaskTables(_tasks(metadata), _steps(metadata), _work_log(metadata), _household_duties(metadata))


def _tasks(metadata: MetaData) -> Table:
    return Table(
        "tasks",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("task_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("household_id", Uuid),
        Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), nullable=False),
        Column("what", Text, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("given_by", Text, nullable=False),
        Column("given_by_name", Text, nullable=False),
        Column("given_at", DateTime(timezone=True), nullable=False),
        Column("state", Text, nullable=False),
        Column("done_by", Text),
        Column("version", Integer, nullable=False),
        Index("tasks_by_id", "task_id"),
        Index("tasks_by_day", "due_on", "task_id"),
        Index("tasks_of_village", "village_code", "due_on"),
        Index("tasks_of_cadre", "cadre_id", "due_on", postgresql_where=text("state IN ('open', 'done')")),
    )


def _steps(metadata: MetaData) -> Table:
    return Table(
        "task_steps",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("task_id", Uuid, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("state", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("cadre_id", Uuid, nullable=False),
        Column("note", Text),
        Index("task_steps_of_cadre", "cadre_id", "at"),
    )


def _work_log(metadata: MetaData) -> Table:
    """What a cadre writes down itself; visits and steps of tasks join it when it is read."""
    return Table(
        "work_log",
        metadata,
        Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), primary_key=True),
        Column("entry_id", Uuid, primary_key=True),
        Column("on_day", Date, nullable=False),
        Column("what", Text, nullable=False),
        Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("work_log_by_day", "cadre_id", "on_day"),
    )


def _household_duties(metadata: MetaData) -> Table:
    return Table(
        "household_duties",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("open_cases", Integer, nullable=False),
        Column("check_due_on", Date),
        Column("watch_due_on", Date),
        Column("open_problems", Integer, nullable=False),
        Column("problem_due_on", Date),
        Index("households_with_problems", "problem_due_on", "household_id", postgresql_where=text("open_problems > 0")),
    )
