"""Polls and posts for later in a real browser, with scripts: the form, the vote, the bars, the page of what waits; on a desk and on a phone."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_walk import WIDTHS, sign_in
from tests.support.journeys import asked, posted
from tests.support.nodes import Person, RunningNode

POLL = {"options": ["Tea", "Coffee, black", "Water", "Nothing at all, thank you very much indeed"], "expires_in": 3600}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
async def test_a_poll_is_asked_and_answered(
    home: RunningNode, alice: Person, carol: Person, open_page: Open, width: int, locale: str
) -> None:
    """Alice asks with the form; Carol chooses on the card and sees bars with her own choice marked."""
    other = await posted(alice, "Which colour for hall 4?", poll={**POLL, "multiple": True})
    path = f"/api/v1/polls/{other['poll']['id']}/votes"
    await asked(await home.person("dave"), "POST", path, json={"choices": [0, 1]})
    page = await open_page(width=width, locale=locale)
    await sign_in(page, "carol")
    await page.goto("/compose")
    await page.locator(".poll-in summary").click()
    for index, option in enumerate(("Monday", "Tuesday")):
        await page.locator(f"input[name=poll_option_{index}]").fill(option)
    await page.locator("#text").fill("When do we meet?")
    await _look(page, f"poll-compose-{width}-{locale}")
    await page.locator(".composer button.primary[type=submit]").click()
    await page.wait_for_url("**/")

    card = page.locator(f"#post-{other['id']}")
    await page.goto(f"/@alice/{other['id']}")
    await _look(page, f"poll-vote-{width}-{locale}")
    await card.locator("input[name=choice]").nth(1).check()
    await card.locator(".poll button[type=submit]").click()

    await expect(card.locator("progress")).to_have_count(4)
    await expect(card.locator(".mine")).to_have_count(1)
    await page.goto("/network")
    await _look(page, f"poll-network-{width}-{locale}")


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_post_for_later_waits(home: RunningNode, alice: Person, open_page: Open, width: int) -> None:
    """The moment is that of the reader's own clock; the page shows it, and the button takes it away."""
    page = await open_page(width=width)
    await sign_in(page, "alice")
    await page.goto("/compose")
    await page.locator("#text").fill("The shelves arrive")
    await page.locator(".later-in summary").click()
    moment = (datetime.now(UTC) + timedelta(days=2)).replace(second=0, microsecond=0)
    here = await page.evaluate(
        "ms => new Date(ms - new Date(ms).getTimezoneOffset() * 60000).toISOString().slice(0, 16)",
        moment.timestamp() * 1000,
    )
    await page.locator("input[name=later]").fill(here)
    await _look(page, f"later-compose-{width}")
    await page.locator(".composer button.primary[type=submit]").click()
    await page.wait_for_url("**/scheduled")

    [waiting] = await asked(alice, "GET", "/api/v1/scheduled_statuses")
    assert datetime.fromisoformat(waiting["scheduled_at"]) == moment
    assert await page.locator("input[name=later]").input_value() == here
    await _look(page, f"later-list-{width}")
    await page.locator(".later-acts .danger").click()
    await expect(page.locator(".empty")).to_be_visible()


async def _look(page: Page, name: str) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if folder := os.environ.get("FEDIVERSE_SCREENSHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)
