"""The system's `ffmpeg` and `ffprobe`, which read and copy videos and sounds. A node without them takes none, and everything else works.

`installed` is for the node. The rest runs in `recording_program` alone, whose limits on time and memory both programs inherit: no shell, no network, one
reader, one thread, few codecs, and nothing kept of what they print to people.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fediverse.errors import Invalid
from fediverse.storage.findings import Track, Tracks

_PROTOCOLS: Final = "file,pipe"
_DECODERS: Final = ",".join(
    (
        *("h264", "vp8", "libvpx", "vp9", "libvpx-vp9", "av1", "libdav1d", "libaom-av1", "theora"),
        *("aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis", "flac"),
        *("pcm_s16le", "pcm_s24le", "pcm_u8", "pcm_f32le", "mjpeg", "png"),
        *("mpeg4", "h263"),  # nobody plays them, but MP4 says only in their first frame how large they are
    )
)
_WRITERS: Final = {
    "mp4": ("mp4", "-movflags", "+faststart"),
    "mov": ("mov", "-movflags", "+faststart"),
    "matroska": ("webm",),
    "ogg": ("ogg",),
    "mp3": ("mp3", "-id3v2_version", "0"),
    "wav": ("wav",),
    "flac": ("flac",),
    "aac": ("adts",),
}
"""What writes a container that was read, and how."""
_ASKED: Final = (
    "format=duration,bit_rate"
    ":stream=index,codec_type,codec_name,width,height,avg_frame_rate,r_frame_rate"
    ":stream_disposition=attached_pic:stream_side_data=rotation"
)
_SILENCE: Final = ("-hide_banner", "-loglevel", "quiet")
_ENVIRONMENT: Final = {"MALLOC_ARENA_MAX": "1"}  # glibc sets address space aside for each thread, and that is limited


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the two programs lie."""

    ffmpeg: str
    ffprobe: str


@dataclass(frozen=True, slots=True)
class Source:
    """A stranger's file, and the one reader that may open it."""

    path: Path
    container: str
    max_pixels: int

    @property
    def arguments(self) -> tuple[str, ...]:
        """Playlists make others open files and addresses of their choice: no reader but this one, and no network for it either."""
        return (
            *("-protocol_whitelist", _PROTOCOLS, "-format_whitelist", self.container),
            *("-f", self.container, "-i", f"file:{self.path}"),
        )

    @property
    def decoded(self) -> tuple[str, ...]:
        """As `arguments`, with the decoders that may run, and the largest frame; a stream may grow after its header."""
        limits = ("-codec_whitelist", _DECODERS, "-max_pixels", str(self.max_pixels), "-threads", "1")
        return (*limits, *self.arguments)


def installed() -> Tools | None:
    """Looked for anew each time: who installs the programs need not start the node again."""
    ffmpeg, ffprobe = shutil.which("ffmpeg"), shutil.which("ffprobe")
    return Tools(str(Path(ffmpeg).absolute()), str(Path(ffprobe).absolute())) if ffmpeg and ffprobe else None


def headers(tools: Tools, source: Source) -> Tracks:
    """What the file says of itself; nothing is decoded. Raises Invalid."""
    return _tracks(tools, ("-nofind_stream_info", *source.arguments))


def described(tools: Tools, source: Source) -> Tracks:
    """What is in the file, looked at. Raises Invalid, also for a file with a track that no listed decoder reads."""
    return _tracks(tools, source.decoded)


def copied(tools: Tools, source: Source, tracks: Sequence[Track], copy: Path) -> None:
    """Write *tracks* to *copy* as they are, in the same container, without tags, chapters, covers and other tracks. Raises Invalid."""
    form, *options = _WRITERS[source.container]
    mapped = [word for track in tracks for word in ("-map", f"0:{track.index}")]
    nothing_else = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags", "+bitexact")
    written = ("-c", "copy", *nothing_else, "-f", form, *options, f"file:{copy}")
    if _output([tools.ffmpeg, "-nostdin", *_SILENCE, *source.decoded, *mapped, *written]) is None:
        raise Invalid(
            "Validation failed: The video or sound cannot be freed of what it tells beside picture and sound, such as a place, and is not kept"
        )


def still(tools: Tools, source: Source, track: Track, at_s: float, most_frames: int, side: int) -> bytes:
    """A PNG of *track* at *at_s* or after *most_frames*, upright, with sides of *side* pixels at most; empty when it cannot be had."""
    picked = f"select=gte(t\\,{at_s:.3f})+gte(n\\,{most_frames})"
    scaled = f"scale=min({side}\\,iw):min({side}\\,ih):force_original_aspect_ratio=decrease"
    one = ("-map", f"0:{track.index}", "-vf", f"{picked},{scaled}", "-frames:v", "1")
    written = ("-pix_fmt", "rgb24", "-c:v", "png", "-threads", "1", "-f", "image2pipe", "pipe:1")
    return (
        _output([tools.ffmpeg, "-nostdin", *_SILENCE, "-filter_threads", "1", *source.decoded, *one, *written]) or b""
    )


def _tracks(tools: Tools, arguments: Sequence[str]) -> Tracks:
    answer = _output([tools.ffprobe, *_SILENCE, "-of", "json", "-show_entries", _ASKED, *arguments])
    if answer is None:
        raise Invalid("Validation failed: The video or sound cannot be read")
    try:
        return _read(json.loads(answer))
    except (ValueError, KeyError, TypeError, ArithmeticError) as problem:
        raise Invalid("Validation failed: The video or sound cannot be read") from problem


def _read(said: dict[str, Any]) -> Tracks:
    about = said.get("format", {})
    return Tracks(
        tuple(_track(one) for one in said["streams"]),
        float(about["duration"]) if "duration" in about else None,
        int(about["bit_rate"]) if "bit_rate" in about else None,
    )


def _track(said: dict[str, Any]) -> Track:
    return Track(
        index=said["index"],
        family=said.get("codec_type", ""),
        codec=said.get("codec_name", ""),
        width=said.get("width", 0),
        height=said.get("height", 0),
        frame_rate=_rate(said.get("avg_frame_rate", "")) or _rate(said.get("r_frame_rate", "")),
        rotation=next((int(one["rotation"]) for one in said.get("side_data_list", ()) if "rotation" in one), 0),
        is_cover=bool(said.get("disposition", {}).get("attached_pic")),
    )


def _rate(fraction: str) -> str:
    """Empty for one that is not known: `0/0`."""
    above, _, below = fraction.partition("/")
    return fraction if above.strip("0") and below.strip("0") else ""


def _output(command: list[str]) -> bytes | None:
    """What the program wrote; None when it says that it could not. Raises Invalid for one that was ended."""
    done = subprocess.run(  # noqa: S603 - no shell, and each argument is ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        check=False,
    )
    if done.returncode < 0:  # ended by a limit, or a fault in a decoder
        raise Invalid("Validation failed: The file takes too long or too much memory to read")
    return done.stdout if done.returncode == 0 else None
