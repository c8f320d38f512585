"""Pictures made harmless: decoded for real, turned upright, freed of metadata (places, devices), bounded in size, with a preview and a BlurHash.

Blocking, and fed by strangers: only `picture_program` calls it, in a process of its own. What is not one of a few picture formats, whatever its name says,
is refused.
"""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from fediverse.errors import Invalid
from fediverse.storage.blurhash import blurhash
from fediverse.storage.findings import Picture

MAX_PIXELS = 40_000_000
MAX_SIDE = 4096
MOST_FULL_FRAMES = 20
PREVIEW_SIDE = 640
AVATAR_SIDE = 400
HEADER_SIZE = (1500, 500)
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp", "AVIF": "image/webp"}
"""What is read, and what becomes of it: AVIF is slow to write, and WebP is shown by more browsers."""
_BLURHASH_SIDE = 32


def read_picture(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """A cleaned copy of the picture, in its own format (a moving GIF keeps moving), with a WebP preview. Raises Invalid."""
    image = _opened(data, max_pixels)
    form = image.format or ""
    moving = getattr(image, "is_animated", False) and form == "GIF"
    if moving and getattr(image, "n_frames", 1) * image.width * image.height > max_pixels * MOST_FULL_FRAMES:
        raise Invalid(
            f"Validation failed: The moving picture has more than {max_pixels * MOST_FULL_FRAMES // 1_000_000} million pixels in all"
        )
    first = ImageOps.exif_transpose(image)
    first.thumbnail((MAX_SIDE, MAX_SIDE))
    content = _without_comments(image) if moving else _saved(first, form)
    width, height = image.size if moving else first.size
    return Picture(content, FORMATS[form], width, height, *preview_of(first))


def preview_of(image: Image.Image) -> tuple[bytes, str]:
    """A small WebP of *image*, and its BlurHash."""
    return _webp(image, PREVIEW_SIDE, PREVIEW_SIDE), _hash_of(image)


def read_avatar(data: bytes, max_pixels: int = MAX_PIXELS) -> bytes:
    """A square WebP, cut from the middle."""
    image = ImageOps.exif_transpose(_opened(data, max_pixels))
    return _as_webp(ImageOps.fit(_colours(image), (AVATAR_SIDE, AVATAR_SIDE)))


def read_header(data: bytes, max_pixels: int = MAX_PIXELS) -> bytes:
    image = ImageOps.exif_transpose(_opened(data, max_pixels))
    return _as_webp(ImageOps.fit(_colours(image), HEADER_SIZE))


def _opened(data: bytes, max_pixels: int) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=list(FORMATS))
        if image.width * image.height > max_pixels:
            raise Invalid(f"Validation failed: The picture has more than {max_pixels // 1_000_000} million pixels")
        image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise Invalid(
            "Validation failed: The file is not a picture that can be shown (JPEG, PNG, GIF, WebP or AVIF)"
        ) from problem
    return image


def _saved(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    if form == "JPEG":
        _colours(image).convert("RGB").save(out, "JPEG", quality=88, optimize=True)
    elif form in {"WEBP", "AVIF"}:
        _colours(image).save(out, "WEBP", quality=88)
    else:
        image.info.clear()
        image.save(out, form)
    return out.getvalue()


def _without_comments(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.seek(0)
    image.save(out, "GIF", save_all=True, comment=b"")
    return out.getvalue()


def _webp(image: Image.Image, width: int, height: int) -> bytes:
    small = _colours(image)
    small.thumbnail((width, height))
    return _as_webp(small)


def _as_webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=82)
    return out.getvalue()


def _colours(image: Image.Image) -> Image.Image:
    return image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")


def _hash_of(image: Image.Image) -> str:
    small = image.convert("RGB")
    small.thumbnail((_BLURHASH_SIDE, _BLURHASH_SIDE))
    raw = small.tobytes()
    pixels = [(raw[at], raw[at + 1], raw[at + 2]) for at in range(0, len(raw), 3)]
    return blurhash(pixels, small.width, small.height)
