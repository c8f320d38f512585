"""Quotes on the pages: writing one, seeing one in each state, and taking one's own post out of one."""

from collections.abc import AsyncIterator

import pytest

from fediverse.queries import timelines
from fediverse.queries.views import Page, PostView
from tests.support.journeys import asked, posted
from tests.support.nodes import Person, RunningNode, settle_all
from tests.support.visitors import Visitor, fields_of, visiting


@pytest.fixture
async def visitor(home: RunningNode, carol: Person) -> AsyncIterator[Visitor]:
    """Carol at her browser."""
    async with visiting(home, carol) as visitor:
        yield visitor


async def newest(home: RunningNode, person: Person) -> PostView:
    with home.node.database.active():
        return (await timelines.account_posts(home.node, person.id, person.id, Page(limit=1)))[0]


async def test_a_post_is_quoted_from_its_menu(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The link leads to the form with the quoted post in it; what is sent shows it."""
    original = await posted(alice, "Paint is dry")
    shown = await visitor.open(f"/@alice/{original['id']}")
    page = await visitor.open(f"/compose?quote={original['id']}")

    await visitor.press(page, "/compose", text="Good news", audience="network")

    assert f"/compose?quote={original['id']}" in shown.text
    assert "Paint is dry" in page.text
    post = await newest(home, carol)
    assert post.quote is not None
    assert post.quote.state == "accepted"
    card = await visitor.open(f"/@carol/{post.id}")
    assert 'class="quoted"' in card.text
    assert "Paint is dry" in card.text


async def test_a_post_that_may_not_be_quoted_offers_no_quote(alice: Person, visitor: Visitor) -> None:
    """And who asks for the form all the same reads why not; a hidden post is not there at all."""
    closed = await posted(alice, "Paint is dry", quote_approval_policy="nobody")
    hidden = await posted(alice, "For followers", "private")

    shown = await visitor.open(f"/@alice/{closed['id']}")
    refused = await visitor.open(f"/compose?quote={closed['id']}")

    assert "/compose?quote=" not in shown.text
    assert refused.status_code == 422
    assert (await visitor.open(f"/compose?quote={hidden['id']}")).status_code == 404
    assert (await visitor.open("/compose?quote=nothing")).status_code == 404


async def test_a_refused_quote_comes_back_with_what_was_written(alice: Person, visitor: Visitor) -> None:
    """The author closed the post while Carol wrote."""
    original = await posted(alice, "Paint is dry")
    page = await visitor.open(f"/compose?quote={original['id']}")
    path = f"/api/v1/statuses/{original['id']}/interaction_policy"
    await asked(alice, "PUT", path, json={"quote_approval_policy": "nobody"})

    answer = await visitor.press(page, "/compose", text="Good news", audience="network")

    assert answer.status_code == 422
    assert "Its author does not let you quote this post" in answer.text
    assert "Good news</textarea>" in answer.text


async def test_a_company_post_is_offered_to_the_company_only(alice: Person, visitor: Visitor) -> None:
    """The form offers no audience that would be narrowed afterwards."""
    original = await posted(alice, "Only here", local_only=True)

    page = await visitor.open(f"/compose?quote={original['id']}")

    assert fields_of(page, "/compose")["audience"] == "company"
    assert '<option value="network"' not in page.text


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("delete", "The quoted post is deleted."),
        ("revoke", "The author took the quoted post back."),
        ("mute", "The quoted post is by somebody whom you muted."),
    ],
)
async def test_a_quote_that_is_not_shown_says_why(
    home: RunningNode, alice: Person, carol: Person, dave: Person, act: str, sentence: str
) -> None:
    """In a sentence, in place of the post."""
    original = await posted(alice, "Paint is dry")
    quote = await posted(carol, "Look", quoted_status_id=original["id"])
    path = f"/api/v1/statuses/{original['id']}"
    match act:
        case "delete":
            await asked(alice, "DELETE", path)
        case "revoke":
            await asked(alice, "POST", f"{path}/quotes/{quote['id']}/revoke")
        case _:
            await asked(dave, "POST", f"/api/v1/accounts/{alice.id}/mute")

    async with visiting(home, dave) as reader:
        page = await reader.open(f"/@carol/{quote['id']}")

    assert sentence in page.text
    assert ("Paint is dry" in page.text) is (act == "mute")  # folded below the sentence


async def test_a_post_taken_back_from_one_quote_stays_in_the_other(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """Both stand on one page, and the one does not bring the post back into the other."""
    original = await posted(alice, "Paint is dry")
    taken = await posted(carol, "First", quoted_status_id=original["id"])
    await posted(carol, "Second", quoted_status_id=original["id"])
    await asked(alice, "POST", f"/api/v1/statuses/{original['id']}/quotes/{taken['id']}/revoke")

    page = await visitor.open("/@carol")

    assert page.text.count("Paint is dry") == 1
    assert page.text.count("The author took the quoted post back.") == 1


async def test_a_quote_that_waits_says_so(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """Until the other node answered; then the post is there."""
    written = await posted(bob, "Varnish is wet")
    found = await asked(
        carol, "GET", "/api/v2/search", params={"q": written["uri"], "resolve": "true", "type": "statuses"}
    )
    quote = await posted(carol, "Look", quoted_status_id=found["statuses"][0]["id"])

    async with visiting(home, carol) as reader:
        before = await reader.open(f"/@carol/{quote['id']}")
        await settle_all(home, away)
        after = await reader.open(f"/@carol/{quote['id']}")

    assert "The quoted post is shown once its author has approved." in before.text
    assert "Varnish is wet" in after.text


async def test_the_author_takes_the_own_post_out_of_a_quote(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """On the page with who quotes the post; Carol sees that page without the button."""
    original = await posted(alice, "Paint is dry")
    quote = await posted(carol, "Look", quoted_status_id=original["id"])
    target = f"/posts/{original['id']}/quotes/{quote['id']}/revoke"
    others = await visitor.open(f"/@alice/{original['id']}/quotes")

    async with visiting(home, alice) as author:
        page = await author.open(f"/@alice/{original['id']}/quotes")
        answer = await author.press(page, target)
        after = await author.follow(answer)

    assert "Look" in others.text
    assert target not in others.text
    assert "Your post is taken out of the quote." in after.text
    assert "No quotes" in after.text
    assert (await asked(carol, "GET", f"/api/v1/statuses/{quote['id']}"))["quote"]["state"] == "revoked"


async def test_the_author_says_on_the_page_who_may_quote(home: RunningNode, alice: Person, visitor: Visitor) -> None:
    """A choice of three; something else is refused, and so is somebody else."""
    original = await posted(alice, "Paint is dry")
    target = f"/posts/{original['id']}/quote_policy"

    async with visiting(home, alice) as author:
        page = await author.open(f"/@alice/{original['id']}/quotes")
        saved = await author.press(page, target, policy="nobody")
        refused = await author.press(page, target, policy="everybody")
    mine = await visitor.open("/compose")
    forged = await visitor.client.post(
        target, data={"csrf_token": fields_of(mine, "/compose")["csrf_token"], "policy": "public"}
    )

    assert (saved.status_code, refused.status_code, forged.status_code) == (303, 422, 404)
    assert (await asked(alice, "GET", f"/api/v1/statuses/{original['id']}"))["quote_approval"]["automatic"] == []


async def test_a_quote_is_told_on_the_page_in_french(home: RunningNode, alice: Person, carol: Person) -> None:
    """The notification, and the words of the card."""
    original = await posted(alice, "La peinture est sèche")
    await posted(carol, "Regardez", quoted_status_id=original["id"])

    async with visiting(home, alice) as author:
        page = await author.open("/notifications?lang=fr")

    assert "a cité votre publication" in page.text
    assert "Publication citée de" in page.text


@pytest.fixture
async def dave(home: RunningNode) -> Person:
    """Somebody who reads."""
    return await home.person("dave")
