"""General jobs: each kind has one handler, which is safe to run twice."""

from collections.abc import Awaitable, Callable

from fediverse.actions import account_removal, media, polls, profiles, quote_proofs, resolve, scheduled
from fediverse.database.database import json_of
from fediverse.errors import FediverseError
from fediverse.federation import group_catch_up, group_conflicts, receipts
from fediverse.log import get
from fediverse.node import Node
from fediverse.queue import jobs

Handler = Callable[[Node, dict[str, object]], Awaitable[None]]
_log = get(__name__)


async def _refresh_account(node: Node, payload: dict[str, object]) -> None:
    await resolve.refresh(node, int(str(payload["account_id"])))


async def _process_media(node: Node, payload: dict[str, object]) -> None:
    await media.process(node, int(str(payload["media_id"])))


async def _fetch_post(node: Node, payload: dict[str, object]) -> None:
    await resolve.post_by_uri(node, str(payload["uri"]))


async def _end_poll(node: Node, payload: dict[str, object]) -> None:
    await polls.end(node, int(str(payload["poll_id"])))


async def _tell_poll(node: Node, payload: dict[str, object]) -> None:
    await polls.tell_counts(node, int(str(payload["poll_id"])))


async def _refresh_poll(node: Node, payload: dict[str, object]) -> None:
    await polls.refresh(node, int(str(payload["poll_id"])))


async def _publish_scheduled(node: Node, payload: dict[str, object]) -> None:
    await scheduled.publish_due(node, int(str(payload["scheduled_id"])))


async def _remove_account(node: Node, payload: dict[str, object]) -> None:
    await account_removal.remove(node, int(str(payload["account_id"])), int(str(payload["suspended_at"])))


async def _verify_quote(node: Node, payload: dict[str, object]) -> None:
    await quote_proofs.verify(node, int(str(payload["post_id"])), int(str(payload["depth"])))


async def _verify_links(node: Node, payload: dict[str, object]) -> None:
    await profiles.verify_links(node, int(str(payload["account_id"])))


async def _check_receipts(node: Node, _payload: dict[str, object]) -> None:
    await receipts.check_all(node)


async def _follow_group(node: Node, payload: dict[str, object]) -> None:
    await group_catch_up.follow_up(node, int(str(payload["group_id"])))


async def _check_group_conflict(node: Node, payload: dict[str, object]) -> None:
    await group_conflicts.check(
        node, int(str(payload["group_id"])), str(payload["host"]), int(str(payload["sequence"]))
    )


HANDLERS: dict[str, Handler] = {
    "refresh_account": _refresh_account,
    "remove_account": _remove_account,
    "process_media": _process_media,
    "fetch_post": _fetch_post,
    "end_poll": _end_poll,
    "tell_poll": _tell_poll,
    "refresh_poll": _refresh_poll,
    "publish_scheduled": _publish_scheduled,
    "verify_quote": _verify_quote,
    "verify_links": _verify_links,
    "check_receipts": _check_receipts,
    "follow_group": _follow_group,
    "check_group_conflict": _check_group_conflict,
}


async def work(node: Node) -> float | None:
    job = await jobs.claim(node)
    if job is None:
        return None
    try:
        await HANDLERS[job["kind"]](node, json_of(job["payload"]))
    except FediverseError as problem:
        await jobs.failed(node, job, problem.safe)
    except Exception as problem:  # the worker's edge: kept with the reason, and tried again
        _log.exception("job.failed", kind=job["kind"])
        await jobs.failed(node, job, f"internal error: {type(problem).__name__}")
    else:
        await jobs.done(node, job["id"])
    return 0
