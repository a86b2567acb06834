"""How does a scoring statement stay quick? Each layer computes its columns once for the next one to use.

PostgreSQL would fold a subquery into the query around it and compute a CASE again at each mention; OFFSET 0 keeps it
from that.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, Subquery, literal, select
from sqlalchemy.sql.elements import NamedColumn


def fenced(statement: Select[Any]) -> Subquery:
    """The statement as a source whose columns are computed once a row."""
    return statement.offset(literal(0, BigInteger)).subquery()


def with_columns(below: Subquery, more: Sequence[NamedColumn[Any]]) -> Subquery:
    """A layer with all columns of the one below and some more."""
    return fenced(select(*below.c, *more))
