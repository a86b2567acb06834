"""What is wrong with a document, collected place by place, so that its author mends everything in one go."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

NAME_BYTES = 52
_NAMELIKE = re.compile(r"(?!.{0,47}[0-9]{5})[^\x00-\x1f\x7f]{1,52}")
Finding = dict[str, str]


class Findings:
    """Collects findings `{pointer, code, message}` and reads values of a JSON document with a check each.

    A reader that finds something wrong notes it and gives a stand-in of the right type, so that reading goes on;
    nothing read may be used unless `items` is empty at the end.
    """

    def __init__(self) -> None:
        self.items: list[Finding] = []

    def add(self, pointer: str, code: str, message: str) -> None:
        self.items.append({"pointer": pointer, "code": code, "message": message})

    def mapping(self, value: Any, at: str, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Any]:
        """The object at a place: keys that must be there, keys that may, and no other; empty when it is none."""
        if not isinstance(value, Mapping):
            self.add(at, "not_an_object", "这里要是一个对象")
            return {}
        for key in value:
            if key not in required and key not in optional:
                self.add(f"{at}/{escape(key)}", "key_unknown", "不认识的项目")
        for key in required:
            if key not in value:
                self.add(f"{at}/{key}", "key_absent", f"缺少 {key}")
        return {key: value[key] for key in (*required, *optional) if key in value}

    def sequence(self, doc: Mapping[str, Any], key: str, at: str, *, least: int = 1) -> list[Any]:
        """The list under a key, with at least that many items."""
        value = doc.get(key)
        if key not in doc:
            return []
        if not isinstance(value, list) or len(value) < least:
            self.add(f"{at}/{key}", "list_too_short", f"{key} 要是一个列表，至少 {least} 项")
            return []
        return value

    def text(self, doc: Mapping[str, Any], key: str, at: str) -> str:
        """The non-empty text under a key."""
        value = doc.get(key)
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value
        if key in doc:
            self.add(f"{at}/{key}", "not_a_text", f"{key} 要是不空的文字")
        return ""

    def name(self, doc: Mapping[str, Any], key: str, at: str) -> str:
        """The name under a key: a text that reason codes and the database can carry."""
        return self.usable_name(self.text(doc, key, at), f"{at}/{key}")

    def usable_name(self, name: str, at: str) -> str:
        """The name itself, after noting when it is too long or holds a sign that reason codes are parted by."""
        if "/" in name or "@" in name or len(name.encode()) > NAME_BYTES:
            self.add(at, "name_unusable", f"名称里不能有 / 和 @，最长 {NAME_BYTES} 个字节")
        return name

    def whole(self, doc: Mapping[str, Any], key: str, at: str, least: int, most: int) -> int:
        """The whole number under a key, within its bounds."""
        value = doc.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if key in doc:
            self.add(f"{at}/{key}", "not_a_whole_number", f"{key} 要是 {least} 到 {most} 的整数")
        return least

    def day(self, doc: Mapping[str, Any], key: str, at: str) -> date:
        """The ISO date under a key."""
        value = doc.get(key)
        try:
            if isinstance(value, str) and len(value) == len("2020-01-01"):
                return date.fromisoformat(value)
        except ValueError:
            pass
        if key in doc:
            self.add(f"{at}/{key}", "not_a_date", f"{key} 要是日期，如 2020-01-01")
        return date.min


def escape(key: object) -> str:
    """A key as one step of a JSON pointer (RFC 6901).

    One that looks like no name of a field may be anything, somebody's number included, and is not shown back.
    """
    text = str(key)
    if _NAMELIKE.fullmatch(text) is None:
        return "…"
    return text.replace("~", "~0").replace("/", "~1")
