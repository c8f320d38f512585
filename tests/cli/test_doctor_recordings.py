"""What `fediverse doctor` says of the programs that read videos and sounds."""

import json
from pathlib import Path

from tests.support.command_line import CommandLine


def test_doctor_says_how_to_get_videos_and_sounds(fediverse: CommandLine, tmp_path: Path) -> None:
    """A note with the command that mends it, and status 0, since the node works without; with them all is good."""
    without = fediverse("doctor", "--json", PATH=str(tmp_path))
    with_them = fediverse("doctor", "--json")

    assert (without.status, with_them.status) == (0, 0)
    [missing], [there] = (
        [finding for finding in json.loads(answer.out) if finding["what"] == "videos and sounds"]
        for answer in (without, with_them)
    )
    assert (missing["mark"], there["mark"]) == ("note", "good")
    assert "apt install --no-install-recommends ffmpeg" in missing["mend"]
