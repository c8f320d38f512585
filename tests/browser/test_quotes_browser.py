"""Quotes in a real browser: written from the menu, shown on a desk and on a phone, and never wider than the page."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_walk import WIDTHS, sign_in
from tests.support.journeys import asked, posted
from tests.support.nodes import Person, RunningNode

LONG = "https://acme.example/" + "a-very-long-address-without-a-break" * 4


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_quote_is_written_and_read(
    home: RunningNode, alice: Person, carol: Person, open_page: Open, width: int
) -> None:
    """The menu, the form with the quoted post in it, and the card, beside one that was taken back."""
    original = await posted(alice, f"Paint is dry in hall 4. {LONG}")
    taken = await posted(carol, "This one will be empty", quoted_status_id=original["id"])
    await asked(alice, "POST", f"/api/v1/statuses/{original['id']}/quotes/{taken['id']}/revoke")
    page = await open_page(width=width)
    await sign_in(page, "carol")

    await page.goto(f"/@alice/{original['id']}")
    await page.locator(f"#post-{original['id']} .menu summary").click()
    await page.locator(f"#post-{original['id']} a[href='/compose?quote={original['id']}']").click()
    await expect(page.locator(".compose-quoted .quoted")).to_be_visible()
    assert await fits(page)
    await page.locator("#text").fill("At last. The new shelves can go in on Thursday.")
    await page.locator(".composer button.primary[type=submit]").click()

    await expect(page.locator(".post .quoted")).to_be_visible()
    await expect(page.locator(".post .quoted-absent")).to_be_visible()
    assert await fits(page)


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_author_takes_a_post_out_of_a_quote_in_french(
    home: RunningNode, alice: Person, carol: Person, open_page: Open, width: int
) -> None:
    """The page with who quotes the post, one press, and it is empty."""
    original = await posted(alice, "La peinture est sèche")
    await posted(carol, "Enfin", quoted_status_id=original["id"])
    page = await open_page(width=width, locale="fr-FR")
    await sign_in(page, "alice")

    await page.goto(f"/@alice/{original['id']}/quotes")
    assert await fits(page)
    await page.get_by_role("button", name="Retirer ma publication").click()

    await expect(page.get_by_text("Aucune citation")).to_be_visible()
