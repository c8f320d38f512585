"""The button "Who will see this?" of the composer: the same page again, with what publishing would do, and nothing done."""

import pytest

from fediverse.actions import groups
from fediverse.actions.groups import GroupDraft
from tests.support.journeys import asked, follow, follows, posted, rows_of
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import fields_of, visiting

ASK = "/compose/who"


async def counts_of(node: RunningNode) -> dict[str, int]:
    """How many rows each table holds; a session's own come with the visit."""
    counts: dict[str, int] = {}
    for table, _row in await rows_of(node):
        counts[table] = counts.get(table, 0) + 1
    return counts


async def projet(node: RunningNode, owner: Person) -> int:
    with node.node.database.active():
        return await groups.create(node.node, owner.id, GroupDraft("projet", display_name="Projet X"))


async def test_the_button_tells_and_keeps_the_text(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, carol: Person
) -> None:
    """Without a script: the count of each company stands above the text, which is as it was, and no row is new."""
    await follows(bob, alice, away, home)
    await follow(carol, alice)
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/compose")
        before = await counts_of(home)

        told = await visitor.press(page, ASK, text="Not finished", audience="followers")

        assert told.status_code == 200
        assert f"Followers: 1 person here, 1 at {away.host}." in told.text
        assert fields_of(told, "/compose") | {"csrf_token": ""} == fields_of(page, "/compose") | {
            "csrf_token": "",
            "text": "Not finished",
            "audience": "followers",
            "key": fields_of(told, "/compose")["key"],
        }
        assert await counts_of(home) == before


async def test_it_is_said_in_french(home: RunningNode, alice: Person) -> None:
    """In the language of the page."""
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/compose?lang=fr")

        told = await visitor.press(page, ASK, text="Bonjour", audience="named")

    assert "Personne d’autre que vous." in told.text
    assert "Rien n’est encore envoyé." in told.text


async def test_a_refusal_is_told_before_it_happens(home: RunningNode, alice: Person, carol: Person) -> None:
    """Naming who is no member: the reason stands on the page; the twin, who is one, is counted."""
    await projet(home, alice)
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/compose")

        refused = await visitor.press(page, ASK, text="@projet and @carol", audience="network")
        allowed = await visitor.press(page, ASK, text="@projet and nobody", audience="network")

    assert "would not get this" in refused.text
    assert "Members of Projet X: you." in allowed.text
    assert "would not get this" not in allowed.text


async def test_files_are_not_kept(home: RunningNode, alice: Person) -> None:
    """A file without a word is a post: nothing is missing. It is not stored, and the page says so."""
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/compose")
        before = await counts_of(home)

        told = await visitor.press(page, ASK, {"file_0": ("a.txt", b"words", "text/plain")}, audience="company")
        blank = await visitor.press(page, ASK, audience="company")

        assert "choose them again" in told.text
        assert "be blank" not in told.text
        assert "choose them again" not in blank.text
        assert "be blank" in blank.text or 'role="alert"' in blank.text
        assert await counts_of(home) == before


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("Minutes of @projet", "It is for the members of the group in which it stands."),
        ("Minutes of the project", "Your post is out.</span>"),
    ],
)
async def test_an_audience_that_was_not_chosen_is_told(
    text: str, notice: str, home: RunningNode, alice: Person
) -> None:
    """After publishing, once; what was chosen and is so needs no word."""
    await projet(home, alice)
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/compose")

        after = await visitor.follow(await visitor.press(page, "/compose", text=text, audience="network"))

    assert notice in after.text


async def test_an_answer_that_is_narrowed_says_so(home: RunningNode, alice: Person, carol: Person) -> None:
    """A form that was opened before cannot widen an answer: it is narrower, and its author reads why."""
    await follow(alice, carol)
    status = await posted(carol, "For followers", "private")
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/compose")
        answer = {"text": "Me too", "audience": "network", "reply_to": str(status["id"])}

        told = await visitor.press(page, ASK, **answer)
        after = await visitor.follow(await visitor.press(page, "/compose", **answer))

    assert "since what it answers is for no more people" in told.text
    assert "for fewer people than you chose" in after.text
    [written] = await asked(alice, "GET", f"/api/v1/accounts/{alice.id}/statuses")
    assert written["visibility"] == "private"


async def test_the_button_is_nobodys_without_a_session(home: RunningNode) -> None:
    """The form's own token is asked for, and a session first."""
    async with visiting(home) as stranger:
        answer = await stranger.client.post(ASK, data={"text": "x", "audience": "network"})

    assert answer.status_code in {303, 401, 403}
    assert "Who will see" not in answer.text
