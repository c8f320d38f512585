"""Every kind of activity that we understand, said by every server about what is secret: by people who may not have it, and in the name of people who did not say it.

Whatever comes of it is seen by the taps: answers, deliveries, fetches. Nothing of it may make anybody receive more than before.
"""

from collections.abc import Callable, Mapping
from itertools import count, islice

import orjson

from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.signatures import Dialect, sign
from fediverse.federation.activities import HEARD
from tests.federation.scripted import ACTIVITY_JSON, AS2, PUBLIC
from tests.leakcheck.planting import Planted
from tests.leakcheck.wires import ask
from tests.leakcheck.world import JSON, E, World
from tests.support.hostile import Elsewhere, activities
from tests.support.nodes import RunningNode

ABOUT = ("followers post", "company post", "direct post here", "followers poll", "deleted post")
Said = list[JSON]


def _embedded(post: str, author: str) -> JSON:
    return {
        "type": "Note",
        "id": post,
        "attributedTo": author,
        "content": "<p>forged</p>",
        "to": PUBLIC,
        "published": "2026-11-23T11:59:00Z",
    }


def _note(actor: str, number: int, **more: object) -> JSON:
    return {
        "type": "Note", "id": f"{actor}/notes/{number}", "attributedTo": actor, "content": "<p>x</p>", "published": "2026-11-23T11:59:00Z", "to": PUBLIC,
        "cc": [f"{actor}/followers"], **more,
    }  # fmt: skip


SAYINGS: Mapping[str, Callable[[str, str, str, int], Said]] = {
    # what somebody says about `author` and what `author` wrote
    "Accept": lambda actor, author, _post, number: [
        {"object": {"type": "Follow", "id": f"{author}/follows/1", "actor": author, "object": actor}},
        {"object": {"type": "Follow", "id": f"{actor}/leak/follow", "actor": actor, "object": author}},
    ],
    "Add": lambda actor, author, post, number: [{"object": post, "target": f"{actor}/featured"}, {"object": post, "target": f"{author}/collections/featured"}],
    "Announce": lambda actor, author, post, number: [{"object": post, "to": PUBLIC}, {"object": _embedded(post, author), "to": PUBLIC}],
    "Block": lambda actor, author, post, number: [{"object": f"{author}/nobody"}],
    "Create": lambda actor, author, post, number: [
        {"object": _note(actor, number, inReplyTo=post), "to": PUBLIC},
        {"object": _note(actor, number + 1, quoteUrl=post, quote=post), "to": PUBLIC},
        {"object": _note(actor, number + 2, to=[author, actor], tag=[{"type": "Mention", "href": author, "name": "@ada"}]), "to": [author]},
        {"object": _embedded(post, author), "to": PUBLIC},
        {"object": {**_note(actor, number + 3), "inReplyTo": post, "name": "0", "to": author}, "to": author},
    ],
    "Delete": lambda actor, author, post, number: [{"object": post}, {"object": {"type": "Tombstone", "id": post}}],
    "Flag": lambda actor, author, post, number: [{"object": [author, post], "content": "x"}],
    "Follow": lambda actor, author, post, number: [{"object": author}, {"object": post}],
    "Invite": lambda actor, author, post, number: [{"object": actor, "target": author}, {"object": author, "target": actor}],
    "Like": lambda actor, author, post, number: [{"object": post}],
    "Move": lambda actor, author, post, number: [{"object": author, "target": actor}, {"object": actor, "target": author}],
    "QuoteRequest": lambda actor, author, post, number: [{"object": post, "instrument": _note(actor, number, quote=post)}],
    "Reject": lambda actor, author, post, number: [{"object": {"type": "Follow", "id": f"{author}/follows/1", "actor": author, "object": actor}}],
    "Remove": lambda actor, author, post, number: [{"object": post, "target": f"{author}/collections/featured"}],
    "Undo": lambda actor, author, post, number: [
        {"object": {"type": "Like", "id": f"{actor}/leak/like", "actor": actor, "object": post}},
        {"object": {"type": "Announce", "id": f"{actor}/leak/boost", "actor": actor, "object": _embedded(post, author)}},
        {"object": {"type": "Block", "id": f"{author}/blocks/1", "actor": author, "object": actor}},
    ],
    "Update": lambda actor, author, post, number: [
        {"object": {**_embedded(post, author), "updated": "2026-11-23T11:59:30Z"}, "to": PUBLIC},
        {"object": {**_note(actor, number), "inReplyTo": post, "updated": "2026-11-23T11:59:30Z"}, "to": PUBLIC},
    ],
}  # fmt: skip
"""Kind → what is said of a person, or a group, and a post of that person's, by somebody; without id, type and actor. A kind that we learn needs its line here."""


def _about(kind: str, actor: str, author: str, post: str, number: int) -> Said:
    return SAYINGS[kind](actor, author, post, number) if kind in SAYINGS else []


async def say_everything(world: World, planted: Planted, *, quick: bool) -> None:
    """By each server in its own name; by F in the names of others as well."""
    numbers = count(1)
    speakers = {"server B": world["ben"].uri, "server C": world["cleo"].uri}
    speakers |= {
        f"server {letter}": world.actor(letter, name).uri for letter, name in (("D", "dan"), ("E", "eve"), ("F", "fay"))
    }
    for kind in HEARD:
        for who, actor in speakers.items():
            for thing in ABOUT if who == "server F" and not quick else ABOUT[:2]:
                for said in _about(kind, actor, world["ada"].uri, planted.uris[thing], next(numbers) * 10):
                    await _send(world, who, world.keys[who], {**said, "actor": actor}, kind, next(numbers))
        await world.settle(1)
    await _in_the_name_of_others(world, planted, numbers)
    await _to_groups(world, planted, speakers, numbers)
    await _naming_the_unknown(world, 40 if quick else 9)
    await world.settle()


async def _in_the_name_of_others(world: World, planted: Planted, numbers: "count[int]") -> None:
    """F says what B's and C's people and ada herself never said; among it, that cleo follows una, who lets in whoever asks."""
    for claimed in (world["ada"].uri, world["bert"].uri, world["cleo"].uri):
        for kind in HEARD:
            for said in _about(kind, claimed, world["ada"].uri, planted.uris["followers post"], next(numbers) * 10)[:1]:
                await _send(world, "server F", world.keys["server F"], {**said, "actor": claimed}, kind, next(numbers))
        for author in ("una", "ari"):
            await _send(
                world,
                "server F",
                world.keys["server F"],
                {"object": world[author].uri, "actor": claimed},
                "Follow",
                next(numbers),
            )
    await world.settle(1)


async def _to_groups(world: World, planted: Planted, speakers: Mapping[str, str], numbers: "count[int]") -> None:
    """Everything about the groups and what stands in them, by servers of no member and by the removed member's; a group of F's passes on what is not its own."""
    for who, actor in speakers.items():
        for name in planted.groups:
            group = f"{world.a.node.settings.origin}/users/{name}"
            inside = planted.uris.get(f"post of ada in the {name}", group)
            for kind in HEARD:
                for said in [
                    *_about(kind, actor, group, inside, next(numbers) * 10),
                    *_of_members(kind, actor, group, next(numbers)),
                ]:
                    await _send(world, who, world.keys[who], {**said, "actor": actor}, kind, next(numbers))
        await world.settle(1)


def _of_members(kind: str, actor: str, group: str, number: int) -> Said:
    """To be one, to make others one, to speak as one."""
    note = {**_note(actor, number * 7), "to": [group, f"{group}/members"], "cc": [], "audience": group}
    spoken: dict[str, Said] = {
        "Add": [
            {"object": actor, "target": f"{group}/members"},
            {"object": {"type": "Person", "id": actor}, "target": f"{group}/members"},
        ],
        "Remove": [{"object": group.replace("circle", "ada").replace("cabal", "ada"), "target": f"{group}/members"}],
        "Create": [{"object": note, "to": note["to"], "audience": group}],
        "Accept": [
            {"object": {"type": "Follow", "id": f"{actor}/leak/join", "actor": actor, "object": group}},
            {
                "object": {
                    "type": "Invite",
                    "id": f"{group}/invites/1",
                    "actor": group,
                    "object": actor,
                    "target": group,
                }
            },
        ],
        "Announce": [
            {
                "object": {"type": "Create", "id": f"{actor}/creates/{number}", "actor": group, "object": note},
                "to": [f"{group}/members"],
                "audience": group,
            }
        ],
    }
    return spoken.get(kind, [])


async def _send(world: World, who: str, key: PrivateKey, said: JSON, kind: str, number: int) -> None:
    document = {"@context": AS2, "type": kind, "id": f"{said['actor']}/leak/{kind}/{number}", **said}
    for node in (world.a, world.b):
        if who != f"server {node.host[0].upper()}":
            await post(world, who, key, node, "/inbox", orjson.dumps(document))


async def post(
    world: World, who: str, key: PrivateKey | None, node: RunningNode, path: str, body: bytes, **headers: str
) -> None:
    """Deliver *body*; what is answered is *who*'s."""
    sent = {"content-type": ACTIVITY_JSON}
    if key is not None:
        sent = sign("POST", f"http://{node.host}{path}", sent, body, key, Dialect.CAVAGE, world.clock.now())
    said = await ask(node.app, node.host, "POST", path, headers={**sent, **headers}, body=body)
    if said.status >= 500:
        world.ledger.faults.append(f"{who} POST {path}: {said.status} {body[:200]!r}")
    world.ledger.note(who, "POST /inbox", said.raw)


NAMED_BY_GROUPS = frozenset({"Invite"})
"""Kinds that only a group sends: `_to_groups` says them."""


async def _naming_the_unknown(world: World, every: int) -> None:
    """Activities of F that name a host which is not allowed in any of their fields: nobody may be sent there."""
    fay, frank = world.actor("F", "fay"), world.actor("F", "frank")
    for kind in HEARD:
        if kind in {"Block", *NAMED_BY_GROUPS}:
            continue
        for activity in islice(
            activities(kind, fay, frank, world["ari"].uri, f"{world['ari'].uri}/posts/1", Elsewhere(f"http://{E}")),
            0,
            None,
            every,
        ):
            await post(world, "server F", fay.rsa, world.a, "/inbox", orjson.dumps(activity))
        await world.settle(1)
