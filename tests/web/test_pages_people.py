"""People on the pages: profiles, follows, requests, blocks and mutes, reactions, notifications, search, and a person's own settings."""

from collections.abc import AsyncIterator

import pytest

from fediverse.actions import profiles
from fediverse.actions.access import issue_token
from fediverse.queries import accounts, relations, timelines
from fediverse.queries.views import AccountView, Page, PostView, RelationshipView
from tests.support.clients import registered
from tests.support.nodes import PASSWORD, Person, RunningNode, settle_all
from tests.support.visitors import Visitor, fields_of, link_of, targets_of, visiting


@pytest.fixture
async def visitor(home: RunningNode, alice: Person) -> AsyncIterator[Visitor]:
    """Alice at her browser."""
    async with visiting(home, alice) as visitor:
        yield visitor


async def relationship(home: RunningNode, viewer: Person, target: Person) -> RelationshipView:
    with home.node.database.active():
        return (await relations.relationships(home.node, viewer.id, [target.id]))[0]


async def posted(home: RunningNode, person: Person, text: str) -> PostView:
    await person.client.post("/api/v1/statuses", data={"status": text})
    with home.node.database.active():
        return (await timelines.account_posts(home.node, person.id, person.id, Page(limit=1)))[0]


async def known(home: RunningNode, person: Person) -> AccountView:
    with home.node.database.active():
        return await accounts.account(home.node, person.id, person.id)


@pytest.mark.parametrize(
    ("verb", "opposite", "state"),
    [("follow", "unfollow", "following"), ("block", "unblock", "blocking"), ("mute", "unmute", "muting")],
)
async def test_button_on_a_profile_does_and_undoes(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, verb: str, opposite: str, state: str
) -> None:
    """The same verbs as from any client; afterwards the person is back on the profile."""
    page = await visitor.open("/@carol")

    done = await visitor.press(page, f"/accounts/{carol.id}/{verb}")
    after = await relationship(home, alice, carol)
    page = await visitor.follow(done)
    await visitor.press(page, f"/accounts/{carol.id}/{opposite}")

    assert done.headers["location"] == "/@carol"
    assert getattr(after, state)
    assert not getattr(await relationship(home, alice, carol), state)


async def test_locked_person_is_asked_and_answers(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """A request waits on the other's page until it is accepted."""
    dora = await home.person("dora", locked=True)
    page = await visitor.open("/@dora")
    await visitor.press(page, f"/accounts/{dora.id}/follow")

    async with visiting(home, dora) as other:
        waiting = await other.open("/requests")
        await other.press(waiting, f"/accounts/{alice.id}/accept")

    assert "Ask to follow" in page.text
    assert "@alice" in waiting.text
    assert (await relationship(home, alice, dora)).following


async def test_declined_request_leads_nowhere(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """The twin of the accepted one."""
    dora = await home.person("dora", locked=True)
    page = await visitor.open("/@dora")
    await visitor.press(page, f"/accounts/{dora.id}/follow")

    async with visiting(home, dora) as other:
        waiting = await other.open("/requests")
        await other.press(waiting, f"/accounts/{alice.id}/reject")

    after = await relationship(home, alice, dora)
    assert not after.following
    assert not after.requested


async def test_profile_shows_whom_somebody_follows_unless_it_is_hidden(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """A person decides whether their ties are shown; they always see them themselves."""
    page = await visitor.open("/@carol")
    await visitor.press(page, f"/accounts/{carol.id}/follow")
    with home.node.database.active():
        await profiles.update_profile(home.node, alice.id, profiles.ProfileChange(hide_collections=True))

    own = await visitor.open("/@alice/following")
    async with visiting(home, carol) as other:
        hidden = await other.open("/@alice/following")

    assert 'href="/@carol"' in own.text
    assert "This person does not show it." in hidden.text


@pytest.mark.parametrize(
    ("verb", "opposite", "mark"),
    [("like", "unlike", "liked"), ("boost", "unboost", "boosted"), ("bookmark", "unbookmark", "bookmarked")],
)
async def test_button_below_a_post_does_and_undoes(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor, verb: str, opposite: str, mark: str
) -> None:
    """The way back leads to the place of the post on the page where the button was."""
    post = await posted(home, carol, "hello")
    page = await visitor.open("/company")

    done = await visitor.press(page, f"/posts/{post.id}/{verb}")
    with home.node.database.active():
        (after,) = await timelines.public(home.node, alice.id, Page(), local=True)
    page = await visitor.follow(done)
    await visitor.press(page, f"/posts/{post.id}/{opposite}")

    assert done.headers["location"] == f"/company#post-{post.id}"
    assert getattr(after, mark)
    with home.node.database.active():
        (undone,) = await timelines.public(home.node, alice.id, Page(), local=True)
    assert not getattr(undone, mark)


@pytest.mark.parametrize(
    "back", ["//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:x", "/a\nb"]
)
async def test_form_never_leads_to_another_site(home: RunningNode, carol: Person, visitor: Visitor, back: str) -> None:
    """Whatever stands in the field for the way back."""
    post = await posted(home, carol, "hello")
    page = await visitor.open("/company")

    answer = await visitor.press(page, f"/posts/{post.id}/like", back=back)

    assert answer.headers["location"] == "/"


async def test_pinned_post_stands_first_on_the_profile(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """Pinned and unpinned from the menu of one's own post."""
    post = await posted(home, alice, "read this first")
    page = await visitor.open("/@alice")

    pinned = await visitor.follow(await visitor.press(page, f"/posts/{post.id}/pin"))
    unpinned = await visitor.follow(await visitor.press(pinned, f"/posts/{post.id}/unpin"))

    assert "Pinned" in pinned.text
    assert "Unpin from your profile" in pinned.text
    assert "Unpin from your profile" not in unpinned.text


async def test_post_of_somebody_else_cannot_be_pinned(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The twin of the pin above: the form is ours, the verb refuses."""
    own, other = await posted(home, alice, "mine"), await posted(home, carol, "hers")
    page = await visitor.open("/@alice")
    token = fields_of(page, f"/posts/{own.id}/pin")["csrf_token"]

    answer = await visitor.client.post(f"/posts/{other.id}/pin", data={"csrf_token": token})

    assert answer.status_code in {403, 404, 422}


async def test_notifications_count_until_they_are_shown(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The badge, the list, and what is new in it."""
    await carol.client.post("/api/v1/statuses", data={"status": "@alice hello"})
    await home.settle()

    before = await visitor.open("/")
    listed = await visitor.open("/notifications")
    after = await visitor.open("/")

    assert "1 new" in before.text
    assert "told new" in listed.text
    assert "wrote to you" in listed.text
    assert "1 new" not in after.text


async def test_notifications_can_be_cleared(home: RunningNode, carol: Person, visitor: Visitor) -> None:
    """Only by the button."""
    await carol.client.post("/api/v1/statuses", data={"status": "@alice hello"})
    await home.settle()

    page = await visitor.open("/notifications")
    cleared = await visitor.follow(await visitor.press(page, "/notifications/clear"))

    assert "Nothing new" in cleared.text


async def test_search_finds_people_posts_and_tags(home: RunningNode, carol: Person, visitor: Visitor) -> None:
    """One field for all three."""
    await posted(home, carol, "sterile trays arrived #trays")

    people = await visitor.open("/search?q=car")
    posts = await visitor.open("/search?q=sterile&kind=posts")
    tags = await visitor.open("/search?q=trays&kind=tags")
    nothing = await visitor.open("/search?q=zeppelin")

    assert 'href="/@carol"' in people.text
    assert "sterile trays arrived" in posts.text
    assert 'href="/tags/trays"' in tags.text
    assert "Nothing found" in nothing.text


async def test_search_finds_a_person_of_an_allowed_node_by_address(
    home: RunningNode, away: RunningNode, bob: Person, visitor: Visitor
) -> None:
    """The whole address leads to the person's page here, where the follow button is."""
    answer = await visitor.open(f"/search?q=@{bob.handle}")
    profile = await visitor.follow(answer)

    assert answer.headers["location"] == f"/@{bob.handle}"
    assert "/accounts/" in profile.text


async def test_search_for_somebody_of_a_refused_node_says_why(
    home: RunningNode, outsider: RunningNode, mallory: Person, visitor: Visitor
) -> None:
    """The twin: a clear sentence, no person, no request to that node."""
    page = await visitor.open(f"/search?q=@{mallory.handle}")

    assert page.status_code == 200
    assert f"{outsider.host} is not among the nodes that your company allows" in page.text


async def test_address_of_a_post_leads_to_it(home: RunningNode, carol: Person, visitor: Visitor) -> None:
    """Pasted into the search field."""
    post = await posted(home, carol, "hello")

    answer = await visitor.open(f"/search?q={post.uri}")

    assert answer.headers["location"] == f"/@carol/{post.id}"


async def test_profile_is_changed_by_its_form(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """Names, text, details and switches; what was not touched stays."""
    page = await visitor.open("/settings/profile")
    answer = await visitor.press(
        page,
        "/settings/profile",
        display_name="Alice Martin",
        note="Logistics",
        field_name=["Office", ""],
        field_value=["Lyon", ""],
        locked="1",
    )
    shown = await visitor.follow(answer)

    after = await known(home, alice)
    assert (after.display_name, after.note_source, after.locked, after.discoverable) == (
        "Alice Martin",
        "Logistics",
        True,
        True,
    )
    assert after.fields == (("Office", "Lyon"),)
    assert 'value="Lyon"' in shown.text


async def test_profile_that_is_too_long_comes_back(visitor: Visitor) -> None:
    """With what was typed."""
    page = await visitor.open("/settings/profile")

    answer = await visitor.press(page, "/settings/profile", display_name="A" * 100, note="kept")

    assert answer.status_code == 422
    assert ">kept</textarea>" in answer.text


async def test_the_default_quote_policy_is_a_preference(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """Set on the page, said by the API, and the policy of the next post that says nothing of it; a word that is none changes nothing."""
    page = await visitor.open("/settings/preferences")

    refused = await visitor.press(page, "/settings/preferences", default_quote_policy="everybody")
    saved = await visitor.follow(await visitor.press(page, "/settings/preferences", default_quote_policy="followers"))

    mine = (await alice.client.get("/api/v1/accounts/verify_credentials")).json()
    written = (await alice.client.post("/api/v1/statuses", json={"status": "Quote me"})).json()
    assert (refused.status_code, mine["source"]["quote_policy"]) == (422, "followers")
    assert '<option value="followers" selected>' in saved.text
    assert written["quote_approval"]["automatic"] == ["followers"]


async def test_new_password_needs_the_old_one(home: RunningNode, visitor: Visitor) -> None:
    """Refused without it; with it every other browser is signed out and this one is not."""
    page = await visitor.open("/settings/preferences")
    words = "four plain words here"

    refused = await visitor.press(page, "/settings/password", current="wrong", new=words, again=words)
    different = await visitor.press(page, "/settings/password", current=PASSWORD, new=words, again="other")
    changed = await visitor.press(page, "/settings/password", current=PASSWORD, new=words, again=words)
    after = await visitor.follow(changed)

    assert "The current password is not right." in refused.text
    assert "The two new passwords are not the same." in different.text
    assert "Your password is changed." in after.text


async def test_app_is_listed_and_shut_out(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """Its token stops working at once."""
    with home.node.database.active():
        client = await registered(home.node, name="Elk")
        token = await issue_token(home.node, alice.id, ["read"], client.app_id)
    bearer = {"authorization": f"Bearer {token}"}

    page = await visitor.open("/settings/apps")
    before = await home.client.get("/api/v1/accounts/verify_credentials", headers=bearer)
    target = targets_of(page, "/revoke")[0]
    answer = await visitor.press(page, target)
    after = await home.client.get("/api/v1/accounts/verify_credentials", headers=bearer)

    assert "Elk" in page.text
    assert (before.status_code, answer.status_code, after.status_code) == (200, 303, 401)


async def test_app_of_somebody_else_cannot_be_shut_out(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The twin: the number of another's grant is unknown here."""
    with home.node.database.active():
        client = await registered(home.node, name="Elk")
        await issue_token(home.node, carol.id, ["read"], client.app_id)
        token = await issue_token(home.node, alice.id, ["read"], client.app_id)
    async with visiting(home, carol) as other:
        foreign = targets_of(await other.open("/settings/apps"), "/revoke")[0]
    page = await visitor.open("/settings/apps")
    csrf = fields_of(page, targets_of(page, "/revoke")[0])["csrf_token"]

    answer = await visitor.client.post(foreign, data={"csrf_token": csrf})

    assert answer.status_code == 404
    assert token


async def test_timeline_leads_on_to_what_is_older_and_back(home: RunningNode, carol: Person, visitor: Visitor) -> None:
    """Twenty posts a page."""
    for number in range(21):
        await posted(home, carol, f"number {number:02}")

    first = await visitor.open("/company")
    older = await visitor.open(link_of(first, 'rel="next"'))
    newer = await visitor.open(link_of(older, 'rel="prev"'))

    assert "number 20" in first.text
    assert "number 00" not in first.text
    assert "number 00" in older.text
    assert "number 20" in newer.text


async def test_post_of_a_followed_person_elsewhere_arrives_at_home(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor
) -> None:
    """Found by address, followed by the button; the post says which node it comes from."""
    profile = await visitor.follow(await visitor.open(f"/search?q=@{bob.handle}"))
    await visitor.press(profile, targets_of(profile, "/follow")[0])
    await settle_all(home, away)
    await bob.client.post("/api/v1/statuses", data={"status": "from beta", "visibility": "public"})
    await settle_all(home, away)

    page = await visitor.open("/")

    assert "from beta" in page.text
    assert f"/@{bob.handle}" in page.text
    assert away.host in page.text
