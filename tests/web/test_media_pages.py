"""Files on the pages: written with a post, shown as what they are, in both languages."""

import pytest

from tests.support.journeys import picture
from tests.support.nodes import Person, RunningNode
from tests.support.recordings import PDF, sound, video
from tests.support.visitors import visiting


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    [
        ("trip.mp4", video(), ("<video", "poster=", "controls")),
        ("call.wav", sound(), ("<audio", "controls")),
        ("offer.pdf", PDF, ("offer.pdf</a>", "download", f"{len(PDF)} bytes", "i-file")),
        ("tin.png", picture(), ("<img", 'alt="About it"')),
    ],
)
async def test_a_file_is_shown_as_what_it_is(
    home: RunningNode, alice: Person, name: str, data: bytes, shown: tuple[str, ...]
) -> None:
    """One form, without scripts: the file is ready when the post is out."""
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/compose")
        files = {"file_0": (name, data, "application/octet-stream")}

        sent = await visitor.press(page, "/compose", files, text="Look", alt_0="About it")
        post = (await visitor.follow(sent)).text

    assert all(part in post for part in shown), post
    assert "About it" in post


@pytest.mark.parametrize(("language", "said"), [("en", "cannot be attached"), ("fr", "ne peut pas être joint")])
async def test_a_program_is_refused_in_the_readers_language(
    home: RunningNode, alice: Person, language: str, said: str
) -> None:
    """The text comes back with the reason; the twin is every file above."""
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/compose", **{"accept-language": language})
        visitor.client.headers["accept-language"] = language

        answer = await visitor.press(page, "/compose", {"file_0": ("a.exe", b"MZ\x00\x01", "x/y")}, text="Install this")

    assert answer.status_code == 422
    assert "Install this</textarea>" in answer.text
    assert said in answer.text


async def test_a_document_that_was_kept_is_named_in_the_form(home: RunningNode, alice: Person) -> None:
    """A post that is refused for another reason keeps its files; nobody looks for them twice."""
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/compose")
        files = {"file_0": ("offer.pdf", PDF, "application/pdf")}

        refused = await visitor.press(page, "/compose", files, text="x" * 6000)
        sent = await visitor.press(refused, "/compose", text="short")
        post = (await visitor.follow(sent)).text

    assert (refused.status_code, "offer.pdf" in refused.text) == (422, True)
    assert "offer.pdf</a>" in post
