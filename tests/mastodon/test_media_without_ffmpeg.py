"""A node on a machine without ffmpeg: pictures and documents as ever, a clear answer for videos and sounds, and no promise to clients."""

from pathlib import Path

import pytest

from tests.support.journeys import picture
from tests.support.nodes import Person, RunningNode
from tests.support.recordings import PDF, sound, video

FILES = {"trip.mp4": video(), "call.wav": sound(), "tin.png": picture(), "offer.pdf": PDF}


async def answers(person: Person, version: str) -> dict[str, tuple[int, str]]:
    """What an upload of each file is answered."""
    found = {}
    for name, data in FILES.items():
        answer = await person.client.post(f"/api/{version}/media", files={"file": (name, data, "x/y")})
        found[name] = (answer.status_code, answer.json().get("error", ""))
    return found


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_videos_and_sounds_are_refused_with_the_reason(
    alice: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """422 at once, in both versions; with the programs each is taken."""
    with monkeypatch.context() as machine:
        machine.setenv("PATH", str(tmp_path))
        without = await answers(alice, version)
    with_them = await answers(alice, version)

    assert [status for status, _error in without.values()] == [422, 422, 200, 200]
    assert "did not install ffmpeg" in without["trip.mp4"][1]
    assert all(status in {200, 202} for status, _error in with_them.values())


@pytest.mark.parametrize("path", ["/api/v1/instance", "/api/v2/instance"])
async def test_clients_are_told_of_what_is_taken_only(
    home: RunningNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """No video, no sound, under any of their names; pictures and documents stand there."""

    async def promised() -> set[str]:
        told = (await home.client.get(path)).json()["configuration"]["media_attachments"]
        return set(told["supported_mime_types"])

    with monkeypatch.context() as machine:
        machine.setenv("PATH", str(tmp_path))
        without = await promised()
    with_them = await promised()

    recordings = {"video/mp4", "video/webm", "video/quicktime", "audio/mpeg", "audio/x-m4a", "audio/webm", "video/ogg"}
    assert recordings <= with_them
    assert not recordings & without
    assert {"image/png", "image/webp", "application/pdf"} <= without
