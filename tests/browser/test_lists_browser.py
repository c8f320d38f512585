"""Lists, followed tags, the private note and the directory in a real browser, on a desk and on a phone: nothing runs out of the page, every button is met."""

import os

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_walk import WIDTHS, sign_in
from tests.support.journeys import asked, posted
from tests.support.nodes import Person, RunningNode


@pytest.mark.parametrize(("width", "locale"), [(width, locale) for width in WIDTHS for locale in ("en-GB", "fr-FR")])
async def test_a_colleague_is_put_into_a_list(
    home: RunningNode, alice: Person, carol: Person, open_page: Open, width: int, locale: str
) -> None:
    """From the profile, with a note; the list shows what she says, and its page lets her out again."""
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    for title in ("Paint", "Everybody of hall 4 and of the stores"):
        await asked(alice, "POST", "/api/v1/lists", json={"title": title})
    await posted(carol, "Blue #paint dries in an hour")
    await asked(carol, "POST", "/api/v1/featured_tags", json={"name": "paint"})
    page = await open_page(width=width, locale=locale)
    await sign_in(page, "alice")
    await page.goto("/@carol")
    await page.locator(".personal summary").click()
    await page.locator("textarea[name=comment]").fill("Ask her about varnish")
    await _press(page, ".personal form button")
    await _press(page, ".personal-lists button")

    await _look(page, f"profile-{width}-{locale}")
    for path, name in (("/lists", "lists"), ("/tags/paint", "tag"), ("/people", "people")):
        await page.goto(path)
        await _look(page, f"{name}-{width}-{locale}")
    [added] = await asked(alice, "GET", f"/api/v1/accounts/{carol.id}/lists")
    await page.goto(f"/lists/{added['id']}")
    await expect(page.locator("article")).to_have_count(1)
    await _look(page, f"list-{width}-{locale}")
    await page.goto(f"/lists/{added['id']}/edit")
    await _look(page, f"list-edit-{width}-{locale}")
    await _press(page, f"form[action='/lists/{added['id']}/remove'] button")

    assert await asked(alice, "GET", f"/api/v1/accounts/{carol.id}/lists") == []


async def _press(page: Page, button: str) -> None:
    async with page.expect_navigation():
        await page.locator(button).first.click()


async def _look(page: Page, name: str) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if folder := os.environ.get("FEDIVERSE_SCREENSHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)
