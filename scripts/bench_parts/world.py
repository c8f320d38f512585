"""The data of the measurements: people here with follows and posts, and people elsewhere whom the node knows already, with their keys.

Written before the node is served. People of this node are registered by the same verb as in earnest; what there is a lot of is written as rows.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fediverse.actions import access, accounts, domains, posts
from fediverse.actions.domains import NewRule
from fediverse.activitystreams.actors import parse_actor
from fediverse.app import open_node
from fediverse.clock import to_ms
from fediverse.crypto.keypairs import PrivateKey, generate_rsa
from fediverse.node import Node
from fediverse.policy.domains import Effect
from fediverse.settings import Settings


@dataclass(frozen=True)
class Sender:
    """Somebody elsewhere, known here."""

    id: int
    uri: str
    key_id: str
    pem: bytes = field(repr=False)


@dataclass(frozen=True)
class Person:
    """Somebody of this node, with a token and some posts."""

    id: int
    uri: str
    token: str
    post_uris: tuple[str, ...]


@asynccontextmanager
async def prepared(settings: Settings) -> AsyncIterator[Node]:
    """The node in this process, its tables made: to write what the measurement needs, and closed before it is served."""
    async with open_node(settings, migrating=True) as node:
        yield node


async def add_people(node: Node, count: int, posts_each: int, *, name: str) -> list[Person]:
    """So many people called *name* and a number."""
    people = []
    for username in (f"{name}{number}" for number in range(count)):
        account_id = await accounts.register(node, username=username, email=f"{username}@bench.example")
        written = [
            await posts.publish(node, account_id, posts.Draft(f"Post {post} of {username}"))
            for post in range(posts_each)
        ]
        token = await access.issue_token(node, account_id, ["read", "write", "follow"])
        uris = tuple(node.uri(f"/users/{username}/posts/{post_id}") for post_id in written)
        people.append(Person(account_id, node.uri(f"/users/{username}"), token, uris))
    return people


async def add_senders(node: Node, hosts: Sequence[str], per_host: int) -> list[Sender]:
    """People on *hosts*, which are allowed. Those of one host share one key pair: making two hundred takes longer than checking with them."""
    senders = []
    for host in hosts:
        pair = await asyncio.to_thread(generate_rsa, f"http://{host}/key", f"http://{host}/")
        senders += await _add_people_of(node, host, per_host, pair)
    return senders


async def add_followers(node: Node, hosts: Sequence[str], per_host: int = 1) -> list[Sender]:
    """Somebody, or *per_host* people, on each of *hosts*, which are allowed. They only receive, so one key pair does for all."""
    pair = await asyncio.to_thread(generate_rsa, "http://localhost/key", "http://localhost/")
    return [follower for host in hosts for follower in await _add_people_of(node, host, per_host, pair)]


async def _add_people_of(node: Node, host: str, count: int, pair: PrivateKey) -> list[Sender]:
    senders = []
    await domains.add_rule(node, NewRule(host, Effect.ALLOW), by="bench")
    async with node.database.transaction():
        for number in range(count):
            uri = f"http://{host}/users/sender{number}"
            account_id = await accounts.receive_actor(node, parse_actor(_actor(host, uri, number, pair)))
            senders.append(Sender(account_id, uri, f"{uri}#main-key", pair.to_pem()))
    return senders


def _actor(host: str, uri: str, number: int, pair: PrivateKey) -> dict[str, object]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": uri,
        "type": "Person",
        "preferredUsername": f"sender{number}",
        "name": f"Sender {number} of {host}",
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "endpoints": {"sharedInbox": f"http://{host}/inbox"},
        "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": pair.public.pem},
    }


async def add_follows(node: Node, pairs: Sequence[tuple[int, int]]) -> None:
    """Accepted follows: (follower, followed)."""
    now = to_ms(node.clock.now())
    await node.database.execute_many(
        "INSERT INTO follow (id, follower_id, target_id, state, uri, show_boosts, notify, languages, created_at)"
        " VALUES (?, ?, ?, 'accepted', ?, ?, ?, '[]', ?)",
        [
            (number := node.ids.next(), follower, target, node.uri(f"/activities/{number}"), True, False, now)
            for follower, target in pairs
        ],
    )


async def forget_unsent(node: Node) -> None:
    """What writing the data would have told others is no part of the measurement."""
    await node.database.execute("UPDATE event SET spread_at = ? WHERE spread_at IS NULL", to_ms(node.clock.now()))
