"""A service's settings; what is wrong with them is one line that names the variables and shows no value."""

import re
from typing import Any

from pydantic import ValidationError

from bashan.cannot_start import CannotStart
from bashan.known_environment import SETTINGS


def service_settings(name: str, **given: Any) -> Any:
    """From the environment and `given`, of which each service takes what it has a setting for.

    Raises CannotStart that names every variable at fault.
    """
    kind = SETTINGS[name]
    try:
        return kind(**{field: value for field, value in given.items() if field in kind.model_fields})
    except ValidationError as failure:
        raise CannotStart(*_faults(name, failure)) from None


def variable(name: str, field: str) -> str:
    return f"BASHAN_{name}_{field}".upper()


def _faults(name: str, failure: ValidationError) -> tuple[str, str]:
    """Cause and cure; never a value, which may be a secret."""
    errors = failure.errors(include_input=False, include_url=False)
    missing = [variable(name, str(one["loc"][0])) for one in errors if one["type"] == "missing"]
    wrong = [variable(name, str(one["loc"][0])) for one in errors if one["loc"] and one["type"] != "missing"]
    own_words = [found[0] for one in errors if not one["loc"] and (found := re.search(r"BASHAN_\w+ .*", one["msg"]))]
    said = [f"the settings {', '.join(missing)} are missing"] if missing else []
    said += [f"the values of {', '.join(wrong)} are not usable"] if wrong else []
    return "; ".join(said + own_words), "every variable with its meaning stands in .env.example and docs/operations"
