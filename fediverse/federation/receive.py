"""The only way in. `admit()` takes a POST to an inbox and either refuses it, or keeps an `AdmittedActivity` in the queue before it is answered.

Called by `inbox.py`; `readmit()` by `workers/incoming` for what `admit()` kept. The order is the security: each step may rely on all before it, and
swapping two of them opens a hole that other servers had.

1. size, media type, strict JSON, one reading      nothing else is worth a look
2. signature headers well formed, body's digest    `crypto.signatures.read_claim`; unsigned is refused here
3. policy on the hosts of key and actor            before any network: a stranger may not make us fetch
4. key, signature                                  before the replay key is looked at: an unsigned copy must not suppress the real one
5. id and actor of one origin                      or one host could use up the ids of another
6. the actor itself said it                        key's owner, else a valid proof by the actor, else the same document from its own origin
7. policy on every host that we would act on       fresh, as steps 4 and 6 may have waited for the network
8. seen before?                                    the replay key holds the origin; same id with other content is refused
9. stored                                          then the sender hears 202

Two choices that could surprise. A document whose context redefines words is expanded (milliseconds) after step 3 only, as strangers would else choose how
busy we are. And a proof is looked at only when the key's owner is not the actor: the actor's own signature covers the whole body and needs no second
witness. A proof that is there and does not hold ends it; only a missing or foreign one leads to fetching the document. Refused: to believe another actor
of the same server without either; it costs one fetch to be sure.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import orjson

from fediverse import log
from fediverse.actions import peers as known_peers
from fediverse.activitystreams.activities import Activity, parse_activity
from fediverse.activitystreams.reading import needs_expansion, read_document
from fediverse.activitystreams.strict_json import JSON, parse
from fediverse.clock import from_ms
from fediverse.crypto.keypairs import KeyKind, PublicKey
from fediverse.crypto.signatures import SignatureClaim, SignedMessage, read_claim, verify
from fediverse.database.database import Row
from fediverse.errors import (
    Conflict,
    DomainRefused,
    Malformed,
    NotFound,
    Refused,
    SignatureRefused,
    TooLarge,
    UnsupportedMedia,
)
from fediverse.federation import activities, authority, keys
from fediverse.federation.admitted import SEAL, AdmittedActivity
from fediverse.federation.authority import Proved
from fediverse.federation.gate import host_named, is_ours, require_allowed, require_plausible
from fediverse.node import Node
from fediverse.policy.domains import Direction, Effect
from fediverse.policy.hosts import origin_of, same_origin
from fediverse.queries.accounts import by_uri, local_for_server
from fediverse.queries.domains import peers
from fediverse.queue.inbound import Incoming, Stored
from fediverse.remote.media_types import is_activity_json

CLEANING_UP = timedelta(days=7)
_ABOUT_ITSELF = frozenset({"Delete", "Update"})

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class IncomingPost:
    """A POST as it came. *target_uri* is our public origin with the raw path and query; *inbox_owner* the name in the path, None for a shared inbox."""

    method: str
    target_uri: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    inbox_owner: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """Authentic, as far as that matters, and of no use to us: answered 202 like the rest, and nothing kept of it.

    *id* is that of an activity that was proved and kept before: the sender, who may have missed the answer, gets a receipt again.
    """

    reason: str
    id: str = ""


async def admit(node: Node, post: IncomingPost) -> AdmittedActivity | Ignored:
    """What *post* brings, proved and kept, or `Ignored`. Either is answered 202.

    Raises TooLarge, UnsupportedMedia, Malformed, SignatureRefused, DomainRefused, Unreachable (its key's host failed), Refused, NotFound (no such inbox)
    and Conflict (the id is known with another body); nothing is kept then.
    """
    document = _read_body(node, post)
    reading = None if needs_expansion(document) else document
    activity = None if reading is None else parse_activity(reading)
    message = SignedMessage(post.method, post.target_uri, post.headers, post.body)
    claim = read_claim(message, node.clock.now())
    cleaning_up = await _key_host_may_post(node, claim, document)
    if activity is None:
        activity = parse_activity(await asyncio.to_thread(read_document, document))
    if not cleaning_up:
        await require_plausible(node, Direction.IN_POST, activity.type, (activity.actor,))
    if await _is_about_somebody_unknown(node, claim, activity):
        return Ignored("of an actor that was never heard of, about itself")
    proved = await _prove(node, post, claim, document, activity, cleaning_up=cleaning_up)
    return await _keep(node, post, claim, proved)


async def readmit(_node: Node, row: Row) -> AdmittedActivity:
    """The activity that `admit` kept as *row* of the queue. Its body was proved then; it is only read again."""
    body = row["body"].encode("utf-8")
    document = parse(body)
    activity = parse_activity(
        await asyncio.to_thread(read_document, document) if needs_expansion(document) else document
    )
    if activity.id != row["activity_id"] or activity.actor != row["actor_uri"]:
        raise Malformed("The stored activity is not the one that was admitted")
    return AdmittedActivity(
        id=row["activity_id"],
        type=activity.type,
        actor_uri=activity.actor,
        actor_id=None,
        origin=row["origin"],
        proved_by=row["proved_by"],
        activity=activity,
        body=body,
        received_at=from_ms(row["received_at"]),
        seal=SEAL,
    )


async def keep_from_log(node: Node, document: JSON, group_uri: str) -> bool:
    """Keep an Announce that a group's own node gave us when we read its log; False when it was known.

    It was fetched from its own origin, so that no signature is asked of it; id and actor must be of that origin, and policy speaks as for what is sent.
    """
    body = orjson.dumps(document)
    if len(body) > node.settings.max_body_bytes:
        raise TooLarge(f"An activity may have {node.settings.max_body_bytes} bytes")
    activity = parse_activity(
        await asyncio.to_thread(read_document, document) if needs_expansion(document) else document
    )
    if activity.actor != group_uri or activity.type != "Announce":
        raise Refused("A group's log holds its own Announces")
    if not same_origin(authority.id_of(activity), group_uri, allow_http=node.settings.development):
        raise Refused("The activity's id and its actor live in different places", code="id_of_another_origin")
    await require_allowed(node, Direction.IN_POST, activity.type, (group_uri,))
    group = await by_uri(node, group_uri)
    proved = Proved("origin", None if group is None else group.id, activity, body)
    return isinstance(await _store(node, _admitted(node, proved)), AdmittedActivity)


def _read_body(node: Node, post: IncomingPost) -> JSON:
    if len(post.body) > node.settings.max_body_bytes:
        raise TooLarge(f"An activity may have {node.settings.max_body_bytes} bytes")
    content_types = [value for name, value in post.headers if name.lower() == "content-type"]
    if len(content_types) != 1 or not is_activity_json(content_types[0]):
        raise UnsupportedMedia("Send application/activity+json")
    if any(name.lower() == "content-encoding" and value.strip().lower() != "identity" for name, value in post.headers):
        raise UnsupportedMedia("Send the body without a content encoding")
    return parse(post.body)


async def _key_host_may_post(node: Node, claim: SignatureClaim, document: JSON) -> bool:
    """Whether this is only allowed as clean-up. Raises DomainRefused when it is not allowed at all."""
    kind = str(document.get("type", "activity"))
    try:
        await require_plausible(node, Direction.IN_POST, kind, (claim.key_id,))
    except DomainRefused as refused:
        await _require_clean_up(node, kind, refused)
        return True
    return False


async def _require_clean_up(node: Node, kind: str, refused: DomainRefused) -> None:
    """Raises *refused* again unless it is a Delete from a domain that was only just removed."""
    if kind != "Delete" or not await _was_just_removed(node, refused.host):
        raise refused


async def _was_just_removed(node: Node, host: str) -> bool:
    """Whether *host* was allowed until a few days ago and no rule speaks against it now. What its people delete then must still vanish here."""
    verdict = await node.rules.decide(Direction.IN_POST, "Delete", host)
    if verdict.rule is not None and verdict.effect is Effect.DENY:
        return False
    since = node.clock.now() - CLEANING_UP
    return any(
        peer.host == host and peer.removed_at is not None and peer.removed_at > since for peer in await peers(node)
    )


async def _is_about_somebody_unknown(node: Node, claim: SignatureClaim, activity: Activity) -> bool:
    """A Delete or Update of itself by an actor that we never saw: servers send these to everybody, and each would cost us a fetch in vain."""
    if activity.type not in _ABOUT_ITSELF or activity.object_id != activity.actor or is_ours(node, claim.key_id):
        return False
    return await keys.stored(node, claim.key_id) is None and await by_uri(node, activity.actor) is None


async def _prove(
    node: Node, post: IncomingPost, claim: SignatureClaim, document: JSON, activity: Activity, *, cleaning_up: bool
) -> Proved:
    """Steps 4 to 6. While cleaning up, only the actor's own signature with a key that we have counts, as its host may not be asked."""

    def made_by(key: PublicKey) -> None:
        verify(claim, claim.message, key)

    if cleaning_up:
        signer = await keys.stored(node, claim.key_id)
        if signer is None or signer.key.owner != activity.actor:
            raise SignatureRefused("The key is not known to be the actor's", code="not_the_actor")
        made_by(signer.key)
    else:
        signer = await keys.prove(node, claim.key_id, made_by)
        await _remember_dialect(node, claim, signer.key)
    if not same_origin(authority.id_of(activity), activity.actor, allow_http=node.settings.development):
        raise Refused("The activity's id and its actor live in different places", code="id_of_another_origin")
    if signer.key.owner == activity.actor:
        return Proved("signature", signer.account_id, activity, post.body)
    return await authority.of_actor(node, document, activity, post.body)


async def _remember_dialect(node: Node, claim: SignatureClaim, key: PublicKey) -> None:
    """What a host signs to us with it reads from us too; Ed25519 only when it signed with that, as many publish such keys for proofs alone."""
    host = host_named(node, key.owner)
    await known_peers.note_shown(node, host, claim.dialect, ed25519=key.kind is KeyKind.ED25519)


async def _keep(node: Node, post: IncomingPost, claim: SignatureClaim, proved: Proved) -> AdmittedActivity | Ignored:
    """Steps 7 to 9."""
    activity = proved.activity
    spoken = activities.module_for(activity.type)
    wanted = frozenset() if spoken is None else spoken.wants(activity).required
    acted_on = {claim.key_id, activity.actor, *(uri for uri in wanted if not is_ours(node, uri))}
    try:
        await require_allowed(node, Direction.IN_POST, activity.type, acted_on)
    except DomainRefused as refused:
        if proved.by != "signature":
            raise
        await _require_clean_up(node, activity.type, refused)
    if post.inbox_owner is not None:
        await _require_inbox(node, post.inbox_owner, host_named(node, activity.actor))
    if spoken is None:
        _log.info("activity.unknown_type", type=activity.type, host=host_named(node, activity.actor))
        return Ignored("unknown type")
    return await _store(node, _admitted(node, proved))


def _admitted(node: Node, proved: Proved) -> AdmittedActivity:
    activity = proved.activity
    return AdmittedActivity(
        id=authority.id_of(activity),
        type=activity.type,
        actor_uri=activity.actor,
        actor_id=proved.actor_id,
        origin=origin_of(activity.actor, allow_http=node.settings.development),
        proved_by=proved.by,
        activity=activity,
        body=proved.body,
        received_at=node.clock.now(),
        seal=SEAL,
    )


async def _require_inbox(node: Node, username: str, host: str) -> None:
    owner = await local_for_server(node, host, username)
    if owner is None or owner.deleted:
        raise NotFound


def _digest(body: bytes) -> str:
    """Of what the activity says. Proofs and Linked Data Signatures are left out: Fedify 2.3 makes them anew for each inbox that it sends one activity to."""
    said = {name: value for name, value in parse(body).items() if name not in {"proof", "signature"}}
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def _store(node: Node, admitted: AdmittedActivity) -> AdmittedActivity | Ignored:
    stored = await node.inbound.store(
        node,
        Incoming(
            origin=admitted.origin,
            activity_id=admitted.id,
            digest=_digest(admitted.body),
            type=admitted.type,
            actor_uri=admitted.actor_uri,
            proved_by=admitted.proved_by,
            body=admitted.body.decode("utf-8"),
            admitted=admitted,
        ),
    )
    match stored:
        case Stored.NEW:
            return admitted
        case Stored.DUPLICATE:
            return Ignored("known", admitted.id)
        case Stored.CONFLICTING:
            _log.warning("activity.conflicting", id=admitted.id, origin=admitted.origin)
            raise Conflict("This id is known with another body", code="id_reused")
