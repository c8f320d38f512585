"""Who reads a group, and what it is, on the pages: said in plain words; changed by its owners, with the effect shown first; ended after a question."""

from collections.abc import AsyncIterator

import pytest

from fediverse.actions.group_members import approve
from fediverse.actions.groups import set_domains
from fediverse.queries import groups
from fediverse.queries.group_views import GroupView
from fediverse.queries.views import Page
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import Visitor, fields_of, form_to, visiting
from tests.web.test_group_members_pages import asks_from, begun_for
from tests.web.test_groups_pages import begun, let_in

POLICY = "/groups/paint/policy"
DOMAINS = "/groups/paint/domains"
DELETE = "/groups/paint/delete"


@pytest.fixture
async def visitor(home: RunningNode, alice: Person) -> AsyncIterator[Visitor]:
    """Alice at her browser."""
    async with visiting(home, alice) as visitor:
        yield visitor


@pytest.fixture
async def carols(home: RunningNode, carol: Person) -> AsyncIterator[Visitor]:
    """Carol at hers."""
    async with visiting(home, carol) as visitor:
        yield visitor


async def shared(home: RunningNode, away: RunningNode, owner: Person, guest: Person) -> int:
    """A closed group of *owner* with a member from the other node."""
    group = await begun_for(home, away, owner)
    await asks_from(away, home, guest)
    with home.node.database.active():
        [one] = await groups.requests(home.node, owner.id, group, Page())
        await approve(home.node, owner.id, group, one.item.account.id, admit_domain=away.host)
    return group


async def known(home: RunningNode, group: int, viewer: Person) -> GroupView:
    with home.node.database.active():
        return await groups.group(home.node, viewer.id, group)


async def token_of(visitor: Visitor) -> str:
    return dict(form_to(await visitor.open("/groups"), "/auth/sign_out").fields)["csrf_token"]


async def test_the_page_says_who_reads_in_plain_words(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor
) -> None:
    """People by node, who let the company in, and whose people could come."""
    await shared(home, away, alice, bob)

    page = await visitor.open(POLICY)

    assert "The group is closed. Only its members read what is posted" in page.text
    assert f'{away.host}<span class="muted">1 member</span>' in page.text
    assert "The administrators of these nodes can technically read what is posted." in page.text
    assert "by alice" in page.text
    assert "admitted" in page.text


async def test_who_is_no_member_is_not_told_who_let_a_company_in(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, carol: Person, carols: Visitor
) -> None:
    """The twin: who may know of the group learns who reads it, and is offered no form."""
    await shared(home, away, alice, bob)

    page = await carols.open(POLICY)

    assert "The group is closed." in page.text
    assert "by alice" not in page.text
    assert DOMAINS not in page.text
    assert DELETE not in page.text


async def test_a_company_that_the_node_holds_is_shown_with_the_reason(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor
) -> None:
    """Suspended: nothing is sent there, and members see it."""
    await shared(home, away, alice, bob)
    await home.remove(away.host)

    page = await visitor.open(POLICY)

    assert "suspended" in page.text
    assert "Nothing is sent there for now:" in page.text


async def test_an_owner_changes_what_the_group_is(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """Title, description, who posts, and from closed to secret."""
    group = await begun(home, alice)

    page = await visitor.follow(
        await visitor.press(
            await visitor.open(POLICY), POLICY, title="Varnish", about="Blue", posting="moderators", access="secret"
        )
    )
    changed = await known(home, group, alice)

    assert "The group is secret." in page.text
    assert (changed.account.name, changed.account.note_source) == ("Varnish", "Blue")
    assert (changed.access, changed.posting) == ("secret", "moderators")


async def test_who_does_not_own_the_group_changes_nothing(
    home: RunningNode, alice: Person, carol: Person, carols: Visitor
) -> None:
    """The twin: a member's forms are refused in words, also the one that ends it."""
    group = await begun(home, alice)
    await let_in(home, alice, group, carol)
    sent = {"csrf_token": await token_of(carols), "title": "Mine", "posting": "members", "access": "closed"}

    answers = [await carols.client.post(path, data=sent) for path in (POLICY, DOMAINS, DELETE)]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert all("Only an owner of the group can do this" in answer.text for answer in answers)
    assert (await carols.open(DELETE)).status_code == 404
    assert (await known(home, group, carol)).account.name == "Paint shop"


async def test_a_closed_group_never_becomes_an_open_one(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """Not offered; and refused with what to do instead."""
    group = await begun(home, alice)
    page = await visitor.open(POLICY)

    answer = await visitor.press(page, POLICY, access="open")

    assert 'name="access" value="open"' not in page.text
    assert answer.status_code == 422
    assert "make a new group" in answer.text
    assert (await known(home, group, alice)).access == "closed"


async def test_a_company_is_added_at_once(
    home: RunningNode, away: RunningNode, alice: Person, visitor: Visitor
) -> None:
    """Nobody loses anything by it: no question."""
    group = await begun(home, alice)

    page = await visitor.follow(
        await visitor.press(await visitor.open(POLICY), DOMAINS, company=away.host, other="*.gamma.example")
    )

    assert "The companies of the group are changed." in page.text
    assert set((await known(home, group, alice)).domains) == {away.host, "*.gamma.example"}


async def test_taking_a_company_out_shows_who_loses_the_group_first(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor
) -> None:
    """Nothing has changed while the question stands; afterwards nobody of that company is a member."""
    group = await shared(home, away, alice, bob)

    question = await visitor.press(await visitor.open(POLICY), DOMAINS, company=None)
    between = await known(home, group, alice)
    page = await visitor.follow(await visitor.press(question, DOMAINS))

    assert question.status_code == 200
    assert (
        f"1 person at {away.host} loses the group; what {away.host} already has stays there under its own rules."
        in question.text
    )
    assert (between.domains, between.members_count) == ((away.host,), 2)
    assert (await known(home, group, alice)).domains == ()
    assert (await known(home, group, alice)).members_count == 1
    assert "removed" in page.text


async def test_what_is_no_domain_is_refused_with_what_was_typed(
    home: RunningNode, away: RunningNode, alice: Person, visitor: Visitor
) -> None:
    """On the same page, and nothing is changed."""
    group = await begun(home, alice)
    with home.node.database.active():
        await set_domains(home.node, alice.id, group, [away.host])

    answer = await visitor.press(await visitor.open(POLICY), DOMAINS, other="10.0.0.1")

    assert answer.status_code == 422
    assert "not a host name" in answer.text
    assert fields_of(answer, DOMAINS)["other"] == "10.0.0.1"
    assert (await known(home, group, alice)).domains == (away.host,)


async def test_a_group_is_deleted_after_a_question(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, carols: Visitor
) -> None:
    """Then it is nowhere any more, for nobody."""
    group = await begun(home, alice)
    await let_in(home, alice, group, carol)
    question = await visitor.open(DELETE)
    still = await carols.open("/groups/paint")

    page = await visitor.follow(await visitor.press(question, DELETE))

    assert "This cannot be undone." in question.text
    assert still.status_code == 200
    assert "The group is deleted." in page.text
    assert [(await one.open("/groups/paint")).status_code for one in (visitor, carols)] == [404, 404]
    assert "Paint shop" not in (await carols.open("/groups")).text
