"""The page "Where did this go?" as people see it: on a telephone, in the dark, in French, and found from the post's menu."""

import pytest

from fediverse.actions import domains
from fediverse.policy.domains import Effect
from tests.browser.conftest import Open
from tests.support.journeys import follows, posted
from tests.support.nodes import PASSWORD, Person, RunningNode

WIDTH = 390


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
async def test_the_page_fits_a_telephone(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, open_page: Open, locale: str
) -> None:
    """Nothing is wider than the screen, not even an opened receipt."""
    await follows(bob, alice, away, home)
    status = await posted(alice, "Paint is dry")
    await home.settle()
    with home.node.database.active():
        await domains.add_rule(home.node, domains.NewRule(away.host, Effect.DENY, reason="audit"), by="tests")
    await alice.client.put(f"/api/v1/statuses/{status['id']}", json={"status": "Paint is wet"})
    await home.settle()
    page = await open_page(locale=locale, width=WIDTH, dark=True)
    await page.goto("/auth/sign_in")
    await page.fill("input[name=email]", "alice")
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button[type=submit]")

    await page.goto(f"/@alice/{status['id']}")
    await page.click("article.focus details.menu > summary")
    await page.click('a[href$="/egress"]')
    await page.click("details.receipt > summary")

    assert await page.locator(".egress > li").count() >= 2
    assert await page.locator(".chip.bad").count() == 1
    assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTH
