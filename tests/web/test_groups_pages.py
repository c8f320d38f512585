"""Groups on the pages: finding, making, joining, leaving, the wall and what is posted there. Who lets whom in is in `test_group_members_pages`."""

from collections.abc import AsyncIterator

import pytest

from fediverse.actions import group_members, relations
from fediverse.actions.groups import GroupDraft, create
from fediverse.policy.groups import Access, Posting
from fediverse.queries import groups
from tests.support.journeys import posted
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import Visitor, fields_of, visiting


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


async def begun(
    home: RunningNode, owner: Person, access: Access = "closed", posting: Posting = "members", name: str = "paint"
) -> int:
    """A group of *owner*."""
    with home.node.database.active():
        return await create(home.node, owner.id, GroupDraft(name, "Paint shop", "Varnish", access, posting))


async def let_in(home: RunningNode, owner: Person, group_id: int, person: Person) -> None:
    with home.node.database.active():
        if await relations.follow(home.node, person.id, group_id) == "pending":
            await group_members.approve(home.node, owner.id, group_id, person.id)


async def standing(home: RunningNode, group_id: int, person: Person) -> str:
    with home.node.database.active():
        return (await groups.group(home.node, person.id, group_id)).standing


async def test_a_group_is_made_on_the_pages(visitor: Visitor) -> None:
    """From an empty page to its wall, whose owner the maker is."""
    empty = await visitor.open("/groups")

    form = await visitor.press(
        await visitor.open("/groups/new"), "/groups/new", name="paint", title="Paint shop", about="All about varnish"
    )
    wall = await visitor.follow(form)
    listed = await visitor.open("/groups")

    assert "No groups yet" in empty.text
    assert form.headers["location"] == "/groups/paint"
    assert '<h1 id="who" class="profile-name">Paint shop</h1>' in wall.text
    assert "<span>Owner</span>" in wall.text
    assert "All about varnish" in listed.text


async def test_a_group_with_a_name_that_is_taken_is_refused_on_the_page(
    home: RunningNode, carol: Person, visitor: Visitor
) -> None:
    """The twin: what was typed is still there, with a sentence."""
    await begun(home, carol)

    answer = await visitor.press(
        await visitor.open("/groups/new"), "/groups/new", name="paint", title="Mine", access="secret", company="*"
    )

    fields = fields_of(answer, "/groups/new")
    assert answer.status_code == 409
    assert "paint is taken; choose another name" in answer.text.lower()
    assert (fields["title"], fields["access"], fields["company"]) == ("Mine", "secret", "*")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"access": None}, "Choose who can read the group."),
        ({"posting": "nobody"}, "Choose who may post."),
        ({"name": "two words"}, "1 to 30 letters"),
        ({"other": "10.0.0.1"}, "not a host name"),
    ],
)
async def test_a_group_is_never_made_of_a_form_that_is_not_right(
    visitor: Visitor, changes: dict[str, str | list[str] | None], sentence: str
) -> None:
    """Above all it is not open because nothing was chosen."""
    wished: dict[str, str | list[str] | None] = {"name": "paint", **changes}
    answer = await visitor.press(await visitor.open("/groups/new"), "/groups/new", **wished)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert sentence in answer.text
    assert (await visitor.open("/groups/paint")).status_code == 404


async def test_the_preview_says_who_could_read_and_makes_nothing(
    home: RunningNode, away: RunningNode, visitor: Visitor
) -> None:
    """Without scripts, too: the companies that are ticked, and what was written beside them."""
    page = await visitor.open("/groups/new")

    shown = await visitor.press(
        page, "/groups/new", preview="1", name="paint", access="secret", company=away.host, other="*.gamma.example"
    )

    assert shown.status_code == 200
    assert 'class="reads-secret chosen"' in shown.text
    assert f'<li data-company="{away.host}"><span' in shown.text
    assert f'<li data-company="{away.host}" hidden><span' in page.text
    assert "all of gamma.example" in shown.text
    assert (await visitor.open("/groups/paint")).status_code == 404


@pytest.mark.parametrize(("access", "becomes"), [("open", "member"), ("closed", "requested")])
async def test_joining_is_at_once_or_a_request(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, access: Access, becomes: str
) -> None:
    """An open group takes whoever comes; a closed one is asked."""
    group = await begun(home, carol, access)
    listed = await visitor.open("/groups")

    answer = await visitor.follow(await visitor.press(listed, "/groups/paint/join"))

    assert ("Ask to join" in listed.text) is (access == "closed")
    assert await standing(home, group, alice) == becomes
    assert 'action="/groups/paint/leave"' in answer.text


async def test_a_request_is_taken_back_and_a_member_leaves(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """Both by the button that stands where the other one stood."""
    group = await begun(home, carol)
    await visitor.press(await visitor.open("/groups/paint"), "/groups/paint/join")

    wall = await visitor.follow(await visitor.press(await visitor.open("/groups/paint"), "/groups/paint/leave"))
    unasked = await standing(home, group, alice)
    await let_in(home, carol, group, alice)
    await visitor.press(await visitor.open("/groups/paint"), "/groups/paint/leave")

    assert "Your request is taken back." in wall.text
    assert unasked == ""
    assert await standing(home, group, alice) == ""


async def test_the_last_owner_who_leaves_hands_the_group_over(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """A group is never without one."""
    group = await begun(home, alice)
    await let_in(home, alice, group, carol)

    await visitor.press(await visitor.open("/groups/paint"), "/groups/paint/leave")

    assert await standing(home, group, carol) == "owner"


@pytest.mark.parametrize(("button", "becomes"), [("join", "member"), ("leave", "")])
async def test_an_invitation_is_accepted_or_declined(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, button: str, becomes: str
) -> None:
    """It stands on top of the groups; a declined group is like any other."""
    group = await begun(home, carol)
    with home.node.database.active():
        await group_members.invite(home.node, carol.id, group, alice.id)
    page = await visitor.open("/groups")

    await visitor.press(page, f"/groups/paint/{button}")

    assert "You are invited" in page.text
    assert await standing(home, group, alice) == becomes


async def test_who_was_banned_is_refused_in_words(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """No button; and a request that is sent all the same changes nothing."""
    group = await begun(home, carol, "open")
    before = await visitor.open("/groups/paint")
    with home.node.database.active():
        await group_members.ban(home.node, carol.id, group, alice.id)

    answer = await visitor.press(before, "/groups/paint/join")

    assert answer.status_code == 403
    assert "You cannot follow this account" in answer.text
    assert "You cannot join" in answer.text
    assert await standing(home, group, alice) == "banned"


async def test_a_secret_group_is_the_page_of_a_name_that_does_not_exist(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """Every address of it, word for word; and it stands in no list."""
    group = await begun(home, carol, "secret", name="merger")
    await begun(home, carol, "closed", name="paint")
    paths = ("/groups/{}", "/groups/{}/members", "/groups/{}/policy", "/groups/{}/delete", "/@{}", "/@{}/followers")
    form = await visitor.open("/groups/paint")

    hidden = [await visitor.open(path.format("merger")) for path in paths]
    absent = [await visitor.open(path.format("nobody")) for path in paths]
    fields = fields_of(form, "/groups/paint/join")
    join = [await visitor.client.post(f"/groups/{name}/join", data=fields) for name in ("merger", "nobody")]

    assert [answer.status_code for answer in (*hidden, *absent, *join)] == [404] * 14
    assert [answer.text.replace("merger", "nobody") for answer in hidden] == [answer.text for answer in absent]
    assert join[0].text == join[1].text
    assert "Paint shop" in (await visitor.open("/groups")).text
    assert "merger" not in (await visitor.open("/groups")).text
    with home.node.database.active():
        assert await groups.role_of(home.node, group, alice.id) is None


async def test_who_is_invited_to_a_secret_group_finds_it(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The twin: the same group, for somebody who may know of it."""
    group = await begun(home, carol, "secret", name="merger")
    with home.node.database.active():
        await group_members.invite(home.node, carol.id, group, alice.id)

    wall = await visitor.open("/groups/merger")

    assert wall.status_code == 200
    assert "You are invited: accept to read it." in wall.text


async def test_a_member_posts_on_the_wall_for_the_members(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, carols: Visitor
) -> None:
    """The form says who reads it; the other member does, on the wall and in Home."""
    group = await begun(home, carol)
    await let_in(home, carol, group, alice)
    wall = await visitor.open("/groups/paint")

    shown = await visitor.follow(await visitor.press(wall, "/compose", text="Batch 4711 dries slowly"))

    assert "members of Paint shop: 2 people at acme.localhost:8001" in wall.text
    assert 'name="audience"' not in wall.text.partition('<form class="card composer"')[2].partition("</form>")[0]
    for page in (shown, await carols.open("/groups/paint"), await carols.open("/")):
        assert "Batch 4711 dries slowly" in page.text
        assert '<a href="/groups/paint">Paint shop</a>' in page.text


async def test_who_is_no_member_neither_reads_nor_posts(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, carols: Visitor
) -> None:
    """The twin: no form, no posts; and a form that is sent all the same is refused in words, with its text."""
    group = await begun(home, carol)
    await carols.press(await carols.open("/groups/paint"), "/compose", text="Only for us")

    wall = await visitor.open("/groups/paint")
    forged = await visitor.press(await visitor.open("/compose"), "/compose", text="Let me in", group=str(group))

    assert "Only for us" not in wall.text
    assert "Only members read what is posted here" in wall.text
    assert 'action="/compose"' not in wall.text
    assert forged.status_code == 422
    assert "You are not a member of Paint shop" in forged.text
    assert fields_of(forged, "/compose")["text"] == "Let me in"
    assert "Let me in" not in (await carols.open("/groups/paint")).text


async def test_only_moderators_find_the_form_where_only_they_post(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, carols: Visitor
) -> None:
    """Who may not write is told so, and is refused who tries."""
    group = await begun(home, carol, "closed", "moderators")
    await let_in(home, carol, group, alice)

    owners, members = await carols.open("/groups/paint"), await visitor.open("/groups/paint")
    forged = await visitor.press(await visitor.open("/compose"), "/compose", text="Me too", group=str(group))

    assert 'action="/compose"' in owners.text
    assert 'action="/compose"' not in members.text
    assert "Only its moderators post." in members.text
    assert forged.status_code == 422
    assert "Only moderators post in Paint shop" in forged.text


@pytest.mark.parametrize(("access", "offered"), [("closed", False), ("open", True)])
async def test_what_is_for_members_is_not_offered_to_others(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, access: Access, *, offered: bool
) -> None:
    """No boost and no quote of a closed group's post; an open group's is as any public one."""
    group = await begun(home, carol, access)
    await let_in(home, carol, group, alice)
    status = await posted(carol, "@paint Blue or green?")

    card = (await visitor.open("/groups/paint")).text

    assert "Blue or green?" in card
    assert (f'formaction="/posts/{status["id"]}/boost"' in card) is offered
    assert (f"/compose?quote={status['id']}" in card) is offered
    assert ("members only" in card) is not offered


async def test_an_answer_to_a_groups_post_stays_in_the_group(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """Its form names the group instead of an audience, and whoever reads the group reads the answer below the post."""
    group = await begun(home, carol)
    await let_in(home, carol, group, alice)
    status = await posted(carol, "@paint Blue or green?")
    page = await visitor.open(f"/@carol/{status['id']}")

    thread = await visitor.follow(await visitor.press(page, "/compose", text="@carol Blue."))

    assert "members of Paint shop" in page.text
    assert thread.text.count('<a href="/groups/paint">Paint shop</a>') == 2


async def test_a_moderator_takes_a_post_out_after_a_question(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, carols: Visitor
) -> None:
    """From the menu of the post; then nobody reads it any more."""
    group = await begun(home, carol)
    await let_in(home, carol, group, alice)
    status = await posted(alice, "@paint Cheap colours, write to me")
    path = f"/groups/paint/posts/{status['id']}/take_out"
    wall = await carols.open("/groups/paint")

    after = await carols.follow(await carols.press(await carols.open(path), path))

    assert f'href="{path}"' in wall.text
    assert "The post is taken out of the group." in after.text
    assert "Cheap colours" not in (await visitor.open("/groups/paint")).text


async def test_a_member_takes_nobodys_post_out(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The twin: no such page, and a form that is sent all the same is refused in words."""
    group = await begun(home, carol)
    await let_in(home, carol, group, alice)
    status = await posted(carol, "@paint Blue or green?")
    path = f"/groups/paint/posts/{status['id']}/take_out"
    wall = await visitor.open("/groups/paint")

    page = await visitor.open(path)
    forged = await visitor.client.post(path, data=fields_of(wall, "/groups/paint/leave"))

    assert path not in wall.text
    assert (page.status_code, forged.status_code) == (404, 403)
    assert "Only a moderator of the group can do this" in forged.text
    assert "Blue or green?" in (await visitor.open("/groups/paint")).text


async def test_the_profile_of_a_group_is_its_wall(home: RunningNode, carol: Person, visitor: Visitor) -> None:
    """Links of other programs end there as well."""
    await begun(home, carol)

    answer = await visitor.open("/@paint")

    assert (answer.status_code, answer.headers["location"]) == (303, "/groups/paint")


async def test_groups_are_said_in_french(home: RunningNode, carol: Person, visitor: Visitor) -> None:
    """A page in one language, also what an access means."""
    await begun(home, carol)

    listed = await visitor.open("/groups?lang=fr")
    wall = await visitor.open("/groups/paint?lang=fr")

    assert "Demander à entrer" in listed.text
    assert "Seuls les membres le lisent. Un modérateur vous fait entrer." in wall.text
    assert "Seuls les membres lisent ce qui est publié ici" in wall.text
