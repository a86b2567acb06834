"""Reads an upload: a form with one file and its kind. The file stays in memory, it is never spooled to the disk."""

from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from services.households.domain.import_errors import UploadUnreadable
from shared.web.route import MOST_UPLOAD_BYTES
from shared.web.validation import FieldUnknown, SchemaInvalid

FILE, KIND = "file", "kind"
BODY_SCHEMA = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FILE, KIND],
                    "additionalProperties": False,
                    "properties": {
                        FILE: {"type": "string", "format": "binary", "description": ".xlsx or .csv, at most 20 MB"},
                        KIND: {"type": "string", "enum": ["register"]},
                    },
                }
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class Upload:
    kind: str
    file_name: str
    content: bytes


class _InMemory(MultiPartParser):
    spool_max_size = MOST_UPLOAD_BYTES + 1

    def close(self) -> None:
        """Also what a torn form left half read."""
        for file in self._files_to_close_on_error:
            file.close()


async def read_upload(request: Request, kinds: tuple[str, ...]) -> Upload:
    """Raises UploadUnreadable for what is no such form, FieldUnknown, SchemaInvalid."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise UploadUnreadable
    parser = _InMemory(request.headers, request.stream(), max_files=2, max_fields=4)
    try:
        form = await parser.parse()
        names = [name for name, _ in form.multi_items()]
        if set(names) - {FILE, KIND} or len(set(names)) < len(names):
            raise FieldUnknown
        file, kind = form.get(FILE), form.get(KIND)
        if not isinstance(file, UploadFile):
            raise _invalid(FILE, "field_missing", "请选择要上传的文件。")
        if kind not in kinds:
            raise _invalid(KIND, "value_not_allowed", "这一项只能填规定的值。")
        return Upload(str(kind), file.filename or "", await file.read())
    except (MultiPartException, KeyError, ValueError, AssertionError):
        raise UploadUnreadable from None
    finally:
        parser.close()


def _invalid(field: str, code: str, message: str) -> SchemaInvalid:
    return SchemaInvalid(errors=[{"pointer": f"/{field}", "code": code, "message": message}])
