"""What we speak, one file a kind of activity, each with the same four functions: the protocol on a page.

`wants` says, without any I/O, what must be looked up elsewhere first. `verify` only asks, and raises when the sender may not do this. `apply` calls one
verb of `actions/`, the same that a person here would call. `build` makes our own activity of that kind from an event, without its proof.

`receive.admit()` asks `module_for` and `wants`; `workers/incoming` calls `prepare` for a batch outside any transaction, then `verify` and `apply` of each
inside one; `send.spread` calls `build_for`. A kind that is not listed here is answered 202, counted in the log, and has no effect.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from fediverse import events, group_events, log
from fediverse.actions import resolve
from fediverse.activitystreams.activities import Activity
from fediverse.errors import FediverseError, Unreachable
from fediverse.federation import group_log, memberships, votes
from fediverse.federation.activities import (
    accept,
    add,
    announce,
    block,
    create,
    delete,
    flag,
    follow,
    invite,
    like,
    move,
    quote_request,
    reject,
    remove,
    undo,
    update,
)
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.gate import is_ours
from fediverse.federation.outgoing import Outgoing
from fediverse.federation.wants import Wants
from fediverse.node import Node
from fediverse.policy.content import MAX_MENTIONS
from fediverse.policy.domains import Direction
from fediverse.policy.hosts import host_of
from fediverse.queries import accounts, posts

MAX_HINTS = 10  # fetches that one activity may cause by merely naming people and posts
PREPARED_AT_ONCE = 8
PREPARING_S = 20.0
HINTS_S = 10.0

_log = log.get(__name__)
K = TypeVar("K")
V = TypeVar("V")


class Kind(Protocol):
    """A module of this package."""

    def wants(self, activity: Activity) -> Wants: ...
    async def verify(self, node: Node, admitted: AdmittedActivity) -> Any: ...
    async def apply(self, node: Node, admitted: AdmittedActivity, verified: Any) -> None: ...


class Build(Protocol):
    async def __call__(self, node: Node, event: Any) -> Outgoing | None: ...


def registry(entries: Iterable[tuple[K, V]]) -> Mapping[K, V]:
    """*entries* as a mapping. Raises ValueError when something is registered twice: one of the two would silently not count."""
    found: dict[K, V] = {}
    for key, value in entries:
        if key in found:
            raise ValueError(f"{key} is registered twice")
        found[key] = value
    return MappingProxyType(found)


HEARD: Mapping[str, Kind] = registry(
    [
        ("Accept", accept),
        ("Add", add),
        ("Announce", announce),
        ("Block", block),
        ("Create", create),
        ("Delete", delete),
        ("Flag", flag),
        ("Follow", follow),
        ("Invite", invite),
        ("Like", like),
        ("Move", move),
        ("QuoteRequest", quote_request),
        ("Reject", reject),
        ("Remove", remove),
        ("Undo", undo),
        ("Update", update),
    ]
)
"""The kinds of activity that have an effect here."""

TOLD: Mapping[type[events.Event], Build] = registry(
    [
        (events.PostPublished, create.build),
        (events.PostEdited, update.build),
        (events.PostDeleted, delete.build),
        (events.PostRefreshed, update.build),
        (events.QuoteRequested, quote_request.build),
        (events.QuoteAccepted, quote_request.build_answer),
        (events.QuoteRejected, quote_request.build_answer),
        (events.QuoteRevoked, quote_request.build_revocation),
        (events.PollVoted, votes.build),
        (events.PollCounted, update.build),
        (events.PostBoosted, announce.build),
        (events.BoostUndone, undo.build),
        (events.PostLiked, like.build),
        (events.LikeUndone, undo.build),
        (events.FollowRequested, follow.build),
        (events.FollowUndone, undo.build),
        (events.FollowAccepted, accept.build),
        (events.FollowRejected, reject.build),
        (events.ProfileUpdated, update.build),
        (events.KeysRotated, update.build),
        (events.PostPinned, add.build),
        (events.PostUnpinned, remove.build),
        (events.AccountMoved, move.build),
        (events.AccountDeleted, delete.build),
        (events.ContentReported, flag.build),
        (group_events.GroupMembershipChanged, memberships.build),
        (group_events.GroupNodeRemoved, memberships.build_node_removed),
        (group_events.GroupInvited, invite.build),
        (group_events.GroupPostTakenOut, delete.build_taken_out),
        (group_events.GroupRelayed, group_log.build),
        (group_events.GroupShared, group_log.build_share),
    ]
)
"""The events that other nodes hear of, each by one activity."""


def module_for(type_: str) -> Kind | None:
    return HEARD.get(type_)


async def build_for(node: Node, event: events.Event) -> Outgoing | None:
    """What tells others of *event*; None when nobody is to hear of it. Raises NotFound when what it is about is gone."""
    build = TOLD.get(type(event))
    return None if build is None else await build(node, event)


async def prepare(
    node: Node, batch: Sequence[AdmittedActivity], known: frozenset[str] = frozenset()
) -> dict[str, Unreachable]:
    """Look up what *batch* wants, outside any transaction, and raise nothing: `verify` finds out what could not be had.

    *known* are actors' URIs that need no looking up. Answers the ids of the activities that should be tried again later, since a host that they need did not answer.
    """
    room = asyncio.Semaphore(PREPARED_AT_ONCE)
    waiting: dict[str, Unreachable] = {}

    async def one(admitted: AdmittedActivity, wants: Wants) -> None:
        async with room:
            try:
                async with asyncio.timeout(PREPARING_S):
                    await _look_up_required(node, admitted, wants, known)
                await _look_up_hints(node, admitted, wants)
            except TimeoutError:
                waiting[admitted.id] = Unreachable("What the activity needs could not be fetched in time")
            except Unreachable as problem:
                waiting[admitted.id] = problem
            except FediverseError as problem:
                _log.info("activity.lacks", id=admitted.id, type=admitted.type, reason=problem.safe)

    async with asyncio.TaskGroup() as siblings:
        for admitted in batch:
            wants = _wants(admitted)
            if wants is not None and not (admitted.actor_uri in known and _is_all_ours(node, wants)):
                siblings.create_task(one(admitted, wants))
    return waiting


async def handle_one(node: Node, admitted: AdmittedActivity) -> None:
    """Verify and apply. Raises a FediverseError when the activity is dropped, and why."""
    kind = HEARD[admitted.type]
    verified = await kind.verify(node, admitted)
    await kind.apply(node, admitted, verified)


async def _look_up_required(node: Node, admitted: AdmittedActivity, wants: Wants, known: frozenset[str]) -> None:
    """The actor, and everything without which the activity cannot be judged, each at its own host through the gate."""
    if admitted.actor_uri not in known:
        await resolve.account_by_uri(node, admitted.actor_uri)
    for uri in sorted(wants.fresh_accounts):
        if not is_ours(node, uri):
            await resolve.account_by_uri(node, uri, fresh=True)
    for uri in sorted(wants.accounts):
        if not is_ours(node, uri):
            await resolve.account_by_uri(node, uri)
    for uri in sorted(wants.posts):
        if not is_ours(node, uri):
            await resolve.post_by_uri(node, uri)


async def _look_up_hints(node: Node, admitted: AdmittedActivity, wants: Wants) -> None:
    """People who are named and what is answered, when they are not known yet: a few fetches for a while, none of them that policy refuses."""
    left = MAX_HINTS
    try:
        async with asyncio.timeout(HINTS_S):
            for uri in wants.hinted_posts[:MAX_HINTS]:
                if await _may_ask(node, uri, "post") and await posts.id_of_uri(node, uri) is None:
                    left -= 1
                    await _try(resolve.post_by_uri(node, uri), uri)
            for uri in wants.hinted_accounts[:MAX_MENTIONS]:
                if left > 0 and await _may_ask(node, uri, "actor") and await accounts.by_uri(node, uri) is None:
                    left -= 1
                    await _try(resolve.account_by_uri(node, uri), uri)
    except TimeoutError:
        _log.info("hints.unfinished", id=admitted.id)


def _is_all_ours(node: Node, wants: Wants) -> bool:
    named = (*wants.accounts, *wants.fresh_accounts, *wants.posts, *wants.hinted_accounts, *wants.hinted_posts)
    return all(is_ours(node, uri) for uri in named)


def _wants(admitted: AdmittedActivity) -> Wants | None:
    """None for a Delete, which asks nobody."""
    kind = HEARD.get(admitted.type)
    return None if kind is None or admitted.type == "Delete" else kind.wants(admitted.activity)


async def _try(looking_up: Awaitable[int], uri: str) -> None:
    try:
        await looking_up
    except FediverseError as problem:
        _log.info("hint.unresolved", uri=uri, reason=problem.safe)


async def _may_ask(node: Node, uri: str, kind: str) -> bool:
    """Whether it is worth trying: somebody elsewhere, on a host that is allowed. The gate asks again; this spares it the noise."""
    try:
        host = host_of(uri, allow_http=node.settings.development)
    except FediverseError:
        return False
    return not is_ours(node, uri) and node.rules.decide_cached(Direction.OUT_FETCH, kind, host).allowed
