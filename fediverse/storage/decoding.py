"""Opens strangers' files in processes of their own, with limits on time and memory: a file that is made to do harm ends its process and not the node.

Called by `actions/media`. The process gets no environment but the way to our code, and a folder that is gone with it. Its end by a limit is a refusal of the
file; that of the node in between leaves nothing behind but work that is tried again.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal

import fediverse
from fediverse.errors import Invalid
from fediverse.node import Node
from fediverse.storage import ffmpeg
from fediverse.storage.findings import Bounds, Picture, Recording

Shape = Literal["picture", "avatar", "header"]

_MAX_WALL_S: Final = 60.0


async def picture(node: Node, data: bytes) -> Picture:
    """A cleaned copy of the picture in *data*. Raises Invalid."""
    with tempfile.TemporaryDirectory(prefix="fediverse-") as place:
        folder = Path(place)
        found = await _decoded(node, folder, data, "picture")
        content, preview = (
            await asyncio.to_thread(_read, folder, "content"),
            await asyncio.to_thread(_read, folder, "preview"),
        )
        return Picture(content=content, preview=preview, **found)


async def portrait(node: Node, data: bytes, shape: Shape) -> bytes:
    """An avatar or a header, cut to its shape. Raises Invalid."""
    with tempfile.TemporaryDirectory(prefix="fediverse-") as place:
        folder = Path(place)
        await _decoded(node, folder, data, shape)
        return await asyncio.to_thread(_read, folder, "content")


async def recording(node: Node, path: Path, container: str) -> Recording:
    """What the video or sound at *path* is, with a copy of it that holds no metadata. Raises Invalid, as `require_recordings` does."""
    settings, tools = node.settings, require_recordings()
    bounds = Bounds(settings.max_video_pixels, settings.max_video_frame_rate, settings.max_video_minutes * 60)
    task = {
        "path": str(path),
        "container": container,
        "tools": asdict(tools),
        "bounds": asdict(bounds),
        "max_written_bytes": 2 * settings.max_video_bytes,
    }
    with tempfile.TemporaryDirectory(prefix="fediverse-") as place:
        folder = Path(place)
        found = await _run(node.probing, folder, "fediverse.storage.recording_program", task)
        content, preview = (
            await asyncio.to_thread(_read, folder, "content"),
            await asyncio.to_thread(_read, folder, "preview"),
        )
        return Recording(content=content, preview=preview, **found)


def takes_recordings() -> bool:
    """Whether this machine has what reads videos and sounds."""
    return ffmpeg.installed() is not None


def require_recordings() -> ffmpeg.Tools:
    """What reads videos and sounds. Raises Invalid where it is not installed."""
    tools = ffmpeg.installed()
    if tools is None:
        raise Invalid(
            "Validation failed: This node takes no videos and sounds: its administrator did not install ffmpeg"
        )
    return tools


async def _decoded(node: Node, folder: Path, data: bytes, shape: Shape) -> dict[str, Any]:
    await asyncio.to_thread((folder / "input").write_bytes, data)
    task = {"shape": shape, "max_pixels": node.settings.max_image_pixels}
    return await _run(node.decoding, folder, "fediverse.storage.picture_program", task)


async def _run(turn: asyncio.Semaphore, folder: Path, program: str, task: dict[str, Any]) -> dict[str, Any]:
    """What *program* says of its *task*. A few at a time, so that uploads do not take all processors from the rest; pictures do not wait for videos."""
    async with turn:
        answer = await _output(folder, program, json.dumps(task))
    try:
        said: dict[str, Any] = json.loads(answer)
    except ValueError as ended:  # by a signal, a limit, or a fault in a decoder
        raise _too_much() from ended
    if "found" not in said:
        raise Invalid(said["refused"])
    found: dict[str, Any] = said["found"]
    return found


async def _output(folder: Path, program: str, task: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", program, task,
        cwd=folder,
        env={"PYTHONPATH": str(Path(fediverse.__file__).parent.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_MAX_WALL_S):
            output, _nothing = await process.communicate()
    except TimeoutError as late:
        raise _too_much() from late
    finally:
        if process.returncode != 0:  # one that came to a good end has waited for those that it started
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return output if process.returncode == 0 else b""


def _too_much() -> Invalid:
    return Invalid("Validation failed: The file takes too long or too much memory to read")


def _read(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()
