"""A program that decodes one picture: `python -m fediverse.storage.picture_program TASK`. It reads `input` and writes `content` and `preview` where it stands."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from fediverse.storage.confinement import Task, main
from fediverse.storage.images import read_avatar, read_header, read_picture


def _decode(task: Task) -> dict[str, Any]:
    data = Path("input").read_bytes()
    if task["shape"] == "avatar":
        Path("content").write_bytes(read_avatar(data, task["max_pixels"]))
        return {}
    if task["shape"] == "header":
        Path("content").write_bytes(read_header(data, task["max_pixels"]))
        return {}
    picture = read_picture(data, task["max_pixels"])
    Path("content").write_bytes(picture.content)
    Path("preview").write_bytes(picture.preview)
    return {name: value for name, value in asdict(picture).items() if name not in {"content", "preview"}}


if __name__ == "__main__":
    main(_decode)
