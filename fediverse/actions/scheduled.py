"""Posts for later: written down now, published by the worker when their time comes, exactly once.

What the author asked for is kept as it was asked for. Whether it may be published is asked when it is written, so that mistakes are told at once, and
again when it is due: an account that was disabled says nothing, and an answer to a post that is gone stays behind with the reason, for its author to see.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any

from fediverse.actions import posts
from fediverse.actions.posts import Draft
from fediverse.clock import from_ms, to_ms
from fediverse.database.database import json_of, json_text
from fediverse.errors import FediverseError, Invalid, NotFound
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.polls import PollDraft
from fediverse.queries import accounts
from fediverse.queries.scheduled import scheduled_count, scheduled_count_on
from fediverse.queue import jobs

EARLIEST = timedelta(minutes=5)
MAX_SCHEDULED = 300
MAX_A_DAY = 25
_log = get(__name__)


async def schedule(node: Node, author_id: int, draft: Draft, due_at: datetime, idempotency_key: str = "") -> int:
    """Keep *draft* for *due_at*; its id, or that of the earlier one when *idempotency_key* was used within the hour.

    Raises Invalid for a moment that is too near and for too many, and all that `posts.publish` raises.
    """
    key = f"scheduled:{idempotency_key}" if idempotency_key else ""
    known = await posts.answered_before(node, author_id, key)
    if known is not None:
        return known
    _check_moment(node, due_at)
    user = await accounts.user(node, author_id)
    await posts.check_draft(node, user, draft)
    wanted = replace(draft, visibility=draft.visibility or user.default_visibility)
    scheduled_id = node.ids.next()
    async with node.database.transaction():
        if key and not await posts.claim_key(node, author_id, key, scheduled_id):
            return await schedule(node, author_id, draft, due_at, idempotency_key)
        if await scheduled_count(node, author_id) >= MAX_SCHEDULED:
            raise Invalid(f"Validation failed: You have exceeded the limit of {MAX_SCHEDULED} scheduled posts")
        await _check_day(node, author_id, due_at, scheduled_id)
        await node.database.insert(
            "scheduled_post",
            {
                "id": scheduled_id, "account_id": author_id, "due_at": to_ms(due_at), "params": json_text(asdict(wanted)),
                "media_ids": json_text(list(draft.media_ids)), "application_id": draft.application_id, "problem": "",
                "created_at": to_ms(node.clock.now()),
            },
        )  # fmt: skip
        await _keep_media(node, author_id, scheduled_id, draft.media_ids)
        await _publish_at(node, scheduled_id, due_at)
    return scheduled_id


async def move(node: Node, author_id: int, scheduled_id: int, due_at: datetime) -> None:
    """Publish it at *due_at* instead; what went wrong the last time is forgotten. Raises NotFound, Invalid."""
    _check_moment(node, due_at)
    async with node.database.transaction():
        await _check_day(node, author_id, due_at, scheduled_id)
        moved = await node.database.rows(
            "UPDATE scheduled_post SET due_at = ?, problem = '' WHERE id = ? AND account_id = ? RETURNING id",
            to_ms(due_at), scheduled_id, author_id,
        )  # fmt: skip
        if not moved:
            raise NotFound
        await _publish_at(node, scheduled_id, due_at)


async def cancel(node: Node, author_id: int, scheduled_id: int) -> None:
    """It is never published; its attachments are free again. Raises NotFound."""
    async with node.database.transaction():
        gone = await node.database.rows(
            "DELETE FROM scheduled_post WHERE id = ? AND account_id = ? RETURNING id", scheduled_id, author_id
        )
        if not gone:
            raise NotFound
        await node.database.execute("UPDATE media SET scheduled_id = NULL WHERE scheduled_id = ?", scheduled_id)
        await jobs.forget(node, _key(scheduled_id))


async def publish_due(node: Node, scheduled_id: int) -> None:
    """Publish it if it is due and still wanted. What may not be published stays, with the reason."""
    row = await node.database.row("SELECT account_id, due_at, params FROM scheduled_post WHERE id = ?", scheduled_id)
    if row is None or from_ms(row["due_at"]) > node.clock.now():
        return
    try:
        await posts.publish(node, row["account_id"], draft_in(json_of(row["params"])), scheduled_id=scheduled_id)
    except FediverseError as problem:
        why = _missing() if isinstance(problem, NotFound) else problem
        _log.info("scheduled.not_published", number=scheduled_id, reason=why.safe)
        await node.database.execute(
            "UPDATE scheduled_post SET problem = ? WHERE id = ? AND due_at = ?",
            why.safe[:500], scheduled_id, row["due_at"],
        )  # fmt: skip


def _missing() -> NotFound:
    return NotFound("The post that this answers or quotes is gone, or you no longer see it")


def draft_in(params: Mapping[str, Any]) -> Draft:
    """The draft that was kept as *params*; what this version does not know is left out."""
    known = {field.name for field in fields(Draft)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in params.items() if name in known
    }
    poll = values.get("poll")
    if poll is not None:
        values["poll"] = PollDraft(tuple(poll["options"]), poll["expires_in_s"], poll["multiple"], poll["hide_totals"])
    return Draft(**values)


def _check_moment(node: Node, due_at: datetime) -> None:
    if due_at < node.clock.now() + EARLIEST:
        raise Invalid(
            "Validation failed: Scheduled at must be at least 5 minutes in the future",
            details={"scheduled_at": [("ERR_INVALID", "must be at least 5 minutes in the future")]},
        )


async def _check_day(node: Node, author_id: int, due_at: datetime, but: int) -> None:
    if await scheduled_count_on(node, author_id, due_at, but) >= MAX_A_DAY:
        raise Invalid(f"Validation failed: You have exceeded the limit of {MAX_A_DAY} scheduled posts for that day")


async def _keep_media(node: Node, author_id: int, scheduled_id: int, media_ids: tuple[int, ...]) -> None:
    """No other post may take them, and nobody tidies them away. Raises Invalid when one was taken meanwhile."""
    for position, media_id in enumerate(media_ids):
        kept = await node.database.rows(
            "UPDATE media SET scheduled_id = ?, position = ? WHERE id = ? AND account_id = ? AND post_id IS NULL AND scheduled_id IS NULL RETURNING id",
            scheduled_id, position, media_id, author_id,
        )  # fmt: skip
        if not kept:
            raise Invalid("Validation failed: An attachment is unknown, somebody else's, or already part of a post")


async def _publish_at(node: Node, scheduled_id: int, due_at: datetime) -> None:
    await jobs.forget(node, _key(scheduled_id))
    await jobs.enqueue(node, "publish_scheduled", {"scheduled_id": scheduled_id}, key=_key(scheduled_id), due_at=due_at)


def _key(scheduled_id: int) -> str:
    return f"publish_scheduled:{scheduled_id}"
