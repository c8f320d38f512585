"""From something that happens to a device that shows it: a real node, a real push service on a port, and a user agent that decrypts with its own keys."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fediverse.actions import domains, profiles, push_services
from fediverse.actions.access import issue_token
from fediverse.actions.domains import NewRule
from fediverse.actions.profiles import ProfileChange
from fediverse.errors import Conflict, DomainRefused, Invalid
from fediverse.policy.domains import Direction, Effect
from tests.support.clocks import StoppedClock
from tests.support.journeys import asked, at_work, posted
from tests.support.listeners import Names, sealed_node
from tests.support.nodes import Person, RunningNode
from tests.support.push_service import Device, PushServer, claims_of, push_server

ALERTS = dict.fromkeys(("mention", "favourite", "follow", "reblog", "status"), True)


@dataclass
class World:
    """A node with alice and carol, and a push service that its administrators allowed, or did not."""

    node: RunningNode
    service: PushServer
    names: Names
    clock: StoppedClock
    alice: Person
    carol: Person

    async def allow(self) -> None:
        async with at_work(self.node):
            await push_services.add(self.node.node, self.service.host, by="tests")

    async def device(self, person: Person, path: str = "/1", **more: Any) -> Device:
        """A device of the person that wants to hear everything, unless *more* says what."""
        device = Device(f"{self.service.origin}{path}")
        data = {"alerts": ALERTS, **more.get("data", {})}
        await asked(
            person,
            "POST",
            "/api/v1/push/subscription",
            json={"subscription": device.subscription(standard=more.get("standard", True)), "data": data},
        )
        return device

    async def server_key(self) -> str:
        instance = (await self.node.client.get("/api/v2/instance")).json()
        return str(instance["configuration"]["vapid"]["public_key"])

    def seen_by(self, device: Device) -> list[dict[str, Any]]:
        path = device.endpoint.removeprefix(self.service.origin)
        return [device.read(push) for push in self.service.received if push.path == path]

    async def waiting(self) -> int:
        async with at_work(self.node):
            return int(await self.node.node.database.value("SELECT count(*) FROM push_delivery"))


@pytest.fixture
async def closed(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """No push service is allowed."""
    clock, names = StoppedClock(), Names()
    async with AsyncExitStack() as exits:
        service = await exits.enter_async_context(push_server("push.test"))
        node = await exits.enter_async_context(sealed_node("acme.localhost:8001", tmp_path, database_url, names, clock))
        yield World(node, service, names, clock, await node.person("alice"), await node.person("carol"))


@pytest.fixture
async def world(closed: World) -> World:
    await closed.allow()
    return closed


@pytest.mark.parametrize("standard", [True, False])
async def test_a_device_shows_who_wrote_what(world: World, standard: bool) -> None:  # noqa: FBT001 - a parameter
    """In both encodings: the message that clients read, signed by the announced key, with its time to live and a name of its own."""
    device = await world.device(world.alice, standard=standard)

    await posted(world.carol, "Lunch at noon, @alice?", "direct")
    await world.node.settle()

    [push] = world.service.received
    [told] = await asked(world.alice, "GET", "/api/v1/notifications")
    assert device.read(push) == {
        "access_token": world.alice.token,
        "preferred_locale": "en",
        "notification_id": int(told["id"]),
        "notification_type": "mention",
        "icon": told["account"]["avatar"],
        "title": "carol wrote to you",
        "body": "Lunch at noon, @alice?",
    }
    assert (push.headers["ttl"], push.headers["urgency"], len(push.headers["topic"])) == ("172800", "normal", 32)
    claims = claims_of(push, await world.server_key())
    assert claims["aud"] == world.service.origin
    assert 0 < claims["exp"] - world.clock.now().timestamp() <= 86_400
    assert b"Lunch" not in push.body


async def test_without_a_push_service_nothing_leaves(closed: World) -> None:
    """The same node, person and device; no administrator allowed the service: clients are told of no push, and a subscription is refused in a sentence."""
    instance = (await closed.node.client.get("/api/v2/instance")).json()
    app = (await closed.node.client.post("/api/v1/apps", json=APP)).json()
    refused = await closed.alice.client.post(
        "/api/v1/push/subscription",
        json={"subscription": Device(f"{closed.service.origin}/1").subscription(), "data": {"alerts": ALERTS}},
    )

    await posted(closed.carol, "Hello @alice")
    await closed.node.settle()

    assert "vapid" not in instance["configuration"]
    assert app["vapid_key"] == ""
    assert refused.status_code == 422
    assert "no push service" in refused.json()["error"]
    assert closed.service.connections == 0
    assert closed.names.asked == []


APP = {"client_name": "App", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}


async def test_once_a_service_is_allowed_clients_are_told(world: World) -> None:
    """One key everywhere; the host of another service is refused by name."""
    device = await world.device(world.alice)
    app = (await world.node.client.post("/api/v1/apps", json=APP)).json()
    shown = await asked(world.alice, "GET", "/api/v1/push/subscription")
    other = await world.alice.client.post(
        "/api/v1/push/subscription", json={"subscription": Device("http://elsewhere.test:9/1").subscription()}
    )

    assert app["vapid_key"] == shown["server_key"] == await world.server_key()
    assert shown["endpoint"] == device.endpoint
    assert other.status_code == 422
    assert "elsewhere.test" in other.json()["error"]


async def test_a_service_that_is_removed_gets_nothing_more(world: World) -> None:
    """What waits does not leave, the subscription is gone, and clients are told so; before the removal it arrived."""
    device = await world.device(world.alice)
    await posted(world.carol, "First, @alice")
    await world.node.settle()
    await posted(world.carol, "Second, @alice")

    async with at_work(world.node):
        await push_services.remove(world.node.node, world.service.host, by="tests")
    await world.node.settle()

    assert [one["body"] for one in world.seen_by(device)] == ["First, @alice"]
    assert (await world.alice.client.get("/api/v1/push/subscription")).status_code == 404
    assert "vapid" not in (await world.node.client.get("/api/v2/instance")).json()["configuration"]


async def test_the_gate_refuses_what_slipped_into_the_queue(world: World) -> None:
    """A subscription whose host is no push service any more, as if the removal had come between two statements: nobody is even looked up."""
    await world.device(world.alice)
    async with at_work(world.node):
        await world.node.node.database.execute("DELETE FROM push_service")
        async with world.node.node.database.transaction():
            await domains.rules_changed(world.node.node)

    await posted(world.carol, "Hello @alice")
    await world.node.settle()

    assert world.service.connections == 0
    assert world.names.asked == []
    assert await world.waiting() == 0


async def test_a_rule_that_denies_the_host_stops_pushing(world: World) -> None:
    """An administrator's no beats the list of services; without it the same message arrives."""
    device = await world.device(world.alice)
    async with at_work(world.node):
        await domains.add_rule(world.node.node, NewRule(world.service.host, Effect.DENY), by="tests")
    await posted(world.carol, "Refused, @alice")
    await world.node.settle()

    async with at_work(world.node):
        await domains.remove(world.node.node, world.service.host, by="tests")
    await posted(world.carol, "Allowed, @alice")
    await world.node.settle()

    assert [one["body"] for one in world.seen_by(device)] == ["Allowed, @alice"]


async def test_nothing_but_push_goes_to_a_push_service(world: World) -> None:
    """Whatever a rule allows around it, a fetch and a delivery to its host are refused; a host of the same rule is fetched from."""
    async with at_work(world.node):
        await domains.add_rule(
            world.node.node, NewRule("*.test", Effect.ALLOW, ports=(world.service.port,)), by="tests"
        )
        for direction in (Direction.OUT_FETCH, Direction.OUT_DELIVER, Direction.MEDIA, Direction.DISCOVERY):
            with pytest.raises(DomainRefused):
                await world.node.node.remote.post(
                    f"{world.service.origin}/1", b"", kind="Note", content_type="text/plain", direction=direction
                )
        beside = await world.node.node.remote.post(
            f"http://beside.test:{world.service.port}/1", b"", kind="Note", content_type="text/plain"
        )

    assert beside.status == 201
    assert [push.headers["host"] for push in world.service.received] == [f"beside.test:{world.service.port}"]


async def test_no_push_goes_to_a_node(world: World) -> None:
    """A host that is allowed as a node in every direction is no push service, and no rule can make it one."""
    async with push_server("beta.test") as beta, at_work(world.node):
        await domains.add_rule(world.node.node, NewRule(beta.host, Effect.ALLOW), by="tests")
        with pytest.raises(DomainRefused):
            await world.node.node.remote.post(
                f"{beta.origin}/1", b"", kind="mention", content_type="text/plain", direction=Direction.PUSH
            )
        with pytest.raises(Invalid):
            await domains.add_rule(
                world.node.node, NewRule(beta.host, Effect.ALLOW, directions=(Direction.PUSH,)), by="tests"
            )
        with pytest.raises(Conflict):
            await push_services.add(world.node.node, beta.host, by="tests")
        with pytest.raises(Invalid):
            await domains.add_rule(world.node.node, NewRule(world.service.host, Effect.ALLOW), by="tests")

        assert beta.connections == 0


async def test_each_application_of_a_person_has_its_own_device(world: World) -> None:
    """Two tokens, two subscriptions, two messages; the one that signed out hears nothing more."""
    phone, laptop = await world.device(world.alice), Device(f"{world.service.origin}/2")
    async with at_work(world.node):
        token = await issue_token(world.node.node, world.alice.id, ["read", "push"])
    headers = {"authorization": f"Bearer {token}"}
    await world.node.client.post(
        "/api/v1/push/subscription",
        json={"subscription": laptop.subscription(), "data": {"alerts": ALERTS}},
        headers=headers,
    )
    await posted(world.carol, "First, @alice")
    await world.node.settle()

    async with at_work(world.node):
        await world.node.node.database.execute(
            "UPDATE oauth_token SET revoked_at = 1 WHERE id = (SELECT token_id FROM push_subscription WHERE endpoint = ?)",
            laptop.endpoint,
        )
    await posted(world.carol, "Second, @alice")
    await world.node.settle()

    assert [one["body"] for one in world.seen_by(phone)] == ["First, @alice", "Second, @alice"]
    assert [one["body"] for one in world.seen_by(laptop)] == ["First, @alice"]
    assert world.seen_by(laptop)[0]["access_token"] == token


async def test_only_what_the_client_wants_is_pushed(world: World) -> None:
    """By kind, and by who it is: `followed` is whom Alice follows, `follower` who follows her, `none` nobody."""
    device = await world.device(world.alice, data={"alerts": {"mention": True}, "policy": "followed"})
    status = await posted(world.alice, "Mine")
    seen = []

    for change in ("follow", "", "alert"):
        if change == "follow":
            await posted(world.carol, "A stranger, @alice")
            await world.node.settle()
            await asked(world.alice, "POST", f"/api/v1/accounts/{world.carol.id}/follow")
        await posted(world.carol, f"Hello @alice {change}")
        await asked(world.carol, "POST", f"/api/v1/statuses/{status['id']}/favourite")
        await world.node.settle()
        seen.append(len(world.seen_by(device)))
        policy = {"follow": "follower", "": "none", "alert": "all"}[change]
        await asked(world.alice, "PUT", "/api/v1/push/subscription", json={"data": {"policy": policy}})

    assert seen == [1, 1, 1]
    await posted(world.carol, "At last, @alice")
    await world.node.settle()
    assert [one["body"] for one in world.seen_by(device)][-1] == "At last, @alice"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_device_that_is_gone_is_forgotten(world: World, status: int) -> None:
    """The service says so; another device of the same service goes on."""
    gone, there = await world.device(world.alice), await world.device(world.carol, "/2")
    world.service.answers["/1"] = (status, {})

    await posted(world.carol, "Hello @alice")
    await posted(world.alice, "Hello @carol")
    await world.node.settle()

    assert (await world.alice.client.get("/api/v1/push/subscription")).status_code == 404
    assert (await world.carol.client.get("/api/v1/push/subscription")).status_code == 200
    assert len(world.seen_by(gone)) == len(world.seen_by(there)) == 1
    assert await world.waiting() == 0


@pytest.mark.parametrize(("status", "headers"), [(500, {}), (503, {}), (429, {"retry-after": "120"})])
async def test_a_service_in_trouble_is_tried_again_later(world: World, status: int, headers: dict[str, str]) -> None:
    """Not at once, and with the same topic, so that the service can make one of two."""
    device = await world.device(world.alice)
    world.service.answers["/1"] = (status, headers)
    await posted(world.carol, "Hello @alice")
    await world.node.settle()
    await world.node.settle()
    tried = len(world.service.received)

    world.service.answers.clear()
    world.clock.advance(timedelta(seconds=119))
    await world.node.settle()
    early = len(world.service.received)
    world.clock.advance(timedelta(seconds=2))
    await world.node.settle()

    assert (tried, early) == (1, 1 if headers else 2)
    assert len({push.headers["topic"] for push in world.service.received}) == 1
    assert [one["body"] for one in world.seen_by(device)] == ["Hello @alice"] * 2
    assert await world.waiting() == 0


async def test_a_refusal_is_counted_and_not_repeated(world: World) -> None:
    """400 says that trying again changes nothing; a message that arrives starts the count anew."""
    await world.device(world.alice)
    world.service.answers["/1"] = (400, {})
    for number in range(2):
        await posted(world.carol, f"Hello @alice, {number}")
    await world.node.settle()
    counted = await _failures(world)

    world.service.answers.clear()
    await posted(world.carol, "Hello again, @alice")
    await world.node.settle()

    assert (counted, await _failures(world)) == (2, 0)
    assert len(world.service.received) == 3


async def _failures(world: World) -> int:
    async with at_work(world.node):
        return int(await world.node.node.database.value("SELECT failures FROM push_subscription"))


async def test_a_message_that_nobody_took_for_two_days_is_given_up(world: World) -> None:
    """A service that is down over the week-end brings no flood on Monday."""
    await world.device(world.alice)
    world.service.answers["/1"] = (503, {})
    await posted(world.carol, "Hello @alice")

    for _hours in range(12):
        await world.node.settle()
        world.clock.advance(timedelta(hours=6))

    assert await world.waiting() == 0
    assert len(world.service.received) <= 8


async def test_what_may_not_be_seen_any_more_is_not_pushed(world: World) -> None:
    """Deleted before it was sent; and what the person's policy puts aside never starts."""
    device = await world.device(world.alice)
    status = await posted(world.carol, "Deleted, @alice")
    await asked(world.carol, "DELETE", f"/api/v1/statuses/{status['id']}")
    await asked(world.alice, "PATCH", "/api/v2/notifications/policy", json={"for_not_following": "filter"})
    await posted(world.carol, "Put aside, @alice")
    await world.node.settle()

    await asked(world.alice, "PATCH", "/api/v2/notifications/policy", json={"for_not_following": "accept"})
    await posted(world.carol, "Heard, @alice")
    await world.node.settle()

    assert [one["body"] for one in world.seen_by(device)] == ["Heard, @alice"]


async def test_the_device_speaks_the_persons_language(world: World) -> None:
    """French for whoever chose it; a warning stands in for the words that it covers; new posts of somebody who is listened for come too."""
    async with at_work(world.node):
        await profiles.update_profile(world.node.node, world.alice.id, ProfileChange(locale="fr"))
    device = await world.device(world.alice)
    await asked(world.alice, "POST", f"/api/v1/accounts/{world.carol.id}/follow", json={"notify": True})

    await posted(world.carol, "Who did it", spoiler_text="The end of the film")
    await world.node.settle()

    [message] = world.seen_by(device)
    assert (message["title"], message["body"]) == ("carol a publié un message", "The end of the film")
    assert (message["preferred_locale"], message["notification_type"]) == ("fr", "status")


async def test_a_request_says_whether_it_is_for_the_person_or_for_a_group(world: World) -> None:
    """Clients know one kind for all three: to be followed, to be let into a group, and to be invited into one."""
    device = await world.device(world.alice, data={"alerts": {"follow_request": True}})
    await asked(world.alice, "PATCH", "/api/v1/accounts/update_credentials", json={"locked": True})
    ours = await asked(world.alice, "POST", "/api/v1/groups", json={"name": "ours", "display_name": "Ours"})
    theirs = await asked(world.carol, "POST", "/api/v1/groups", json={"name": "theirs", "display_name": "Theirs"})

    await asked(world.carol, "POST", f"/api/v1/accounts/{world.alice.id}/follow")
    await world.node.settle()
    await asked(world.alice, "POST", f"/api/v1/follow_requests/{world.carol.id}/authorize")
    await asked(world.carol, "POST", f"/api/v1/groups/{ours['id']}/join")
    await world.node.settle()
    await asked(
        world.carol, "POST", f"/api/v1/groups/{theirs['id']}/invitations", json={"account_ids": [str(world.alice.id)]}
    )
    await world.node.settle()

    told = [(message["notification_type"], message["title"]) for message in world.seen_by(device)]
    assert told == [
        ("follow_request", "carol asks to follow you"),
        ("follow_request", "carol asks to join a group of yours"),
        ("follow_request", "Theirs invites you"),
    ]


async def test_the_same_thing_again_is_no_news(world: World) -> None:
    """A like that is repeated pushes once."""
    device = await world.device(world.alice)
    status = await posted(world.alice, "Mine")

    for _time in range(2):
        await asked(world.carol, "POST", f"/api/v1/statuses/{status['id']}/favourite")
        await world.node.settle()
        world.clock.advance(timedelta(minutes=1))

    assert [one["notification_type"] for one in world.seen_by(device)] == ["favourite"]
