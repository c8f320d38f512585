"""Writing on the pages: who will see it, what is refused and comes back, pictures, replies, edits and deletions."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from PIL import Image

from fediverse.policy.domains import Reach
from fediverse.queries import timelines
from fediverse.queries.views import Page, PostView
from tests.support.nodes import Person, RunningNode, settle_all
from tests.support.visitors import Visitor, visiting

MakeNode = Callable[..., Awaitable[RunningNode]]


@pytest.fixture
async def visitor(home: RunningNode, alice: Person) -> AsyncIterator[Visitor]:
    """Alice at her browser."""
    async with visiting(home, alice) as visitor:
        yield visitor


async def newest(home: RunningNode, person: Person) -> PostView:
    """The newest post of *person*, as its author sees it."""
    with home.node.database.active():
        return (await timelines.account_posts(home.node, person.id, person.id, Page(limit=1)))[0]


async def written(home: RunningNode, visitor: Visitor, person: Person, text: str, **changes: str | None) -> PostView:
    """A post written on the page for it."""
    page = await visitor.open("/compose")
    answer = await visitor.press(page, "/compose", text=text, **changes)
    assert answer.status_code == 303, answer.text
    return await newest(home, person)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("audience", "visibility", "local_only"),
    [
        ("company", "public", True),
        ("network", "public", False),
        ("quietly", "unlisted", False),
        ("followers", "private", False),
        ("named", "direct", False),
    ],
)
async def test_chosen_audience_is_the_audience_of_the_post(
    home: RunningNode, alice: Person, visitor: Visitor, audience: str, visibility: str, *, local_only: bool
) -> None:
    """The five words of the page and what they are for clients and on the wire."""
    post = await written(home, visitor, alice, "hello", audience=audience)

    assert (post.visibility, post.local_only) == (visibility, local_only)


@pytest.mark.parametrize("audience", ["public", "", "everybody"])
async def test_post_without_a_known_audience_is_refused(visitor: Visitor, audience: str) -> None:
    """Nobody's post goes to an audience that was not chosen; the text comes back."""
    page = await visitor.open("/compose")

    answer = await visitor.press(page, "/compose", text="for whom?", audience=audience)

    assert answer.status_code == 422
    assert "Choose who will see this." in answer.text
    assert "for whom?</textarea>" in answer.text


async def test_page_says_which_nodes_will_see_a_post(home: RunningNode, away: RunningNode, alice: Person) -> None:
    """Allowed nodes are named, those that get only what is addressed to them apart; held and removed ones are not."""
    await home.allow("*.delta.example")
    await home.allow("gamma.example", reach=Reach.ADDRESSED)
    async with visiting(home, alice) as visitor:
        before = await visitor.open("/")
        await home.remove(away.host)
        after = await visitor.open("/")

    assert "on the allowed nodes: all of delta.example, beta.localhost:8002" in before.text
    assert "Only if you name somebody there: gamma.example" in before.text
    assert "beta.localhost" not in after.text


async def test_page_says_that_posts_stay_here_when_no_node_is_allowed(visitor: Visitor) -> None:
    """An empty list is nobody."""
    page = await visitor.open("/")

    assert "No other node is allowed yet." in page.text


async def test_node_where_public_means_company_offers_that_first(nodes: MakeNode) -> None:
    """The administrator's setting decides what stands in an empty form."""
    careful = await nodes("careful", public_means="company")
    zoe = await careful.person("zoe")
    async with visiting(careful, zoe) as visitor:
        page = await visitor.open("/")

    assert '<option value="company" selected>' in page.text


async def test_post_that_is_too_long_comes_back_with_its_text(
    home: RunningNode, alice: Person, visitor: Visitor
) -> None:
    """Nobody types twice."""
    text = "x" * 5001
    page = await visitor.open("/compose")

    answer = await visitor.press(page, "/compose", text=text, summary="about x", audience="company")

    assert answer.status_code == 422
    assert f"{text}</textarea>" in answer.text
    assert 'value="about x"' in answer.text
    assert '<option value="company" selected>' in answer.text


async def test_picture_survives_a_refused_post(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """The upload is kept and goes out with the mended post, with its description."""
    page = await visitor.open("/compose")
    files = {"file_0": ("teal.png", picture(), "image/png")}

    refused = await visitor.press(page, "/compose", files, text="x" * 5001, alt_0="a teal field")
    mended = await visitor.press(refused, "/compose", text="short")

    assert refused.status_code == 422
    assert mended.status_code == 303
    post = await newest(home, alice)
    assert [media.alt for media in post.media] == ["a teal field"]


async def test_file_that_is_no_picture_is_refused_with_the_text_kept(visitor: Visitor) -> None:
    """The reason stands on the page."""
    page = await visitor.open("/compose")
    files = {"file_0": ("notes.png", b"not a picture", "image/png")}

    answer = await visitor.press(page, "/compose", files, text="see the picture")

    assert 400 <= answer.status_code < 500
    assert "see the picture</textarea>" in answer.text
    assert 'class="problem"' in answer.text


async def test_file_that_is_too_large_is_refused_with_the_text_kept(nodes: MakeNode) -> None:
    """By the node's own limit."""
    small = await nodes("small", max_media_bytes=1024 * 1024)
    zoe = await small.person("zoe")
    files = {"file_0": ("large.png", picture() + b"x" * 1024 * 1024, "image/png")}
    async with visiting(small, zoe) as visitor:
        page = await visitor.open("/compose")

        answer = await visitor.press(page, "/compose", files, text="see the picture")

    assert answer.status_code == 413
    assert "A file may have 1 MB at most" in answer.text
    assert "see the picture</textarea>" in answer.text


async def test_picture_of_somebody_else_cannot_be_attached(home: RunningNode, carol: Person, visitor: Visitor) -> None:
    """Upload ids in the form are asked of the verb, as from any client."""
    answer = await carol.client.post("/api/v2/media", files={"file": ("teal.png", picture(), "image/png")})
    foreign = answer.json()["id"]
    page = await visitor.open("/compose")

    refused = await visitor.press(page, "/compose", text="mine?", media=foreign)

    assert refused.status_code in {404, 422}


async def test_form_sent_twice_makes_one_post(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """An impatient second click."""
    page = await visitor.open("/compose")

    await visitor.press(page, "/compose", text="once")
    await visitor.press(page, "/compose", text="once")

    with home.node.database.active():
        shown = await timelines.account_posts(home.node, alice.id, alice.id, Page())
    assert len(shown) == 1


async def test_reply_names_whom_it_answers_and_offers_no_wider_audience(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """Below a post for followers there is no way to the network."""
    async with visiting(home, carol) as other:
        await written(home, other, carol, "@alice for you", audience="named")
    post = await newest(home, carol)

    page = await visitor.open(f"/@carol/{post.id}")
    answer = await visitor.press(page, "/compose", text="@carol thank you")

    assert ">@carol </textarea>" in page.text
    assert 'value="network"' not in page.text
    assert answer.headers["location"] == f"/@carol/{post.id}"
    reply = await newest(home, alice)
    assert (reply.reply_to_id, reply.visibility) == (post.id, "direct")


async def test_reply_stays_narrow_whatever_the_form_says(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The verb narrows; the page only offers."""
    async with visiting(home, carol) as other:
        await written(home, other, carol, "@alice for you", audience="named")
    post = await newest(home, carol)
    page = await visitor.open(f"/@carol/{post.id}")

    await visitor.press(page, "/compose", text="@carol loud", audience="network")

    assert (await newest(home, alice)).visibility == "direct"


async def test_edit_changes_the_post_and_keeps_the_earlier_version(
    home: RunningNode, alice: Person, visitor: Visitor
) -> None:
    """Everybody who sees the post sees what it said before."""
    post = await written(home, visitor, alice, "first words")

    form = await visitor.open(f"/posts/{post.id}/edit")
    answer = await visitor.press(form, f"/posts/{post.id}/edit", text="better words")
    history = await visitor.open(f"/@alice/{post.id}/history")

    assert ">first words</textarea>" in form.text
    assert answer.headers["location"] == f"/@alice/{post.id}"
    assert "better words" in (await visitor.follow(answer)).text
    assert "first words" in history.text
    assert "better words" in history.text


async def test_edit_that_is_refused_keeps_the_text(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """As for a new post."""
    post = await written(home, visitor, alice, "first words")
    form = await visitor.open(f"/posts/{post.id}/edit")

    answer = await visitor.press(form, f"/posts/{post.id}/edit", text="y" * 5001)

    assert answer.status_code == 422
    assert "y" * 5001 in answer.text


async def test_delete_asks_first_and_then_deletes(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """Opening the page deletes nothing; the button does."""
    post = await written(home, visitor, alice, "a mistake")

    question = await visitor.open(f"/posts/{post.id}/delete")
    still_there = await visitor.open(f"/@alice/{post.id}")
    answer = await visitor.press(question, f"/posts/{post.id}/delete")
    gone = await visitor.open(f"/@alice/{post.id}")

    assert (still_there.status_code, answer.status_code, gone.status_code) == (200, 303, 404)


@pytest.mark.parametrize("page", ["edit", "delete"])
async def test_post_of_somebody_else_has_no_such_page(
    home: RunningNode, carol: Person, visitor: Visitor, page: str
) -> None:
    """The twin of editing and deleting one's own."""
    async with visiting(home, carol) as other:
        post = await written(home, other, carol, "carol's own")

    answer = await visitor.open(f"/posts/{post.id}/{page}")

    assert answer.status_code == 404


async def test_post_for_followers_is_not_there_for_others(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The author sees it; somebody who does not follow gets the page of what does not exist."""
    post = await written(home, visitor, alice, "for followers", audience="followers")

    own = await visitor.open(f"/@alice/{post.id}")
    async with visiting(home, carol) as other:
        hidden = await other.open(f"/@alice/{post.id}")
        history = await other.open(f"/@alice/{post.id}/history")
        likes = await other.open(f"/@alice/{post.id}/likes")

    assert own.status_code == 200
    assert [answer.status_code for answer in (hidden, history, likes)] == [404, 404, 404]


async def test_mention_and_tag_in_a_post_stay_on_this_node(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, visitor: Visitor
) -> None:
    """Links to people and tags of other nodes open here, where they can be followed."""
    await bob.client.post(
        "/api/v1/statuses", data={"status": f"@{alice.handle} look at #Logistics", "visibility": "public"}
    )
    await settle_all(home, away)

    page = await visitor.open("/notifications")

    assert 'href="/@alice"' in page.text
    assert 'href="/tags/logistics"' in page.text
