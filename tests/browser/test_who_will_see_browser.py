"""Who will see it is said while a post is written; without scripts a button asks. On a phone, in the dark and in French as well."""

import pytest

from fediverse.actions import groups
from fediverse.actions.groups import GroupDraft
from tests.browser.conftest import Open
from tests.browser.test_walk import sign_in
from tests.support.journeys import asked, follow, rows_of
from tests.support.nodes import Person, RunningNode


async def a_group(home: RunningNode, alice: Person, carol: Person) -> None:
    await follow(carol, alice)
    with home.node.database.active():
        await groups.create(home.node, alice.id, GroupDraft("projet", display_name="Projet X"))


async def test_the_line_below_the_text_follows_what_is_written(
    home: RunningNode, alice: Person, carol: Person, open_page: Open
) -> None:
    """A group is named, and the line says who that is; nothing is posted meanwhile."""
    await a_group(home, alice, carol)
    page = await open_page()
    await sign_in(page, alice.username)

    await page.locator("#text").press_sequentially("Minutes of @projet")
    line = page.locator(".audience-lines .who-told")
    await line.wait_for()

    assert await line.text_content() == "Members of Projet X: you."
    assert await asked(alice, "GET", f"/api/v1/accounts/{alice.id}/statuses") == []
    assert [table for table, _row in await rows_of(home) if table == "post"] == []


@pytest.mark.parametrize(("locale", "width", "dark"), [("en-GB", 1280, False), ("fr-FR", 390, True)])
async def test_the_button_asks_without_scripts(
    locale: str,
    width: int,
    dark: bool,  # noqa: FBT001
    home: RunningNode,
    alice: Person,
    carol: Person,
    open_page: Open,
) -> None:
    """What it answers stands above the text, which is kept, and nothing is wider than the screen."""
    await a_group(home, alice, carol)
    page = await open_page(locale=locale, width=width, dark=dark, scripts=False)
    await sign_in(page, alice.username)

    await page.fill("#text", f"Minutes of @projet and @nobody@{'long-name.' * 8}example")
    await page.click(".who-ask")

    box = await page.locator(".who-sees").bounding_box()
    text = await page.locator("#text").bounding_box()
    assert box is not None
    assert text is not None
    assert box["y"] < text["y"]
    assert await page.input_value("#text") != ""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
