"""A value that does not fit is told the bound, as a clerk would say it, and never shown back."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from shared.web.validation import failure_of


class Form(BaseModel):
    name: Annotated[str, Field(min_length=2, max_length=5)] = "张三"
    people: Annotated[int, Field(ge=1, lt=100)] = 1
    phones: Annotated[list[str], Field(max_length=2)] = []
    way: Literal["phone", "assisted"] = "phone"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "张"}, "这一项太短了，至少要 2 个字。"),
        ({"name": "张三李四王五"}, "这一项太长了，最多 5 个字。"),
        ({"people": 0}, "这个数太小，要不小于 1。"),
        ({"people": 100}, "这个数太大，要小于 100。"),
        ({"phones": ["1", "2", "3"]}, "这里填得太多了，一次最多 2 个，请分几次提交。"),
        ({"way": "sms"}, "这一项只能填：phone、assisted。"),
    ],
)
def test_the_bound_is_named(sent: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Form(**sent)
    assert [error["message"] for error in failure_of(refused.value.errors()).data["errors"]] == [sentence]
