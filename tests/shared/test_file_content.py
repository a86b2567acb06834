"""What may an uploaded file be? Checks S40: polyglots, 30,000 × 30,000 pixels, EXIF GPS, active PDFs."""

import io
import os
import tracemalloc
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.errors import Invalid, TooLarge
from shared.file_content import (
    JPEG,
    LONGEST_EDGE,
    MOST_FILE_BYTES,
    PDF,
    PNG,
    FileDamaged,
    FileKindUnknown,
    FileOfTwoKinds,
    FileTooLarge,
    ImageTooLarge,
    PdfNotPlain,
    clean,
)
from tests.builders.files import GPS_IFD, archive, huge_png, locked_pdf, pdf, photo


@pytest.mark.parametrize(("kind", "media"), [("JPEG", JPEG), ("PNG", PNG)])
def test_a_photo_is_kept_without_its_place_and_its_phone(kind: str, media: str) -> None:
    given_photo = photo(kind)
    assert Image.open(io.BytesIO(given_photo)).getexif().get_ifd(GPS_IFD), "the test's photo does say where it was"
    kept = clean(given_photo)
    assert kept.kind == media
    read = Image.open(io.BytesIO(kept.data))
    assert (read.format, read.size, dict(read.getexif())) == (kind, (640, 480), {})
    assert b"Exif" not in kept.data
    assert "某手机".encode() not in kept.data


def test_a_note_that_somebody_wrote_into_the_photo_is_not_kept() -> None:
    assert "某某某家".encode() not in clean(photo(comment="某某某家".encode())).data


def test_a_photo_taken_upright_stands_upright_without_its_mark() -> None:
    assert Image.open(io.BytesIO(clean(photo(orientation=6)).data)).size == (480, 640)


def test_a_large_photo_is_reduced() -> None:
    kept = clean(photo(size=(4000, 3000), quality=30))
    assert max(Image.open(io.BytesIO(kept.data)).size) == LONGEST_EDGE


def test_a_see_through_png_stays_so() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (10, 10), (1, 2, 3, 0)).save(written, "PNG")
    assert Image.open(io.BytesIO(clean(written.getvalue()).data)).mode == "RGBA"


def test_thirty_thousand_by_thirty_thousand_pixels_are_refused_before_they_are_decoded() -> None:
    tracemalloc.start()
    with pytest.raises(ImageTooLarge):
        clean(huge_png())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def test_a_pdf_is_kept_without_its_author() -> None:
    kept = clean(pdf())
    assert kept.kind == PDF
    with pikepdf.open(io.BytesIO(kept.data)) as document:
        assert len(document.pages) == 1
        assert "/Info" not in document.trailer


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
ACTIVE = {
    "a script at opening": pdf(OpenAction=SCRIPT),
    "a program at opening": pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))),
    "a script deep inside": pdf(Names=pikepdf.Dictionary(X=pikepdf.Array([pikepdf.Dictionary(Y=SCRIPT)]))),
    "a file inside": pdf(Names=pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())),
    "a password": locked_pdf(),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_a_pdf_that_does_more_than_show_pages_is_refused(name: str) -> None:
    with pytest.raises(PdfNotPlain):
        clean(ACTIVE[name])


POLYGLOTS = {
    "JPEG and zip": photo() + archive(),
    "PNG and zip": photo("PNG") + archive(),
    "PDF and zip": pdf() + archive(),
    "JPEG and PDF": photo(comment=b"%PDF-1.7 1 0 obj"),
    "JPEG and web page": photo(comment=b"<html><script>alert(1)</script>"),
    "PDF and web page": pdf().replace(b"%PDF-1.", b"%PDF-1.<script>", 1),
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_file_of_two_kinds_is_refused(name: str) -> None:
    with pytest.raises(FileOfTwoKinds):
        clean(POLYGLOTS[name])


def test_what_a_phone_hangs_on_behind_its_photo_is_not_kept() -> None:
    film = b"\x00\x00\x00\x18ftypmp42" + os.urandom(5000)
    kept = clean(photo() + film)
    assert film not in kept.data


@pytest.mark.parametrize(
    "content",
    [b"", b"x", archive(), b"GIF89a" + bytes(100), b"<svg onload=alert(1)>", b"MZ" + bytes(100), b" " + photo()],
)
def test_anything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(FileKindUnknown):
        clean(content)


@pytest.mark.parametrize("whole", [photo(), photo("PNG"), pdf()])
def test_half_a_file_is_refused(whole: bytes) -> None:
    with pytest.raises(FileDamaged):
        clean(whole[: len(whole) // 2])


def test_more_than_five_megabytes_are_refused() -> None:
    with pytest.raises(FileTooLarge):
        clean(photo() + bytes(MOST_FILE_BYTES))


WHOLE = (photo(size=(40, 30)), photo("PNG", (40, 30)), pdf())


# The library warns of metadata that it cannot read; nothing of it is kept.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=300, deadline=None)
@given(st.sampled_from(WHOLE), st.data())
def test_a_file_with_broken_bytes_is_taken_or_refused_and_never_more_than_that(
    whole: bytes, data: st.DataObject
) -> None:
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with suppress(TooLarge, Invalid):
        assert clean(bytes(broken)).kind in {JPEG, PNG, PDF}
