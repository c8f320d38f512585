"""Messages on the pages: the list, one conversation, what is unread; and muting the conversation around a post."""

from collections.abc import AsyncIterator

import pytest

from tests.support.journeys import asked, posted
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import Visitor, visiting


@pytest.fixture
async def visitor(home: RunningNode, alice: Person) -> AsyncIterator[Visitor]:
    """Alice at her browser."""
    async with visiting(home, alice) as visitor:
        yield visitor


async def conversation_of(person: Person) -> str:
    return f"/messages/{(await asked(person, 'GET', '/api/v1/conversations'))[0]['id']}"


async def test_messages_are_listed_and_read_by_being_looked_at(alice: Person, carol: Person, visitor: Visitor) -> None:
    """Unread on the list until the conversation was shown; in the navigation, too."""
    await posted(carol, "@alice lunch?", "direct")
    path = await conversation_of(alice)

    before = await visitor.open("/messages")
    shown = await visitor.open(path)
    after = await visitor.open("/messages")

    assert f'href="{path}"' in before.text
    assert "lunch?" in before.text
    assert "not read yet" in before.text
    assert '<span class="hidden">1 new</span>' in before.text
    assert "Messages with carol" in shown.text
    assert shown.text.count("1 new") == before.text.count("1 new") - 1
    assert "not read yet" not in after.text


async def test_a_conversation_shows_what_was_said_in_order_and_takes_an_answer(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The oldest first, nothing of another circle, and the answer is for the same people."""
    dave = await home.person("dave")
    start = await posted(alice, "Who comes?")
    first = await posted(carol, "@alice one", "direct", in_reply_to_id=start["id"])
    await posted(alice, "@carol two", "direct", in_reply_to_id=first["id"])
    await posted(dave, "@alice elsewhere", "direct", in_reply_to_id=start["id"])
    await posted(alice, "@carol @dave three-of-us", "direct", in_reply_to_id=start["id"])
    await posted(carol, "@alice three", "direct", in_reply_to_id=first["id"])
    path = await conversation_of(alice)

    page = await visitor.open(path)
    done = await visitor.press(page, "/compose", text="@carol four", audience="named")

    places = [page.text.index(f"{word}</p>") for word in ("one", "two", "three")]
    assert places == sorted(places)
    assert "elsewhere" not in page.text
    assert "three-of-us" not in page.text
    assert done.headers["location"] == path
    [last, *_others] = await asked(carol, "GET", "/api/v1/conversations")
    assert "four" in last["last_status"]["content"]
    assert last["last_status"]["visibility"] == "direct"


async def test_a_conversation_of_others_is_not_found(home: RunningNode, carol: Person, visitor: Visitor) -> None:
    """Nor one that does not exist."""
    dave = await home.person("dave")
    await posted(carol, "@dave secret", "direct")
    path = await conversation_of(dave)

    answers = [await visitor.client.get(address) for address in (path, "/messages/1")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "secret" not in answers[0].text


async def test_a_conversation_is_muted_from_a_posts_menu(carol: Person, visitor: Visitor) -> None:
    """And heard of again."""
    status = await posted(carol, "A start")
    page = await visitor.open(f"/@carol/{status['id']}")

    done = await visitor.press(page, f"/posts/{status['id']}/mute_thread")
    muted = await visitor.follow(done)
    await visitor.press(muted, f"/posts/{status['id']}/unmute_thread")
    heard = await visitor.open(f"/@carol/{status['id']}")

    assert "Unmute this conversation" in muted.text
    assert "you are no longer told what happens in it" in muted.text
    assert "Mute this conversation" in heard.text
