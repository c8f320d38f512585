"""Muting a thread (reference: client API, section 2.3): the statuses in it say so, and others learn nothing."""

from tests.support.journeys import asked, posted
from tests.support.nodes import Person


async def test_a_muted_thread_says_so_in_all_its_statuses(alice: Person, carol: Person) -> None:
    """Muted by one of its statuses, and heard of again by another; other threads and other people are not touched."""
    start = await posted(carol, "A start")
    answer = await posted(alice, "An answer", in_reply_to_id=start["id"])
    await posted(carol, "Something else")

    muted = await asked(alice, "POST", f"/api/v1/statuses/{answer['id']}/mute")
    own = [one["muted"] for one in await asked(alice, "GET", "/api/v1/timelines/public")]
    others = [one["muted"] for one in await asked(carol, "GET", "/api/v1/timelines/public")]
    heard = await asked(alice, "POST", f"/api/v1/statuses/{start['id']}/unmute")

    assert (muted["id"], muted["muted"]) == (answer["id"], True)
    assert (own, others) == ([False, True, True], [False, False, False])
    assert heard["muted"] is False
    assert (await asked(alice, "GET", f"/api/v1/statuses/{answer['id']}"))["muted"] is False


async def test_muting_twice_is_muting_once(alice: Person, carol: Person) -> None:
    """A boost stands for what it boosts; heard of again once, the thread is."""
    status = await posted(carol, "A start")
    boost = await asked(alice, "POST", f"/api/v1/statuses/{status['id']}/reblog")

    await asked(alice, "POST", f"/api/v1/statuses/{status['id']}/mute")
    again = await asked(alice, "POST", f"/api/v1/statuses/{boost['id']}/mute")
    heard = await asked(alice, "POST", f"/api/v1/statuses/{boost['id']}/unmute")

    assert (again["id"], again["muted"], heard["muted"]) == (status["id"], True, False)


async def test_a_thread_that_is_hidden_cannot_be_muted(alice: Person, carol: Person, dave: Person) -> None:
    """404 for whoever does not see the post; whom it names may."""
    secret = await posted(carol, "For @dave", "direct")

    await asked(alice, "POST", f"/api/v1/statuses/{secret['id']}/mute", 404)
    await asked(alice, "POST", f"/api/v1/statuses/{secret['id']}/unmute", 404)

    assert (await asked(dave, "POST", f"/api/v1/statuses/{secret['id']}/mute"))["muted"] is True
