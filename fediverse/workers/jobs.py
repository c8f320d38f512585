"""General jobs: each kind has one handler, which is safe to run twice."""

from collections.abc import Awaitable, Callable

from fediverse.actions import resolve
from fediverse.database.database import json_of
from fediverse.errors import FediverseError
from fediverse.log import get
from fediverse.node import Node
from fediverse.queue import jobs

Handler = Callable[[Node, dict[str, object]], Awaitable[None]]
_log = get(__name__)


async def _refresh_account(node: Node, payload: dict[str, object]) -> None:
    await resolve.refresh(node, int(str(payload["account_id"])))


async def _fetch_post(node: Node, payload: dict[str, object]) -> None:
    await resolve.post_by_uri(node, str(payload["uri"]))


HANDLERS: dict[str, Handler] = {"refresh_account": _refresh_account, "fetch_post": _fetch_post}


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
