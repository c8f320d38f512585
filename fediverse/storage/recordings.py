"""Videos and sounds, looked at: how large, how long, whether a browser can play them, and one still picture. Nothing is transcoded.

Blocking, and fed by strangers: only `recording_program` calls it, in a process of its own. The reader is the one that the file's first bytes named, since
playlists make others open files and addresses of their choice; no codec runs that browsers would not play.
"""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from fediverse.errors import Invalid
from fediverse.storage.findings import Bounds, Recording
from fediverse.storage.images import preview_of

if TYPE_CHECKING:
    from PIL import Image

MAX_STREAMS: Final = 20
_PLAYABLE_PICTURES: Final = frozenset({"h264", "vp8", "vp9", "av1", "theora"})
_PLAYABLE_SOUNDS: Final = frozenset(
    {"aac", "mp3", "opus", "vorbis", "flac", "pcm_s16le", "pcm_s24le", "pcm_u8", "pcm_f32le"}
)
_COVERS: Final = frozenset({"mjpeg", "png"})
_MOST_FRAMES_TRIED: Final = 200
_STILL_AT_S: Final = 1.0


def read_recording(path: Path, container: str, bounds: Bounds) -> Recording:
    """Raises Invalid for what cannot be read, or is larger or longer than *bounds* allow."""
    try:
        with av.open(
            str(path), format=container, options={"protocol_whitelist": "file"}, metadata_errors="replace"
        ) as media:
            return _described(media, bounds)
    except (av.FFmpegError, ValueError, ArithmeticError) as problem:
        raise Invalid("Validation failed: The video or sound cannot be read") from problem


def _described(media: InputContainer, bounds: Bounds) -> Recording:
    if len(media.streams) > MAX_STREAMS:
        raise Invalid(f"Validation failed: The file holds more than {MAX_STREAMS} tracks")
    moving = next((one for one in media.streams.video if not one.disposition & Disposition.attached_pic), None)
    cover = next((one for one in media.streams.video if one.disposition & Disposition.attached_pic), None)
    sound = next(iter(media.streams.audio), None)
    duration_s = None if media.duration is None else media.duration / av.time_base
    if duration_s is not None and duration_s > bounds.max_duration_s:
        raise Invalid(f"Validation failed: The recording is longer than {bounds.max_duration_s // 60} minutes")
    if moving is not None:
        return _video(media, moving, sound, duration_s, bounds)
    if sound is None:
        raise Invalid("Validation failed: There is neither picture nor sound in the file")
    if _name(sound) not in _PLAYABLE_SOUNDS:
        return Recording("")
    preview, blurhash = _still(media, cover, bounds) if cover is not None and _name(cover) in _COVERS else (b"", "")
    return Recording("audio", duration_s=duration_s, bitrate=media.bit_rate or None, preview=preview, blurhash=blurhash)


def _video(
    media: InputContainer, moving: VideoStream, sound: AudioStream | None, duration_s: float | None, bounds: Bounds
) -> Recording:
    context = moving.codec_context
    width, height = context.width, context.height
    if width * height > bounds.max_pixels:
        raise Invalid(f"Validation failed: {width}x{height} videos are not supported")
    rate = moving.average_rate or moving.guessed_rate
    if rate is not None and rate > bounds.max_frame_rate:
        raise Invalid(f"Validation failed: {math.ceil(rate)}fps videos are not supported")
    if _name(moving) not in _PLAYABLE_PICTURES or (sound is not None and _name(sound) not in _PLAYABLE_SOUNDS):
        return Recording("")
    if not width or not height:
        raise Invalid("Validation failed: The video has no size")
    preview, blurhash, turned = _first_picture(media, moving, bounds, duration_s)
    return Recording(
        "video",
        width=height if turned else width,
        height=width if turned else height,
        duration_s=duration_s,
        frame_rate="" if rate is None else f"{rate.numerator}/{rate.denominator}",
        bitrate=media.bit_rate or None,
        preview=preview,
        blurhash=blurhash,
    )


def _first_picture(
    media: InputContainer, moving: VideoStream, bounds: Bounds, duration_s: float | None
) -> tuple[bytes, str, bool]:
    """A picture from about the first second, since many videos begin black; whether the video is to be shown turned by a quarter."""
    moving.thread_type = "NONE"
    best: tuple[Image.Image, int] | None = None
    wanted_s = min(_STILL_AT_S, (duration_s or 0.0) / 3)
    for number, frame in enumerate(media.decode(moving)):
        if frame.width * frame.height > bounds.max_pixels:  # a stream may grow after its header
            raise Invalid(f"Validation failed: {frame.width}x{frame.height} videos are not supported")
        late_enough = frame.time is None or frame.time >= wanted_s
        if late_enough or number >= _MOST_FRAMES_TRIED:
            best = (_image_of(frame), int(frame.rotation))
            break
    if best is None:
        raise Invalid("Validation failed: The video holds no picture that can be read")
    image, rotation = best
    upright = image.rotate(rotation, expand=True) if rotation else image
    return (*preview_of(upright), rotation % 180 != 0)


def _still(media: InputContainer, cover: VideoStream, bounds: Bounds) -> tuple[bytes, str]:
    """The cover of a sound; nothing when it cannot be read: the sound is what was sent."""
    if cover.codec_context.width * cover.codec_context.height > bounds.max_pixels:
        return b"", ""
    try:
        frame = next(iter(media.decode(cover)), None)
    except av.FFmpegError:
        return b"", ""
    if frame is None or frame.width * frame.height > bounds.max_pixels:
        return b"", ""
    return preview_of(_image_of(frame))


def _image_of(frame: av.VideoFrame) -> "Image.Image":
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # the library declares no types for it
    return image


def _name(stream: AudioStream | VideoStream) -> str:
    return stream.codec_context.codec.canonical_name
