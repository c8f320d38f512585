"""Pictures made harmless: decoded for real, upright, without what a camera wrote into them."""

import io

import pytest
from PIL import Image

from fediverse.errors import Invalid
from fediverse.storage.blurhash import blurhash
from fediverse.storage.images import MAX_SIDE, PREVIEW_SIDE, read_avatar, read_picture

GPS_TAG, ORIENTATION_TAG, MAKE_TAG = 0x8825, 0x0112, 0x010F


def _photo(width: int = 1200, height: int = 800, form: str = "JPEG") -> bytes:
    image = Image.new("RGB", (width, height), (200, 60, 40))
    exif = Image.Exif()
    exif[MAKE_TAG] = "Secret Camera"
    exif[ORIENTATION_TAG] = 6
    exif.get_ifd(GPS_TAG)[1] = "N"
    out = io.BytesIO()
    image.save(out, form, exif=exif)
    return out.getvalue()


def test_a_photo_loses_its_metadata_and_stands_upright() -> None:
    """Where and with what it was taken is nobody's business."""
    picture = read_picture(_photo())

    shown = Image.open(io.BytesIO(picture.content))
    assert (shown.width, shown.height) == (picture.width, picture.height) == (800, 1200)
    assert b"Secret Camera" not in picture.content
    assert not shown.getexif()


def test_a_large_picture_is_made_smaller_and_gets_a_preview() -> None:
    """Both bounded, the preview in WebP."""
    picture = read_picture(_photo(MAX_SIDE + 904, 100))

    preview = Image.open(io.BytesIO(picture.preview))
    assert max(picture.width, picture.height) <= MAX_SIDE
    assert max(preview.size) <= PREVIEW_SIDE
    assert preview.format == "WEBP"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        _photo()[:200],
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    """T-320: whatever its first bytes or its name say."""
    with pytest.raises(Invalid):
        read_picture(data)


def test_an_avatar_is_a_square() -> None:
    """Cut from the middle."""
    avatar = Image.open(io.BytesIO(read_avatar(_photo())))

    assert avatar.width == avatar.height


def test_blurhash_of_one_colour_names_that_colour() -> None:
    """The algorithm's own description: no detail, so only the mean counts."""
    red = blurhash([(255, 0, 0)] * 16, 4, 4, columns=1, rows=1)

    assert red == "00TI:j"
