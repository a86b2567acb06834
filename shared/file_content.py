"""What may an uploaded file be? A photo (JPEG, PNG) or a PDF, by its content and never by its name.

What is kept is made anew from what was read: a photo is decoded, turned upright, reduced and written again without any
of its metadata (where it was taken, by which phone); a PDF is taken apart and written again without its author. Nothing
that was hung on before or behind survives that, and what pretends to be two kinds of file at once is refused.
"""

import asyncio
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from shared.errors import Invalid, TooLarge

MOST_FILE_BYTES = 5_000_000
MOST_PIXELS = 25_000_000
LONGEST_EDGE = 2560
"""Pixels; enough to read a receipt, and a tenth of what a phone's camera writes."""
MOST_PDF_OBJECTS = 20_000
DEEPEST_PDF = 50

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
SUFFIXES = {JPEG: "jpg", PNG: "png", PDF: "pdf"}
_BEGINNINGS = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"%PDF-": PDF}
_END_OF_ZIP, _LONGEST_END_OF_ZIP = b"PK\x05\x06", 65_557
_WEB = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?php", b"<body")
_HEAD_BYTES = 1024
# A PDF that runs something, starts a program or carries another file.
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/RichMediaContent", "/XFA"})
_ACTIVE_ACTIONS = frozenset({"/Launch", "/JavaScript", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR"})
_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, OverflowError, struct.error, zlib.error)

# Decoding takes a core and up to 100 MB: two at a time, the others wait.
_readers = ThreadPoolExecutor(2, "file-content")


class FileKindUnknown(Invalid):
    code = "file_kind_unknown"
    message = "只收照片（JPG、PNG）和 PDF 文件。请重新拍照或另存为 PDF 后再上传。"


class FileDamaged(Invalid):
    code = "file_damaged"
    message = "这个文件打不开，可能没有传完整。请重新拍照或导出后再上传。"


class FileOfTwoKinds(Invalid):
    code = "file_of_two_kinds"
    message = "这个文件里还夹带着别的文件，不能接收。请直接上传原来的照片或 PDF。"


class PdfNotPlain(Invalid):
    code = "pdf_not_plain"
    message = "这个 PDF 带有密码、脚本或附件，不能接收。请打印成普通 PDF 或拍照后再上传。"


class FileTooLarge(TooLarge):
    code = "file_too_large"
    message = "文件超过 5 MB，请压缩或重新拍照后再上传。"


class ImageTooLarge(TooLarge):
    code = "image_too_large"
    message = "照片的尺寸太大，请用普通清晰度重新拍照后再上传。"


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept: its media type and its bytes, which are not those that were sent."""

    kind: str
    data: bytes


async def read_content(content: bytes) -> Content:
    """`clean` in a thread of its own."""
    return await asyncio.get_running_loop().run_in_executor(_readers, clean, content)


def clean(content: bytes) -> Content:
    """Raises FileTooLarge, FileKindUnknown, FileOfTwoKinds, FileDamaged, ImageTooLarge, PdfNotPlain."""
    if len(content) > MOST_FILE_BYTES:
        raise FileTooLarge
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)
    if kind is None:
        raise FileKindUnknown
    if _speaks_otherwise(content, kind):
        raise FileOfTwoKinds
    try:
        return Content(kind, _plain_pdf(content) if kind == PDF else _plain_photo(content, kind))
    except _DAMAGED:
        raise FileDamaged from None


def _speaks_otherwise(content: bytes, kind: str) -> bool:
    head = content[:_HEAD_BYTES].lower()
    return (
        _END_OF_ZIP in content[-_LONGEST_END_OF_ZIP:]
        or any(mark in head for mark in _WEB)
        or (kind != PDF and b"%pdf-" in head)
    )


def _plain_photo(content: bytes, kind: str) -> bytes:
    # Libraries of this size are loaded with the first upload: most processes never see one.
    from PIL import Image, ImageOps

    # Our own limit, checked on the header alone, takes the place of the library's.
    Image.MAX_IMAGE_PIXELS = None
    name = "JPEG" if kind == JPEG else "PNG"
    with Image.open(BytesIO(content), formats=(name,)) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ImageTooLarge
        opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        upright = ImageOps.exif_transpose(opened)
        clear = "A" in upright.mode or "transparency" in upright.info
        plain = upright.convert("RGBA" if clear and kind == PNG else "RGB")
    plain.info.clear()
    plain.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    written = BytesIO()
    plain.save(written, name, **({"quality": 85} if kind == JPEG else {}))
    return written.getvalue()


def _plain_pdf(content: bytes) -> bytes:
    import pikepdf

    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as document:
            if len(document.objects) > MOST_PDF_OBJECTS or not len(document.pages):
                raise FileDamaged
            if document.is_encrypted or any(_is_active(one) for one in _dictionaries(document)):
                raise PdfNotPlain
            for place, name in ((document.Root, "/Metadata"), (document.trailer, "/Info")):
                if name in place:
                    del place[name]
            written = BytesIO()
            document.save(written, deterministic_id=True)
    except pikepdf.PasswordError:
        raise PdfNotPlain from None
    except pikepdf.PdfError:
        raise FileDamaged from None
    return written.getvalue()


def _dictionaries(document: Any) -> Iterator[Any]:
    """Every dictionary of a PDF, those that stand within others too."""
    import pikepdf

    waiting = [(one, 0) for one in document.objects]
    while waiting:
        thing, depth = waiting.pop()
        if depth > DEEPEST_PDF:
            raise FileDamaged
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            yield thing
            inner = [thing.get(key) for key in thing.keys()]  # noqa: SIM118 - a PDF dictionary iterates otherwise
        elif isinstance(thing, pikepdf.Array):
            inner = list(thing)
        else:
            continue
        # What is referred to is an object of the document and comes by itself.
        waiting += [(one, depth + 1) for one in inner if isinstance(one, pikepdf.Object) and not one.is_indirect]


def _is_active(dictionary: Any) -> bool:
    keys = {str(key) for key in dictionary.keys()}  # noqa: SIM118 - likewise
    return bool(keys & _ACTIVE_KEYS) or ("/S" in keys and str(dictionary["/S"]) in _ACTIVE_ACTIONS)
