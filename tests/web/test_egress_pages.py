"""The page "Where did this go?": for the author and for administrators, in both languages, and never with what the post says."""

from collections.abc import AsyncIterator

import pytest

from fediverse.actions import domains
from fediverse.policy.domains import Effect
from tests.support.journeys import JSON, follows, posted
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import Visitor, visiting


@pytest.fixture
async def visitor(home: RunningNode, alice: Person) -> AsyncIterator[Visitor]:
    """Alice at her browser."""
    async with visiting(home, alice) as visitor:
        yield visitor


@pytest.fixture
async def sent(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> JSON:
    """A post of alice's that the other node got."""
    await follows(bob, alice, away, home)
    status = await posted(alice, "Paint is dry")
    await home.settle()
    return status


async def test_the_menu_of_ones_own_post_leads_to_the_page(away: RunningNode, visitor: Visitor, sent: JSON) -> None:
    """Where it went, how it was answered, by which rule, and the receipt."""
    path = f"/@alice/{sent['id']}/egress"

    shown = await visitor.open(f"/@alice/{sent['id']}")
    page = await visitor.open(path)

    assert f'href="{path}"' in shown.text
    assert page.status_code == 200
    assert f"<strong>{away.host}</strong>" in page.text
    for words in ("Delivered", "Signed receipt", "The new post", "answer 202", "by rule ", "DeliveryReceipt"):
        assert words in page.text
    assert "Paint is dry" not in page.text


async def test_the_page_speaks_french(visitor: Visitor, sent: JSON) -> None:
    """All of it."""
    page = await visitor.open(f"/@alice/{sent['id']}/egress?lang=fr")

    for words in ("Où est-ce allé ?", "Remise", "Accusé de réception signé", "La nouvelle publication", "réponse 202"):
        assert words in page.text


async def test_an_administrator_finds_the_page_and_a_colleague_does_not(
    home: RunningNode, carol: Person, sent: JSON
) -> None:
    """Who only reads the post has no such line in the menu, and no such page."""
    root = await home.person("root", "admin")
    path = f"/@alice/{sent['id']}/egress"

    async with visiting(home, root) as admin, visiting(home, carol) as colleague, visiting(home) as stranger:
        menus = [path in (await one.open(f"/@alice/{sent['id']}")).text for one in (admin, colleague)]
        answers = [(await one.open(path)).status_code for one in (admin, colleague, stranger)]

    assert menus == [True, False]
    assert answers == [200, 404, 303]


async def test_a_post_that_was_kept_back_shows_the_rule(
    home: RunningNode, away: RunningNode, alice: Person, visitor: Visitor, sent: JSON
) -> None:
    """And one that never had anywhere to go says that it stayed."""
    with home.node.database.active():
        new = domains.NewRule(away.host, Effect.DENY, reason="audit")
        rule = await domains.add_rule(home.node, new, by="tests")
    refused = await posted(alice, "Another")
    stayed = await posted(alice, "For us", local_only=True)
    await home.settle()

    page = await visitor.open(f"/@alice/{refused['id']}/egress")
    empty = await visitor.open(f"/@alice/{stayed['id']}/egress")

    assert "Kept back" in page.text
    assert f"by rule {rule}" in page.text
    assert f"The rule for {away.host} keeps it here: audit" in page.text
    assert "It stayed here" in empty.text
