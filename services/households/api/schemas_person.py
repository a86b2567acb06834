"""Shapes of the question whose household's member somebody is."""

from typing import Annotated

from pydantic import StringConstraints

from shared.web.fields import Input, Output

Number = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40)]


class PersonAskedIn(Input):
    id_number: Number
    phone: Number


class PersonOut(Output):
    household_id: str
    member_id: str
    name: str


class PersonFoundOut(Output):
    person: PersonOut | None
