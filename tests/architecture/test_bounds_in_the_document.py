"""A bound that is checked is a bound that the API document shows, and of two bounds the narrower one counts."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import annotated_types
import pytest
from pydantic import BaseModel, Field, TypeAdapter

import services
from shared.web.fields import DayOrTime, Input, IsoDate, RegionCode, Timestamp, VillageCode, Whole

BOUNDS = {"ge": annotated_types.Ge, "gt": annotated_types.Gt, "le": annotated_types.Le, "lt": annotated_types.Lt}
NARROWER = {"ge": max, "gt": max, "le": min, "lt": min}


def _inputs(kind: type[BaseModel] = Input) -> Iterator[type[BaseModel]]:
    for below in kind.__subclasses__():
        yield below
        yield from _inputs(below)


@pytest.fixture(scope="module")
def inputs() -> list[type[BaseModel]]:
    """Every body that a service takes."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if ".api." in module.name:
            import_module(module.name)
    found = [one for one in _inputs() if one.__module__.startswith("services.")]
    assert len(found) > 100
    return found


def _outgrown(model: type[BaseModel]) -> list[str]:
    """Fields where a bound is followed by a wider one: Pydantic takes the last."""
    wrong = []
    for name, field in model.model_fields.items():
        for bound, kind in BOUNDS.items():
            given = [getattr(one, bound) for one in field.metadata if isinstance(one, kind)]
            if given and given[-1] != NARROWER[bound](given):
                wrong.append(f"{model.__name__}.{name}")
    return wrong


def _hidden(schema: Any) -> list[str]:
    """Bounds under Pydantic's own names: it writes them so when they stand behind a validator of ours."""
    if isinstance(schema, dict):
        here = [name for name in BOUNDS if isinstance(schema.get(name), int | float)]
        return here + [found for value in schema.values() for found in _hidden(value)]
    return [found for value in schema for found in _hidden(value)] if isinstance(schema, list) else []


def test_of_two_bounds_of_a_field_the_narrower_counts(inputs: list[type[BaseModel]]) -> None:
    assert [where for model in inputs for where in _outgrown(model)] == []


def test_the_document_shows_every_bound_of_a_body(inputs: list[type[BaseModel]]) -> None:
    assert {model.__name__: hidden for model in inputs if (hidden := _hidden(model.model_json_schema()))} == {}


def test_a_wider_bound_behind_a_narrower_one_is_seen() -> None:
    class Wrong(BaseModel):
        size: Whole = Field(ge=2)

    assert _outgrown(Wrong) == ["Wrong.size"]


@pytest.mark.parametrize("kind", [RegionCode, VillageCode, IsoDate, Timestamp, DayOrTime])
def test_the_document_shows_the_form_of_codes_and_days(kind: Any) -> None:
    assert "pattern" in str(TypeAdapter(kind).json_schema())
