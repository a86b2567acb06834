"""The one tree of errors that services raise. A leaf is declared where its rule lives.

    Failure
    ├── Unreadable        400  not JSON, duplicate or unknown field, a missing Idempotency-Key
    ├── NotIdentified     401  no identity, or one that does not hold
    ├── NotPermitted      403  known, but not allowed
    ├── NotFound          404  not there, or not there for you
    ├── Conflict          409  somebody else was first, or another version stands
    │   └── RuleBroken    409  a rule of the field says no; `allowed` names what is possible
    ├── Gone              410  it was there, and is not any more
    ├── Stale             412  the version given is not the current one
    ├── TooLarge          413  more than this door takes
    ├── Invalid           422  readable, but not of the schema
    ├── VersionMissing    428  a write to an existing thing without If-Match
    ├── TooMany           429  slow down; carries retry_after
    └── Unavailable       503  a sibling, the database or WeChat is away; carries retry_after

A leaf class sets `code` (stable snake_case) and `message` (one Chinese sentence for the person who reads it, with
`{field}` places filled from the data given). Data never holds an ID number, a phone or any other input value.
"""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Self


class Failure(Exception):  # noqa: N818 - the family name of the tree above; leaves read as what happened
    """Base of the tree. `data` is shown to the caller beside code and message."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    message: ClassVar[str] = "系统出错了，请稍后再试；如仍不行，请把请求编号告诉工作人员。"
    retryable: ClassVar[bool] = False

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code)
        self.data = data
        self.keeps: Callable[[Any], Awaitable[None]] | None = None

    def keeping(self, write: Callable[[Any], Awaitable[None]]) -> Self:
        """Written by a transaction of its own before the refusal is told, which undoes the request's: that a refusal
        shows somebody's record is a look like any other."""
        self.keeps = write
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """As it passes from one process to another; an exception is otherwise made anew from its arguments alone."""
        return _made_again, (type(self), self.data)

    @property
    def sentence(self) -> str:
        """The Chinese sentence with its places filled; of several things each is named."""
        words = {
            name: "、".join(map(str, value)) if isinstance(value, list) else value for name, value in self.data.items()
        }
        return self.message.format_map(_Blanks(words))


def _made_again(kind: type[Failure], data: dict[str, Any]) -> Failure:
    return kind(**data)


class _Blanks(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


class Unreadable(Failure):
    status = 400
    code = "unreadable"
    message = "请求内容无法读取，请检查格式后再提交。"


class NotIdentified(Failure):
    status = 401
    code = "not_identified"
    message = "请先登录。"


class NotPermitted(Failure):
    status = 403
    code = "not_permitted"
    message = "您没有做这件事的权限。"

    @property
    def sentence(self) -> str:
        """Names who may do it, where the one who refuses says so in `may`: a list of people as they are called."""
        may = self.data.get("may")
        return super().sentence + (f"能办这件事的是：{'、'.join(may)}。" if may else "")


class NotFound(Failure):
    status = 404
    code = "not_found"
    message = "没有找到，或者您无权查看。"


class Conflict(Failure):
    status = 409
    code = "conflict"
    message = "与已有的记录冲突，请刷新后再试。"


class RuleBroken(Conflict):
    code = "rule_broken"
    message = "按规定现在不能这样做。"


class Gone(Failure):
    status = 410
    code = "gone"
    message = "内容已经失效。"


class Stale(Failure):
    status = 412
    code = "version_stale"
    message = "这条记录已被别人改过，请看最新内容后再改。"


class TooLarge(Failure):
    status = 413
    code = "too_large"
    message = "提交的内容太大，请减小后再提交。"


class Invalid(Failure):
    """`errors` lists what is wrong: dicts of pointer (JSON pointer), code, message."""

    status = 422
    code = "invalid"
    message = "有内容不符合要求，请按提示修改。"


class VersionMissing(Failure):
    status = 428
    code = "version_missing"
    message = "修改时要带上版本号（If-Match），请刷新后再试。"


class TooMany(Failure):
    status = 429
    code = "too_many"
    message = "操作太频繁，请稍后再试。"
    retryable = True


class Unavailable(Failure):
    status = 503
    code = "unavailable"
    message = "服务暂时不可用，请稍后再试。"
    retryable = True


def every_leaf(base: type[Failure] = Failure) -> list[type[Failure]]:
    """All declared classes of the tree, for the catalogue and its test."""
    found = [base]
    for child in base.__subclasses__():
        found.extend(every_leaf(child))
    return found
