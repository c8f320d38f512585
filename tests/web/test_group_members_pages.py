"""Who is in a group, on the pages: letting in, inviting, roles, removing and banning; and that a new company is a decision of its own."""

from collections.abc import AsyncIterator

import pytest

from fediverse.actions.groups import set_domains
from fediverse.queries import groups
from tests.support.journeys import asked, looked_up
from tests.support.nodes import Person, RunningNode, settle_all
from tests.support.visitors import Visitor, form_to, visiting
from tests.web.test_groups_pages import begun, let_in, standing

MEMBERS = "/groups/paint/members"


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


async def asks(home: RunningNode, person: Person) -> None:
    async with visiting(home, person) as visitor:
        await visitor.press(await visitor.open("/groups/paint"), "/groups/paint/join")


async def begun_for(home: RunningNode, away: RunningNode, owner: Person) -> int:
    """A closed group whose members may come from the other node as well."""
    group = await begun(home, owner)
    with home.node.database.active():
        await set_domains(home.node, owner.id, group, [away.host])
    return group


async def asks_from(away: RunningNode, home: RunningNode, person: Person) -> None:
    found = await looked_up(person, f"paint@{home.host}")
    assert found is not None
    await asked(person, "POST", f"/api/v1/accounts/{found['id']}/follow")
    await settle_all(home, away)


async def members_of(home: RunningNode, group: int, viewer: Person) -> set[str]:
    with home.node.database.active():
        reads = await groups.who_reads(home.node, viewer.id, group)
    return {host for host, _people in reads.elsewhere}


@pytest.mark.parametrize(("button", "becomes"), [("approve", "member"), ("refuse", "")])
async def test_a_moderator_answers_a_request(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, button: str, becomes: str
) -> None:
    """Lets in, or declines; the page counts who waits."""
    group = await begun(home, alice)
    await asks(home, carol)
    page = await visitor.open(MEMBERS)

    after = await visitor.follow(await visitor.press(page, f"{MEMBERS}/{button}"))

    assert "1 person asks to join" in page.text
    assert "asks to join" not in after.text
    assert await standing(home, group, carol) == becomes


async def test_a_member_who_is_no_moderator_lets_nobody_in(
    home: RunningNode, alice: Person, carol: Person, carols: Visitor
) -> None:
    """The twin: no request is shown, and one that is answered all the same is refused in words."""
    group, dave = await begun(home, alice), await home.person("dave")
    await let_in(home, alice, group, carol)
    await asks(home, dave)
    page = await carols.open(MEMBERS)

    token = dict(form_to(page, "/auth/sign_out").fields)["csrf_token"]
    answers = [
        await carols.client.post(
            f"{MEMBERS}/{verb}", data={"csrf_token": token, "account": str(person.id), "role": "member"}
        )
        for verb, person in (("approve", dave), ("refuse", dave), ("remove", alice), ("ban", alice), ("role", alice))
    ]

    assert "dave" not in page.text
    assert [answer.status_code for answer in answers] == [403] * 5
    assert all('role="alert"' in answer.text for answer in answers)
    assert await standing(home, group, dave) == "requested"
    assert await standing(home, group, alice) == "owner"


async def test_who_is_no_member_sees_no_members_of_a_closed_group(
    home: RunningNode, alice: Person, carol: Person, carols: Visitor
) -> None:
    """404 and no tab; of an open one everybody sees them."""
    await begun(home, alice, "closed", name="paint")
    await begun(home, alice, "open", name="news")

    closed, opened = await carols.open(MEMBERS), await carols.open("/groups/news/members")

    assert (closed.status_code, opened.status_code) == (404, 200)
    assert MEMBERS not in (await carols.open("/groups/paint")).text
    assert "@alice" in opened.text


async def test_a_request_that_is_gone_is_said_in_words(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, carols: Visitor
) -> None:
    """Two moderators may press at once, and who asked may take it back."""
    group = await begun(home, alice)
    await asks(home, carol)
    page = await visitor.open(MEMBERS)
    await carols.press(await carols.open("/groups/paint"), "/groups/paint/leave")

    late = await visitor.press(page, f"{MEMBERS}/approve")

    assert late.status_code == 422
    assert "It is no longer there." in late.text
    assert await standing(home, group, carol) == ""


async def test_the_first_of_a_company_comes_in_only_with_the_box_ticked(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor
) -> None:
    """The page says what it means; without the tick, or with another company's, nobody is let in."""
    group = await begun_for(home, away, alice)
    await asks_from(away, home, bob)
    page = await visitor.open(MEMBERS)

    unticked = await visitor.press(page, f"{MEMBERS}/approve")
    other = await visitor.press(page, f"{MEMBERS}/approve", admit_domain="gamma.example")
    before = await members_of(home, group, alice)
    ticked = await visitor.press(page, f"{MEMBERS}/approve", admit_domain=away.host)

    assert (
        f"First member from {away.host}: its administrators can technically read everything from now on." in page.text
    )
    assert f'name="admit_domain" value="{away.host}" required' in page.text
    assert [unticked.status_code, other.status_code, ticked.status_code] == [403, 403, 303]
    assert "tick the box that names it" in unticked.text
    assert before == set()
    assert await members_of(home, group, alice) == {away.host}


async def test_the_second_of_a_company_needs_no_box(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor
) -> None:
    """The twin: the node has the group already."""
    group, bea = await begun_for(home, away, alice), await away.person("bea")
    await asks_from(away, home, bob)
    await visitor.press(await visitor.open(MEMBERS), f"{MEMBERS}/approve", admit_domain=away.host)
    await asks_from(away, home, bea)
    page = await visitor.open(MEMBERS)

    await visitor.press(page, f"{MEMBERS}/approve")

    assert "First member from" not in page.text
    with home.node.database.active():
        assert (await groups.who_reads(home.node, alice.id, group)).elsewhere == ((away.host, 2),)


@pytest.mark.parametrize(("history", "sent"), [("no", False), ("yes", True)])
async def test_what_was_written_before_is_sent_only_by_choice(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor, history: str, *, sent: bool
) -> None:
    """The form keeps it back unless somebody chose otherwise."""
    group = await begun_for(home, away, alice)
    await visitor.press(await visitor.open("/groups/paint"), "/compose", text="Written before")
    await settle_all(home, away)
    await asks_from(away, home, bob)
    page = await visitor.open(MEMBERS)

    await visitor.press(page, f"{MEMBERS}/approve", admit_domain=away.host, history=history)

    assert dict(form_to(page, f"{MEMBERS}/approve").fields)["history"] == "no"
    begins = await home.node.database.value("SELECT from_sequence FROM group_node WHERE group_id = ?", group)
    assert (begins == 0) is sent


async def test_somebody_is_invited_by_name_and_the_invitation_taken_back(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """With or without the @; it stands on the page until it is answered."""
    group = await begun(home, alice)

    listed = await visitor.follow(
        await visitor.press(await visitor.open(MEMBERS), f"{MEMBERS}/invite", handle=" @carol ")
    )
    invited = await standing(home, group, carol)
    await visitor.press(listed, f"{MEMBERS}/withdraw")

    assert "Invited, without an answer so far" in listed.text
    assert invited == "invited"
    assert await standing(home, group, carol) == ""


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [("nobody", "Nothing was found under nobody"), ("bob@evil.example", "is not among the nodes that your company")],
)
async def test_nobody_is_invited_by_a_name_that_leads_nowhere(
    home: RunningNode, alice: Person, visitor: Visitor, handle: str, sentence: str
) -> None:
    """The twin: a sentence on the same page, with what was typed."""
    await begun(home, alice)

    answer = await visitor.press(await visitor.open(MEMBERS), f"{MEMBERS}/invite", handle=handle)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert dict(form_to(answer, f"{MEMBERS}/invite").fields)["handle"] == handle


async def test_inviting_the_first_of_a_company_shows_what_it_means_first(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor
) -> None:
    """The first try invites nobody; the second, with the box ticked, does."""
    await begun_for(home, away, alice)

    first = await visitor.press(await visitor.open(MEMBERS), f"{MEMBERS}/invite", handle=bob.handle)
    second = await visitor.press(first, f"{MEMBERS}/invite", admit_domain=away.host)

    assert first.status_code == 403
    assert f"First member from {away.host}" in first.text
    assert "without an answer so far" not in first.text
    assert "@bob" in (await visitor.follow(second)).text


async def test_a_company_that_the_group_is_not_for_is_refused_in_words(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor
) -> None:
    """Ticking the box does not widen the group's own list."""
    await begun(home, alice)

    first = await visitor.press(await visitor.open(MEMBERS), f"{MEMBERS}/invite", handle=bob.handle)
    ticked = await visitor.press(first, f"{MEMBERS}/invite", admit_domain=away.host)

    assert ticked.status_code == 403
    assert f"The group is not for {away.host}" in ticked.text


async def test_an_owner_makes_a_moderator_and_unmakes_one(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """From the menu beside the name."""
    group = await begun(home, alice)
    await let_in(home, alice, group, carol)

    page = await visitor.follow(await visitor.press(await visitor.open(MEMBERS), f"{MEMBERS}/role", role="moderator"))
    raised = await standing(home, group, carol)
    await visitor.press(page, f"{MEMBERS}/role", role="member")

    assert "The role is changed." in page.text
    assert raised == "moderator"
    assert await standing(home, group, carol) == "member"


async def test_a_moderator_gives_no_roles_and_removes_no_owner(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, carols: Visitor
) -> None:
    """The twin: not offered, and refused in words."""
    group, dave = await begun(home, alice), await home.person("dave")
    await let_in(home, alice, group, carol)
    await visitor.press(await visitor.open(MEMBERS), f"{MEMBERS}/role", role="moderator")
    await let_in(home, alice, group, dave)
    page = await carols.open(MEMBERS)

    removed = await carols.press(page, f"{MEMBERS}/remove", account=str(alice.id))
    raised = await carols.press(page, f"{MEMBERS}/remove", account=str(dave.id))

    assert f"{MEMBERS}/role" not in page.text
    assert removed.status_code == 403
    assert "Only an owner can remove a moderator or an owner" in removed.text
    assert await standing(home, group, alice) == "owner"
    assert raised.status_code == 303


async def test_who_is_removed_may_ask_again_and_who_is_banned_may_not(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, carols: Visitor
) -> None:
    """Until the ban is lifted on the same page."""
    group = await begun(home, alice)
    await let_in(home, alice, group, carol)
    await visitor.press(await visitor.open(MEMBERS), f"{MEMBERS}/remove")
    await asks(home, carol)
    again = await standing(home, group, carol)
    await let_in(home, alice, group, carol)

    page = await visitor.follow(await visitor.press(await visitor.open(MEMBERS), f"{MEMBERS}/ban"))
    banned = await standing(home, group, carol)
    await visitor.press(page, f"{MEMBERS}/unban")

    assert again == "requested"
    assert "Not let back in" in page.text
    assert banned == "banned"
    assert await standing(home, group, carol) == ""


async def test_a_moderator_is_told_of_a_request_and_led_to_it(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """As a request to join that group, never as somebody who asks to follow the moderator."""
    await begun(home, alice)
    await asks(home, carol)
    await home.settle()

    told = await visitor.open("/notifications")
    requests = await visitor.open("/requests")

    assert 'asks to join <a href="/groups/paint">Paint shop</a>' in told.text
    assert f'href="{MEMBERS}"' in told.text
    assert "asks to follow you" not in told.text
    assert "@carol" not in requests.text
