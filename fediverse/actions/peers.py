"""What we learn of another node by speaking with it: the signature dialect that works, and when it was last heard or reached.

The first knock at an unknown host is draft-cavage, since some servers answer 202 before they verify; RFC 9421 where the host has shown it, with
Ed25519 where its actors publish such keys. What worked is remembered for a week, then tried anew: software gets upgraded.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from fediverse.clock import to_ms
from fediverse.crypto.keypairs import KeyKind, PrivateKey
from fediverse.crypto.signatures import Dialect
from fediverse.errors import NotFound, Unreachable
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.policy.hosts import host_of
from fediverse.queries import keys
from fediverse.queries.domains import dialect_of, dialects_of
from fediverse.remote.signers import KeySigner

MAX_BYTES = 1_048_576
REMEMBERED = timedelta(days=7)
KNOCK_AGAIN = frozenset({400, 401})
AS2 = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


class Answer(Protocol):
    """What another host answered; *url* is the one that did, after redirects, and names of headers are in lower case."""

    @property
    def url(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


class Knock(StrEnum):
    """How a request is signed."""

    CAVAGE = "cavage"
    RFC9421 = "rfc9421"
    RFC9421_ED25519 = "rfc9421-ed25519"


_SECOND = {Knock.CAVAGE: Knock.RFC9421, Knock.RFC9421: Knock.CAVAGE, Knock.RFC9421_ED25519: Knock.CAVAGE}


async def knocks(node: Node, host: str) -> tuple[Knock, Knock]:
    """What to try with *host*, first and second."""
    return (await knocks_of(node, [host]))[host]


async def knocks_of(node: Node, hosts: Sequence[str]) -> dict[str, tuple[Knock, Knock]]:
    """The same for many."""
    remembered = await dialects_of(node, hosts)
    first = {host: Knock(remembered.get(host) or Knock.CAVAGE) for host in hosts}
    return {host: (knock, _SECOND[knock]) for host, knock in first.items()}


async def signer(node: Node, knock: Knock, account_id: int | None) -> KeySigner:
    """Signs as the account, or as the instance actor when it is None."""
    kind = KeyKind.ED25519 if knock is Knock.RFC9421_ED25519 else KeyKind.RSA
    key: PrivateKey = (
        keys.instance_key(node, kind) if account_id is None else await keys.signing_key(node, account_id, kind)
    )
    return KeySigner(key, Dialect.CAVAGE if knock is Knock.CAVAGE else Dialect.RFC9421, node.clock)


async def remember(node: Node, host: str, knock: Knock) -> None:
    """*knock* worked with *host*. Written only when it says something new, or the old memory has half run out."""
    now = node.clock.now()
    half_way = to_ms(now + REMEMBERED / 2)
    known = await node.database.row("SELECT dialect, dialect_until FROM peer WHERE host = ?", host)
    if known is not None and known["dialect"] == knock and (known["dialect_until"] or 0) > half_way:
        return
    await node.database.execute(
        "INSERT INTO peer (host, dialect, dialect_until, instance_actor_uri, software) VALUES (?, ?, ?, '', '')"
        " ON CONFLICT (host) DO UPDATE SET dialect = EXCLUDED.dialect, dialect_until = EXCLUDED.dialect_until",
        host, knock.value, to_ms(now + REMEMBERED),
    )  # fmt: skip


async def note_shown(node: Node, host: str, dialect: str, *, ed25519: bool) -> None:
    """*host* signed to us in *dialect*, or says that it reads it: what it speaks it understands."""
    if dialect == Dialect.RFC9421:
        known = await dialect_of(node, host)
        if known != Knock.RFC9421_ED25519:
            await remember(node, host, Knock.RFC9421_ED25519 if ed25519 else Knock.RFC9421)


async def note_traffic(node: Node, hosts: Iterable[str], *, received: bool) -> None:
    """When the hosts were last heard or reached, to the minute."""
    column = "last_received_at" if received else "last_delivered_at"
    now = to_ms(node.clock.now())
    await node.database.execute_many(
        f"INSERT INTO peer (host, dialect, instance_actor_uri, software, {column}) VALUES (?, '', '', '', ?)"
        f" ON CONFLICT (host) DO UPDATE SET {column} = EXCLUDED.{column} WHERE peer.{column} IS NULL OR peer.{column} < ?",
        [(host, now, now - 60_000) for host in sorted(hosts)],
    )


async def fetch(
    node: Node,
    url: str,
    *,
    kind: str,
    direction: Direction = Direction.OUT_FETCH,
    accept: str = AS2,
    max_bytes: int = MAX_BYTES,
) -> Answer:
    """The document at *url*, asked for by the instance actor: knocking twice if the first signature was not understood.

    Raises DomainRefused, NotFound for 404 and 410, Unreachable for any other answer that is not 200.
    """
    host = host_of(url, allow_http=node.settings.development)
    first, second = await knocks(node, host)
    answer = await _knock(node, url, first, kind, direction, accept, max_bytes)
    used = first
    if answer.status in KNOCK_AGAIN:
        answer = await _knock(node, url, second, kind, direction, accept, max_bytes)
        used = second
    if answer.status in {404, 410}:
        raise NotFound
    if answer.status != 200:
        raise Unreachable(f"{host} answered {answer.status}", answer=answer.status)
    if used is not first:
        await remember(node, host, used)
    return answer


async def _knock(
    node: Node, url: str, knock: Knock, kind: str, direction: Direction, accept: str, max_bytes: int
) -> Answer:
    return await node.remote.fetch(
        url, direction=direction, kind=kind, accept=accept, signer=await signer(node, knock, None), max_bytes=max_bytes
    )
