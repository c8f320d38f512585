"""Who sees a post: the rule in Python and the rule in SQL are one, for every combination; and the table says what the product promises."""

import itertools

import pytest

from fediverse.actions import posting
from fediverse.actions.posting import NewPost
from fediverse.node import Node
from fediverse.policy.domains import Reach
from fediverse.policy.visibility import (
    ORDER,
    OfferFacts,
    PersonFacts,
    ServerFacts,
    VisibilityName,
    narrower,
    offered_to_person,
    person_is_offered,
    person_sees,
    seen_by_person,
    seen_by_server,
    server_sees,
)
from tests.support.nodes import Person, RunningNode

BOOLS = (False, True)


async def _insert(
    node: Node, author_id: int, visibility: VisibilityName, *, mentions: tuple[int, ...] = (), local_only: bool = False
) -> int:
    number = node.ids.next()
    uri = node.uri(f"/test/{number}")
    async with node.database.transaction():
        await posting.insert_post(
            node,
            NewPost(
                id=number,
                uri=uri,
                url=uri,
                author_id=author_id,
                visibility=visibility,
                local_only=local_only,
                created_at=node.clock.now(),
                mentions=tuple((account_id, False) for account_id in mentions),
            ),
        )
    return number


async def test_a_person_sees_by_query_just_what_the_table_says(home: RunningNode, alice: Person, carol: Person) -> None:
    """Every combination of visibility, authorship, follow, mention, block, suspension and deletion."""
    node, database = home.node, home.node.database
    posts: dict[tuple[VisibilityName, bool, bool], int] = {}
    for visibility, mentioned, deleted in itertools.product(ORDER, BOOLS, BOOLS):
        number = await _insert(node, alice.id, visibility, mentions=(carol.id,) if mentioned else ())
        if deleted:
            await database.execute("UPDATE post SET deleted_at = 1 WHERE id = ?", number)
        posts[visibility, mentioned, deleted] = number

    for follows, blocked, suspended in itertools.product(BOOLS, BOOLS, BOOLS):
        await database.execute("DELETE FROM follow")
        await database.execute("DELETE FROM block")
        if follows:
            await database.execute(
                "INSERT INTO follow (id, follower_id, target_id, state, uri, show_boosts, notify, languages, created_at)"
                " VALUES (1, ?, ?, 'accepted', 'x', ?, ?, '[]', 0)",
                carol.id, alice.id, True, False,
            )  # fmt: skip
        if blocked:
            await database.execute(
                "INSERT INTO block (id, account_id, target_id, uri, created_at) VALUES (1, ?, ?, '', 0)",
                alice.id,
                carol.id,
            )
        await database.execute("UPDATE account SET suspended_at = ? WHERE id = ?", 1 if suspended else None, alice.id)
        for viewer in (alice.id, carol.id):
            condition, values = seen_by_person(viewer)
            rows = await database.rows(f"SELECT p.id FROM post p WHERE {condition}", *values)
            seen = {row["id"] for row in rows}
            for (chosen, mentioned, deleted), number in posts.items():
                facts = PersonFacts(
                    chosen,
                    is_author=viewer == alice.id,
                    follows_author=follows and viewer == carol.id,
                    is_mentioned=mentioned and viewer == carol.id,
                    blocked_by_author=blocked and viewer == carol.id,
                    author_suspended=suspended,
                    deleted=deleted,
                )
                assert (number in seen) == person_sees(facts), facts


async def test_a_boost_shows_nobody_what_they_may_not_see(home: RunningNode, alice: Person, carol: Person) -> None:
    """Dave boosts what Alice wrote, and Carol finds it; once Alice blocks her she does not, though Dave never did, and Dave's own words stay."""
    dave = await home.person("dave")
    written = (await alice.client.post("/api/v1/statuses", json={"status": "Mine"})).json()["id"]
    boost = (await dave.client.post(f"/api/v1/statuses/{written}/reblog")).json()["id"]
    own = (await dave.client.post("/api/v1/statuses", json={"status": "Dave's"})).json()["id"]

    before = [(await carol.client.get(f"/api/v1/statuses/{number}")).status_code for number in (written, boost, own)]
    await alice.client.post(f"/api/v1/accounts/{carol.id}/block")
    after = [(await carol.client.get(f"/api/v1/statuses/{number}")).status_code for number in (written, boost, own)]

    listed = (await carol.client.get(f"/api/v1/accounts/{dave.id}/statuses")).json()
    assert (before, after) == ([200, 200, 200], [404, 404, 200])
    assert [one["id"] for one in listed] == [own]


async def test_a_server_sees_by_query_just_what_the_table_says(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Every combination of visibility, locality, authorship, follower there, mention there, reach, suspension and deletion."""
    node, database = home.node, home.node.database
    response = await alice.client.get(
        "/api/v2/search", params={"q": f"@{bob.handle}", "resolve": "true", "type": "accounts"}
    )
    remote_id = int(response.json()["accounts"][0]["id"])
    posts: dict[tuple[VisibilityName, bool, bool, bool, bool], int] = {}
    for visibility, mentioned, deleted, local_only, ours in itertools.product(ORDER, BOOLS, BOOLS, BOOLS, BOOLS):
        author = alice.id if ours else remote_id
        number = await _insert(
            node, author, visibility, mentions=(remote_id,) if mentioned else (), local_only=local_only
        )
        if deleted:
            await database.execute("UPDATE post SET deleted_at = 1 WHERE id = ?", number)
        posts[visibility, mentioned, deleted, local_only, ours] = number

    for follower, suspended, reach in itertools.product(BOOLS, BOOLS, Reach):
        await database.execute("DELETE FROM follow")
        await database.execute("UPDATE account SET suspended_at = ? WHERE id = ?", 1 if suspended else None, alice.id)
        if follower:
            await database.execute(
                "INSERT INTO follow (id, follower_id, target_id, state, uri, show_boosts, notify, languages, created_at)"
                " VALUES (1, ?, ?, 'accepted', 'x', ?, ?, '[]', 0)",
                remote_id, alice.id, True, False,
            )  # fmt: skip
        condition, values = seen_by_server(away.host, reach)
        rows = await database.rows(f"SELECT p.id FROM post p WHERE {condition}", *values)
        seen = {row["id"] for row in rows}
        for (chosen, mentioned, deleted, local_only, ours), number in posts.items():
            facts = ServerFacts(
                chosen,
                local_only=local_only,
                by_our_people=ours,
                follower_there=follower,
                mentioned_there=mentioned,
                reach=reach,
                author_suspended=suspended,
                deleted=deleted,
            )
            assert (number in seen) == server_sees(facts), facts


async def test_a_person_is_offered_by_query_just_what_the_table_says(
    home: RunningNode, alice: Person, carol: Person
) -> None:
    """Every combination of the author's being limited, authorship and follow."""
    node, database = home.node, home.node.database
    number = await _insert(node, alice.id, "public")

    for limited, follows, viewer in itertools.product(BOOLS, BOOLS, (alice.id, carol.id)):
        await database.execute("DELETE FROM follow")
        if follows:
            await database.execute(
                "INSERT INTO follow (id, follower_id, target_id, state, uri, show_boosts, notify, languages, created_at)"
                " VALUES (1, ?, ?, 'accepted', 'x', ?, ?, '[]', 0)",
                carol.id, alice.id, True, False,
            )  # fmt: skip
        await database.execute("UPDATE account SET silenced_at = ? WHERE id = ?", 1 if limited else None, alice.id)
        condition, values = offered_to_person(viewer)
        offered = await database.value(f"SELECT p.id FROM post p WHERE p.id = ? AND {condition}", number, *values)
        facts = OfferFacts(limited, is_author=viewer == alice.id, follows_author=follows and viewer == carol.id)
        assert (offered is not None) == person_is_offered(facts), facts


async def test_nobody_sees_anything_without_being_somebody(home: RunningNode, alice: Person) -> None:
    """A question without a viewer is answered with nothing, public posts included."""
    await _insert(home.node, alice.id, "public")

    condition, values = seen_by_person(None)
    rows = await home.node.database.rows(f"SELECT p.id FROM post p WHERE {condition}", *values)

    assert rows == []


@pytest.mark.parametrize("visibility", ORDER)
def test_what_is_local_only_is_for_no_server(visibility: VisibilityName) -> None:
    """Not even one with followers and mentions."""
    facts = ServerFacts(visibility, local_only=True, follower_there=True, mentioned_there=True)

    assert not server_sees(facts)


def test_the_narrower_of_two_is_what_fewer_people_see() -> None:
    """Whatever their order."""
    for index, one in enumerate(ORDER):
        for other in ORDER[index:]:
            assert narrower(one, other) == narrower(other, one) == other
