"""The composer's tools stand in one row, each with its name: beside its sign where there is room, else below it."""

import pytest

from tests.browser.conftest import Open
from tests.browser.test_walk import sign_in
from tests.support.nodes import Person

TOOLS = ".compose-more summary"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
@pytest.mark.parametrize("width", [1280, 390, 320])
async def test_the_tools_stand_in_one_row(open_page: Open, alice: Person, width: int, locale: str, dark: bool) -> None:  # noqa: FBT001
    """Inside the composer, none below another, no name cut or broken, each large enough for a thumb."""
    page = await open_page(locale=locale, width=width, dark=dark)

    await sign_in(page, alice.username)

    boxes = await page.locator(TOOLS).evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    form = await page.locator(".composer").first.evaluate("one => one.getBoundingClientRect().toJSON()")
    cut = await page.locator(TOOLS).evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length")
    assert len({round(box["top"]) for box in boxes}) == 1
    assert cut == 0
    assert all(box["left"] >= form["left"] and box["right"] <= form["right"] for box in boxes)
    assert all(box["width"] >= 44 and box["height"] >= 44 for box in boxes)
