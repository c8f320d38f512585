"""The egress ledger: what was sent, what a rule or the audience kept back, and what other servers were given, as the gates saw it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.responses import Response

from fediverse.actions import domains, relations
from fediverse.actions.resolve import account_by_uri
from fediverse.policy.domains import Effect, Reach
from fediverse.queries.egress import EgressView, of_post
from fediverse.queue import egress
from fediverse.queue.egress import Departure, EgressKind, Fate
from fediverse.workers import spread
from tests.federation.scripted import Actor, Apps, Keys, ScriptedServer, count, get, join
from tests.support.clocks import StoppedClock
from tests.support.journeys import picture, posted
from tests.support.nodes import Person, RunningNode


class Inbox(ScriptedServer):
    """Answers deliveries with *status*, in an instant."""

    status = 202

    def _answer(self, path: str) -> Response:
        if path.endswith("/inbox"):
            self.shown[path] = (self.status, "text/plain", b"")
        return super()._answer(path)


@pytest.fixture
async def box(acme: RunningNode, apps: Apps, keys: Keys, dana: Person) -> Inbox:
    """An allowed server, somebody of which follows dana."""
    server = Inbox("north.localhost:9001", keys)
    join(apps, server)
    await acme.allow(server.host)
    await follows(acme, server.actor("reader"), dana)
    return server


async def follows(node: RunningNode, follower: Actor, person: Person) -> None:
    with node.node.database.active():
        follower_id = await account_by_uri(node.node, follower.uri)
        await relations.follow(node.node, follower_id, person.id, uri=f"{follower.uri}#follow")
    await node.settle()


async def deny(node: RunningNode, host: str, effect: Effect = Effect.DENY) -> str:
    with node.node.database.active():
        return await domains.add_rule(node.node, domains.NewRule(host, effect, reason="audit"), by="tests")


async def write(node: RunningNode, person: Person, visibility: str = "public") -> int:
    """Post, and write down whom to tell; nobody is told yet."""
    status = await posted(person, "Hello", visibility)
    with node.node.database.active():
        while await spread.work(node.node) == 0:
            pass
    return int(status["id"])


async def ledger(node: RunningNode, person: Person, post_id: int) -> list[EgressView]:
    """Oldest first."""
    with node.node.database.active():
        return (await of_post(node.node, person.id, post_id))[::-1]


async def test_a_delivery_is_recorded_with_its_answer_and_the_rule_that_let_it_out(
    acme: RunningNode, dana: Person, box: Inbox
) -> None:
    """One row: host, time, status, rule, the digest of what was sent."""
    post_id = await write(acme, dana)
    await acme.settle()

    [row] = await ledger(acme, dana, post_id)

    with acme.node.database.active():
        [rule] = (await acme.node.rules.current()).under(box.host)
    assert (row.kind, row.type, row.host, row.outcome, row.status) == ("delivery", "Create", box.host, "sent", 202)
    assert (row.rule, row.receipt_state, row.attempts) == (rule.id, "missing", 1)
    assert row.digest.startswith("sha-256=:")


async def test_a_post_whose_host_is_refused_shows_the_rule(acme: RunningNode, dana: Person, box: Inbox) -> None:
    """Dropped when it was written down whom to tell: nothing was ever queued, and the ledger says why."""
    rule = await deny(acme, box.host)

    post_id = await write(acme, dana)

    [row] = await ledger(acme, dana, post_id)
    assert (row.host, row.outcome, row.status, row.rule) == (box.host, "refused", None, rule)
    assert f"is refused by rule {rule} ({box.host}), because: audit" in row.reason
    assert await count(acme, "delivery") == 0


async def test_a_host_refused_at_the_moment_of_sending_shows_the_rule(
    acme: RunningNode, dana: Person, box: Inbox
) -> None:
    """Queued while it was allowed; the gate says no; nothing went out."""
    post_id = await write(acme, dana)
    rule = await deny(acme, box.host)
    before = list(box.asked)

    await acme.settle()

    [row] = await ledger(acme, dana, post_id)
    assert (row.outcome, row.status, row.rule, row.digest) == ("refused", None, rule, "")
    assert box.asked == before


async def test_a_held_delivery_becomes_a_sent_one_in_the_same_row(
    acme: RunningNode, dana: Person, box: Inbox, clock: StoppedClock
) -> None:
    """What waited is told as waiting, and as sent once it is."""
    rule = await deny(acme, box.host, Effect.HOLD)
    post_id = await write(acme, dana)
    await acme.settle()
    [held] = await ledger(acme, dana, post_id)
    with acme.node.database.active():
        await domains.remove(acme.node, box.host, by="tests", only=Effect.HOLD)
    clock.advance(timedelta(hours=1))
    await acme.settle()

    [row] = await ledger(acme, dana, post_id)

    assert (held.outcome, held.rule) == ("held", rule)
    assert (row.id, row.outcome, row.status) == (held.id, "sent", 202)


async def test_a_dead_host_has_one_row_that_is_updated(
    acme: RunningNode, dana: Person, box: Inbox, clock: StoppedClock
) -> None:
    """Each try counts, and the last answer stands; once it is taken, it is sent for good."""
    box.status = 503
    post_id = await write(acme, dana)
    for _try in range(3):
        await acme.settle()
        clock.advance(timedelta(hours=2))
    [failed] = await ledger(acme, dana, post_id)
    box.status = 202
    await acme.settle()

    [row] = await ledger(acme, dana, post_id)

    assert (failed.outcome, failed.status, failed.attempts) == ("failed", 503, 3)
    assert failed.last_at - failed.first_at == timedelta(hours=4)
    assert (row.outcome, row.status, row.attempts) == ("sent", 202, 4)


async def test_an_answer_that_ends_it_is_recorded(acme: RunningNode, dana: Person, box: Inbox) -> None:
    """A 404 is the other side's no, and no rule of ours."""
    box.status = 404
    post_id = await write(acme, dana)

    await acme.settle()

    [row] = await ledger(acme, dana, post_id)
    assert (row.outcome, row.status, row.reason) == ("failed", 404, f"{box.host} answered 404")


async def test_who_is_no_longer_in_the_audience_is_recorded(acme: RunningNode, dana: Person, box: Inbox) -> None:
    """The follower left between writing and sending."""
    post_id = await write(acme, dana, visibility="private")
    with acme.node.database.active():
        reader = await account_by_uri(acme.node, f"{box.origin}/users/reader")
        await relations.unfollow(acme.node, reader, dana.id)

    await acme.settle()

    [row] = await ledger(acme, dana, post_id)
    assert (row.outcome, row.reason) == ("refused", "no longer in the post's audience")


async def test_a_rule_of_narrow_reach_is_named(acme: RunningNode, dana: Person, box: Inbox) -> None:
    """The host is allowed, and this post is not for it."""
    await acme.remove(box.host)
    await acme.allow(box.host, reach=Reach.ADDRESSED)

    post_id = await write(acme, dana)

    [row] = await ledger(acme, dana, post_id)
    assert (row.outcome, row.reason) == ("refused", "not in the post's audience")
    assert row.rule


async def test_the_end_of_a_post_stands_with_it(acme: RunningNode, dana: Person, box: Inbox) -> None:
    """An edit and the Delete too: who was told that it is gone matters most afterwards."""
    post_id = await write(acme, dana)
    await acme.settle()
    await dana.client.put(f"/api/v1/statuses/{post_id}", json={"status": "Edited"})
    await acme.settle()
    await dana.client.delete(f"/api/v1/statuses/{post_id}")
    await acme.settle()

    rows = await ledger(acme, dana, post_id)

    assert [(row.type, row.outcome) for row in rows] == [("Create", "sent"), ("Update", "sent"), ("Delete", "sent")]


async def test_what_a_server_was_given_is_recorded(acme: RunningNode, dana: Person, box: Inbox) -> None:
    """The post, its activity, a list with it inside, its file, its author's picture: each once, however often it is asked for."""
    files = {"file": ("cat.png", picture(), "image/png")}
    media = (await dana.client.post("/api/v2/media", files=files)).json()
    await acme.settle()
    await dana.client.patch("/api/v1/accounts/update_credentials", files={"avatar": ("a.png", picture(), "image/png")})
    status = await posted(dana, "Look", media_ids=[media["id"]])
    path = status["uri"].removeprefix(f"http://{acme.host}")
    reader = box.actor("reader")
    paths = [
        path, path, f"{path}/activity", "/users/dana/outbox?page=true", f"/media/{media['id']}/original", f"/avatars/{dana.id}/avatar",
    ]  # fmt: skip

    answers = [(await get(acme, one, reader)).status_code for one in paths]

    rows = [row for row in await ledger(acme, dana, int(status["id"])) if row.kind != "delivery"]
    assert answers == [200] * len(paths)
    assert {(row.kind, row.attempts) for row in rows} == {
        ("object", 2), ("activity", 1), ("collection", 1), ("media", 1), ("avatar", 1),
    }  # fmt: skip
    assert {(row.host, row.outcome, row.status, bool(row.rule)) for row in rows} == {(box.host, "served", 200, True)}


async def test_what_a_server_may_not_have_is_recorded_as_withheld(acme: RunningNode, dana: Person, box: Inbox) -> None:
    """A post of which the answer says that it does not exist; of one that does not, nothing is written."""
    status = await posted(dana, "For us", local_only=True)
    path = status["uri"].removeprefix(f"http://{acme.host}")

    hidden = await get(acme, path, box.actor("reader"))
    unknown = await get(acme, f"{path}1"[:60], box.actor("reader"))
    with acme.node.database.active():
        await acme.node.egress.finish()

    [row] = await ledger(acme, dana, int(status["id"]))
    assert (hidden.status_code, hidden.content) == (unknown.status_code, unknown.content)
    assert (row.kind, row.outcome, row.status, row.host) == ("request", "refused", 404, box.host)
    assert await count(acme, "egress", "kind = 'request'") == 1


async def test_who_is_not_known_to_be_a_server_writes_nothing(
    acme: RunningNode, dana: Person, mallet: Actor, stranger: ScriptedServer
) -> None:
    """Anybody can claim a host: refused contacts are counted elsewhere, and the ledger is for what is proved."""
    status = await posted(dana, "Hello")
    path = status["uri"].removeprefix(f"http://{acme.host}")

    refused = await get(acme, path, mallet)
    unsigned = await get(acme, path)

    assert (refused.status_code, unsigned.status_code) == (403, 401)
    assert await count(acme, "egress") == 0


async def test_our_own_people_are_no_egress(acme: RunningNode, dana: Person) -> None:
    """A colleague's client that loads the picture by its link leaves no row."""
    files = {"file": ("cat.png", picture(), "image/png")}
    media = (await dana.client.post("/api/v2/media", files=files)).json()
    await acme.settle()

    shown = (await dana.client.get(f"/api/v1/media/{media['id']}")).json()
    answer = await acme.client.get(shown["url"])

    assert answer.status_code == 200
    assert await count(acme, "egress") == 0


async def test_what_left_once_is_never_told_as_if_it_had_not(acme: RunningNode) -> None:
    """Two people of one host without a shared inbox: one inbox took it, the other did not; the receipt stays too."""
    sent = Departure(
        EgressKind.DELIVERY, "http://acme.localhost:8001/a/1", "north.localhost:9001", Fate.SENT, status=202
    )
    with acme.node.database.active():
        for one in (
            replace(sent, outcome=Fate.FAILED, status=503),
            sent,
            replace(sent, outcome=Fate.FAILED, status=404),
        ):
            async with acme.node.database.transaction():
                await egress.write(acme.node, [one])
        [row] = await acme.node.database.rows("SELECT outcome, status, attempts FROM egress")

    assert (row["outcome"], row["status"], row["attempts"]) == ("sent", 202, 3)
