"""Whose handle it is: neither an actor's own word nor a domain's is enough, both must agree (T-065, T-067, T-319)."""

from datetime import timedelta

import orjson

from fediverse.actions import resolve
from fediverse.queries import accounts
from tests.federation.scripted import PUBLIC, Actor, Apps, Keys, ScriptedServer, count, deliver, join
from tests.support.clocks import StoppedClock
from tests.support.nodes import Person, RunningNode

PORTAL = "portal.localhost:9003"
WEBFINGER = "/.well-known/webfinger"


def _jrd(subject: str, actor_uri: str) -> tuple[int, str, bytes]:
    links = [{"rel": "self", "type": "application/activity+json", "href": actor_uri}]
    return 200, "application/jrd+json", orjson.dumps({"subject": f"acct:{subject}", "links": links})


async def _acct_of(acme: RunningNode, actor: Actor) -> str:
    account_id = await resolve.account_by_uri(acme.node, actor.uri)
    return (await accounts.account(acme.node, None, account_id)).acct


async def test_an_actor_cannot_take_a_name_at_our_own_domain(
    acme: RunningNode, friendly: ScriptedServer, erin: Actor
) -> None:
    """Whatever its document says, it is known by its own host."""
    friendly.shows({**erin.document(), "webfinger": f"dana@{acme.host}"})

    assert await _acct_of(acme, erin) == f"erin@{friendly.host}"


async def test_an_actor_cannot_take_a_name_at_another_allowed_domain(
    acme: RunningNode, friendly: ScriptedServer, erin: Actor, apps: Apps, other_keys: Keys
) -> None:
    """The domain does not know of it, so the claim does not count."""
    await acme.allow(PORTAL)
    portal = join(apps, ScriptedServer(PORTAL, other_keys))
    portal.shown[WEBFINGER] = _jrd(f"erin@{PORTAL}", f"{portal.origin}/users/erin")
    friendly.shown[WEBFINGER] = _jrd(f"erin@{PORTAL}", erin.uri)
    friendly.shows({**erin.document(), "webfinger": f"erin@{PORTAL}"})

    assert await _acct_of(acme, erin) == f"erin@{friendly.host}"


async def test_a_domain_cannot_adopt_an_actor_that_does_not_name_it(
    acme: RunningNode, friendly: ScriptedServer, erin: Actor, apps: Apps, other_keys: Keys
) -> None:
    """Looking up its handle leads to the actor, under the actor's own name."""
    await acme.allow(PORTAL)
    portal = join(apps, ScriptedServer(PORTAL, other_keys))
    portal.shown[WEBFINGER] = _jrd(f"erin@{PORTAL}", erin.uri)
    friendly.shown[WEBFINGER] = _jrd(f"erin@{friendly.host}", erin.uri)

    account_id = await resolve.account_by_handle(acme.node, f"erin@{PORTAL}")

    assert (await accounts.account(acme.node, None, account_id)).acct == f"erin@{friendly.host}"


async def test_a_domain_that_both_sides_name_is_the_handle(
    acme: RunningNode, friendly: ScriptedServer, erin: Actor, apps: Apps, other_keys: Keys
) -> None:
    """T-065: handles at one domain, the server at another."""
    await acme.allow(PORTAL)
    portal = join(apps, ScriptedServer(PORTAL, other_keys))
    portal.shown[WEBFINGER] = _jrd(f"erin@{PORTAL}", erin.uri)
    friendly.shown[WEBFINGER] = _jrd(f"erin@{PORTAL}", erin.uri)
    friendly.shows({**erin.document(), "webfinger": f"erin@{PORTAL}"})

    assert await _acct_of(acme, erin) == f"erin@{PORTAL}"


async def test_an_activity_whose_source_does_not_answer_is_tried_again(
    acme: RunningNode, dana: Person, erin: Actor, apps: Apps, other_keys: Keys, clock: StoppedClock
) -> None:
    """A boost of somebody whose server is down for a moment is not lost; while it is down nothing is made up."""
    await acme.allow(PORTAL)
    portal = ScriptedServer(PORTAL, other_keys)
    grace = portal.actor("grace")
    note = grace.note()
    portal.shows({"@context": "https://www.w3.org/ns/activitystreams", **note})
    answer = await deliver(acme, erin.says("Announce", note["id"], to=PUBLIC), erin)
    await acme.settle()
    before = await count(acme, "post", "boost_of_id IS NOT NULL")

    join(apps, portal)
    await acme.settle()
    too_early = await count(acme, "post", "boost_of_id IS NOT NULL")
    clock.advance(timedelta(seconds=11))
    await acme.settle()

    assert answer.status_code == 202
    assert [before, too_early] == [0, 0]
    assert await count(acme, "post", "boost_of_id IS NOT NULL") == 1
    assert await count(acme, "inbound_activity", "state = 'applied'") == 1
