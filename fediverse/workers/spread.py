"""Tell others what our people did: each recorded event becomes one activity and its deliveries, in the order of the events.

The event is marked as spread in the transaction that writes the deliveries, so nothing is told twice or forgotten. One process spreads at a time.
"""

from fediverse.errors import FediverseError
from fediverse.events import event_of
from fediverse.federation import send
from fediverse.log import get
from fediverse.node import Node
from fediverse.queue import unspread

BATCH = 50
_log = get(__name__)


async def work(node: Node) -> float | None:
    async with node.database.transaction():
        rows = await unspread.waiting(node, BATCH)
        for row in rows:
            try:
                await send.spread(node, event_of(row))
            except FediverseError as problem:  # what the event is about is gone by now: nobody needs to hear of it
                _log.info("event.not_spread", kind=row["kind"], number=row["id"], reason=problem.safe)
        await unspread.finish(node, [row["id"] for row in rows])
    return 0 if rows else None
