"""Documents: what a company sends around besides pictures; named and downloaded, never shown, never run."""

from typing import Any

import httpx2
import pytest

from tests.support.journeys import account_of, asked, copy_of, follows, picture
from tests.support.nodes import Person, RunningNode, settle_all
from tests.support.recordings import PDF, archive, video

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def uploaded(person: Person, data: bytes, name: str, version: str = "v2", **more: str) -> httpx2.Response:
    return await person.client.post(f"/api/{version}/media", files={"file": (name, data, "text/html")}, data=more)


@pytest.mark.parametrize(
    ("name", "data", "media_type", "saved_as"),
    [
        ("offer.pdf", PDF, "application/pdf", "offer.pdf"),
        ("letter.docx", archive(), DOCX, "letter.docx"),
        ("all.zip", archive("a.txt"), "application/zip", "all.zip"),
        ("notes.txt", "Idées".encode(), "text/plain; charset=utf-8", "notes.txt"),
        ("figures.csv", "café;1\n".encode("latin-1"), "text/csv; charset=utf-8", "figures.csv"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "application/vnd.ms-excel", "old.xls"),
        ("page.html", b"<script>alert(1)</script>", "text/plain; charset=utf-8", "page.html.txt"),
        ("image.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain; charset=utf-8", "image.svg.txt"),
        ("tool.jar", archive("a.class"), "application/zip", "tool.jar.zip"),
        ("../../etc/\u202efdp.exe", PDF, "application/pdf", "fdp.exe.pdf"),
    ],
)
async def test_a_document_is_downloaded_under_a_safe_name(
    alice: Person, home: RunningNode, name: str, data: bytes, media_type: str, saved_as: str
) -> None:
    """Ready at once in both versions, of our own type whatever the client said, as an attachment that nothing runs."""
    answers = [await uploaded(alice, data, name, version) for version in ("v1", "v2")]

    media = answers[1].json()
    served = await home.client.get(media["url"])

    assert [answer.status_code for answer in answers] == [200, 200]
    assert (media["type"], media["preview_url"], media["description"]) == ("unknown", None, saved_as)
    assert (served.content, served.headers["content-type"]) == (data, media_type)
    assert served.headers["content-disposition"] == f'attachment; filename="{saved_as}"'
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in served.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("setup.exe", b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 100),
        ("tool", b"\x7fELF\x02\x01\x01" + b"\x00" * 100),
        ("offer.pdf", b"not what it says"),
        ("letter.docx", b"neither"),
        ("notes.txt", b"a\x00b"),
        ("strange.bin", bytes(range(256))),
    ],
)
async def test_what_is_in_no_table_is_refused(alice: Person, name: str, data: bytes) -> None:
    """Programs, and texts that call themselves documents. The twin is each document above."""
    answer = await uploaded(alice, data, name)

    assert answer.status_code == 422


async def test_documents_stand_in_a_post_up_to_four(alice: Person) -> None:
    """Beside pictures too; a fifth is refused."""
    ids = [(await uploaded(alice, PDF, f"{number}.pdf")).json()["id"] for number in range(4)]
    ids.append((await uploaded(alice, picture(), "p.png")).json()["id"])

    five = await alice.client.post("/api/v1/statuses", json={"status": "x", "media_ids": ids})
    four = await alice.client.post("/api/v1/statuses", json={"status": "x", "media_ids": ids[1:]})

    assert (five.status_code, four.status_code) == (422, 200)
    assert [media["type"] for media in four.json()["media_attachments"]] == ["unknown"] * 3 + ["image"]


async def test_a_description_is_the_owners_until_the_post_is_out(alice: Person, carol: Person) -> None:
    """Then the post is edited in its place, so that everybody who has it hears of it."""
    media = (await uploaded(alice, PDF, "offer.pdf", description="Our offer")).json()
    path = f"/api/v1/media/{media['id']}"

    before = await alice.client.put(path, json={"description": "The offer"})
    theirs = await carol.client.put(path, json={"description": "Mine"})
    await alice.client.post("/api/v1/statuses", json={"status": "x", "media_ids": [media["id"]]})
    after = await alice.client.put(path, json={"description": "Another"})

    assert (media["description"], before.json()["description"]) == ("Our offer", "The offer")
    assert (theirs.status_code, after.status_code) == (404, 404)


async def copies(bob: Person, alice: Person, home: RunningNode, away: RunningNode, *ids: str) -> list[dict[str, Any]]:
    """What bob's node has of a post of alice's with these attachments."""
    await follows(bob, alice, home, away)
    status = await asked(alice, "POST", "/api/v1/statuses", json={"status": "Look", "media_ids": list(ids)})
    await settle_all(home, away)
    media: list[dict[str, Any]] = (await copy_of(bob, status))["media_attachments"]
    return media


async def test_documents_and_videos_of_another_node_are_fetched_when_somebody_looks(
    alice: Person, bob: Person, home: RunningNode, away: RunningNode
) -> None:
    """Through the gate, checked again; a page of videos does not fetch them for their previews; nothing comes any more once the node is not allowed."""
    document = (await uploaded(alice, PDF, "offer.pdf")).json()["id"]
    film = (await uploaded(alice, video(), "trip.mp4", "v1")).json()["id"]
    other = (await uploaded(alice, video(), "other.mp4", "v1")).json()["id"]

    [offer] = await copies(bob, alice, home, away, document)
    [trip] = await copies(bob, alice, home, away, film)
    [unseen] = await copies(bob, alice, home, away, other)
    got_offer, got_trip = await away.client.get(offer["url"]), await away.client.get(trip["url"])
    again = (await asked(bob, "GET", f"/api/v1/accounts/{await account_of(bob, alice)}/statuses"))[1]
    await away.remove(home.host)
    refused, kept = await away.client.get(unseen["url"]), await away.client.get(trip["url"])

    assert (offer["type"], offer["description"], trip["type"], trip["preview_url"]) == (
        "unknown",
        "offer.pdf",
        "video",
        None,
    )
    assert (got_offer.content, got_offer.headers["content-disposition"]) == (PDF, 'attachment; filename="offer.pdf"')
    assert (got_trip.status_code, got_trip.headers["content-type"]) == (200, "video/mp4")
    assert again["media_attachments"][0]["preview_url"]
    assert again["media_attachments"][0]["meta"]["original"]["duration"] > 1
    assert (refused.status_code, kept.status_code) == (404, 200)
