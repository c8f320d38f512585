"""Videos and sounds over HTTP: uploaded, looked at by a job, attached, played (reference: client API, sections 2.3 and 9)."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.support.journeys import picture
from tests.support.nodes import Person, RunningNode
from tests.support.recordings import sound, video

MakeNode = Callable[..., Awaitable[RunningNode]]


async def uploaded(person: Person, data: bytes, name: str, version: str = "v2", **more: Any) -> httpx2.Response:
    files = {"file": (name, data, "application/octet-stream"), **more.pop("files", {})}
    return await person.client.post(f"/api/{version}/media", files=files, data=more)


async def ready(person: Person, node: RunningNode, data: bytes, name: str, **more: Any) -> dict[str, Any]:
    """What the upload is once the node looked at it."""
    answer = await uploaded(person, data, name, **more)
    assert answer.status_code == 202, answer.text
    await node.settle()
    media: dict[str, Any] = (await person.client.get(f"/api/v1/media/{answer.json()['id']}")).json()
    return media


async def test_a_video_is_accepted_first_and_ready_later(alice: Person, home: RunningNode) -> None:
    """202 with no address, 206 until it was looked at, then 200; Mastodon.py's test demands exactly that."""
    first = await uploaded(alice, video(), "trip.mp4", description="The trip", focus="-0.5,0.3")
    path = f"/api/v1/media/{first.json()['id']}"
    waiting = await alice.client.get(path)

    await home.settle()
    done = await alice.client.get(path)

    assert (first.status_code, waiting.status_code, done.status_code) == (202, 206, 200)
    assert (first.json()["url"], first.json()["preview_url"], first.json()["type"]) == (None, None, "video")
    media = done.json()
    assert media["url"]
    assert media["preview_url"]
    assert media["blurhash"]
    assert (media["description"], media["meta"]["focus"]) == ("The trip", {"x": -0.5, "y": 0.3})
    assert media["meta"]["original"]["frame_rate"] == "10/1"
    assert (media["meta"]["original"]["width"], media["meta"]["original"]["height"]) == (160, 120)
    assert media["meta"]["original"]["duration"] == pytest.approx(2, abs=0.2)
    assert media["meta"]["original"]["bitrate"] > 0
    assert media["meta"]["small"]["size"] == "160x120"


async def test_version_1_waits_until_the_video_is_ready(alice: Person) -> None:
    """Elk uploads there and attaches what it gets at once."""
    answer = await uploaded(alice, video("webm"), "trip.webm", "v1")

    assert (answer.status_code, bool(answer.json()["url"])) == (200, True)
    status = await alice.client.post("/api/v1/statuses", json={"status": "Look", "media_ids": [answer.json()["id"]]})
    assert [media["type"] for media in status.json()["media_attachments"]] == ["video"]


async def test_the_job_done_twice_is_done_once(alice: Person, home: RunningNode) -> None:
    """A worker that was killed in between is followed by another, which finds the file as it came."""
    answer = await uploaded(alice, video(), "trip.mp4")
    database = home.node.database
    await database.execute("UPDATE job SET claimed_until = 1, attempts = 1 WHERE kind = 'process_media'")

    await home.settle()
    await home.settle()

    done = await alice.client.get(f"/api/v1/media/{answer.json()['id']}")
    assert (done.status_code, await database.value("SELECT count(*) FROM job WHERE kind = 'process_media'")) == (200, 0)


async def test_a_sound_has_a_length_and_no_size(alice: Person, home: RunningNode) -> None:
    """Audio: no width, no preview of our own, and no focus."""
    media = await ready(alice, home, sound(), "call.wav")

    assert (media["type"], media["preview_url"]) == ("audio", None)
    assert media["meta"]["original"]["duration"] == pytest.approx(1, abs=0.1)
    assert "width" not in media["meta"]["original"]


async def test_a_thumbnail_of_ones_own_is_shown_in_place_of_ours(alice: Person, home: RunningNode) -> None:
    """Sent with the upload, or later with PUT; one that is no picture is refused and changes nothing."""
    thumbnail = {"thumbnail": ("cover.png", picture((10, 200, 10)), "image/png")}
    media = await ready(alice, home, sound(), "call.wav", files=thumbnail)
    path = f"/api/v1/media/{media['id']}"

    later = await alice.client.put(path, files={"thumbnail": ("c.png", picture((200, 10, 10)), "image/png")})
    shown = Image.open(io.BytesIO((await home.client.get(later.json()["preview_url"])).content)).convert("RGB")
    refused = await alice.client.put(path, files={"thumbnail": ("c.png", b"no picture", "image/png")})

    assert media["preview_url"]
    assert (later.status_code, refused.status_code) == (200, 422)
    red, green, _blue = shown.getpixel((5, 5))  # type: ignore[misc]
    assert red > 150 > green


async def test_what_is_still_processed_is_not_attached(alice: Person, home: RunningNode) -> None:
    """422 with the sentence that clients know; the same file a moment later is."""
    media = (await uploaded(alice, video(), "trip.mp4")).json()
    body = {"status": "Look", "media_ids": [media["id"]]}

    early = await alice.client.post("/api/v1/statuses", json=body)
    await home.settle()
    late = await alice.client.post("/api/v1/statuses", json=body)

    assert (early.status_code, late.status_code) == (422, 200)
    assert early.json()["error"].startswith("Cannot attach files that have not finished processing")


async def test_a_video_stands_alone(alice: Person, home: RunningNode) -> None:
    """One video or sound, or up to four pictures and documents; never mixed, and never five."""
    film, tone = await ready(alice, home, video(), "a.mp4"), await ready(alice, home, sound(), "b.wav")
    pictures = [(await uploaded(alice, picture(), "p.png")).json()["id"] for _ in range(5)]
    tries = [[film["id"], pictures[0]], [film["id"], tone["id"]], pictures, pictures[:4], [film["id"]]]

    answers = [await alice.client.post("/api/v1/statuses", json={"status": "x", "media_ids": ids}) for ids in tries]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 200, 200]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("broken.mp4", video()[:900]),
        ("text.mp4", b"\x00\x00\x00\x18ftypisom" + b"<html>" * 100),
        ("list.webm", b"\x1a\x45\xdf\xa3" + b"webm" + b"#EXTM3U\nfile:///etc/passwd\n"),
        ("tone.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"no sound" * 50),
    ],
)
async def test_a_file_that_cannot_be_read_fails_with_the_reason(
    alice: Person, home: RunningNode, name: str, data: bytes
) -> None:
    """422 on asking, never a crash; it cannot be attached, and version 1 says so at once. A whole one is ready beside it."""
    media = (await uploaded(alice, data, name)).json()
    await home.settle()

    asked = await alice.client.get(f"/api/v1/media/{media['id']}")
    attached = await alice.client.post("/api/v1/statuses", json={"status": "x", "media_ids": [media["id"]]})
    at_once = await uploaded(alice, data, name, "v1")

    assert [answer.status_code for answer in (asked, attached, at_once)] == [422, 422, 422]
    assert asked.json()["error"].startswith("Validation failed: ")
    assert (await ready(alice, home, video(), "whole.mp4"))["url"]


@pytest.mark.parametrize(
    ("setting", "value", "small", "large"),
    [
        ("max_video_pixels", 640 * 480, {"width": 320, "height": 240}, {"width": 800, "height": 600}),
        ("max_video_frame_rate", 24, {"rate": 20}, {"rate": 50}),
        ("max_video_minutes", 1, {"seconds": 5, "rate": 1}, {"seconds": 70, "rate": 1}),
    ],
)
async def test_limits_of_the_operator_hold(
    nodes: MakeNode, setting: str, value: int, small: dict[str, Any], large: dict[str, Any]
) -> None:
    """Size, rate and length; what is within is taken."""
    node = await nodes("acme", **{setting: value})
    alice = await node.person("alice")

    within = await uploaded(alice, video(**small), "a.mp4", "v1")
    beyond = await uploaded(alice, video(**large), "b.mp4", "v1")

    assert (within.status_code, beyond.status_code) == (200, 422)


async def test_a_video_may_be_larger_than_a_picture(nodes: MakeNode) -> None:
    """Two settings; and what clients are told is what holds."""
    node = await nodes("acme", max_media_bytes=1_048_576, max_video_bytes=4_194_304)
    alice = await node.person("alice")
    padding = b"\x00" * 2_000_000
    film, too_long = (
        video() + b"\x00\x1e\x84\x88free" + padding,
        video() + b"\x00\x5b\x8d\x88free" + b"\x00" * 6_000_000,
    )

    answers = [
        await uploaded(alice, film, "a.mp4", "v1"),
        await uploaded(alice, too_long, "b.mp4", "v1"),
        await uploaded(alice, b"%PDF-1.4\n" + padding, "c.pdf", "v1"),
    ]

    told = (await node.client.get("/api/v2/instance")).json()["configuration"]["media_attachments"]
    assert [answer.status_code for answer in answers] == [200, 413, 413]
    assert (told["image_size_limit"], told["video_size_limit"]) == (1_048_576, 4_194_304)
    assert {"video/mp4", "audio/mpeg", "application/pdf"} <= set(told["supported_mime_types"])


async def test_what_browsers_cannot_play_is_a_file_to_download(alice: Person, home: RunningNode) -> None:
    """Copied without its place, `unknown` with its name; nothing here plays it."""
    media = await ready(alice, home, video("mp4", codec="mpeg4"), "old.mp4")

    served = await home.client.get(media["url"])
    assert (media["type"], media["description"], media["preview_url"]) == ("unknown", "old.mp4", None)
    assert served.headers["content-disposition"].startswith("attachment")


async def test_a_player_gets_the_part_that_it_asks_for(alice: Person, home: RunningNode) -> None:
    """206 with the range, 416 beyond the end; from other origins too, with nothing to run."""
    media = await ready(alice, home, video(), "trip.mp4")
    data = (await home.client.get(media["url"])).content

    part = await home.client.get(media["url"], headers={"Range": "bytes=10-19"})
    beyond = await home.client.get(media["url"], headers={"Range": f"bytes={len(data) + 5}-"})
    whole = await home.client.get(media["url"])

    assert (part.status_code, part.content, part.headers["content-range"]) == (
        206,
        data[10:20],
        f"bytes 10-19/{len(data)}",
    )
    assert (beyond.status_code, whole.status_code, whole.headers["content-type"]) == (416, 200, "video/mp4")
    assert part.headers["access-control-allow-origin"] == "*"
    assert part.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in part.headers["content-security-policy"]


async def test_a_deleted_posts_files_stand_in_the_one_written_anew(alice: Person, home: RunningNode) -> None:
    """Delete and redraft with a picture; while the post is up, nothing else takes its picture, and with `delete_media` it is gone."""
    media = (await uploaded(alice, picture(), "p.png")).json()
    body = {"status": "Frist", "media_ids": [media["id"]]}
    first = (await alice.client.post("/api/v1/statuses", json=body)).json()
    taken = await alice.client.post("/api/v1/statuses", json=body)

    await alice.client.delete(f"/api/v1/statuses/{first['id']}")
    hidden = await home.client.get(media["url"])
    again = await alice.client.post("/api/v1/statuses", json=body | {"status": "First"})
    await alice.client.delete(f"/api/v1/statuses/{again.json()['id']}", params={"delete_media": "true"})
    gone = await alice.client.post("/api/v1/statuses", json=body)

    assert [answer.status_code for answer in (taken, hidden, again, gone)] == [422, 404, 200, 422]
    assert [one["id"] for one in again.json()["media_attachments"]] == [media["id"]]
