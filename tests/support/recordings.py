"""Videos, sounds and documents for tests: small, real, and made anew by the system's ffmpeg, so that no binary file lies in the repository."""

import io
import math
import struct
import subprocess
import tempfile
import wave
import zipfile
from functools import cache
from pathlib import Path
from typing import Final

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PLACE: Final = "+48.8577+002.2950/"
"""Where a recording was made, which nobody else needs to know."""
SECRET: Final = "Board meeting"
_CODECS: Final = {"mp4": "libx264", "mov": "libx264", "webm": "libvpx"}
_UPRIGHT: Final = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_TURNED: Final = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0x780000, 0, 0x40000000)


@cache
def video(
    form: str = "mp4", *, width: int = 160, height: int = 120, seconds: float = 2, rate: int = 10, codec: str = ""
) -> bytes:
    """A film that moves, with a place, a title, a chapter and a track of notes that nobody else needs to know."""
    picture = ["-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate={rate}:duration={seconds}"]
    return made(form, *picture, "-c:v", codec or _CODECS[form], "-pix_fmt", "yuv420p", *_told())


def turned_video() -> bytes:
    """As a telephone writes it that is held upright: a lying picture, and the word to turn it by a quarter."""
    data = video()
    assert data.count(_UPRIGHT) == 2  # of the film and of its track
    header, track = data.index(_UPRIGHT), data.rindex(_UPRIGHT)
    assert header < track
    return data[:track] + _TURNED + data[track + len(_TURNED) :]


@cache
def made(form: str, *arguments: str) -> bytes:
    """What ffmpeg makes of *arguments*, in a container that is written to a file, since some go back to their beginning."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        subprocess.run(
            ["ffmpeg", "-nostdin", "-loglevel", "error", *arguments, "-f", form, str(path)],
            check=True,
            stdin=subprocess.DEVNULL,
        )
        return path.read_bytes()


@cache
def tone(form: str, codec: str, seconds: float = 1.0) -> bytes:
    """A sound in one of the containers that browsers play, with a title."""
    return made(form, "-f", "lavfi", "-i", f"sine=duration={seconds}", "-c:a", codec, *_told())


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


def _told() -> list[str]:
    return [
        *("-metadata", f"title={SECRET}", "-metadata", f"location={PLACE}", "-metadata", f"artist={SECRET}"),
        *("-metadata:s", f"title={SECRET}", "-metadata:s", f"handler_name={SECRET}"),
    ]
