"""The administrators' page of push services: what it says, one more, one less, and that nobody else decides."""

from collections.abc import AsyncIterator

import pytest

from fediverse.policy.domains import Direction
from tests.support.nodes import RunningNode
from tests.support.visitors import Visitor, fields_of, targets_of, visiting

HOME = "/admin/push"
ADD, REMOVE = f"{HOME}/add", f"{HOME}/remove"
SERVICE = "push.example"


@pytest.fixture
async def root(home: RunningNode) -> AsyncIterator[Visitor]:
    """An administrator at their browser."""
    async with visiting(home, await home.person("root", "admin")) as visitor:
        yield visitor


async def is_pushed_to(home: RunningNode) -> bool:
    with home.node.database.active():
        return (await home.node.rules.decide(Direction.PUSH, "test", SERVICE)).allowed


async def test_a_service_is_added_and_removed(home: RunningNode, root: Visitor) -> None:
    """Each counts from the next request on, and the page shows what stands."""
    empty = await root.open(HOME)

    added = await root.follow(await root.press(empty, ADD, host=" Push.example "))
    may_push = await is_pushed_to(home)
    removed = await root.follow(await root.press(added, REMOVE))

    assert "No push service" in empty.text
    assert "Notifications may leave for this service from now on." in added.text
    assert ("0 devices reached" in added.text, "added by root" in added.text, may_push) == (True, True, True)
    assert "Nothing is sent to this service any more." in removed.text
    assert "No push service" in removed.text
    assert not await is_pushed_to(home)


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("not a host", "not a host"),
        ("acme.localhost:8001", "is this node itself"),
        ("beta.example", "is allowed as a node"),
        (SERVICE, "is a push service already"),
    ],
)
async def test_what_can_be_no_push_service_is_refused_with_its_form(
    home: RunningNode, root: Visitor, host: str, reason: str
) -> None:
    """The reason stands on the page, and what was typed stays; nothing is added."""
    await home.allow("beta.example")
    await root.press(await root.open(HOME), ADD, host=SERVICE)

    answer = await root.press(await root.open(HOME), ADD, host=host)

    assert answer.status_code in {409, 422}
    assert 'class="problem"' in answer.text
    assert reason in answer.text
    assert targets_of(answer, "/remove") == [REMOVE]


async def test_the_page_is_in_french_too(root: Visitor) -> None:
    """Its sentences and its reasons."""
    page = await root.open(f"{HOME}?lang=fr")

    refused = await root.press(page, ADD, host="acme.localhost:8001")

    assert "Services de notification" in page.text
    assert "est ce nœud lui-même" in refused.text


@pytest.mark.parametrize("role", ["user", "moderator"])
async def test_only_administrators_decide(home: RunningNode, root: Visitor, role: str) -> None:
    """The same forms in somebody else's hands do nothing, and the page is not theirs to see."""
    page = await root.follow(await root.press(await root.open(HOME), ADD, host=SERVICE))
    async with visiting(home, await home.person("other", role)) as visitor:  # type: ignore[arg-type]
        theirs = fields_of(await visitor.open("/settings/preferences"), "/settings/preferences")["csrf_token"]

        shown = await visitor.open(HOME)
        adds = await visitor.client.post(ADD, data={"host": "more.example", "csrf_token": theirs})
        removes = await visitor.client.post(REMOVE, data={"host": SERVICE, "csrf_token": theirs})

    assert [answer.status_code for answer in (shown, adds, removes)] == [404, 404, 404]
    assert SERVICE in page.text
    assert await is_pushed_to(home)
    assert HOME not in shown.text
