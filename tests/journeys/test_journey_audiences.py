"""Who gets what: followers-only, direct and company-only posts, and partners that get only what is addressed to them. Seen in what a node holds and in
what it can fetch, for every person of it.
"""

from collections.abc import Awaitable, Callable

import pytest

from fediverse.policy.domains import Reach
from tests.support.journeys import (
    account_of,
    asked,
    copy_of,
    everything_in,
    fetched,
    follow,
    follows,
    notifications_of,
    posted,
    seen,
    texts_of,
    uploaded,
)
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

CANARY = "kanarienvogel"

# ── followers and people named ────────────────────────────────────────────────────────────────────


async def test_a_post_for_followers_is_read_by_followers_alone(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """Bob follows alice and reads it. gus, of the same node, and carol, her colleague, find nothing by any way."""
    gus = await away.person("gus")
    await follows(bob, alice, home, away)

    status = await posted(alice, f"{CANARY} #{CANARY}", "private")
    await settle_all(home, away)

    assert await seen(bob, status) is not None
    for stranger in (gus, carol):
        assert await seen(stranger, status) is None
        assert CANARY not in str(await asked(stranger, "GET", "/api/v1/timelines/public"))
        assert CANARY not in str(await asked(stranger, "GET", f"/api/v1/timelines/tag/{CANARY}"))
        number = await account_of(stranger, alice)
        assert CANARY not in str(await asked(stranger, "GET", f"/api/v1/accounts/{number}/statuses"))
        found = await asked(stranger, "GET", "/api/v2/search", params={"q": CANARY, "resolve": "true"})
        assert found == {"accounts": [], "statuses": [], "hashtags": []}


async def test_a_follow_that_waits_for_an_answer_shows_nothing(
    home: RunningNode, away: RunningNode, bob: Person
) -> None:
    """T-163, T-317: at another server a request counted as a follow, and everybody there read a locked person's posts.

    gus follows dora and is let in, so bob's node holds the post; bob only asked.
    """
    dora, gus = await home.person("dora", locked=True), await away.person("gus")
    await follow(gus, dora)
    await settle_all(home, away)
    [request] = await asked(dora, "GET", "/api/v1/follow_requests")
    await asked(dora, "POST", f"/api/v1/follow_requests/{request['id']}/authorize")
    await follow(bob, dora)
    await settle_all(home, away)

    status = await posted(dora, CANARY, "private")
    await settle_all(home, away)

    assert await seen(gus, status) is not None
    assert await seen(bob, status) is None
    assert await texts_of(bob) == []


async def test_a_post_for_followers_does_not_leave_for_a_node_without_any(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The twin of the two above: nobody of beta follows her, so beta never hears of it, nor gets it when it asks."""
    await account_of(bob, alice)

    status = await posted(alice, CANARY, "private")
    await settle_all(home, away)

    assert CANARY not in await everything_in(away)
    assert await fetched(away, status["uri"]) == "NotFound"


async def test_a_direct_post_is_read_by_whom_it_names_alone(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """Bob is named and told; gus follows alice and is not named; carol is her colleague."""
    gus = await away.person("gus")
    await follows(gus, alice, home, away)

    status = await posted(alice, f"@{bob.handle} {CANARY}", "direct")
    await settle_all(home, away)

    assert await seen(bob, status) is not None
    assert len(await notifications_of(bob, "mention")) == 1
    for stranger in (gus, carol):
        assert await seen(stranger, status) is None
        assert CANARY not in "".join(await texts_of(stranger))
        found = await asked(stranger, "GET", "/api/v2/search", params={"q": CANARY})
        assert found["statuses"] == []


async def test_another_allowed_node_gets_no_direct_post(
    home: RunningNode, away: RunningNode, nodes: MakeNode, alice: Person, bob: Person
) -> None:
    """Gamma is allowed and its gil follows alice: a direct post to bob is as unknown there as one that never was."""
    gamma = await nodes("gamma")
    await home.allow(gamma.host)
    await gamma.allow(home.host)
    gil = await gamma.person("gil")
    await follows(gil, alice, home, gamma)

    status = await posted(alice, f"@{bob.handle} {CANARY}", "direct")
    await settle_all(home, away, gamma)

    unknown = status["uri"].rpartition("/")[0] + "/12345"
    assert CANARY not in await everything_in(gamma)
    assert await fetched(gamma, status["uri"]) == await fetched(gamma, unknown) == "NotFound"


# ── company-only ──────────────────────────────────────────────────────────────────────────────────

Act = Callable[[Person, Person, str], Awaitable[object]]


async def _nothing_more(author: Person, colleague: Person, number: str) -> None:
    """The Create alone."""


async def _edit(author: Person, colleague: Person, number: str) -> None:
    await author.client.put(f"/api/v1/statuses/{number}", json={"status": f"{CANARY} edited"})


async def _edit_and_name_everybody(author: Person, colleague: Person, number: str) -> None:
    named = {"status": f"{CANARY} @bob@beta.localhost:8002", "visibility": "public", "local_only": False}
    await author.client.put(f"/api/v1/statuses/{number}", json=named)


async def _delete(author: Person, colleague: Person, number: str) -> None:
    await author.client.delete(f"/api/v1/statuses/{number}")


async def _boost(author: Person, colleague: Person, number: str) -> None:
    """Its author may boost whatever it is; a colleague is refused where it is for followers."""
    await author.client.post(f"/api/v1/statuses/{number}/reblog")
    await colleague.client.post(f"/api/v1/statuses/{number}/reblog", json={"visibility": "public"})


async def _boost_and_undo(author: Person, colleague: Person, number: str) -> None:
    await _boost(author, colleague, number)
    await author.client.post(f"/api/v1/statuses/{number}/unreblog")
    await colleague.client.post(f"/api/v1/statuses/{number}/unreblog")


async def _like_and_undo(author: Person, colleague: Person, number: str) -> None:
    await colleague.client.post(f"/api/v1/statuses/{number}/favourite")
    await colleague.client.post(f"/api/v1/statuses/{number}/unfavourite")


async def _pin_and_unpin(author: Person, colleague: Person, number: str) -> None:
    await author.client.post(f"/api/v1/statuses/{number}/pin")
    await author.client.post(f"/api/v1/statuses/{number}/unpin")


async def _answer_publicly(author: Person, colleague: Person, number: str) -> None:
    answer = await posted(colleague, f"{CANARY} too @bob@beta.localhost:8002", in_reply_to_id=number, local_only=False)
    assert answer["local_only"]
    for act in (_edit, _boost_and_undo, _pin_and_unpin, _delete):
        await act(colleague, author, answer["id"])


ACTS: tuple[Act, ...] = (
    _nothing_more,
    _edit,
    _edit_and_name_everybody,
    _boost,
    _boost_and_undo,
    _like_and_undo,
    _pin_and_unpin,
    _answer_publicly,
    _delete,
)


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "local", "direct"])
async def test_nothing_of_a_company_only_post_leaves(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person, visibility: str
) -> None:
    """T-356: Create, Update, Delete, Announce, Like, Add, Undo and replies each ask whether the post may leave. It names bob, who follows both."""
    await follows(bob, alice, home, away)
    await follows(bob, carol, home, away)
    await follows(carol, alice, home)
    statuses = []
    for act in ACTS:
        media = await uploaded(alice, CANARY)
        text = f"{CANARY} #{CANARY} @{bob.handle} @carol"
        more = {"local_only": True, "media_ids": [media], "spoiler_text": CANARY}
        statuses.append(await posted(alice, text, visibility, **more))
        await act(alice, carol, statuses[-1]["id"])

    await settle_all(home, away)

    stored = await everything_in(away)
    assert CANARY not in stored
    for status in statuses:
        assert status["local_only"]
        assert status["id"] not in stored
        assert await fetched(away, status["uri"]) == await fetched(away, f"{status['uri']}/activity") == "NotFound"


async def test_the_same_post_without_company_only_does_leave(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The twin: it was not the tables that nobody looked into."""
    await follows(bob, alice, home, away)

    status = await posted(alice, CANARY)
    await settle_all(home, away)

    stored = await everything_in(away)
    assert CANARY in stored
    assert status["id"] in stored
    assert CANARY in str(await fetched(away, status["uri"]))


async def test_public_may_mean_the_company(nodes: MakeNode) -> None:
    """With `public_means = company` an unsuspecting client's public post stays here; who asks for the network gets it."""
    home, away = await nodes("acme", public_means="company"), await nodes("beta")
    await home.allow(away.host)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")
    await follows(bob, alice, home, away)

    await posted(alice, "For the company")
    await posted(alice, "For the network", local_only=False)
    await settle_all(home, away)

    assert await texts_of(bob) == ["For the network"]


# ── partners that get what is addressed to them ───────────────────────────────────────────────────


async def test_a_partner_may_be_given_only_what_is_addressed_to_it(
    nodes: MakeNode,
) -> None:
    """`--reach addressed`: bob follows alice. Her public posts stay away from his node; what names him arrives, and can be asked for."""
    home, away = await nodes("acme"), await nodes("beta")
    await home.allow(away.host, reach=Reach.ADDRESSED)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")
    await follows(bob, alice, home, away)

    general = await posted(alice, f"{CANARY} for the network")
    named = await posted(alice, f"@{bob.handle} for you")
    await settle_all(home, away)

    assert CANARY not in await everything_in(away)
    assert await fetched(away, general["uri"]) == "NotFound"
    assert await seen(bob, named) is not None
    assert b"for you" in bytes(await fetched(away, named["uri"]))  # type: ignore[arg-type]


async def test_what_happens_to_a_post_is_not_told_to_a_partner_that_may_not_have_it(nodes: MakeNode) -> None:
    """The same partner: edit, boost, pin and deletion of a post that was not addressed to it do not even name it."""
    home, away = await nodes("acme"), await nodes("beta")
    await home.allow(away.host, reach=Reach.ADDRESSED)
    await away.allow(home.host)
    alice, carol, bob = await home.person("alice"), await home.person("carol"), await away.person("bob")
    await follows(bob, alice, home, away)
    await follows(bob, carol, home, away)

    status = await posted(alice, "For the network")
    await _edit(alice, carol, status["id"])
    await _boost_and_undo(alice, carol, status["id"])
    await _pin_and_unpin(alice, carol, status["id"])
    await _delete(alice, carol, status["id"])
    await settle_all(home, away)

    assert status["id"] not in await everything_in(away)


async def test_a_whole_network_partner_hears_of_all_of_it(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """The twin: an ordinary rule, and bob reads it and sees it on alice's page."""
    await follows(bob, alice, home, away)

    status = await posted(alice, f"{CANARY} for the network")
    await asked(alice, "POST", f"/api/v1/statuses/{status['id']}/pin")
    await settle_all(home, away)

    assert await texts_of(bob) == [f"{CANARY} for the network"]
    assert (await copy_of(bob, status))["uri"] == status["uri"]
