"""Files that are made to do harm end their own process, and nothing else."""

import asyncio
import io
import os
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from fediverse.errors import Invalid
from fediverse.storage import confinement, decoding
from tests.support.journeys import picture
from tests.support.nodes import RunningNode
from tests.support.recordings import video


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says how large it is, and truthfully so."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress(b"\x00" * (width // 8 + 1) * height, 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _long_film() -> bytes:
    """A GIF of few bytes whose frames are small enough one by one."""
    out = io.BytesIO()
    frames = [Image.new("P", (900, 900), number % 2) for number in range(40)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=20)
    return out.getvalue()


@pytest.mark.parametrize("data", [_bomb(7_000, 7_000), _bomb(30_000, 30_000)])
async def test_a_bomb_is_refused_and_the_node_goes_on(home: RunningNode, data: bytes) -> None:
    """T-320: more pixels than anybody may send, in a small file; an honest picture beside it is read."""
    with pytest.raises(Invalid):
        await decoding.picture(home.node, data)

    assert (await decoding.picture(home.node, picture())).media_type == "image/png"


async def test_a_moving_picture_is_bounded_as_a_whole(home: RunningNode) -> None:
    """Each frame is small enough, all of them are not; where more is allowed, the same one moves."""
    small = replace(home.node, settings=home.node.settings.model_copy(update={"max_image_pixels": 1_000_000}))

    with pytest.raises(Invalid, match="in all"):
        await decoding.picture(small, _long_film())

    assert (await decoding.picture(home.node, _long_film())).media_type == "image/gif"


@pytest.mark.parametrize("way", ["memory", "abort", "exit"])
async def test_a_decoder_that_ends_by_a_limit_or_a_fault_refuses_the_file(
    home: RunningNode, tmp_path: Path, way: str
) -> None:
    """The process ends, the node notices and says so; one that behaves is heard."""
    with pytest.raises(Invalid, match="memory"):
        await decoding._run(home.node.decoding, tmp_path, "tests.support.greedy_program", {"way": way})

    found = await decoding._run(home.node.decoding, tmp_path, "tests.support.greedy_program", {"way": "behave"})
    assert found == {"limits": [confinement.MAX_CPU_S, confinement.MAX_MEMORY_BYTES]}


async def test_the_node_answers_while_files_are_decoded(home: RunningNode) -> None:
    """No decoding in the event loop: others are served meanwhile."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await decoding.picture(home.node, _bomb(5000, 5000))
    ticking.cancel()

    assert ticks > 100


async def test_who_no_longer_waits_ends_the_process(home: RunningNode, tmp_path: Path) -> None:
    """A request that was cancelled, or a node that stops, leaves no process behind; the next file is read."""
    waiting = asyncio.create_task(
        decoding._run(home.node.decoding, tmp_path, "tests.support.greedy_program", {"way": "wait"})
    )
    while not (tmp_path / "process").exists():
        await asyncio.sleep(0.02)
    number = int((tmp_path / "process").read_text("utf-8"))

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    assert (await decoding.picture(home.node, picture())).width == 64


async def test_what_a_decoder_started_ends_with_it(home: RunningNode, tmp_path: Path) -> None:
    """Programs that it waits for hold no processor any longer than itself: what one of them wrote to is closed."""
    held = tmp_path / "held"
    os.mkfifo(held)
    waiting = asyncio.create_task(
        decoding._run(home.node.decoding, tmp_path, "tests.support.greedy_program", {"way": "family"})
    )
    written = await asyncio.to_thread(held.open, "rb")  # once it is there to write

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.wait_for(asyncio.to_thread(written.read), 10) == b""
    written.close()


async def test_a_playlist_opens_no_other_file(home: RunningNode, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The reader is the one that the first bytes named; one that would open what is written in the file is never asked."""
    folder = tmp_path_factory.mktemp("files")
    film, playlist = folder / "film.mp4", folder / "list"
    film.write_bytes(video())
    playlist.write_text(f"ffconcat version 1.0\nfile '{film}'\n", "utf-8")

    with pytest.raises(Invalid):
        await decoding.recording(home.node, playlist, "mp4")

    assert (await decoding.recording(home.node, film, "mp4")).family == "video"
