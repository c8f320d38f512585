"""A delivery, a fetch, a redirect, a WebFinger look-up, a media link or a retry towards a host that is not allowed makes no connection at all, whoever caused it.

Real sockets, a real resolver's place, and everything that this program can be asked to do: every route with everything that it takes, every kind of
activity with every field, every kind of job. The refused host is a port of the loopback that notes whoever comes. Each test runs twice: the host is
refused, and nobody came and no name was looked up; the very same with the host allowed, and somebody came, so that it was not the test that was blind.
"""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from starlette.routing import Route

from fediverse.actions import domains, push_services, relations, resolve
from fediverse.actions.domains import NewRule
from fediverse.actions.sessions import start_session
from fediverse.crypto.keypairs import PrivateKey, generate_ed25519, generate_rsa
from fediverse.errors import FediverseError
from fediverse.federation.activities import HEARD
from fediverse.federation.handshake import check_domain
from fediverse.policy.domains import Effect
from fediverse.queries.access import signed_in_by_session
from fediverse.queue import jobs, outbox
from fediverse.routes import ROUTES
from fediverse.workers import schedule, spread
from fediverse.workers.jobs import HANDLERS
from tests.federation.scripted import JSON, Actor, Keys, ScriptedServer, deliver, get
from tests.support.clocks import StoppedClock
from tests.support.databases import Databases
from tests.support.hostile import activities
from tests.support.journeys import asked, picture, posted
from tests.support.listeners import Listener, Names, Shown, listening, sealed_node
from tests.support.push_service import Device
from tests.support.sealed_world import World
from tests.support.verdicts import BODY, TAKES, TAKES_NOTHING

KINDS = (*(kind for kind in HEARD if kind != "Block"), "Block")  # a block would end the rest
NUMBERS = (
    *("quote_id", "report_id", "list_id", "announcement_id", "token_id", "request_id", "poll_id"),
    *("scheduled_id", "media_id", "conversation_id", "filter_id", "activity_id", "sequence"),
)
"""Parameters of paths for which any number will do."""


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys(generate_rsa("x", "x"), generate_ed25519("x", "x"))


@pytest.fixture(params=["refused", "allowed"])
async def world(
    request: pytest.FixtureRequest, database_server: Databases, database_url: str, tmp_path: Path, keys: Keys
) -> AsyncIterator[World]:
    clock, names = StoppedClock(), Names()
    async with AsyncExitStack() as exits:
        friendly = await exits.enter_async_context(listening("friendly.test"))
        refused = await exits.enter_async_context(listening("refused.test"))
        node = await exits.enter_async_context(sealed_node("acme.localhost:8001", tmp_path, database_url, names, clock))
        erin, frank = (_actor(friendly, name, keys) for name in ("erin", "frank"))
        mallet = _actor(refused, "mallet", keys)
        friendly.shows({**erin.note(1), "@context": erin.document()["@context"]})
        refused.shows({**mallet.note(1), "@context": mallet.document()["@context"]})
        for listener, person in ((friendly, erin), (refused, mallet)):
            _shows_person(listener, person)
        await node.allow(friendly.host)
        is_allowed = request.param == "allowed"
        made = World(
            node,
            await node.person("alice"),
            await node.person("root", "admin"),
            friendly,
            refused,
            erin,
            frank,
            mallet,
            names,
            clock,
            is_allowed,
        )
        if is_allowed:
            await made.allow()
        yield made


def _actor(listener: Listener, name: str, keys: Keys) -> Actor:
    actor = ScriptedServer(listener.host, keys).actor(name)
    listener.shows(actor.document())
    return actor


def _shows_person(listener: Listener, person: Actor) -> None:
    """WebFinger for the person, and pictures that are pictures."""
    name = person.uri.rpartition("/")[2]
    subject = f"acct:{name}@{listener.host}"
    links = [{"rel": "self", "type": "application/activity+json", "href": person.uri}]
    jrd = Shown.document({"subject": subject, "links": links})
    listener.shown[f"/.well-known/webfinger?resource={quote(subject, safe='')}"] = jrd
    listener.shown["/cat.png"] = Shown(picture(), headers={"content-type": "image/png"})


# ── routes ────────────────────────────────────────────────────────────────────────────────────────


def ways() -> list[tuple[str, str]]:
    """Method and path of every route, each once."""
    return [(method, route.path) for route in ROUTES for method in sorted((route.methods or set()) - {"HEAD"})]


def test_every_route_has_a_verdict() -> None:
    """Whoever adds a route says what it takes, in `tests/support/verdicts.py`; a route that is gone leaves the tables."""
    known = [f"{method} {path}" for method, path in ways()]

    assert [way for way in known if way not in TAKES and way not in TAKES_NOTHING] == []
    assert [way for way in (*TAKES, *TAKES_NOTHING) if way not in known] == []
    assert [way for way in TAKES if way in TAKES_NOTHING] == []
    assert all(isinstance(route, Route) for route in ROUTES)


async def test_no_route_leads_to_a_refused_host(world: World) -> None:
    """Clients, browsers, administrators and allowed servers give every route addresses of the refused host in all that it takes."""
    ids = await _ids(world)

    for method, path in ways():
        names = TAKES.get(f"{method} {path}", ())
        spellings = world.elsewhere.spellings()
        for address in spellings if names else spellings[:1]:
            await _try(world, method, path, names, address, ids)
        await world.node.settle()
    await world.settle()

    await world.judge()


async def _ids(world: World) -> Mapping[str, str]:
    """Something that exists for every kind of id in a path."""
    status = await posted(world.alice, "Something of ours")
    await deliver(world.node, world.erin.creates(world.erin.note()), world.erin)
    await world.node.settle()
    [account] = await asked(world.alice, "GET", "/api/v1/accounts/search", params={"q": "erin"})
    return {
        "id": status["id"],
        "post_id": status["id"],
        "quoting_id": status["id"],
        "account_id": account["id"],
        **dict.fromkeys(NUMBERS, "1"),
        "group_key": "ungrouped-1",
        "sequence": "1",
        "username": "alice",
        "acct": "alice",
        "name": "launch",
        "domain": "here",
        "shortcode": "party",
        "variant": "original",
        "which": "avatar",
        "version": "2.1",
        "form": "csv",
        "anything": "v1/nothing",
        "uri": "x",
    }


async def _try(
    world: World, method: str, path: str, names: Iterable[str], address: str, ids: Mapping[str, str]
) -> None:
    given = {name: address for name in names if name != BODY} or dict.fromkeys(
        ("q", "url", "uri", "resource", "acct", "host", "id", "text", "back", "next"), address
    )
    target = _filled(path, given, ids)
    query = {name: value for name, value in {"resolve": "true", **given}.items() if f"{{{name}" not in path}
    if path.startswith(("/api", "/oauth/token", "/oauth/revoke", "/oauth/userinfo")):
        await _as_client(world, method, target, query)
    else:
        await _as_browser(world, method, target, query)
        await _as_server(world, method, target, query, address)


def _filled(path: str, given: Mapping[str, str], ids: Mapping[str, str]) -> str:
    """*path* with its parameters: the address where it is taken as text, else something that exists."""

    def value(match: re.Match[str]) -> str:
        name, _colon, kind = match[1].partition(":")
        return quote(given[name], safe="") if name in given and kind != "int" else ids[name]

    return re.sub(r"\{([^}]+)\}", value, path)


async def _as_client(world: World, method: str, target: str, given: Mapping[str, str]) -> None:
    client = world.alice.client
    if method == "GET":
        answer = await client.get(target, params=given)
    else:
        answer = await client.request(method, target, data=dict(given))
    assert answer.status_code < 500, f"{method} {target} {given}: {answer.status_code}"


async def _as_browser(world: World, method: str, target: str, given: Mapping[str, str]) -> None:
    """An administrator in a browser; each time with a new session, as some of these pages end it."""
    async with world.node.browser() as browser:
        with world.node.node.database.active():
            session = await start_session(world.node.node, world.admin.id)
            signed_in = await signed_in_by_session(world.node.node, session.cookie)
        browser.cookies.set("session", session.cookie)
        if method == "GET":
            answer = await browser.get(target, params=given)
        else:
            # An administrator may of course allow a host: here the form for a new rule refuses it.
            form = {**given, "csrf_token": signed_in.csrf_token, "effect": "deny", "audience": "network"}
            files = {"file": ("domains.csv", f"#domain\n{world.refused.host}\n".encode(), "text/csv")}
            answer = await browser.post(target, data=form, files=files if "import" in target else None)
    assert answer.status_code < 500 or target.startswith("/readyz"), f"{method} {target} {given}: {answer.status_code}"


async def _as_server(world: World, method: str, target: str, given: Mapping[str, str], address: str) -> None:
    """The allowed server, and one that signs with a key that it says is the refused host's."""
    elsewhere = PrivateKey(
        f"{world.refused.origin}/users/mallet#main-key", world.mallet.uri, world.erin.rsa.kind, world.erin.rsa.key
    )
    if method == "GET":
        path = str(httpx2.URL(target, params=dict(given)))
        for signer in (world.erin, Actor(world.mallet.uri, elsewhere, world.erin.ed25519)):
            await get(world.node, path, signer)
    elif method == "POST" and target.endswith("box"):
        document = {**world.erin.says("Create", {**world.erin.note(9), "inReplyTo": address}, 9)}
        await deliver(world.node, document, world.erin, path=target)
        await deliver(world.node, document, None, path=target, key=elsewhere)
        await world.alice.client.post(
            target, json=document | {"actor": world.alice.uri}, headers={"content-type": "application/activity+json"}
        )


# ── activities ────────────────────────────────────────────────────────────────────────────────────


async def test_no_activity_leads_to_a_refused_host(world: World) -> None:
    """Every kind that we understand, from an allowed server, with the refused host in every field; forwarded ones, proved by its keys; said by our own people's clients."""
    post = (await posted(world.alice, "Something of ours"))["uri"]
    await _follow_erin(world)

    for kind in KINDS:
        for activity in _hostile(world, kind, post):
            await deliver(world.node, activity, world.erin)
        await world.node.settle()
    await _forwarded(world)
    await _said_by_a_client(world, post)
    await _look_at_everything(world)
    await world.settle()

    await world.judge()


def _hostile(world: World, kind: str, post: str) -> list[JSON]:
    """All of them; some of them for the twin, which only has to be reached."""
    made = list(activities(kind, world.erin, world.frank, world.alice.uri, post, world.elsewhere))
    return made[::6] if world.is_allowed else made


async def _follow_erin(world: World) -> None:
    with world.node.node.database.active():
        erin = await resolve.account_by_uri(world.node.node, world.erin.uri)
        await relations.follow(world.node.node, world.alice.id, erin)
        await relations.accept(world.node.node, erin, world.alice.id)


async def _forwarded(world: World) -> None:
    """What frank brings in the name of others."""
    for number, actor in enumerate((world.erin, world.mallet)):
        document = actor.creates(actor.note(700 + number), 700 + number)
        for brought in (
            document,
            world.mallet.proves(document),
            {**document, "id": f"{world.refused.origin}/a/{number}"},
        ):
            await deliver(world.node, brought, world.frank)
            await deliver(world.node, brought, world.mallet)


async def _said_by_a_client(world: World, post: str) -> None:
    """The same through a person's own outbox (ActivityPub, client to server)."""
    for kind in KINDS:
        for activity in _hostile(world, kind, post)[::3]:
            said = {name: value for name, value in activity.items() if name not in {"id", "actor"}}
            await world.alice.client.post(
                "/users/alice/outbox", json=said, headers={"content-type": "application/activity+json"}
            )


async def _look_at_everything(world: World) -> None:
    """Alice's client loads each picture that it is shown."""
    shown = ""
    for path in (
        "/api/v1/timelines/public",
        "/api/v1/timelines/home",
        "/api/v1/notifications",
        "/api/v1/accounts/search?q=e",
    ):
        shown += (await world.alice.client.get(path, params={"limit": "40"})).text
    for url in sorted(
        set(re.findall(rf'"(http://{re.escape(world.node.host)}/(?:media|avatars|emoji)/[^"]+)"', shown))
    ):
        assert (await world.node.client.get(url)).status_code < 500


# ── jobs, redirects, files, and what was queued before ────────────────────────────────────────────


def test_every_kind_of_job_has_a_verdict() -> None:
    """Whoever adds a kind of job says here what it takes."""
    assert set(HANDLERS) == {
        *("refresh_account", "fetch_post", "remove_account", "verify_quote", "process_media"),
        *("end_poll", "tell_poll", "refresh_poll", "publish_scheduled", "verify_links"),
        *("check_receipts", "follow_group", "check_group_conflict"),
    }


async def _know_mallet(world: World) -> int:
    """Mallet's account and post as they were learnt while the host was allowed."""
    await world.allow()
    with world.node.node.database.active():
        number = await resolve.account_by_uri(world.node.node, world.mallet.uri)
        await resolve.post_by_uri(world.node.node, world.mallet.note(1)["id"])
    return number


async def _judge_again(world: World) -> None:
    """Take the host off the list unless this is the twin, and count from here."""
    if not world.is_allowed:
        await world.node.remove(world.refused.host)
    world.forget()


async def test_no_job_leads_to_a_refused_host(world: World) -> None:
    """Jobs that were written down while it was allowed, and jobs for it that never should have been."""
    number = await _know_mallet(world)
    world.clock.advance(timedelta(days=2))
    with world.node.node.database.active():
        await jobs.enqueue(world.node.node, "refresh_account", {"account_id": number})
        for address in (world.elsewhere.actor, f"{world.refused.origin}/users/mallet/notes/2"):
            await jobs.enqueue(world.node.node, "fetch_post", {"uri": address})
    await _judge_again(world)

    await world.settle()

    if world.is_allowed:
        assert {"GET /users/mallet", "GET /users/mallet/notes/2"} <= set(world.refused.asked)
    else:
        assert world.refused.contacts == 0
        assert world.refused.name not in world.names.asked


async def test_nothing_that_was_queued_before_the_removal_leads_there(world: World) -> None:
    """T-216: deliveries, retries by an administrator, and the connection that is still open from the time when it was allowed."""
    number = await _know_mallet(world)
    with world.node.node.database.active():
        await relations.follow(world.node.node, number, world.alice.id, uri=f"{world.mallet.uri}/follows/1")
        await relations.follow(world.node.node, world.alice.id, number)
    await posted(world.alice, "Sent while it was allowed")
    await world.node.settle()
    await world.alice.client.post(f"/api/v1/accounts/{number}/unfollow")
    await posted(world.alice, f"Written down only @mallet@{world.refused.host}")
    with world.node.node.database.active():
        await spread.work(world.node.node)
    await _judge_again(world)

    await posted(world.alice, f"Written afterwards @mallet@{world.refused.host}")
    await world.settle()
    with world.node.node.database.active():
        await schedule.work(world.node.node)
        await outbox.retry(world.node.node, world.refused.host)
    await world.settle()

    if world.is_allowed:
        assert world.refused.asked.count("POST /users/mallet/inbox") >= 3
    else:
        assert world.refused.contacts == 0
        assert world.refused.name not in world.names.asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_leads_to_a_refused_host(world: World, status: int) -> None:
    """T-205: the allowed server sends us on: for an actor, a key, a post, WebFinger, host-meta, a picture, and a delivery."""
    to = {"actor": world.elsewhere.actor, "post": world.elsewhere.note, "image": world.elsewhere.image}
    for path, place in (("/users/eve", "actor"), ("/notes/5", "post"), ("/eve.png", "image"), ("/users/key", "actor")):
        world.friendly.shown[path] = Shown.redirect(to[place], status)
    world.friendly.shown["/inbox"] = Shown.redirect(f"{world.refused.origin}/inbox", status)
    subject = quote(f"acct:ida@{world.friendly.host}", safe="")
    world.friendly.shown[f"/.well-known/webfinger?resource={subject}"] = Shown.redirect(
        f"{world.refused.origin}/wf", status
    )
    xrd = f'<XRD><Link rel="lrdd" template="{world.refused.origin}/wf?r={{uri}}"/></XRD>'.encode()
    world.friendly.shown["/.well-known/host-meta"] = Shown(xrd, headers={"content-type": "application/xrd+xml"})
    key = PrivateKey(
        f"{world.friendly.origin}/users/key#main-key", world.erin.uri, world.erin.rsa.kind, world.erin.rsa.key
    )
    attachment = {"type": "Image", "url": f"{world.friendly.origin}/eve.png", "mediaType": "image/png"}

    for address in (f"{world.friendly.origin}/users/eve", f"{world.friendly.origin}/notes/5"):
        await asked(world.alice, "GET", "/api/v2/search", params={"q": address, "resolve": "true"})
    for name in ("ida", "nobody"):
        await asked(
            world.alice, "GET", "/api/v2/search", params={"q": f"@{name}@{world.friendly.host}", "resolve": "true"}
        )
    await deliver(world.node, world.erin.creates(world.erin.note(3, attachment=[attachment]), 3), world.erin)
    await deliver(world.node, world.erin.says("Like", "http://acme.localhost:8001/x", 4), None, key=key)
    await world.settle()
    await _look_at_everything(world)

    await world.judge()


async def test_no_file_leads_to_a_refused_host(world: World) -> None:
    """T-209: pictures, faces and emoji of people whom we knew while their host was allowed."""
    mallet = {**world.mallet.document(), "icon": {"type": "Image", "url": world.elsewhere.image}, "name": "M :cat:"}
    emoji = {"type": "Emoji", "name": ":cat:", "icon": {"type": "Image", "url": world.elsewhere.image}}
    world.refused.shows(mallet)
    attachment = {"type": "Image", "url": world.elsewhere.image, "mediaType": "image/png"}
    note = world.mallet.note(1, "Miaow :cat:", attachment=[attachment], tag=[emoji])
    world.refused.shows({**note, "@context": mallet["@context"]})
    await _know_mallet(world)
    await _judge_again(world)

    await _look_at_everything(world)

    assert world.refused.asked.count("GET /cat.png") == (3 if world.is_allowed else 0)
    assert world.refused.connections == 0 or world.is_allowed


async def test_no_check_leads_to_a_refused_host(world: World) -> None:
    """The administrator's handshake, and each verb that looks things up, asked directly."""
    tried: list[str] = []

    with world.node.node.database.active():
        steps = await check_domain(world.node.node, world.refused.host)
        for address in world.elsewhere.spellings():
            for verb in (resolve.account_by_uri, resolve.account_by_handle, resolve.post_by_uri, resolve.key):
                try:
                    await verb(world.node.node, address)
                except FediverseError:
                    tried.append(address)

    assert (steps[0].name, steps[0].ok) == ("policy", world.is_allowed)
    assert tried
    await world.judge()


async def test_a_rule_for_one_port_does_not_open_the_host(world: World) -> None:
    """T-207: the name is allowed on another port, and on every port below another name; neither opens this one."""
    if world.is_allowed:
        await world.node.remove(world.refused.host)
        await world.node.allow("*.test", ports=(world.refused.port,))
    else:
        await world.node.allow(world.refused.name)
        await world.node.allow(f"{world.refused.name}:1")
        await world.node.allow(f"*.{world.refused.name}", ports=(world.refused.port,))

    await asked(world.alice, "GET", "/api/v2/search", params={"q": world.elsewhere.actor, "resolve": "true"})
    await posted(world.alice, f"@mallet@{world.refused.host}")
    await world.node.settle()

    assert (world.refused.contacts > 0) is world.is_allowed


async def test_a_denial_beats_every_allow(world: World) -> None:
    """The administrator's no, beside a yes for the same host."""
    await world.allow()
    if not world.is_allowed:
        with world.node.node.database.active():
            await domains.add_rule(world.node.node, NewRule(world.refused.host, Effect.DENY), by="tests")

    await asked(world.alice, "GET", "/api/v2/search", params={"q": world.elsewhere.actor, "resolve": "true"})
    await posted(world.alice, f"@mallet@{world.refused.host}")
    await world.node.settle()

    assert (world.refused.contacts > 0) is world.is_allowed


async def test_no_push_leads_to_a_refused_host(world: World) -> None:
    """A device that subscribed while nothing spoke against its push service; a node's host never gets there (`test_push_delivery`)."""
    if world.is_allowed:
        await world.node.remove(world.refused.host)
    device = Device(f"{world.refused.origin}/device").subscription()
    with world.node.node.database.active():
        await push_services.add(world.node.node, world.refused.host, by="tests")
        wanted = {"subscription": device, "data": {"alerts": {"mention": True}}}
        await asked(world.alice, "POST", "/api/v1/push/subscription", json=wanted)
        if not world.is_allowed:
            await domains.add_rule(world.node.node, NewRule(world.refused.host, Effect.DENY), by="tests")
    await posted(world.admin, "Hello @alice")
    await world.settle()

    assert world.refused.asked == (["POST /device"] if world.is_allowed else [])
    assert (world.refused.connections > 0) is world.is_allowed
