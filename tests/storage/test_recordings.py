"""Videos and sounds, read by the system's ffmpeg: what is found in them, what is no longer in the copy, and who gets none."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fediverse.errors import Invalid
from fediverse.storage import decoding
from fediverse.storage.ffmpeg import Source, copied, headers, installed
from fediverse.storage.findings import Recording
from tests.support.nodes import RunningNode
from tests.support.recordings import PLACE, SECRET, made, sound, tone, turned_video, video

MakeBytes = Callable[[], bytes]
_COVER = ("-f", "lavfi", "-i", "color=red:size=300x200:duration=0.04", "-map", "0", "-map", "1")


async def looked_at(home: RunningNode, folder: Path, data: bytes, container: str) -> Recording:
    path = folder / "upload"
    path.write_bytes(data)
    return await decoding.recording(home.node, path, container)


def told(folder: Path, data: bytes) -> str:
    """All tags of a file and its tracks, as another program reads them."""
    (folder / "file").write_bytes(data)
    asked = ["ffprobe", "-loglevel", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters"]
    done = subprocess.run([*asked, str(folder / "file")], check=True, capture_output=True, text=True)
    return json.dumps(json.loads(done.stdout))


def covered(form: str) -> bytes:
    tone_and_picture = ("-f", "lavfi", "-i", "sine=duration=1", *_COVER)
    return made(form, *tone_and_picture, "-c:v", "mjpeg", "-disposition:v:0", "attached_pic")


@pytest.mark.parametrize(
    ("make", "container", "size", "rate"),
    [
        (video, "mp4", (160, 120), "10/1"),
        (lambda: video("mov"), "mov", (160, 120), "10/1"),
        (lambda: video("webm"), "matroska", (160, 120), "10/1"),
        (turned_video, "mp4", (120, 160), "10/1"),
    ],
)
async def test_a_video_is_described(
    home: RunningNode, tmp_path: Path, make: MakeBytes, container: str, size: tuple[int, int], rate: str
) -> None:
    """T-320: its size as it is shown, length, rate and bit rate; a picture of it as wide as it is shown."""
    found = await looked_at(home, tmp_path, make(), container)

    assert (found.family, (found.width, found.height), found.frame_rate) == ("video", size, rate)
    assert found.duration_s == pytest.approx(2, abs=0.2)
    assert (found.bitrate or 0) > 0
    assert found.preview.startswith(b"RIFF")
    assert found.blurhash


@pytest.mark.parametrize(
    ("make", "container"),
    [
        (sound, "wav"),
        (lambda: tone("mp3", "libmp3lame"), "mp3"),
        (lambda: tone("ogg", "libvorbis"), "ogg"),
        (lambda: tone("ogg", "libopus"), "ogg"),
        (lambda: tone("flac", "flac"), "flac"),
        (lambda: tone("adts", "aac"), "aac"),
        (lambda: tone("ipod", "aac"), "mp4"),
        (lambda: tone("webm", "libopus"), "matroska"),
    ],
)
async def test_a_sound_of_each_kind_is_described(
    home: RunningNode, tmp_path: Path, make: MakeBytes, container: str
) -> None:
    """Each container that is taken is read and written again; a reader of another kind refuses the same bytes."""
    found = await looked_at(home, tmp_path, make(), container)

    assert (found.family, found.width, found.preview) == ("audio", None, b"")
    assert found.duration_s == pytest.approx(1, abs=0.1)
    with pytest.raises(Invalid):
        await looked_at(home, tmp_path, make(), "flac" if container == "mp4" else "mp4")


@pytest.mark.parametrize(("form", "container"), [("mp3", "mp3"), ("ipod", "mp4")])
async def test_the_cover_of_a_sound_is_its_preview(
    home: RunningNode, tmp_path: Path, form: str, container: str
) -> None:
    """Made small from the upload; the copy holds no cover, which may tell where a photograph was taken."""
    found = await looked_at(home, tmp_path, covered(form), container)

    assert (found.family, found.preview[:4]) == ("audio", b"RIFF")
    assert 'attached_pic": 1' not in told(tmp_path, found.content)
    assert 'attached_pic": 1' in told(tmp_path, covered(form))


@pytest.mark.parametrize(
    ("make", "container", "family"),
    [
        (video, "mp4", "video"),
        (lambda: video("mov"), "mov", "video"),
        (lambda: video("webm"), "matroska", "video"),
        (lambda: video(codec="mpeg4"), "mp4", ""),
        (lambda: video("mov", codec="prores"), "mov", ""),
        (lambda: tone("mp3", "libmp3lame"), "mp3", "audio"),
        (lambda: tone("ogg", "libvorbis"), "ogg", "audio"),
        (lambda: tone("flac", "flac"), "flac", "audio"),
        (lambda: tone("wav", "pcm_s16le"), "wav", "audio"),
    ],
)
async def test_a_copy_tells_no_place_and_no_title(
    home: RunningNode, tmp_path: Path, make: MakeBytes, container: str, family: str
) -> None:
    """What was sent tells them; what is kept does not, whether browsers play it or not."""
    found = await looked_at(home, tmp_path, make(), container)

    before, after = told(tmp_path, make()), told(tmp_path, found.content)
    assert found.family == family
    assert SECRET in before
    assert not any(secret in after for secret in (SECRET, PLACE))
    assert not any(secret.encode() in found.content for secret in (SECRET, PLACE))


async def test_a_copy_holds_the_same_frames(home: RunningNode, tmp_path: Path) -> None:
    """Copied, not encoded anew: each packet is the one that was sent."""

    def packets(data: bytes) -> str:
        (tmp_path / "file").write_bytes(data)
        command = ["ffmpeg", "-loglevel", "error", "-i", str(tmp_path / "file"), "-c", "copy", "-f", "streamhash", "-"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    found = await looked_at(home, tmp_path, video(), "mp4")

    assert packets(found.content) == packets(video())
    assert packets(found.content) != packets(video(seconds=1))


async def test_tracks_that_only_tell_are_left_out(home: RunningNode, tmp_path: Path) -> None:
    """Cameras write places into subtitles too; picture and sound stay."""
    (tmp_path / "places.srt").write_text(f"1\n00:00:00,000 --> 00:00:01,000\n{SECRET}\n", "utf-8")
    film = ("-f", "lavfi", "-i", "testsrc2=size=64x64:duration=1", "-f", "lavfi", "-i", "sine=duration=1")
    data = made(
        "mp4", *film, "-i", str(tmp_path / "places.srt"), *("-map", "0", "-map", "1", "-map", "2"), "-c:s", "mov_text"
    )

    found = await looked_at(home, tmp_path, data, "mp4")

    assert SECRET.encode() in data
    assert SECRET.encode() not in found.content
    assert [family in told(tmp_path, found.content) for family in ('"video"', '"audio"', '"subtitle"')] == [
        True,
        True,
        False,
    ]


def test_what_cannot_be_copied_is_refused(tmp_path: Path) -> None:
    """No file is kept with what it tells: the sentence says why. Into a container that may hold it, it is copied."""
    tools = installed()
    assert tools is not None
    (tmp_path / "film").write_bytes(video())
    source = Source(tmp_path / "film", "mp4", 10**7)
    tracks = headers(tools, source).every

    with pytest.raises(Invalid, match="freed of what it tells"):
        copied(tools, source, [replace(tracks[0], index=7)], tmp_path / "refused")
    copied(tools, source, tracks, tmp_path / "copy")

    assert not (tmp_path / "refused").exists()
    assert (tmp_path / "copy").stat().st_size > 1000


async def test_a_machine_without_ffmpeg_reads_none(
    home: RunningNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused with the reason, and taken as soon as it is installed, without a new start."""
    with monkeypatch.context() as machine:
        machine.setenv("PATH", str(tmp_path))
        with pytest.raises(Invalid, match="did not install ffmpeg"):
            await looked_at(home, tmp_path, video(), "mp4")
        assert not decoding.takes_recordings()

    assert (await looked_at(home, tmp_path, video(), "mp4")).family == "video"
