"""A program that looks at one video or sound: `python -m fediverse.storage.recording_program TASK`. It writes `content` and `preview` where it stands."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from fediverse.storage.confinement import Task, main
from fediverse.storage.ffmpeg import Tools
from fediverse.storage.findings import Bounds
from fediverse.storage.recordings import read_recording


def _look(task: Task) -> dict[str, Any]:
    tools, bounds = Tools(**task["tools"]), Bounds(**task["bounds"])
    found = read_recording(tools, Path(task["path"]), task["container"], bounds, Path("content"))
    Path("preview").write_bytes(found.preview)
    return {name: value for name, value in asdict(found).items() if name not in {"content", "preview"}}


if __name__ == "__main__":
    main(_look)
