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
class Track:
    """One track of a recording. *family*: `video`, `audio` or another; *rotation* is in degrees; *frame_rate* like `25/1`, empty when it is not known."""

    index: int
    family: str
    codec: str
    width: int = 0
    height: int = 0
    frame_rate: str = ""
    rotation: int = 0
    is_cover: bool = False


@dataclass(frozen=True, slots=True)
class Tracks:
    """All tracks of a recording, and what holds for the whole."""

    every: tuple[Track, ...]
    duration_s: float | None
    bitrate: int | None

    @property
    def moving(self) -> list[Track]:
        return [track for track in self.every if track.family == "video" and not track.is_cover]

    @property
    def sounds(self) -> list[Track]:
        return [track for track in self.every if track.family == "audio"]


@dataclass(frozen=True, slots=True)
class Recording:
    """*family*: `video`, `audio`, or empty for what browsers cannot play. *content* is a copy without metadata. *preview* is WebP; empty when there is no picture in it."""

    family: str
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    frame_rate: str = ""
    bitrate: int | None = None
    content: bytes = b""
    preview: bytes = b""
    blurhash: str = ""
