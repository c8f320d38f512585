"""What the programs that open strangers' files find in them; values only, so that the node itself loads no decoder."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned copy, and a small WebP of it."""

    content: bytes
    media_type: str
    width: int
    height: int
    preview: bytes
    blurhash: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large and long a recording may be."""

    max_pixels: int
    max_frame_rate: int
    max_duration_s: int


@dataclass(frozen=True, slots=True)
class Recording:
    """*family*: `video`, `audio`, or empty for what browsers cannot play. *preview* is WebP; empty when there is no picture in it."""

    family: str
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    frame_rate: str = ""
    bitrate: int | None = None
    preview: bytes = b""
    blurhash: str = ""
