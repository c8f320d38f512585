"""What a group's node passes on in an Announce: a member's own activity, unchanged (FEP-1b12), and whether that member said it.

Called by `activities/announce`, inside the worker's transaction, so without any network: whom it concerns was looked up before (`wants_of`). Believed is, in
this order: the member's integrity proof (FEP-8b32); an activity of the group's own node, which speaks for its people; a post that was fetched from its
author's node because no proof came with it. An invalid proof never falls through to the rest, and a group's word for somebody else's people is worth nothing.
"""

from dataclasses import dataclass

import orjson

from fediverse.activitystreams.activities import Activity, parse_activity
from fediverse.activitystreams.strict_json import JSON, parse
from fediverse.activitystreams.values import canonical_audience, ids_of, only_id_of
from fediverse.crypto.proofs import ProofUnsupported, read_proof, verify_proof
from fediverse.errors import NotFound, Refused, SignatureRefused
from fediverse.federation import keys
from fediverse.federation.admitted import SEAL, AdmittedActivity, ProvedBy
from fediverse.federation.gate import is_ours, require_allowed
from fediverse.federation.standing import has_followers_here
from fediverse.federation.wants import Wants
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.policy.hosts import origin_of, same_origin
from fediverse.queries import groups, posts
from fediverse.queries.group_views import GroupView
from fediverse.queries.views import AccountView

PASSED_ON = frozenset({"Create", "Update", "Delete", "Add", "Remove"})
"""The activities that a group passes on to its members. Likes and votes are between a person and an author."""


@dataclass(frozen=True, slots=True)
class Passed:
    """*inner* was said by its actor in *group*."""

    group: GroupView
    inner: AdmittedActivity


def inner_of(activity: Activity) -> Activity | None:
    """The activity inside an Announce; None when a plain object is announced, or only named. Raises Malformed."""
    if activity.object is None or activity.object.get("type") not in PASSED_ON or "actor" not in activity.object:
        return None
    return parse_activity(activity.object)


def bears_proof(inner: JSON) -> bool:
    """Whether a proof came with it that can be judged. Software that writes an activity anew into its own Announce keeps the proof and loses the context
    that it was made over: that is as good as no proof, and whoever wants to be judged so could leave the proof out.
    """
    return "proof" in inner and "@context" in inner


def wants_of(inner: Activity, group_uri: str) -> Wants:
    """Its actor; who comes or goes; and, where neither a proof came with it nor the group's own node speaks for its people, the post from its author's node."""
    actor = frozenset({inner.actor})
    if inner.type == "Create" and inner.object_id is not None and not _is_vouched_for(inner, group_uri):
        return Wants(accounts=actor, hinted_posts=(inner.object_id,))
    if inner.type in {"Add", "Remove"} and inner.object_id is not None:
        return Wants(accounts=actor, hinted_accounts=(inner.object_id,))
    return Wants(accounts=actor)  # what is answered came before, by the group's own order


def _is_vouched_for(inner: Activity, group_uri: str) -> bool:
    return bears_proof(inner.raw) or same_origin(inner.actor, group_uri, allow_http=True)


async def verify(node: Node, admitted: AdmittedActivity, sender: AccountView, inner: Activity) -> Passed | None:
    """What was passed on; None for what our own people said, which is here already. Raises NotFound for a group that nobody here belongs to, Refused."""
    if not sender.group:
        raise NotFound("This is no group")
    if not await has_followers_here(node, sender.id) and not await _ends_what_is_here(node, inner, sender.id):
        raise NotFound("Nobody here is a member of this group")
    group = await groups.group(node, None, sender.id)
    _require_addressed(inner, group)
    if is_ours(node, inner.actor):
        return None
    raw = _raw_object(admitted.body)
    proved_by = await _prove(node, admitted, inner, raw)
    await require_allowed(node, Direction.IN_POST, inner.type, (inner.actor,))
    return Passed(group, _admitted(node, admitted, inner, raw, proved_by, group.id))


async def _ends_what_is_here(node: Node, inner: Activity, group_id: int) -> bool:
    """The end of a post that came while somebody here was a member: it is gone here as well."""
    if inner.type != "Delete" or inner.object_id is None:
        return False
    return await posts.group_of_uri(node, inner.object_id) == group_id


def sequence_of(activity: Activity) -> int | None:
    """The number that a node like ours gives to what a group sends."""
    found = activity.raw.get("sequence")
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 2**62 else None


def addresses(activity: Activity, group: AccountView, members_url: str) -> bool:
    """Whether *activity*, or what it brings, is addressed to the group."""
    named = {*activity.to, *activity.cc, *activity.audience}
    for name in ("to", "cc", "audience"):
        named.update(map(canonical_audience, ids_of((activity.object or {}).get(name))))
    return not named.isdisjoint({group.uri, members_url or group.uri, group.followers_url or group.uri})


def _require_addressed(inner: Activity, group: GroupView) -> None:
    """Raises Refused for what another group, or nobody at all, was told: a group passes on what is its own."""
    if inner.type in {"Add", "Remove"} and inner.target_id in {group.members_url, group.account.uri}:
        return
    if inner.type == "Delete" and not inner.to and not inner.audience:
        return  # whose post it is and where it stands is asked when it is deleted
    if not addresses(inner, group.account, group.members_url):
        raise Refused("What is passed on was not said to this group")


async def _prove(node: Node, outer: AdmittedActivity, inner: Activity, raw: JSON) -> ProvedBy:
    if inner.id is None or not same_origin(inner.id, inner.actor, allow_http=node.settings.development):
        raise Refused("The activity's id and its actor live in different places", code="id_of_another_origin")
    if bears_proof(raw):
        return await _by_proof(node, inner, raw)
    if same_origin(inner.actor, outer.actor_uri, allow_http=node.settings.development):
        return "signature"
    if inner.type == "Create" and inner.object_id is not None:
        return "origin"  # `create` takes the post as its author's node told it, never the copy
    raise SignatureRefused("The member's own word for this is missing", code="not_the_actor")


async def _by_proof(node: Node, inner: Activity, raw: JSON) -> ProvedBy:
    try:
        claim = read_proof(raw)
    except ProofUnsupported as unread:
        raise SignatureRefused(
            "The member's proof is of a kind that is not understood", code="not_the_actor"
        ) from unread
    if claim is None:
        raise SignatureRefused("The member's proof is not readable", code="not_the_actor")
    known = await keys.stored(node, claim.key_id)
    if known is None or known.key.owner != inner.actor:
        raise SignatureRefused("The proof is not the member's", code="not_the_actor")
    verify_proof(raw, claim, known.key, node.clock.now())
    return "proof"


def _raw_object(body: bytes) -> JSON:
    """The activity as its bytes came: what a proof covers."""
    found = parse(body).get("object")
    if not isinstance(found, dict):
        raise Refused("The passed on activity is not embedded as it was said")
    return found


def _admitted(
    node: Node, outer: AdmittedActivity, inner: Activity, raw: JSON, proved_by: ProvedBy, group_id: int
) -> AdmittedActivity:
    fetched = proved_by == "origin"
    activity = parse_activity({**inner.raw, "object": only_id_of(inner.raw.get("object"))}) if fetched else inner
    return AdmittedActivity(
        id=inner.id or "",
        type=inner.type,
        actor_uri=inner.actor,
        actor_id=None,
        origin=origin_of(inner.actor, allow_http=node.settings.development),
        proved_by=proved_by,
        activity=activity,
        body=orjson.dumps(raw),
        received_at=outer.received_at,
        via_group=group_id,
        seal=SEAL,
    )
