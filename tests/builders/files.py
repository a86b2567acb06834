"""Photos and documents as phones and attackers make them."""

import io
import struct
import zipfile
import zlib
from typing import Any

GPS_IFD, ORIENTATION, MODEL = 0x8825, 0x0112, 0x0110


def photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, orientation: int = 1, **save: Any) -> bytes:
    """A photo that says where it was taken, and by which phone."""
    from PIL import Image

    image = Image.effect_noise(size, 40).convert("RGB")
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MODEL] = "某手机"
    exif[GPS_IFD] = {1: "N", 2: (31.0, 52.0, 12.5), 3: "E", 4: (106.0, 45.0, 3.25)}
    written = io.BytesIO()
    image.save(written, kind, exif=exif, **save)
    return written.getvalue()


def huge_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """A few hundred bytes that say they are so many pixels."""
    return _png(width, height, bytes(1000))


def small_png() -> bytes:
    """One black pixel, made without a library."""
    return _png(1, 1, bytes(4))


def _png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def pdf(**root: Any) -> bytes:
    """One empty page and its author."""
    import pikepdf

    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Author"] = "某某某"
        for name, value in root.items():
            document.Root[f"/{name}"] = value
        written = io.BytesIO()
        document.save(written)
    return written.getvalue()


def locked_pdf() -> bytes:
    import pikepdf

    with pikepdf.new() as document:
        document.add_blank_page()
        written = io.BytesIO()
        document.save(written, encryption=pikepdf.Encryption(owner="a", user="b"))
    return written.getvalue()


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        zipped.writestr("run.sh", "echo")
    return written.getvalue()
