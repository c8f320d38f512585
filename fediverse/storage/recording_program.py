"""A program that looks at one video or sound: `python -m fediverse.storage.recording_program TASK`. It writes `preview` where it stands."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from fediverse.storage.confinement import Task, main
from fediverse.storage.findings import Bounds
from fediverse.storage.recordings import read_recording


def _look(task: Task) -> dict[str, Any]:
    found = read_recording(Path(task["path"]), task["container"], Bounds(**task["bounds"]))
    Path("preview").write_bytes(found.preview)
    return {name: value for name, value in asdict(found).items() if name != "preview"}


if __name__ == "__main__":
    main(_look)
