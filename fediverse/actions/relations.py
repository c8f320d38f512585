"""Follow, accept, reject, block, mute, move: ties between accounts. Each verb is safe to repeat, and the same for a person here and one elsewhere."""

from collections.abc import Sequence
from datetime import timedelta

from fediverse import events
from fediverse.actions import group_rows
from fediverse.actions.notifying import notify
from fediverse.clock import to_ms
from fediverse.database.batch import write_later
from fediverse.database.database import Row, json_text
from fediverse.errors import Invalid, NotFound, Refused
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.queries import accounts, relations
from fediverse.queries.timelines import speaks_a_wanted_language
from fediverse.queries.views import AccountView

BACKFILLED_POSTS = 40


async def follow(
    node: Node,
    follower_id: int,
    target_id: int,
    show_boosts: bool | None = None,
    notify_of_posts: bool | None = None,
    languages: Sequence[str] | None = None,
    uri: str = "",
) -> str:
    """`pending` or `accepted`. A remote account's follow is answered by an Accept at once unless the target is locked; again for a repeated one.

    *uri*: the Follow activity of a remote follower. None leaves an existing follow's wishes as they are.
    """
    follower, target = await _pair(node, follower_id, target_id)
    if target.kind == "application" or target.suspended or target.deleted:
        raise NotFound
    if await relations.is_blocked(node, follower_id, by=target_id) or await relations.is_blocked(
        node, target_id, by=follower_id
    ):
        raise Refused("You cannot follow this account")
    if await relations.is_domain_hidden(node, follower_id, target_id):
        raise Refused("You cannot follow this account")
    await _check_host(node, follower, target)
    at_once = target.local and not target.locked
    if target.local and target.group:
        at_once = await group_rows.how_to_join(node, follower, target) == "accept"
    async with node.database.transaction():
        existing = await _row(node, follower_id, target_id)
        if existing is None:
            state = await _new_follow(
                node, follower, target, uri, bool(notify_of_posts), show_boosts is not False, list(languages or ()),
                at_once=at_once,
            )  # fmt: skip
        else:
            state = str(existing["state"])
            await _update_wishes(node, existing, show_boosts, notify_of_posts, languages, uri)
        if state == "accepted" and target.local and not follower.local:
            await events.record(
                node, events.FollowAccepted(target_id, follower_id, uri or (existing or {}).get("uri", ""))
            )
    return state


async def _check_host(node: Node, follower: AccountView, target: AccountView) -> None:
    """Say at once what the gate would say later: a follow of a domain that is not allowed leads nowhere."""
    if follower.local and not target.local:
        verdict = await node.rules.decide(Direction.OUT_DELIVER, "Follow", target.host)
        if not verdict.allowed:
            raise Refused(f"{target.host} is not a domain that your administrators allow")


async def _new_follow(
    node: Node,
    follower: AccountView,
    target: AccountView,
    uri: str,
    notify_of_posts: bool,
    show_boosts: bool,
    languages: list[str],
    *,
    at_once: bool,
) -> str:
    state = "accepted" if at_once else "pending"
    number = node.ids.next()
    address = uri or node.uri(f"/activities/{number}")
    await node.database.insert(
        "follow",
        {
            "id": number, "follower_id": follower.id, "target_id": target.id, "state": state, "uri": address, "show_boosts": show_boosts,
            "notify": notify_of_posts, "languages": json_text(languages), "created_at": to_ms(node.clock.now()),
        },
    )  # fmt: skip
    if state == "accepted":
        await _begin(node, follower, target)
    elif target.local:
        await notify(node, "follow_request", await _who_decides(node, target), follower.id)
    if follower.local and not target.local:
        await events.record(node, events.FollowRequested(follower.id, target.id, address))
    return state


async def _update_wishes(
    node: Node,
    existing: Row,
    show_boosts: bool | None,
    notify_of_posts: bool | None,
    languages: Sequence[str] | None,
    uri: str,
) -> None:
    await node.database.execute(
        "UPDATE follow SET show_boosts = ?, notify = ?, languages = ?, uri = ? WHERE id = ?",
        bool(existing["show_boosts"]) if show_boosts is None else show_boosts,
        bool(existing["notify"]) if notify_of_posts is None else notify_of_posts,
        existing["languages"] if languages is None else json_text(list(languages)),
        uri or existing["uri"],
        existing["id"],
    )


async def unfollow(node: Node, follower_id: int, target_id: int) -> None:
    """End a follow or take a request back; nothing happens when there is none."""
    follower, target = await _pair(node, follower_id, target_id)
    async with node.database.transaction():
        gone = await _remove(node, follower_id, target_id)
        if gone is not None and follower.local and not target.local:
            await events.record(node, events.FollowUndone(follower_id, target_id, gone["uri"]))


async def accept(node: Node, target_id: int, follower_id: int, by: int | None = None) -> None:
    """*target* lets *follower* follow; *by*: the moderator, where it is a group. Raises NotFound when *follower* never asked (ActivityPub §7.6: an Accept must not add anybody)."""
    target, follower = await _pair(node, target_id, follower_id)
    async with node.database.transaction():
        existing = await _row(node, follower_id, target_id)
        if existing is None:
            raise NotFound
        if existing["state"] == "pending":
            await node.database.execute("UPDATE follow SET state = 'accepted' WHERE id = ?", existing["id"])
            for decider in await _who_decides(node, target):
                await node.database.execute(
                    "DELETE FROM notification WHERE account_id = ? AND kind = 'follow_request' AND from_account_id = ?",
                    decider, follower_id,
                )  # fmt: skip
            await _begin(node, follower, target, by)
            if target.local and not follower.local:
                await events.record(node, events.FollowAccepted(target_id, follower_id, existing["uri"]))


async def reject(node: Node, target_id: int, follower_id: int, by: int | None = None) -> None:
    """*target* refuses a request, or removes a follower; *by*: the moderator, where it is a group."""
    target, follower = await _pair(node, target_id, follower_id)
    async with node.database.transaction():
        gone = await _remove(node, follower_id, target_id, by)
        if gone is not None and target.local and not follower.local:
            await events.record(node, events.FollowRejected(target_id, follower_id, gone["uri"]))


async def block(node: Node, account_id: int, target_id: int, uri: str = "") -> None:
    """Neither follows the other any more, and *target* sees nothing of *account*. It is not told to other nodes; the ended follows are."""
    account, _target = await _pair(node, account_id, target_id)
    async with node.database.transaction():
        fresh = await node.database.insert(
            "block",
            {
                "id": node.ids.next(),
                "account_id": account_id,
                "target_id": target_id,
                "uri": uri,
                "created_at": to_ms(node.clock.now()),
            },
            if_absent="account_id, target_id",
        )
        if not fresh:
            return
        if account.local:
            await unfollow(node, account_id, target_id)
            await reject(node, account_id, target_id)
            await events.record(node, events.AccountBlocked(account_id, target_id))
        else:
            await _remove(node, account_id, target_id)
            await _remove(node, target_id, account_id)
        await node.database.execute(
            "DELETE FROM notification WHERE account_id = ? AND from_account_id = ?", account_id, target_id
        )


async def unblock(node: Node, account_id: int, target_id: int) -> None:
    account, _target = await _pair(node, account_id, target_id)
    async with node.database.transaction():
        gone = await node.database.rows(
            "DELETE FROM block WHERE account_id = ? AND target_id = ? RETURNING id", account_id, target_id
        )
        if gone and account.local:
            await events.record(node, events.AccountUnblocked(account_id, target_id))


async def mute(
    node: Node, account_id: int, target_id: int, hide_notifications: bool = True, duration_s: int = 0
) -> None:
    """Hide what *target* posts; for *duration_s* seconds, or for good when it is 0. Nobody is told."""
    await _pair(node, account_id, target_id)
    now = node.clock.now()
    until = to_ms(now + timedelta(seconds=duration_s)) if duration_s > 0 else None
    await node.database.execute(
        "INSERT INTO mute (id, account_id, target_id, hide_notifications, expires_at, created_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, target_id) DO UPDATE SET hide_notifications = EXCLUDED.hide_notifications, expires_at = EXCLUDED.expires_at",
        node.ids.next(), account_id, target_id, hide_notifications, until, to_ms(now),
    )  # fmt: skip


async def unmute(node: Node, account_id: int, target_id: int) -> None:
    await node.database.execute("DELETE FROM mute WHERE account_id = ? AND target_id = ?", account_id, target_id)


async def move(node: Node, account_id: int, target_id: int) -> None:
    """*account* lives at *target* from now on; its local followers ask to follow there. Both ends were checked to name each other."""
    account, target = await _pair(node, account_id, target_id)
    if account.uri not in target.also_known_as:
        raise Refused("the new account does not name the old one in alsoKnownAs")
    async with node.database.transaction():
        await node.database.execute("UPDATE account SET moved_to_uri = ? WHERE id = ?", target.uri, account_id)
        if account.local:
            await events.record(node, events.AccountMoved(account_id, target_id))
        rows = await node.database.rows(
            "SELECT f.follower_id FROM follow f JOIN local_user u ON u.account_id = f.follower_id WHERE f.target_id = ? AND f.state = 'accepted'",
            account_id,
        )
        for row in rows:
            if row["follower_id"] != target_id:
                await follow(node, row["follower_id"], target_id)
            await unfollow(node, row["follower_id"], account_id)


async def _pair(node: Node, one_id: int, other_id: int) -> tuple[AccountView, AccountView]:
    """Who acts, and towards whom. Raises NotFound for a secret group that a person here may not know of, Invalid for oneself."""
    if one_id == other_id:
        raise Invalid("Validation failed: This cannot be done to oneself")
    one = await accounts.account(node, None, one_id)
    is_person = one.local and not one.group
    return one, await accounts.account(node, one_id if is_person else None, other_id)


async def _row(node: Node, follower_id: int, target_id: int) -> Row | None:
    return await node.database.row(
        "SELECT * FROM follow WHERE follower_id = ? AND target_id = ?", follower_id, target_id
    )


async def _begin(node: Node, follower: AccountView, target: AccountView, by: int | None = None) -> None:
    """What an accepted follow brings with it."""
    await _count(node, follower.id, target.id, 1)
    await _backfill(node, follower, target)
    if target.group:
        await group_rows.entered(node, target, follower, by)
    else:
        await notify(node, "follow", [target.id], follower.id)


async def _who_decides(node: Node, target: AccountView) -> list[int]:
    """Who hears of a request: the one who is to be followed; of a group, who moderates it."""
    if not target.group:
        return [target.id]
    rows = await node.database.rows("SELECT account_id FROM group_role WHERE group_id = ?", target.id)
    return [row["account_id"] for row in rows]


async def _remove(node: Node, follower_id: int, target_id: int, by: int | None = None) -> Row | None:
    rows = await node.database.rows(
        "DELETE FROM follow WHERE follower_id = ? AND target_id = ? RETURNING id, uri, state", follower_id, target_id
    )
    if not rows:
        return None
    if rows[0]["state"] == "accepted":
        await _count(node, follower_id, target_id, -1)
        await _end_membership(node, follower_id, target_id, by)
    await node.database.execute(
        "DELETE FROM home_entry WHERE account_id = ? AND post_id IN (SELECT id FROM post WHERE author_id = ?)",
        follower_id,
        target_id,
    )
    await node.database.execute(
        "DELETE FROM list_member WHERE account_id = ? AND list_id IN (SELECT id FROM account_list WHERE account_id = ?)",
        target_id,
        follower_id,
    )
    await node.database.execute(
        "DELETE FROM endorsement WHERE account_id = ? AND target_id = ?", follower_id, target_id
    )
    await node.database.execute(
        "DELETE FROM notification WHERE account_id = ? AND kind IN ('follow', 'follow_request') AND from_account_id = ?",
        target_id,
        follower_id,
    )
    return rows[0]


async def _end_membership(node: Node, follower_id: int, target_id: int, by: int | None) -> None:
    target = await accounts.account(node, None, target_id)
    if target.group:
        await group_rows.left(node, target, await accounts.account(node, None, follower_id), by)


async def _count(node: Node, follower_id: int, target_id: int, step: int) -> None:
    for column, number in (("following_count", follower_id), ("followers_count", target_id)):
        await write_later(
            node,
            f"UPDATE account SET {column} = CASE WHEN {column} + ? < 0 THEN 0 ELSE {column} + ? END WHERE id = ?",
            (step, step, number),
        )


async def _backfill(node: Node, follower: AccountView, target: AccountView) -> None:
    """The latest posts of somebody newly followed, so that the home timeline does not start empty."""
    if not follower.local:
        return
    of = "p.group_id" if target.group else "p.author_id"
    await node.database.execute(
        "INSERT INTO home_entry (account_id, post_id) SELECT CAST(? AS BIGINT), recent.id FROM"
        f" (SELECT p.id FROM post p JOIN follow f ON f.target_id = {of} AND f.follower_id = ? WHERE {of} = ? AND p.deleted_at IS NULL"
        f" AND p.visibility <> 'direct' AND (p.boost_of_id IS NULL OR f.show_boosts) AND {speaks_a_wanted_language('f')}"
        " ORDER BY p.id DESC LIMIT ?) recent WHERE 1 = 1 ON CONFLICT (account_id, post_id) DO NOTHING",
        follower.id, follower.id, target.id, BACKFILLED_POSTS,
    )  # fmt: skip
