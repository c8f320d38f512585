"""Videos, sounds and documents for tests: small, real, and made anew, so that no binary file lies in the repository."""

import io
import math
import struct
import wave
import zipfile
from fractions import Fraction
from typing import cast

import av
from av.video.stream import VideoStream
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def video(
    form: str = "mp4", *, width: int = 160, height: int = 120, seconds: float = 2, rate: int = 10, codec: str = ""
) -> bytes:
    """A film whose colour changes, with a title that nobody else needs to know."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as media:
        media.metadata["location"] = "+48.8577+002.2950/"
        added = media.add_stream(codec or {"mp4": "libx264", "mov": "libx264", "webm": "libvpx"}[form], rate=rate)
        track = cast(VideoStream, added)
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        track.time_base = Fraction(1, rate)
        for number in range(int(seconds * rate)):
            picture = Image.new("RGB", (width, height), (0, (number * 11) % 256, 200))
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            for packet in track.encode(frame):
                media.mux(packet)
        for packet in track.encode(None):
            media.mux(packet)
    return out.getvalue()


def sound(seconds: float = 1.0) -> bytes:
    """A tone, as WAV."""
    out = io.BytesIO()
    rate = 8000
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        tone = (int(9000 * math.sin(2 * math.pi * 440 * at / rate)) for at in range(int(seconds * rate)))
        file.writeframes(b"".join(struct.pack("<h", value) for value in tone))
    return out.getvalue()


def archive(name: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, "<w:document/>")
    return out.getvalue()
