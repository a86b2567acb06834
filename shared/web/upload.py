"""An upload over HTTP: a form with one file and perhaps a few fields, and how a kept file is given out again.

The form stays in memory, it is never spooled to the disk. The name that the client gave the file is shown to whoever
asks for it here and kept nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from shared.errors import Unreadable
from shared.file_content import SUFFIXES
from shared.files import KeptFile
from shared.web.route import MOST_UPLOAD_BYTES
from shared.web.validation import FieldRepeated, SchemaInvalid, fields_unknown

FILE = "file"
# Whatever a file holds, a browser that is sent to it saves it and runs nothing of it.
_HARMLESS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class UploadUnreadable(Unreadable):
    code = "upload_unreadable"
    message = "上传的内容无法读取。请用表单（multipart/form-data）上传一个文件 file，并填好其他规定的栏目。"


@dataclass(frozen=True, slots=True)
class Form:
    file_name: str
    content: bytes
    fields: Mapping[str, str]


def form_schema(description: str, **fields: list[str]) -> dict[str, Any]:
    """The body for the API document: a file and fields with their allowed values; "" among them: it may be absent."""
    properties: dict[str, Any] = {FILE: {"type": "string", "format": "binary", "description": description}}
    for name, values in fields.items():
        allowed = [value for value in values if value]
        properties[name] = {"type": "string", "enum": allowed} if allowed else {"type": "string"}
    required = [FILE, *(name for name, values in fields.items() if "" not in values)]
    schema = {"type": "object", "required": required, "additionalProperties": False, "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


class _InMemory(MultiPartParser):
    spool_max_size = MOST_UPLOAD_BYTES + 1

    def close(self) -> None:
        """Also what a torn form left half read."""
        for file in self._files_to_close_on_error:
            file.close()


async def read_form(request: Request, **allowed: tuple[str, ...]) -> Form:
    """One file and the named fields, each with one of its allowed values; an absent one reads as "".

    Raises UploadUnreadable for what is no such form, FieldUnknown, SchemaInvalid.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise UploadUnreadable
    parser = _InMemory(request.headers, request.stream(), max_files=2, max_fields=len(allowed) + 2)
    try:
        form = await parser.parse()
        names = [name for name, _ in form.multi_items()]
        if unknown := sorted(set(names) - {FILE, *allowed}):
            raise fields_unknown(unknown)
        if len(set(names)) < len(names):
            raise FieldRepeated
        file = form.get(FILE)
        if not isinstance(file, UploadFile):
            raise _invalid(FILE, "field_missing", "请选择要上传的文件。")
        fields = {name: str(form.get(name, "")) for name in allowed}
        for name, value in fields.items():
            if value not in allowed[name]:
                raise _invalid(name, "value_not_allowed", "这一项只能填规定的值。")
        return Form(file.filename or "", await file.read(), fields)
    except (MultiPartException, KeyError, ValueError, AssertionError):
        raise UploadUnreadable from None
    finally:
        parser.close()


def file_reply(kept: KeptFile, content: bytes) -> Response:
    """As a download under its own id."""
    name = f"{kept.file_id}.{SUFFIXES[kept.kind]}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kept.kind, headers=_HARMLESS | disposition)


def file_responses() -> dict[int | str, dict[str, Any]]:
    """What such a route answers, for the API document."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": dict.fromkeys(SUFFIXES, binary)}}


def _invalid(field: str, code: str, message: str) -> SchemaInvalid:
    return SchemaInvalid(errors=[{"pointer": f"/{field}", "code": code, "message": message}])
