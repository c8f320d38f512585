"""Attachments over HTTP, from the upload to the post that shows them (reference: client API, sections 2.3, 6 and 9)."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

from PIL import Image

from tests.support.nodes import Person, RunningNode

MakeNode = Callable[..., Awaitable[RunningNode]]


def picture(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 32), colour).save(file, "PNG")
    return file.getvalue()


async def uploaded(person: Person, version: str = "v2", **more: str) -> dict[str, Any]:
    answer = await person.client.post(
        f"/api/{version}/media", files={"file": ("tin.png", picture(), "image/png")}, data=more
    )
    assert answer.status_code == 200, answer.text
    media: dict[str, Any] = answer.json()
    return media


async def test_a_picture_is_ready_at_once_in_both_versions(alice: Person) -> None:
    """Elk uploads to v1 only and attaches what it gets; masto.js asks again after v2."""
    old, new = await uploaded(alice, "v1"), await uploaded(alice, "v2", description="A tin", focus="-0.5,0.3")

    again = await alice.client.get(f"/api/v1/media/{new['id']}")

    assert (old["type"], new["type"], bool(old["url"])) == ("image", "image", True)
    assert (new["description"], new["meta"]["focus"]) == ("A tin", {"x": -0.5, "y": 0.3})
    assert new["meta"]["original"] == {"width": 64, "height": 32, "size": "64x32", "aspect": 2.0}
    assert (again.status_code, again.json()["id"]) == (200, new["id"])


async def test_a_picture_is_described_later(alice: Person, carol: Person) -> None:
    """By its owner; somebody else finds no such thing."""
    media = await uploaded(alice)
    path = f"/api/v1/media/{media['id']}"

    described = await alice.client.put(path, json={"description": "A tin of paint", "focus": "1,-1"})
    refused = await carol.client.put(path, json={"description": "Mine"})

    assert (described.json()["description"], described.json()["meta"]["focus"]) == (
        "A tin of paint",
        {"x": 1.0, "y": -1.0},
    )
    assert (refused.status_code, (await carol.client.get(path)).status_code) == (404, 404)


async def test_pictures_stand_in_the_post_in_their_order(alice: Person, carol: Person) -> None:
    """Only own and unattached ones; words are not needed."""
    first, second, third = [await uploaded(alice) for _ in range(3)]
    ids = [second["id"], first["id"]]

    status = (await alice.client.post("/api/v1/statuses", data={"media_ids[]": ids})).json()
    again = await alice.client.post("/api/v1/statuses", json={"status": "x", "media_ids": ids})
    theirs = await carol.client.post("/api/v1/statuses", json={"status": "x", "media_ids": [third["id"]]})

    assert [media["id"] for media in status["media_attachments"]] == ids
    assert (again.status_code, theirs.status_code) == (422, 422)


async def test_an_edit_describes_and_keeps_what_was_attached(alice: Person) -> None:
    """`media_attributes`; attachments already posted stay valid."""
    media = await uploaded(alice)
    status = (await alice.client.post("/api/v1/statuses", json={"status": "Look", "media_ids": [media["id"]]})).json()

    edited = await alice.client.put(
        f"/api/v1/statuses/{status['id']}",
        json={
            "status": "Look!",
            "media_ids": [media["id"]],
            "media_attributes": [{"id": media["id"], "description": "A tin"}],
        },
    )

    assert [(one["id"], one["description"]) for one in edited.json()["media_attachments"]] == [(media["id"], "A tin")]


async def test_an_upload_is_thrown_away_until_a_post_uses_it(alice: Person) -> None:
    """The one that is used stays."""
    loose, used = await uploaded(alice), await uploaded(alice)
    await alice.client.post("/api/v1/statuses", json={"status": "Look", "media_ids": [used["id"]]})

    answers = [await alice.client.delete(f"/api/v1/media/{media['id']}") for media in (loose, used)]

    assert [answer.status_code for answer in answers] == [200, 422]
    assert (await alice.client.get(f"/api/v1/media/{loose['id']}")).status_code == 404


async def test_what_is_no_picture_is_refused(alice: Person) -> None:
    """Whatever its name says; nothing at all, too; and a focus that is none. The twin is every upload above."""
    files = {"file": ("tin.png", b"not a picture", "image/png")}

    answers = [
        await alice.client.post("/api/v2/media", files=files),
        await alice.client.post("/api/v2/media", json={"file": "tin.png"}),
        await alice.client.post("/api/v2/media", files={"file": ("tin.png", b"", "image/png")}),
        await alice.client.post(
            "/api/v2/media", files={"file": ("tin.png", picture(), "image/png")}, data={"focus": "nan,0"}
        ),
    ]

    assert [answer.status_code for answer in answers] == [422] * 4


async def test_a_file_above_the_limit_is_refused(nodes: MakeNode) -> None:
    """413, be it a little too large or endless; the same bytes on a node that takes more are a matter of what they are."""
    small = await (await nodes("small", max_media_bytes=1_048_576)).person("alice")
    large = await (await nodes("large", max_media_bytes=8_388_608)).person("alice")
    files = [{"file": ("tin.png", b"x" * size, "image/png")} for size in (1_100_000, 6_000_000)]

    refused = [(await small.client.post("/api/v2/media", files=file)).status_code for file in files]
    read = [(await large.client.post("/api/v2/media", files=file)).status_code for file in files]

    assert (refused, read) == ([413, 413], [422, 422])


async def test_an_avatar_is_set_and_taken_away(alice: Person) -> None:
    """Multipart, as every client sends it."""
    before = (await alice.client.get("/api/v1/accounts/verify_credentials")).json()["avatar"]

    with_avatar = await alice.client.patch(
        "/api/v1/accounts/update_credentials",
        files={"avatar": ("me.png", picture("blue"), "image/png")},
        data={"display_name": "Al"},
    )
    without = await alice.client.delete("/api/v1/profile/avatar")

    assert (with_avatar.json()["display_name"], with_avatar.json()["avatar"] != before) == ("Al", True)
    assert without.json()["avatar"] == before


async def test_a_picture_is_shown_by_its_link_and_not_without(alice: Person, home: RunningNode) -> None:
    """Clients load images without a token; the link in the status carries its own permission."""
    url = (await uploaded(alice))["url"]

    shown = await home.client.get(url)
    bare = await home.client.get(url.partition("?")[0])

    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert bare.status_code in {401, 403, 404}
