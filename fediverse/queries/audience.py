"""Where a post or a change must be sent: inboxes, each once, shared ones folded; by host, so that policy can be asked for each."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from fediverse.database.database import marks
from fediverse.node import Node
from fediverse.policy.domains import Direction, Effect, Reach, Verdict
from fediverse.policy.hosts import host_of
from fediverse.policy.visibility import VisibilityName, seen_by_server, seen_by_server_in
from fediverse.queries.domains import peers
from fediverse.queries.groups import admitted_hosts
from fediverse.queries.posts import reach_of
from fediverse.queue.outbox import Inbox

_PAIRS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom a post outside of groups is sent to: *accounts*, and the author's followers."""

    accounts: tuple[int, ...]
    followers: bool


@dataclass(frozen=True, slots=True)
class Departing:
    """Whether something is sent to a host: at once, when a rule holds it no more (*waits*), or not at all. *verdict*: what the rules say."""

    goes: bool
    waits: bool
    verdict: Verdict


def addressees(visibility: VisibilityName, named: Sequence[int], answered: int | None) -> Addressees:
    """*named* are told, and who is *answered* where everybody may read it; followers, unless it is for who is named alone."""
    wide = visibility in {"public", "unlisted"}
    return Addressees((*named, *((answered,) if wide and answered else ())), followers=visibility != "direct")


async def departing(node: Node, type_: str, host: str, having: Collection[str]) -> Departing:
    """Whether an activity of *type_* is written down to be sent to *host*; *having*: the hosts that may have what it shows."""
    verdict = await node.rules.decide(Direction.OUT_DELIVER, type_, host)
    if verdict.allowed and host in having:
        return Departing(goes=True, waits=False, verdict=verdict)
    waits = verdict.effect is Effect.HOLD or (verdict.rule is None and await _was_just_removed(node, host))
    return Departing(goes=False, waits=waits, verdict=verdict)


async def _was_just_removed(node: Node, host: str) -> bool:
    """Whether *host* was taken off the list within the day in which that can be taken back without a loss."""
    return any(
        peer.host == host and peer.removed_at is not None and peer.frozen_at is None for peer in await peers(node)
    )


async def inboxes_of_followers(node: Node, account_id: int) -> list[Inbox]:
    """Inboxes of the accepted followers on other nodes (ActivityPub §7.1, shared inboxes §7.1.3)."""
    rows = await node.database.rows(
        "SELECT DISTINCT CASE WHEN a.shared_inbox_url <> '' THEN a.shared_inbox_url ELSE a.inbox_url END AS url"
        " FROM follow f JOIN account a ON a.id = f.follower_id"
        " WHERE f.target_id = ? AND f.state = 'accepted' AND a.host <> '' AND a.deleted_at IS NULL",
        account_id,
    )
    return _folded(node, (row["url"] for row in rows))


async def inboxes_of_group(node: Node, group_id: int) -> list[Inbox]:
    """Inboxes of the members of one of our groups, on the nodes that it is disclosed to."""
    admitted = set(await admitted_hosts(node, group_id))
    return [inbox for inbox in await inboxes_of_followers(node, group_id) if inbox.host in admitted]


async def inboxes_of(node: Node, account_ids: Sequence[int]) -> list[Inbox]:
    """Inboxes of these accounts, local ones left out."""
    wanted = list(dict.fromkeys(account_ids))
    if not wanted:
        return []
    rows = await node.database.rows(
        "SELECT DISTINCT CASE WHEN shared_inbox_url <> '' THEN shared_inbox_url ELSE inbox_url END AS url"
        f" FROM account WHERE host <> '' AND id IN ({marks(wanted)})",
        *wanted,
    )
    return _folded(node, (row["url"] for row in rows))


async def inboxes_that_got(node: Node, post_id: int) -> list[Inbox]:
    """Inboxes to which the post was ever sent or is waiting to be: they must hear of its edit and its end."""
    rows = await node.database.rows("SELECT DISTINCT inbox AS url FROM sent_post WHERE post_id = ?", post_id)
    return _folded(node, (row["url"] for row in rows))


async def inboxes_that_got_any_by(node: Node, account_id: int) -> list[Inbox]:
    """Inboxes to which anything of the account was ever sent: they must hear that it is gone."""
    rows = await node.database.rows(
        "SELECT DISTINCT s.inbox AS url FROM sent_post s JOIN post p ON p.id = s.post_id WHERE p.author_id = ?",
        account_id,
    )
    return _folded(node, (row["url"] for row in rows))


def _folded(node: Node, urls: Iterable[str]) -> list[Inbox]:
    development = node.settings.development
    return sorted({Inbox(host_of(url, allow_http=development), url) for url in urls if url})


async def who_may_have(node: Node, wanted: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Of these pairs of a host and a post of ours, those that hold at this moment."""
    held = replace(node, rules=await node.rules.held())
    by_reach: dict[Reach, list[tuple[str, int]]] = {}
    for host, post_id in dict.fromkeys(wanted):
        reach = await reach_of(held, host)
        if reach is not None:
            by_reach.setdefault(reach, []).append((host, post_id))
    found: set[tuple[str, int]] = set()
    for reach, pairs in by_reach.items():
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            found |= await _who_may_have(node, reach, pairs[start : start + _PAIRS_AT_ONCE])
    return found


async def _who_may_have(node: Node, reach: Reach, pairs: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    listed = ", ".join(["(CAST(? AS VARCHAR), CAST(? AS BIGINT))"] * len(pairs))
    rows = await node.database.rows(
        f"WITH wanted(host, post_id) AS (VALUES {listed}) SELECT wanted.host, p.id FROM wanted JOIN post p ON p.id = wanted.post_id"
        f" WHERE {seen_by_server_in('wanted.host', reach)}",
        *(value for pair in pairs for value in pair),
    )
    return {(row["host"], row["id"]) for row in rows}


async def may_have(node: Node, host: str, post_id: int) -> bool:
    """Whether the node *host* may have this post of ours at this moment: asked again just before it is sent."""
    if node.batch is not None and (host, post_id) in node.batch.may_have:
        return True
    reach = await reach_of(node, host)
    if reach is None:
        return False
    seen, values = seen_by_server(host, reach)
    return await node.database.value(f"SELECT 1 FROM post p WHERE p.id = ? AND {seen}", post_id, *values) is not None


async def remember_for_batch(node: Node, wanted: Iterable[tuple[str, int]]) -> None:
    """Ask once for all pairs of a host and a post of ours that the batch will ask for."""
    if node.batch is not None:
        node.batch.may_have |= await who_may_have(node, wanted)
