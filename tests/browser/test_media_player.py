"""Videos, sounds and documents in a real browser: what the node serves, Chromium plays or saves, under the page's own content policy."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.support.nodes import PASSWORD, Person, RunningNode
from tests.support.recordings import PDF, sound, video


async def test_a_video_plays_and_a_document_is_saved(home: RunningNode, alice: Person, open_page: Open) -> None:
    """The player knows the length, so it read the file; the document comes as a download under its own name."""
    for name, data in (("trip.mp4", video(seconds=3)), ("call.wav", sound(2)), ("offer.pdf", PDF)):
        media = (await alice.client.post("/api/v1/media", files={"file": (name, data, "x/y")})).json()
        await alice.client.post("/api/v1/statuses", json={"status": name, "media_ids": [media["id"]]})
    page = await open_page()
    await page.goto("/auth/sign_in")
    await page.locator("#user_email").fill("alice")
    await page.locator("#user_password").fill(PASSWORD)
    await page.locator("main button[type=submit]").click()

    await page.locator("audio").evaluate("sound => { sound.preload = 'metadata'; sound.load(); }")
    lengths = [
        await page.locator(tag).evaluate(
            "media => new Promise(done => media.readyState ? done(media.duration)"
            " : media.addEventListener('loadedmetadata', () => done(media.duration)))"
        )
        for tag in ("video", "audio")
    ]
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="offer.pdf").click()
    download = await waiting.value

    assert [round(length) for length in lengths] == [3, 2]
    assert download.suggested_filename == "offer.pdf"
    await expect(page.locator("video")).to_have_attribute("poster", re.compile(r"/media/\d+/small\?"))
