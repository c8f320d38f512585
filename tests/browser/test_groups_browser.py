"""A group in a real browser, from making it to sending somebody away: on a desk and on a phone, in English and in French, in the light and in the dark."""

import os

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_walk import sign_in
from tests.support.nodes import Person, RunningNode

DESK_AND_PHONE = ((1280, "en-GB", False), (390, "fr-FR", True))


@pytest.mark.parametrize(("width", "locale", "dark"), DESK_AND_PHONE)
async def test_a_group_from_its_making_to_a_farewell(
    home: RunningNode,
    away: RunningNode,
    alice: Person,
    carol: Person,
    open_page: Open,
    width: int,
    locale: str,
    *,
    dark: bool,
) -> None:
    """Alice makes it, Carol asks and is let in, both write, and Carol is removed and reads no more."""
    owner = await open_page(width=width, locale=locale, dark=dark)
    guest = await open_page(width=width, locale=locale, dark=dark)
    await sign_in(owner, "alice")
    await sign_in(guest, "carol")
    look = _Looking(f"{width}-{locale}")

    await owner.goto("/groups/new")
    await _summary_follows_the_form(owner, away.host)
    await owner.locator("input[name=name]").fill("paint")
    await owner.locator("input[name=title]").fill("Paint shop")
    await owner.locator("textarea[name=about]").fill("Everything about varnish")
    await look(owner, "new")
    await _press(owner, ".group-form .button.primary")
    await expect(owner).to_have_url("http://acme.localhost:8001/groups/paint")

    await guest.goto("/groups")
    await look(guest, "directory")
    await _press(guest, "button[formaction='/groups/paint/join']")
    await guest.goto("/groups/paint")
    await expect(guest.locator("form.composer")).to_have_count(0)
    await look(guest, "outside")

    await owner.goto("/groups/paint/members")
    await look(owner, "request")
    await _press(owner, "button[formaction='/groups/paint/members/approve']")
    await look(owner, "members")

    await owner.goto("/groups/paint")
    await owner.locator("form.composer textarea").fill("Batch 4711 dries slowly")
    await expect(owner.locator(".audience-line.for-group")).to_be_visible()
    await _press(owner, "form.composer .button.primary")
    await guest.goto("/groups/paint")
    await expect(guest.locator("article", has_text="Batch 4711 dries slowly")).to_contain_text("Paint shop")
    await look(guest, "wall")

    await owner.goto("/groups/paint/policy")
    await look(owner, "policy")
    await owner.goto("/groups/paint/members")
    await owner.locator(".member-row", has_text="@carol").locator(".menu summary").click()
    await look(owner, "menu")
    await _press(owner, "button[formaction='/groups/paint/members/remove']:visible")
    await guest.goto("/groups/paint")
    await expect(guest.locator("article")).to_have_count(0)


async def test_the_pages_of_groups_need_no_scripts(home: RunningNode, alice: Person, open_page: Open) -> None:
    """The summary of a form follows the choice by style alone, and its button shows the rest."""
    page = await open_page(scripts=False)
    await sign_in(page, "alice")
    await page.goto("/groups/new")

    await page.locator("input[name=access][value=secret]").check()
    await expect(page.locator(".reads-secret")).to_be_visible()
    await expect(page.locator(".reads-closed")).to_be_hidden()
    await page.locator("input[name=other]").fill("*.gamma.example")
    await _press(page, "button[name=preview]")

    await expect(page.locator(".group-reads [data-other]")).to_contain_text("all of gamma.example")
    await expect(page.locator(".reads-secret")).to_be_visible()


async def _summary_follows_the_form(page: Page, host: str) -> None:
    company = page.locator(f"[data-company='{host}']")
    await expect(company).to_be_hidden()
    await page.locator(f"input[name=company][value='{host}']").check()
    await expect(company).to_be_visible()
    await page.locator("input[name=other]").fill("gamma.example")
    await expect(page.locator(".group-reads [data-other]")).to_have_text("gamma.example")
    await page.locator("input[name=other]").fill("")
    await page.locator("input[name=access][value=open]").check()
    await expect(page.locator(".reads-open")).to_be_visible()
    await page.locator("input[name=access][value=closed]").check()
    await expect(page.locator(".reads-closed")).to_be_visible()
    await expect(page.locator(".reads-open")).to_be_hidden()


async def _press(page: Page, button: str) -> None:
    async with page.expect_navigation():
        await page.locator(button).first.click()


class _Looking:
    """Nothing runs out of the page, and a finger meets every button; kept as a picture where `FEDIVERSE_SCREENSHOTS` names a folder."""

    def __init__(self, variant: str) -> None:
        self._variant = variant

    async def __call__(self, page: Page, name: str) -> None:
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        small = await page.evaluate(
            "[...document.querySelectorAll('main .button, main .tabs a')].filter(b => b.offsetParent && b.offsetHeight < 44).map(b => b.textContent)"
        )
        assert small == [], name
        if folder := os.environ.get("FEDIVERSE_SCREENSHOTS"):
            await page.screenshot(path=f"{folder}/group-{name}-{self._variant}.png", full_page=True)
