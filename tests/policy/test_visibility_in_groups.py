"""Who sees what stands in a group: the rule in Python and the rule in SQL are one, for every combination."""

import itertools

from fediverse.actions import groups, posting, resolve
from fediverse.actions.groups import GroupDraft
from fediverse.actions.posting import NewPost
from fediverse.node import Node
from fediverse.policy.domains import Reach
from fediverse.policy.visibility import (
    PersonFacts,
    ServerFacts,
    VisibilityName,
    person_sees,
    seen_by_person,
    seen_by_server,
    server_sees,
)
from tests.support.nodes import Person, RunningNode

BOOLS = (False, True)
KINDS: tuple[VisibilityName, ...] = ("public", "group")


async def _insert(
    node: Node, author_id: int, group_id: int, visibility: VisibilityName, *, mentions: tuple[int, ...] = ()
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
                group_id=group_id,
                created_at=node.clock.now(),
                mentions=tuple((account_id, False) for account_id in mentions),
            ),
        )
    return number


async def _set_member(node: Node, group_id: int, account_id: int, *, member: bool) -> None:
    await node.database.execute("DELETE FROM follow WHERE target_id = ? AND follower_id = ?", group_id, account_id)
    state = "accepted" if member else "pending"
    await node.database.execute(
        "INSERT INTO follow (id, follower_id, target_id, state, uri, show_boosts, notify, languages, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, '[]', 0)",
        node.ids.next(), account_id, group_id, state, f"x{node.ids.next()}", True, False,
    )  # fmt: skip


async def test_a_person_sees_by_query_just_what_the_table_says(home: RunningNode, alice: Person, carol: Person) -> None:
    """Every combination of the group's kind, membership (asking is none), authorship, mention, block, deletion and the group's suspension."""
    node, database = home.node, home.node.database
    group_id = await groups.create(node, alice.id, GroupDraft("projet"))
    posts: dict[tuple[VisibilityName, bool, bool], int] = {}
    for visibility, mentioned, deleted in itertools.product(KINDS, BOOLS, BOOLS):
        number = await _insert(node, alice.id, group_id, visibility, mentions=(carol.id,) if mentioned else ())
        if deleted:
            await database.execute("UPDATE post SET deleted_at = 1 WHERE id = ?", number)
        posts[visibility, mentioned, deleted] = number

    for member, blocked, closed_down in itertools.product(BOOLS, BOOLS, BOOLS):
        await _set_member(node, group_id, carol.id, member=member)
        await database.execute("DELETE FROM block")
        if blocked:
            await database.execute(
                "INSERT INTO block (id, account_id, target_id, uri, created_at) VALUES (1, ?, ?, '', 0)",
                alice.id,
                carol.id,
            )
        await database.execute("UPDATE account SET suspended_at = ? WHERE id = ?", 1 if closed_down else None, group_id)
        for viewer in (alice.id, carol.id):
            condition, values = seen_by_person(viewer)
            rows = await database.rows(f"SELECT p.id FROM post p WHERE {condition}", *values)
            seen = {row["id"] for row in rows}
            for (visibility, mentioned, deleted), number in posts.items():
                facts = PersonFacts(
                    visibility,
                    is_author=viewer == alice.id,
                    is_mentioned=mentioned and viewer == carol.id,
                    is_member=member or viewer == alice.id,
                    blocked_by_author=blocked and viewer == carol.id,
                    group_suspended=closed_down,
                    deleted=deleted,
                )
                assert (number in seen) == person_sees(facts), facts


async def test_a_server_sees_by_query_just_what_the_table_says(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Every combination of the group's kind, disclosure, whose group it is, who wrote, mention there, reach, deletion and the group's suspension."""
    node, database = home.node, home.node.database
    remote_id = await resolve.account_by_uri(node, bob.uri)
    ours = await groups.create(node, alice.id, GroupDraft("projet", domains=(away.host,)))
    posts: dict[tuple[VisibilityName, bool, bool, bool], int] = {}
    for visibility, mentioned, deleted, by_us in itertools.product(KINDS, BOOLS, BOOLS, BOOLS):
        number = await _insert(
            node, alice.id if by_us else remote_id, ours, visibility, mentions=(remote_id,) if mentioned else ()
        )
        if deleted:
            await database.execute("UPDATE post SET deleted_at = 1 WHERE id = ?", number)
        posts[visibility, mentioned, deleted, by_us] = number

    for state, group_is_ours, closed_down, reach in itertools.product(("", "admitted", "removed"), BOOLS, BOOLS, Reach):
        await database.execute("DELETE FROM group_node")
        if state:
            await database.execute(
                "INSERT INTO group_node (id, group_id, host, state, admitted_at, from_sequence) VALUES (1, ?, ?, ?, 0, 0)",
                ours, away.host, state,
            )  # fmt: skip
        await database.execute(
            "UPDATE account SET suspended_at = ?, host = ? WHERE id = ?",
            1 if closed_down else None, "" if group_is_ours else "elsewhere.example", ours,
        )  # fmt: skip
        condition, values = seen_by_server(away.host, reach)
        rows = await database.rows(f"SELECT p.id FROM post p WHERE {condition}", *values)
        seen = {row["id"] for row in rows}
        for (visibility, mentioned, deleted, by_us), number in posts.items():
            facts = ServerFacts(
                visibility,
                in_group=True,
                group_disclosed=state == "admitted" and not closed_down,
                by_our_people=by_us or group_is_ours,
                mentioned_there=mentioned,
                reach=reach,
                deleted=deleted,
            )
            assert (number in seen) == server_sees(facts), (facts, state, group_is_ours)


def test_the_table_in_words() -> None:
    """A member reads and who was only named does not; a node without the group has nothing, whoever is named there."""
    assert person_sees(PersonFacts("group", is_member=True))
    assert not person_sees(PersonFacts("group", is_mentioned=True, follows_author=True))
    assert server_sees(ServerFacts("group", in_group=True, group_disclosed=True))
    assert not server_sees(ServerFacts("group", in_group=True, mentioned_there=True, follower_there=True))
    assert not server_sees(ServerFacts("public", in_group=True, mentioned_there=True))
