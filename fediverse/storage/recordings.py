"""Videos and sounds, looked at: how large, how long, whether a browser can play them, one still picture, and a copy that tells nothing else. Nothing is transcoded.

Blocking, and fed by strangers: only `recording_program` calls it, in a process of its own. The reader is the one that the file's first bytes named, since
playlists make others open files and addresses of their choice; what browsers would not play is copied, and no more of it decoded than its size takes.
"""

import io
import math
from fractions import Fraction
from pathlib import Path
from typing import Final

from PIL import Image

from fediverse.errors import Invalid
from fediverse.storage import ffmpeg
from fediverse.storage.ffmpeg import Source, Tools
from fediverse.storage.findings import Bounds, Recording, Track, Tracks
from fediverse.storage.images import PREVIEW_SIDE, preview_of

MAX_STREAMS: Final = 20
_PLAYABLE_PICTURES: Final = frozenset({"h264", "vp8", "vp9", "av1", "theora"})
_PLAYABLE_SOUNDS: Final = frozenset(
    {"aac", "mp3", "opus", "vorbis", "flac", "pcm_s16le", "pcm_s24le", "pcm_u8", "pcm_f32le"}
)
_COVERS: Final = frozenset({"mjpeg", "png"})
_MOST_FRAMES_TRIED: Final = 200
_STILL_AT_S: Final = 1.0


def read_recording(tools: Tools, path: Path, container: str, bounds: Bounds, copy: Path) -> Recording:
    """What the file is; its tracks of picture and sound are written to *copy*. Raises Invalid for what cannot be read, or is beyond *bounds*.

    The copy holds the one track of each kind that browsers play; all of them where they play none, for whoever downloads the file.
    """
    upload, clean = Source(path, container, bounds.max_pixels), Source(copy, container, bounds.max_pixels)
    said = _within(ffmpeg.headers(tools, upload), bounds)
    if not said.moving and not said.sounds:
        raise Invalid("Validation failed: There is neither picture nor sound in the file")
    shown = [*said.moving[:1], *said.sounds[:1]]
    if not all(_is_playable(track) for track in shown):
        ffmpeg.copied(tools, upload, [*said.moving, *said.sounds], copy)
        return Recording("")
    ffmpeg.copied(tools, upload, shown, copy)
    found = _within(ffmpeg.described(tools, clean), bounds)
    if found.moving:
        return _video(tools, clean, found)
    preview, blurhash = _cover(tools, upload, said, bounds)
    return Recording(
        "audio", duration_s=found.duration_s, bitrate=found.bitrate or None, preview=preview, blurhash=blurhash
    )


def _within(tracks: Tracks, bounds: Bounds) -> Tracks:
    if len(tracks.every) > MAX_STREAMS:
        raise Invalid(f"Validation failed: The file holds more than {MAX_STREAMS} tracks")
    if tracks.duration_s is not None and tracks.duration_s > bounds.max_duration_s:
        raise Invalid(f"Validation failed: The recording is longer than {bounds.max_duration_s // 60} minutes")
    for track in tracks.moving:
        if track.width * track.height > bounds.max_pixels:
            raise Invalid(f"Validation failed: {track.width}x{track.height} videos are not supported")
        rate = Fraction(track.frame_rate or 0)
        if rate > bounds.max_frame_rate:
            raise Invalid(f"Validation failed: {math.ceil(rate)}fps videos are not supported")
    return tracks


def _is_playable(track: Track) -> bool:
    return track.codec in (_PLAYABLE_PICTURES if track.family == "video" else _PLAYABLE_SOUNDS)


def _video(tools: Tools, clean: Source, found: Tracks) -> Recording:
    moving = found.moving[0]
    if not moving.width or not moving.height:
        raise Invalid("Validation failed: The video has no size")
    turned = moving.rotation % 180 != 0
    preview, blurhash = _first_picture(tools, clean, moving, found.duration_s)
    return Recording(
        "video",
        width=moving.height if turned else moving.width,
        height=moving.width if turned else moving.height,
        duration_s=found.duration_s,
        frame_rate=moving.frame_rate,
        bitrate=found.bitrate or None,
        preview=preview,
        blurhash=blurhash,
    )


def _first_picture(tools: Tools, clean: Source, moving: Track, duration_s: float | None) -> tuple[bytes, str]:
    """A picture from about the first second, since many videos begin black."""
    wanted_s = min(_STILL_AT_S, (duration_s or 0.0) / 3)
    still = ffmpeg.still(tools, clean, moving, wanted_s, _MOST_FRAMES_TRIED, PREVIEW_SIDE)
    if not still:
        raise Invalid("Validation failed: The video holds no picture that can be read")
    return _preview(still)


def _cover(tools: Tools, upload: Source, said: Tracks, bounds: Bounds) -> tuple[bytes, str]:
    """The cover of a sound, made small; nothing when it cannot be read: the sound is what was sent."""
    cover = next((track for track in said.every if track.is_cover), None)
    if cover is None or cover.codec not in _COVERS or cover.width * cover.height > bounds.max_pixels:
        return b"", ""
    try:
        still = ffmpeg.still(tools, upload, cover, 0, _MOST_FRAMES_TRIED, PREVIEW_SIDE)
    except Invalid:
        return b"", ""
    return _preview(still) if still else (b"", "")


def _preview(still: bytes) -> tuple[bytes, str]:
    with Image.open(io.BytesIO(still), formats=["PNG"]) as image:
        return preview_of(image)
