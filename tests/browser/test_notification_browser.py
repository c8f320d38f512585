"""Notifications, whoever waits, and the settings in a real browser, on a desk and on a phone, in English and in French."""

import os

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_walk import WIDTHS, sign_in
from tests.support.journeys import asked, posted
from tests.support.nodes import Person, RunningNode
from tests.web.test_notification_pages import happenings


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
async def test_notifications_and_those_who_wait(
    home: RunningNode, alice: Person, carol: Person, open_page: Open, width: int, locale: str
) -> None:
    """Every kind on one page, nothing wider than the screen; the settings put Dave aside, and a button lets him in."""
    await happenings(home, alice, carol)
    dave = await home.person("dave")
    page = await open_page(width=width, locale=locale)
    await sign_in(page, "alice")
    await page.goto("/notifications")
    await _look(page, f"notifications-{width}-{locale}")

    await page.goto("/settings/notifications")
    await page.locator("select[name=for_not_following]").select_option("filter")
    await _look(page, f"notification-settings-{width}-{locale}")
    await page.locator("form.card button[type=submit]").click()
    await posted(dave, "Hello @alice, may I have a word with you about the shelves in hall 4?")
    await page.goto("/notifications/requests")
    await _look(page, f"notification-requests-{width}-{locale}")
    await page.locator("button[formaction$=accept]").click()

    await expect(page.locator("button[formaction$=accept]")).to_have_count(0)
    assert (await asked(alice, "GET", "/api/v1/notifications"))[0]["account"]["acct"] == "dave"


async def _look(page: Page, name: str) -> None:
    """Nothing is wider than the screen; with FEDIVERSE_SCREENSHOTS set to a folder, a picture for people."""
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    folder = os.environ.get("FEDIVERSE_SCREENSHOTS")
    if folder:
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)
